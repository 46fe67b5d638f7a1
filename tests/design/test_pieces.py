"""The inputs of the components: several shapes accepted, nothing shown by mistake."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone
from django.utils.safestring import mark_safe

from config.gallery import SampleForm
from config.templatetags import navette, pieces

DASH = '<span aria-hidden="true">–</span><span class="fr-sr-only">non renseigné</span>'


def component(name: str, **context: Any) -> BeautifulSoup:
    request = RequestFactory().get("/demandes/", {"etape": "study", "tri": "retard"})
    html = render_to_string(f"components/{name}.html", {"request": request, **context})
    return BeautifulSoup(html, "html.parser")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, DASH),
        ("", DASH),
        ([], DASH),
        (0, "0"),
        (True, "Oui"),
        (False, "Non"),
        ("ligne 1\nligne 2", "ligne 1<br>ligne 2"),
        ("<b>", "&lt;b&gt;"),
        (["a", "<b>"], "<ul><li>a</li><li>&lt;b&gt;</li></ul>"),
        (mark_safe("<b>x</b>"), "<b>x</b>"),
    ],
)
def test_an_answer_is_written_by_its_kind(value: Any, shown: str) -> None:
    template = Template("{% load navette %}{% value_of value %}")

    assert template.render(Context({"value": value})) == shown


def test_zero_is_known() -> None:
    assert pieces.or_dash(0) == 0
    assert pieces.or_dash(None) == DASH


def test_one_possible_action_is_a_plain_button() -> None:
    page = component("menu", menu={"label": "Agir", "items": [{"label": "Déposer", "url": "/x/"}]})

    link = page.find("a")
    assert (link.get_text(), link["href"], link["class"]) == ("Déposer", "/x/", ["fr-btn"])  # type: ignore[union-attr, index]
    assert page.find("details") is None


def test_one_impossible_action_is_still_explained() -> None:
    items = [{"label": "Conclure", "url": "", "impossible": "un avis manque"}]

    page = component("menu", menu={"label": "Agir", "items": items})

    assert page.find("a") is None
    assert "Conclure — impossible\u00a0: un avis manque" in page.get_text()


def test_an_empty_menu_shows_nothing() -> None:
    assert component("menu", menu={"label": "Agir", "items": []}).get_text(strip=True) == ""


def test_an_action_that_writes_is_a_post() -> None:
    action = {"label": "Relancer", "url": "/x/", "post": True, "variant": "tertiary", "small": True}

    form = component("action", action=action).find("form")

    assert form["method"] == "post"  # type: ignore[index]
    assert form.find("button")["class"] == ["fr-btn", "fr-btn--tertiary", "fr-btn--sm"]  # type: ignore[union-attr, index]


@pytest.mark.parametrize(
    ("action", "classes"),
    [
        ({}, "fr-btn"),
        ({"variant": "secondary"}, "fr-btn fr-btn--secondary"),
        ({"variant": "link", "small": True}, "fr-link fr-link--sm"),
        ({"variant": "unknown"}, "fr-btn"),
        (SimpleNamespace(variant="secondary", small=True), "fr-btn fr-btn--secondary fr-btn--sm"),
    ],
)
def test_the_classes_of_an_action(action: Any, classes: str) -> None:
    assert pieces.action_class(action) == classes


def test_a_table_repeats_its_headers_on_each_cell() -> None:
    page = component(
        "table",
        caption="Dossiers",
        columns=["Dossier", {"label": "Retard", "numeric": True, "sort": "ascending"}],
        rows=[["DEM-1", 3], {"cells": [{"text": "DEM-2", "url": "/d/"}, None], "off": True}],
    )

    region = page.find(attrs={"role": "region"})
    assert (region["tabindex"], region["aria-label"]) == ("0", "Dossiers")  # type: ignore[index]
    assert page.find("caption").get_text() == "Dossiers"  # type: ignore[union-attr]
    assert [th["scope"] for th in page.find_all("th")] == ["col", "col", "row", "row"]
    assert [td["data-label"] for td in page.find_all("td")] == ["Retard", "Retard"]
    assert page.find("th", attrs={"aria-sort": "ascending"})
    assert page.find("tr", class_="is-off").find("a")["href"] == "/d/"  # type: ignore[union-attr, index]
    assert "non renseigné" in page.get_text()


def test_a_row_with_a_missing_cell_is_a_fault_of_the_page() -> None:
    with pytest.raises(ValueError, match="argument 2"):
        pieces.table_of(["a", "b"], [["only one"]])


def test_pagination_appears_only_when_there_is_another_page() -> None:
    assert component("pagination").get_text(strip=True) == ""
    page = component("pagination", next="?apres=2")

    disabled, following = page.find_all("a")
    assert "href" not in disabled.attrs
    assert disabled["aria-disabled"] == "true"
    assert following["href"] == "?apres=2"


def test_active_filters_remove_themselves() -> None:
    page = component(
        "filters",
        filters=forms.Form(),
        active=[{"label": "Étape", "value": "Étude", "remove_url": "?tri=retard"}],
        hidden=[("tri", "retard")],
        result="1 demande",
    )

    tag = page.find("a", class_="fr-tag")
    assert " ".join(tag.get_text().split()) == "Retirer le filtre Étape : Étude"  # type: ignore[union-attr]
    assert tag["href"] == "?tri=retard"  # type: ignore[index]
    assert page.find("input", attrs={"name": "tri"})["value"] == "retard"  # type: ignore[index]
    assert page.find(attrs={"role": "status"}).get_text() == "1 demande"  # type: ignore[union-attr]


def test_a_filter_leaves_the_address() -> None:
    request = RequestFactory().get("/demandes/", {"etape": "study", "tri": "retard"})

    assert navette.without_params(Context({"request": request}), "etape") == "?tri=retard"


def test_verification_carries_the_values_and_writes_nothing() -> None:
    form = SampleForm(data={"title": "Titre", "secrets": ["medical", "fiscal"]})

    page = component(
        "verify",
        verify={"sentence": "Vous décidez.", "submit_label": "Décider", "form": form,
                "hidden": [("version", "2")]},
    )  # fmt: skip

    values = [(one["name"], one.get("value")) for one in page.find_all("input", type="hidden")]
    assert ("title", "Titre") in values
    assert ("secrets", "medical") in values
    assert ("secrets", "fiscal") in values
    assert ("version", "2") in values
    assert [(one["name"], one["value"]) for one in page.find_all("button")] == [
        ("confirm", "1"),
        ("action", "corriger"),
    ]


def test_an_internal_note_is_never_printed() -> None:
    at = datetime(2026, 3, 16, 16, 42, tzinfo=UTC)
    note = {"author": "Claire", "text": "Note", "at": at, "internal": "Interne — cellule"}

    page = component("message", message=note)

    assert page.find(class_="cdd-noprint")
    assert page.find(class_="cdd-note--shared") is None
    assert component("message", message={**note, "internal": ""}).find(class_="cdd-note--shared")


def test_a_file_says_its_format_its_pages_and_its_weight() -> None:
    file = {"name": "Acte signé", "url": "/a.pdf", "format": "PDF", "pages": 24, "size": 491520}

    text = " ".join(component("file", file=file).get_text().replace("\u00a0", "~").split())

    assert text == "Acte signé (PDF, 24 pages, 480~Ko)"
    assert component("file", file={"name": "x"}).find("a") is None


@pytest.mark.parametrize(
    ("value", "maximum", "width"),
    [(5, 10, "50.0"), (30, 10, "100.0"), (-1, 10, "0.0"), (1, 0, "0.0")],
)
def test_a_bar_stays_in_its_frame(value: float, maximum: float, width: str) -> None:
    bar = BeautifulSoup(navette.bar(value, maximum, "late"), "html.parser")

    assert bar.find(class_="cdd-bar__fg--late")["width"] == width  # type: ignore[index]
    assert bar.find("svg")["aria-hidden"] == "true"  # type: ignore[index]


def test_saving_is_told_by_its_hour_today_and_by_its_date_before() -> None:
    now = timezone.now()

    assert pieces.saved_text(now).startswith("aujourd’hui à ")
    assert pieces.saved_text(datetime(2026, 3, 16, 16, 42, tzinfo=UTC)) == (
        "le 16 mars 2026 à 17\u00a0h\u00a042"
    )
    assert pieces.saved_text(None) == ""


@pytest.mark.parametrize(
    ("context", "wrong"),
    [
        ({}, False),
        ({"form": SampleForm()}, False),
        ({"form": SampleForm(data={})}, True),
        ({"form": None, "forms": [SampleForm(), SampleForm(data={})]}, True),
        ({"form": "not a form"}, False),
    ],
)
def test_the_title_warns_of_a_refused_form(context: dict[str, Any], wrong: bool) -> None:
    assert navette.form_is_wrong(Context(context)) is wrong


def test_the_summary_accepts_the_entries_of_the_page() -> None:
    page = component("error_summary", errors=["Déposez un fichier.", {"text": "x", "target": "y"}])

    assert [item.get_text() for item in page.find_all("li")] == ["Déposez un fichier.", "x"]
    assert page.find("a")["href"] == "#y"  # type: ignore[index]
    assert "2 points à corriger" in page.find("h2").get_text()  # type: ignore[union-attr]
    assert component("error_summary", form=SampleForm()).get_text(strip=True) == ""

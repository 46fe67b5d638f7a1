"""Files, saving, conflicts, and the pages on which answers are read."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import Tag
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from accounts.models import User
from questionnaires import definitions, forms, parsing, selectors, services
from questionnaires.models import AnswerSet
from tests.questionnaires.factories import (
    answers_of,
)
from tests.questionnaires.pages import control, page, render, submitted
from tests.questionnaires.test_forms import assert_plain, assert_tied, options
from tests.questionnaires.test_validation import Files


def test_files_are_kept_unless_unticked(nadia: User) -> None:
    answers = answers_of(nadia, values={"attachments": [3]})

    form = forms.section_form(answers, "outcomes", attachments=Files())
    soup = page(form)

    assert soup.find("form")["enctype"] == "multipart/form-data"  # type: ignore[index]
    assert "texte.pdf (12 Ko)" in soup.get_text()
    assert submitted(soup).getlist("attachments") == ["3"]
    assert control(soup, "attachments-upload").has_attr("multiple")


def test_file_of_a_row_is_chosen_among_those_of_the_case(personal: AnswerSet) -> None:
    soup = page(forms.section_form(personal, "access", attachments=Files()))

    assert options(soup, "homologation-0-file") == ["Choisir", "texte.pdf (12 Ko)"]


def test_uploads_are_found_field_by_field() -> None:
    files: MultiValueDict[str, Any] = MultiValueDict(
        {"attachments-upload": ["a", "b"], "legal_basis_file-upload": ["c"], "zz-upload": ["d"]}
    )
    definition = definitions.get("use_case")

    assert forms.uploads(definition, "outcomes", files) == {"attachments": ["a", "b"]}
    assert forms.uploads(definition, None, files).keys() == {"attachments", "legal_basis_file"}


# --- The whole and its pieces -----------------------------------------------------------------


def test_autosave_and_buttons(draft: AnswerSet) -> None:
    soup = page(
        forms.section_form(draft, "need"), autosave_url="/enregistrer/", has_back=True,
        leave_label="Enregistrer et quitter", submit_label="Continuer",
    )  # fmt: skip

    form = soup.find("form")
    assert isinstance(form, Tag)
    assert form["hx-post"] == "/enregistrer/"
    assert form.has_attr("novalidate")
    assert form.has_attr("data-cdd-autosave")
    values = [button.get("value") for button in soup.find_all("button", attrs={"name": "action"})]
    assert sorted(values) == ["continuer", "continuer", "quitter", "retour"]


def test_answer_to_htmx_brings_the_fields_or_the_revision(draft: AnswerSet) -> None:
    form = forms.section_form(draft, "need")

    with_fields = render("autosave.html", form=form, with_fields=True)
    without = render("autosave.html", form=form, with_fields=False)

    assert with_fields.find(id="champs")
    assert not without.find(id="champs")
    assert without.find(id="etat-saisie")["hx-swap-oob"] == "true"  # type: ignore[index]
    assert forms.wants_fields({"HX-Target": "champs"})
    assert not forms.wants_fields({})


def test_default_answers_are_proposed(db: None) -> None:
    form = forms.blank_form("complement_request")

    assert control(page(form), "delay_days")["value"] == "30"


def test_whole_form_shares_one_editor(nadia: User) -> None:
    opinion = answers_of(nadia, "dpo_opinion", context={"NIR": False})

    found = forms.whole_form(opinion)

    assert len(found) == 7
    assert len({form.editor for form in found}) == 1
    asked = {b.question.name for form in found for g in form.groups for b in g.blocks}
    assert "d_special" in asked
    assert "d_nir" not in asked


@pytest.mark.parametrize(
    ("text", "revision"), [("3", 3), ("", None), ("x", None), ("-1", None), ("9" * 12, None)]
)
def test_expected_revision(text: str, revision: int | None) -> None:
    assert forms.expected_revision({"_revision": text}) == revision


def test_conflict_page_carries_everything_typed(opened_conflict: dict[str, Any]) -> None:
    soup = render("conflict.html", **opened_conflict)

    data = submitted(soup)
    assert data["title"] == "  Le mien\nà moi"
    assert data["_revision"] == "1"
    assert forms.seen_revision(data) == 2
    assert forms.conflict_choices(data) == {"title": "mine"}
    assert data["_editor"] == "page2"
    assert "Celui d’Olivier" in soup.get_text()
    assert_plain(soup)


@pytest.fixture
def opened_conflict(nadia: User, olivier: User) -> dict[str, Any]:
    answers = answers_of(nadia)
    services.save_values(answers=answers, values={"title": "Origine"}, by=nadia)
    services.save_values(answers=answers, values={"title": "Celui d’Olivier"}, by=olivier)
    data = QueryDict(mutable=True)
    data.update({"_fields": "title", "title": "  Le mien\nà moi", "_revision": "1"})
    data.update({"_editor": "page2", "action": "continuer"})
    try:
        services.save_section(
            answers=answers, section="need", data=data, by=nadia, expected_revision=1
        )
    except services.EditConflict as conflict:
        return {
            "rows": selectors.conflict_rows(answers, conflict.conflicts),
            "hidden": forms.hidden_inputs(data),
            "seen": conflict.revision,
        }
    raise AssertionError("no conflict")


def test_read_view_page(personal: AnswerSet) -> None:
    soup = render(
        "read_view.html", view=selectors.read_view(personal), edit_urls={"need": "/etape/1/"}
    )

    assert len(soup.find_all("section")) == 8
    assert soup.find("a", href="/etape/1/")["aria-label"].endswith("Besoin et vérifications")  # type: ignore[index]
    assert "non renseigné" in soup.find(id="reponse-holder_org").get_text()  # type: ignore[union-attr]
    assert soup.find(id="reponse-legal_text").find("table")  # type: ignore[union-attr]
    assert_tied(soup)


def test_diff_page(complete: AnswerSet, nadia: User) -> None:
    twin = services.copy(answers=complete, by=nadia)
    long = "mot " * 200
    services.save_values(answers=complete, values={"context": f"{long}avant {long}"}, by=nadia)
    services.save_values(
        answers=twin, values={"title": "<b>Autre</b>", "context": f"{long}après {long}",
                              "use_category": ["research"]}, by=nadia,
    )  # fmt: skip

    soup = render("diff.html", comparison=selectors.diff(complete, twin))

    assert "3 champs sur" in soup.find("h2").get_text()  # type: ignore[union-attr]
    assert "<b>Autre</b>" in soup.get_text().replace("ajouté\u00a0: ", "")
    assert soup.find("details")
    assert {tag.name for tag in soup.find_all(["ins", "del"])} == {"ins", "del"}
    assert (
        "Ces deux versions sont identiques."
        in render("diff.html", comparison=selectors.diff(twin, twin)).get_text()
    )


def test_print_page_is_watermarked_until_filed(complete: AnswerSet) -> None:
    soup = render("print_view.html", view=selectors.print_view(complete), reference="DEM-2026-0001")

    assert "Brouillon" in soup.get_text()
    assert "DEM-2026-0001" in soup.get_text()
    assert not soup.find("button")


def test_assessment_is_shown(personal: AnswerSet) -> None:
    found = render("assessment.html", assessment=selectors.assessment(personal)).get_text()

    assert "Élevé" in found
    assert "une AIPD est nécessaire" in found


def test_parse_reads_a_page_without_answers_yet(db: None) -> None:
    data = submitted(page(forms.blank_form("visa")))
    data["verdict"] = "favourable"

    assert parsing.parse(definitions.get("visa"), data)["verdict"] == "favourable"

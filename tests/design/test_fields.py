"""A control is tied to its label, its help and its errors, whatever its kind (RGAA 11.1)."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django import forms
from django.template.loader import render_to_string
from dsfr.forms import DsfrBaseForm

from config.gallery import SampleForm
from config.templatetags import fields

FULL = {
    "title": "Titre", "purpose": "Objectif", "level": "person", "pathway": "art",
    "commitment": "on", "secrets": ["medical"],
}  # fmt: skip


def rendered(form: Any, name: str, **context: Any) -> BeautifulSoup:
    html = render_to_string("components/field.html", {"field": form[name], **context})
    return BeautifulSoup(html, "html.parser")


def control(page: BeautifulSoup) -> Tag:
    found = page.find(["input", "textarea", "select"])
    assert isinstance(found, Tag)
    return found


@pytest.mark.parametrize("name", ["title", "purpose", "pathway", "wanted_on", "file", "commitment"])
def test_every_single_control_has_its_label(name: str) -> None:
    page = rendered(SampleForm(), name)

    label = page.find("label", attrs={"for": control(page)["id"]})
    assert label is not None
    assert SampleForm.base_fields[name].label in label.get_text()


@pytest.mark.parametrize("name", ["title", "purpose", "file"])
def test_help_and_error_are_both_described(name: str) -> None:
    page = rendered(SampleForm(data={}), name)

    described = str(control(page)["aria-describedby"]).split()

    assert described[:2] == [f"id_{name}_helptext", f"id_{name}-desc-error"]
    assert all(page.find(id=one) for one in described)
    assert control(page)["aria-invalid"] == "true"


@pytest.mark.parametrize("name", ["title", "pathway", "commitment"])
def test_a_right_field_is_not_invalid(name: str) -> None:
    page = rendered(SampleForm(data=FULL), name)

    assert "aria-invalid" not in control(page).attrs
    assert page.find(class_="fr-message--error") is None


@pytest.mark.parametrize("name", ["level", "secrets"])
def test_a_group_is_named_by_its_legend_and_its_error(name: str) -> None:
    page = rendered(SampleForm(data={"secrets": ["unknown"]}), name)
    fieldset = page.find("fieldset")
    assert isinstance(fieldset, Tag)

    named = str(fieldset["aria-labelledby"]).split()

    assert named == [f"id_{name}-legend", f"id_{name}-desc-error"]
    assert all(page.find(id=one) for one in named)
    for choice in page.find_all("input"):
        assert page.find("label", attrs={"for": choice["id"]})


def test_a_choice_says_its_consequence() -> None:
    page = rendered(SampleForm(), "level")

    hints = [hint.get_text() for hint in page.select(".fr-fieldset__element .fr-hint-text")]

    assert hints == ["Aucune ligne par personne."]


def test_the_chosen_answer_stays_chosen() -> None:
    page = rendered(SampleForm(data=FULL), "level")

    assert [one["value"] for one in page.find_all("input", checked=True)] == ["person"]


def test_each_kind_has_the_classes_of_the_design_system() -> None:
    form = SampleForm(data={})

    assert "fr-input--error" in control(rendered(form, "title"))["class"]
    assert "fr-select--error" in control(rendered(form, "pathway"))["class"]
    assert control(rendered(form, "file"))["class"] == ["fr-upload"]
    assert rendered(form, "file").find(class_="fr-upload-group--error")
    assert rendered(form, "commitment").find(class_="fr-checkbox-group--error")


def test_optional_fields_are_marked_and_required_ones_are_not() -> None:
    form = SampleForm()

    assert "(optionnel)" in rendered(form, "wanted_on").get_text()
    assert "(optionnel)" not in rendered(form, "title").get_text()
    form.fields["wanted_on"].mark_optional = False
    assert "(optionnel)" not in rendered(form, "wanted_on").get_text()


def test_a_later_obligation_is_said() -> None:
    assert "À fournir avant la décision" in rendered(SampleForm(), "pathway").get_text()


def test_a_long_text_tells_its_limit() -> None:
    page = rendered(SampleForm(), "purpose")

    counter = page.find(id=control(page)["data-cdd-counter"])
    assert counter is not None
    assert counter.get_text() == "4\u202f000 caractères au plus"
    assert (
        rendered(SampleForm(), "title").find(class_="fr-hint-text", id="id_title-counter") is None
    )


def test_a_label_may_be_for_screen_readers_only() -> None:
    label = rendered(SampleForm(), "title", hide_label=True).find("label")

    assert isinstance(label, Tag)
    assert "fr-sr-only" in label["class"]


def test_own_description_and_class_are_kept() -> None:
    class OwnForm(DsfrBaseForm):  # type: ignore[misc]
        name = forms.CharField(
            help_text="Aide",
            widget=forms.TextInput(attrs={"class": "fr-input wide", "aria-describedby": "note"}),
        )

    page = rendered(OwnForm(data={}), "name")

    assert control(page)["class"] == ["fr-input", "wide", "fr-input--error"]
    assert control(page)["aria-describedby"] == "note id_name_helptext id_name-desc-error"


def test_a_disabled_field_looks_disabled() -> None:
    form = SampleForm()
    for name in ("title", "level", "file"):
        form.fields[name].disabled = True

    assert rendered(form, "title").find(class_="fr-input-group--disabled")
    assert rendered(form, "level").find("fieldset", disabled=True)
    assert rendered(form, "file").find(class_="fr-upload-group--disabled")


def test_a_hidden_field_shows_nothing_but_itself() -> None:
    class HiddenForm(DsfrBaseForm):  # type: ignore[misc]
        key = forms.CharField(widget=forms.HiddenInput)

    page = rendered(HiddenForm(initial={"key": "x"}), "key")

    assert [tag.name for tag in page.find_all(True)] == ["input"]


def test_typed_html_stays_text() -> None:
    page = rendered(SampleForm(data={"title": '"><script>x</script>' * 20}), "title")

    assert page.find("script") is None
    assert control(page)["value"].startswith('"><script>')  # type: ignore[union-attr]


def test_the_snippets_of_the_library_are_ours() -> None:
    html = SampleForm(data={})["title"].as_field_group()

    assert 'aria-describedby="id_title_helptext id_title-desc-error"' in html


def test_the_summary_leads_to_the_first_control_of_each_field() -> None:
    entries = fields.error_entries(SampleForm(data={}))

    assert [one["target"] for one in entries] == [
        "id_title", "id_purpose", "id_level_0", "id_pathway", "id_file", "id_commitment",
    ]  # fmt: skip
    assert entries[2]["text"] == "Niveau de détail\u00a0: Choisissez un niveau de détail."


def test_the_summary_reads_formsets_and_lists_of_forms() -> None:
    class Row(DsfrBaseForm):  # type: ignore[misc]
        text = forms.CharField(label="Réserve")

        def clean(self) -> None:
            self.add_error(None, "Cette réserve est incomplète.")

    rows = forms.formset_factory(Row, min_num=2, validate_min=True)(
        data={"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-text": ""}
    )

    targets = [one["target"] for one in fields.error_entries([rows, None])]

    assert targets == ["", "id_form-0-text", ""]


def test_the_mention_optional_is_explained_only_when_both_kinds_are_there() -> None:
    class AllRequired(DsfrBaseForm):  # type: ignore[misc]
        name = forms.CharField()

    assert fields.has_optional(SampleForm())
    assert not fields.has_optional(AllRequired())

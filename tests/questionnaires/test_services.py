"""Drafts: nothing typed is refused or lost, two editors never overwrite each other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from questionnaires import forms, parsing, selectors, services
from questionnaires.models import AnswerSet, FieldEdit
from questionnaires.services import EditConflict, Frozen
from tests.questionnaires.factories import answers_of


def post(**data: Any) -> QueryDict:
    """A posted page that shows exactly the fields it posts."""
    found = QueryDict(mutable=True)
    for name, value in data.items():
        found.setlist(name, value if isinstance(value, list) else [value])
        if not name.startswith("_"):
            found.appendlist("_fields", name.partition("-")[0])
    return found


def save(answers: AnswerSet, by: User, section: str = "need", **data: Any) -> AnswerSet:
    expected = data.pop("expected_revision", None)
    return services.save_section(
        answers=answers, section=section, data=post(**data), by=by, expected_revision=expected
    )


def test_create_pins_the_version_and_prefills(nadia: User) -> None:
    answers = services.create(
        code="use_case", by=nadia, values={"title": " T ", "zz": 1}, context={"SAME_STATE": True}
    )

    assert (answers.definition_code, answers.definition_version) == ("use_case", 1)
    assert answers.values == {"title": "T"}
    assert answers.context == {"SAME_STATE": True}
    assert (answers.revision, answers.created_by, answers.is_frozen) == (0, nadia, False)


def test_create_refuses_an_unknown_form(nadia: User) -> None:
    with pytest.raises(KeyError):
        services.create(code="zz", by=nadia)
    with pytest.raises(KeyError):
        services.create(code="use_case", by=nadia, version=99)


def test_save_keeps_what_cannot_be_read(draft: AnswerSet, nadia: User) -> None:
    save(draft, nadia, title="x" * 9000, needed_by="32/13/2026", request_kind="piraté")

    draft.refresh_from_db()
    assert draft.values["title"] == "x" * 9000
    assert draft.values["needed_by"] == "32/13/2026"
    assert draft.values["request_kind"] == "piraté"
    assert draft.revision == 1


def test_save_keeps_characters_that_the_database_refuses(draft: AnswerSet, nadia: User) -> None:
    save(draft, nadia, title="a\x00b\ud800😀", urgency_reason="ligne\r\nligne")

    draft.refresh_from_db()
    assert draft.values["title"] == "a␀b\ufffd😀"
    assert draft.values["urgency_reason"] == "ligne\nligne"


def test_save_says_who_wrote_what(draft: AnswerSet, nadia: User, olivier: User) -> None:
    save(draft, nadia, title="A", urgency="normal")
    save(draft, olivier, title="B", urgency="normal")

    assert draft.authors["title"]["by"] == "Olivier Petit"
    assert draft.authors["title"]["by_id"] == olivier.pk
    assert draft.authors["urgency"]["by"] == "Nadia Ferrand"
    assert draft.authors["title"]["revision"] == draft.revision == 2
    assert draft.updated_by == olivier


def test_save_without_change_is_not_a_revision(draft: AnswerSet, nadia: User) -> None:
    save(draft, nadia, title="A")
    save(draft, nadia, title=" A ", urgency_reason="")

    assert draft.revision == 1


def test_save_touches_the_fields_of_the_page_alone(draft: AnswerSet, nadia: User) -> None:
    save(draft, nadia, urgency_reason="Canicule", title="A")
    save(draft, nadia, title="B", context="pas de cette étape")

    assert draft.values["urgency_reason"] == "Canicule"
    assert "context" not in draft.values


def test_save_of_a_group_all_unticked_is_an_answer(draft: AnswerSet, nadia: User) -> None:
    save(draft, nadia, section="use_case", use_category=["research", "control"])
    data = QueryDict("_fields=use_category")

    services.save_section(answers=draft, section="use_case", data=data, by=nadia)

    assert draft.values["use_category"] == []


def test_save_of_an_unknown_section(draft: AnswerSet, nadia: User) -> None:
    with pytest.raises(KeyError):
        save(draft, nadia, section="zz", title="A")


def test_save_remembers_the_steps_opened(draft: AnswerSet, nadia: User) -> None:
    save(draft, nadia, title="A")
    save(draft, nadia, title="B")
    save(draft, nadia, section="use_case", context="C")

    assert draft.visited == ["need", "use_case"]


def test_save_the_whole_form_at_once(nadia: User) -> None:
    visa = answers_of(nadia, "visa")

    services.save_section(answers=visa, data=post(verdict="favourable", priority="high"), by=nadia)

    assert visa.values == {"verdict": "favourable", "priority": "high"}


def test_save_adds_files_to_those_kept(nadia: User) -> None:
    answers = answers_of(nadia, values={"attachments": [3, 4]})

    services.save_section(
        answers=answers, section="outcomes", data=post(attachments=["3"]), by=nadia,
        files={"attachments": [9], "aipd_file": [10]},
    )  # fmt: skip

    assert answers.values["attachments"] == [3, 9]
    assert answers.values["aipd_file"] == [10]


def test_save_values_ignores_what_the_form_does_not_ask(draft: AnswerSet, nadia: User) -> None:
    services.save_values(
        answers=draft, values={"title": "T", "zz": 1, "reference": "DEM-1"}, by=nadia
    )

    assert draft.values == {"title": "T"}


# --- Tables -----------------------------------------------------------------------------------


def rows_post(*rows: dict[str, str], **more: Any) -> QueryDict:
    data = QueryDict(mutable=True)
    data.appendlist("_fields", "processors")
    for rank, row in enumerate(rows):
        data.appendlist("processors-rows", str(rank))
        for column, value in row.items():
            data[f"processors-{rank}-{column}"] = value
    data.update(more)
    return data


def saved_rows(draft: AnswerSet, by: User, data: QueryDict) -> list[Any]:
    services.save_section(answers=draft, section="actors", data=data, by=by)
    return [row["name"] for row in draft.values.get("processors", [])]


def test_rows_are_saved_and_blank_ones_dropped(draft: AnswerSet, nadia: User) -> None:
    data = rows_post({"name": "A"}, {"name": " "}, {"name": "B", "zz": "x"})

    assert saved_rows(draft, nadia, data) == ["A", "B"]
    assert set(draft.values["processors"][0]) == {"name", "country", "service", "safeguards"}


def test_row_is_added_after_those_shown(draft: AnswerSet, nadia: User) -> None:
    assert saved_rows(draft, nadia, rows_post({"name": ""}, _add="processors")) == [None, None]
    assert saved_rows(draft, nadia, rows_post({"name": "A"}, _add="processors")) == ["A", None]
    assert saved_rows(draft, nadia, rows_post({"name": "A"}, _add="autre")) == ["A"]


def test_row_is_removed_by_its_rank(draft: AnswerSet, nadia: User) -> None:
    rows = ({"name": "A"}, {"name": "B"}, {"name": "C"})

    assert saved_rows(draft, nadia, rows_post(*rows, _remove="processors:1")) == ["A", "C"]
    assert saved_rows(draft, nadia, rows_post(*rows, _remove="processors:9")) == ["A", "B", "C"]


@pytest.mark.parametrize("rank", ["x", "-1", "²", "99999999", "", "1e3"])
def test_row_of_no_rank_is_ignored(draft: AnswerSet, nadia: User, rank: str) -> None:
    data = QueryDict(mutable=True)
    data["_fields"] = "processors"
    data.appendlist("processors-rows", rank)
    data[f"processors-{rank}-name"] = "A"

    assert saved_rows(draft, nadia, data) == []


def test_wants_row_and_anchor() -> None:
    assert parsing.wants_row(post(_add="datasets"))
    assert parsing.wants_row(post(_remove="datasets:2"))
    assert not parsing.wants_row(post(title="A"))
    assert forms.pressed(post(_remove="datasets:2")) == "datasets:2"
    assert forms.pressed(post(title="A")) == ""


@pytest.mark.parametrize(
    ("sent", "anchor"),
    [
        ({"_add": "processors"}, "#id_processors-2-name"),
        ({"_remove": "processors:1"}, "#id_processors-1-name"),
        ({"_remove": "processors:3"}, "#id_processors"),
        ({"_remove": "processors:x"}, "#id_processors"),
        ({"_remove": "processors:99999999"}, "#id_processors"),
        ({"_add": '"><script>'}, ""),
        ({}, ""),
    ],
)
def test_one_comes_back_to_the_row_to_go_on_with(
    draft: AnswerSet, nadia: User, sent: dict[str, str], anchor: str
) -> None:
    rows = [{"name": name, "country": "France"} for name in "ABC"]
    services.save_values(answers=draft, values={"processors": rows}, by=nadia)
    data = post(**sent)

    form = forms.section_form(draft, "actors", added=forms.pressed(data))

    assert forms.row_anchor(form, data) == anchor


# --- Two editors ------------------------------------------------------------------------------


@pytest.fixture
def opened(nadia: User) -> AnswerSet:
    """A draft at revision 1, open on two screens."""
    answers = answers_of(nadia)
    return services.save_values(
        answers=answers, values={"title": "Origine", "urgency": "normal"}, by=nadia
    )


def test_two_editors_of_two_fields_do_not_meet(
    opened: AnswerSet, nadia: User, olivier: User
) -> None:
    save(opened, olivier, title="Origine", urgency="urgent", expected_revision=1)
    save(opened, nadia, title="Nouveau", urgency="normal", expected_revision=1)

    assert opened.values == {"title": "Nouveau", "urgency": "urgent"}


def test_two_editors_of_one_field_conflict_without_loss(
    opened: AnswerSet, nadia: User, olivier: User
) -> None:
    save(opened, olivier, title="Celui d’Olivier", expected_revision=1)

    with pytest.raises(EditConflict) as caught:
        save(opened, nadia, title="Le mien", urgency="crisis", expected_revision=1)

    conflict = caught.value.conflicts[0]
    assert (conflict.field.name, conflict.mine, conflict.theirs, conflict.by) == (
        "title", "Le mien", "Celui d’Olivier", "Olivier Petit",
    )  # fmt: skip
    assert conflict.at is not None
    assert caught.value.revision == 2
    opened.refresh_from_db()
    assert opened.values == {"title": "Celui d’Olivier", "urgency": "normal"}


def test_same_text_on_both_sides_is_no_conflict(
    opened: AnswerSet, nadia: User, olivier: User
) -> None:
    save(opened, olivier, title="Pareil", expected_revision=1)
    save(opened, nadia, title="Pareil", expected_revision=1)

    assert opened.revision == 2


def test_field_cleared_by_another_is_a_change(
    opened: AnswerSet, nadia: User, olivier: User
) -> None:
    save(opened, olivier, title="", expected_revision=1)

    with pytest.raises(EditConflict):
        save(opened, nadia, title="Le mien", expected_revision=1)


def test_one_page_never_conflicts_with_itself(opened: AnswerSet, nadia: User) -> None:
    save(opened, nadia, title="Frappe", _editor="page1", expected_revision=1)
    save(opened, nadia, title="Frappe suivante", _editor="page1", expected_revision=1)

    assert opened.values["title"] == "Frappe suivante"


def test_same_person_on_two_pages_does(opened: AnswerSet, nadia: User) -> None:
    save(opened, nadia, title="Page 1", _editor="page1", expected_revision=1)

    with pytest.raises(EditConflict):
        save(opened, nadia, title="Page 2", _editor="page2", expected_revision=1)


def test_change_too_old_to_be_remembered_is_a_conflict(
    opened: AnswerSet, nadia: User, olivier: User
) -> None:
    save(opened, olivier, title="Il y a deux jours", expected_revision=1)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        save(opened, olivier, urgency="crisis")
        assert not FieldEdit.objects.filter(field="title").exists()

        with pytest.raises(EditConflict):
            save(opened, nadia, title="Le mien", expected_revision=1)


def resolve(answers: AnswerSet, by: User, data: QueryDict, **choices: str) -> AnswerSet:
    return services.resolve_conflict(
        answers=answers, data=data, choices=choices, by=by, section="need",
        expected_revision=1, seen_revision=answers.revision,
    )  # fmt: skip


@pytest.mark.parametrize(("choice", "title"), [("mine", "Le mien"), ("theirs", "Le sien")])
def test_conflict_is_ended_by_a_choice(
    opened: AnswerSet, nadia: User, olivier: User, choice: str, title: str
) -> None:
    save(opened, olivier, title="Le sien", urgency="urgent", expected_revision=1)
    data = post(title="Le mien", urgency="normal", needed_by="2027-01-01")

    resolve(opened, nadia, data, title=choice)

    # What Nadia did not change keeps Olivier's answer; what only she changed is kept too.
    assert opened.values == {"title": title, "urgency": "urgent", "needed_by": "2027-01-01"}


def test_conflict_without_a_choice_stays(opened: AnswerSet, nadia: User, olivier: User) -> None:
    save(opened, olivier, title="Le sien", expected_revision=1)

    with pytest.raises(EditConflict):
        resolve(opened, nadia, post(title="Le mien"))


def test_third_change_meanwhile_is_a_new_conflict(
    opened: AnswerSet, nadia: User, olivier: User
) -> None:
    save(opened, olivier, title="Le sien", expected_revision=1)
    seen = opened.revision
    save(opened, olivier, title="Le sien encore")

    with pytest.raises(EditConflict) as caught:
        services.resolve_conflict(
            answers=opened, data=post(title="Le mien"), choices={"title": "mine"}, by=nadia,
            section="need", expected_revision=1, seen_revision=seen,
        )  # fmt: skip

    assert caught.value.conflicts[0].theirs == "Le sien encore"


def test_conflict_rows_show_both_texts(opened: AnswerSet, nadia: User, olivier: User) -> None:
    save(opened, olivier, urgency="crisis", title="", expected_revision=1)
    with pytest.raises(EditConflict) as caught:
        save(opened, nadia, urgency="urgent", title="Le mien", expected_revision=1)

    rows = selectors.conflict_rows(opened, caught.value.conflicts)

    assert [(row.label, row.mine, row.theirs) for row in rows] == [
        ("Titre du cas d’usage", "Le mien", "(vide)"),
        ("Urgence", "Urgente", "Crise"),
    ]


# --- Freezing and copying ---------------------------------------------------------------------


def test_frozen_answers_do_not_change(opened: AnswerSet, nadia: User) -> None:
    services.freeze(answers=opened, by=nadia)

    assert opened.is_frozen
    assert not opened.edits.exists()
    for write in (
        lambda: save(opened, nadia, title="B"),
        lambda: services.save_values(answers=opened, values={"title": "B"}, by=nadia),
        lambda: services.set_context(answers=opened, context={}, by=nadia),
        lambda: resolve(opened, nadia, post(title="B"), title="mine"),
        lambda: services.freeze(answers=opened, by=nadia),
    ):
        with pytest.raises(Frozen):
            write()
    opened.refresh_from_db()
    assert opened.values["title"] == "Origine"


def test_copy_starts_a_draft_of_its_own(complete: AnswerSet, olivier: User, nadia: User) -> None:
    services.freeze(answers=complete, by=nadia)

    twin = services.copy(answers=complete, by=olivier, without=["commit_purpose"])
    services.save_values(answers=twin, values={"title": "Autre"}, by=olivier)

    assert twin.copied_from == complete
    assert (twin.is_frozen, twin.created_by, twin.revision) == (False, olivier, 1)
    assert "commit_purpose" not in twin.values
    complete.refresh_from_db()
    assert complete.values["title"] == "Suivre le recours à l’APA à domicile"


def test_copy_carries_the_context_or_takes_another(nadia: User) -> None:
    answers = answers_of(nadia, context={"SAME_STATE": True})

    assert services.copy(answers=answers, by=nadia).context == {"SAME_STATE": True}
    assert services.copy(answers=answers, by=nadia, context={}).context == {}


def test_set_context_keeps_what_json_holds(draft: AnswerSet, nadia: User) -> None:
    context = {"PD": True, "n": 3, "kinds": ["a"], "gap": None, "odd": object()}

    services.set_context(answers=draft, context=context, by=nadia)

    assert draft.context == {"PD": True, "n": 3, "kinds": ["a"], "gap": None}

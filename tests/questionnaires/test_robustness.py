"""Whatever is thrown at a form: it is kept, told, shown again, and nothing breaks."""

from __future__ import annotations

import json
from typing import Any

from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from questionnaires import definitions, forms, scoring, selectors, services, validation
from questionnaires.definitions import Definition, Field
from tests.questionnaires.factories import answers_of
from tests.questionnaires.pages import page, submitted

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(
        ["yes", "no", "2026-02-30", "31/12/2026", "a\x00b", "\ud800", "FR", "e", "0"]
    ),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)
CODES = [definition.code for definition in definitions.all_latest()]


@st.composite
def noisy(draw: Any, definition: Definition) -> dict[str, Any]:
    """A dozen answers of the right names and of any shape, rows with the right columns included."""
    names = st.lists(st.sampled_from(list(definition.answered)), unique=True, max_size=12)
    return {name: draw(shape(definition.fields[name])) for name in draw(names)}


def shape(field: Field) -> st.SearchStrategy[Any]:
    if not field.columns:
        return JSON
    row = st.fixed_dictionaries({}, optional={column.name: JSON for column in field.columns})
    return st.lists(row | JSON, max_size=3) | JSON


@settings(max_examples=60)
@given(code=st.sampled_from(CODES), data=st.data())
def test_any_json_is_kept_told_and_shown(db: None, nadia: User, code: str, data: Any) -> None:
    definition = definitions.get(code)
    values = data.draw(noisy(definition))
    answers = answers_of(nadia, code)

    services.save_values(answers=answers, values=values, by=nadia)

    answers.refresh_from_db()
    json.dumps(answers.values, allow_nan=False)
    for stage in "SDGL":
        for problem in selectors.problems(answers, stage):
            assert problem.message
            assert problem.field in definition.fields
    selectors.facts(answers)
    selectors.assessment(answers)
    selectors.progress(answers)
    selectors.read_view(answers)
    selectors.verdict(answers)
    selectors.conditions(answers)
    scoring.advice(definition, answers.values)


@settings(max_examples=100)
@given(code=st.sampled_from(CODES), data=st.data())
def test_raw_values_never_break_the_checks(db: None, code: str, data: Any) -> None:
    definition = definitions.get(code)
    values = data.draw(noisy(definition))
    context = data.draw(
        st.fixed_dictionaries({}, optional=dict.fromkeys(definition.external, JSON))
    )

    for problem in validation.problems(definition, values, "L", context=context):
        assert problem.message


@given(data=st.data())
def test_any_draft_is_shown_and_saved_again_unchanged(db: None, nadia: User, data: Any) -> None:
    definition = definitions.get("use_case")
    section = data.draw(st.sampled_from(definition.sections))
    answers = answers_of(nadia, values=data.draw(noisy(definition)))
    found = selectors.problems(answers, "S", section.code)

    soup = page(forms.section_form(answers, section.code, problems=found))
    posted = submitted(soup)

    again = services.copy(answers=answers, by=nadia)
    services.save_section(answers=again, section=section.code, data=posted, by=nadia)
    names = [f.name for f in section.fields if f.type in ("str", "int", "dec", "date", "org")]
    for name in names:
        if not isinstance(answers.values.get(name), str) or answers.values[name].isprintable():
            assert again.values.get(name) == answers.values.get(name), name


NAMES = st.sampled_from(
    ["title", "_fields", "processors-rows", "processors-0-name", "_add", "_remove", "_revision",
     "_editor", "period_covered-from", "use_category", "has_personal_data", "attachments", "keep-x"]
)  # fmt: skip


@given(pairs=st.lists(st.tuples(NAMES | st.text(max_size=20), st.text(max_size=50)), max_size=20))
def test_any_post_is_saved(db: None, nadia: User, pairs: list[tuple[str, str]]) -> None:
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    answers = answers_of(nadia)

    for section in (None, "actors", "data"):
        services.save_section(
            answers=answers, section=section, data=data, by=nadia,
            expected_revision=forms.expected_revision(data),
        )  # fmt: skip
    services.resolve_conflict(
        answers=answers, data=data, choices=forms.conflict_choices(data), by=nadia,
        expected_revision=forms.expected_revision(data), seen_revision=forms.seen_revision(data),
    )  # fmt: skip

    answers.refresh_from_db()
    assert answers.values.keys() <= definitions.get("use_case").answered.keys()
    page = forms.section_form(answers, "actors", added=forms.pressed(data))
    anchor = forms.row_anchor(page, data)
    assert anchor == "" or anchor.removeprefix("#id_").replace("_", "").replace("-", "").isalnum()
    forms.hidden_inputs(data)

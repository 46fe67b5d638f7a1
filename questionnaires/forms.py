"""The pages of a form, for the views of the apps that own the case."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.datastructures import MultiValueDict

from questionnaires import controls, definitions, expressions, sources
from questionnaires import values as answer_values
from questionnaires.definitions import Definition
from questionnaires.enums import FieldType
from questionnaires.models import AnswerSet
from questionnaires.pages import FIELDS_ID, Page, SectionForm
from questionnaires.validation import Problem
from questionnaires.values import is_blank


def section_form(
    answers: AnswerSet,
    section: str,
    *,
    problems: Iterable[Problem] = (),
    attachments: sources.AttachmentSource | None = None,
    refresh_url: str = "",
    added: str = "",
    editor: str = "",
) -> SectionForm:
    """Build the page of one section of existing answers.

    `problems` are shown at their fields and in the summary; `refresh_url` is where htmx posts when
    an answer changes what is asked; `added` is the button of a table that was pressed
    (`forms.pressed(request.POST)`): the row to go on with takes the focus; `editor` identifies the
    open page from one save to the next (`forms.editor(request.POST)`). Errors: KeyError.
    """
    definition = answers.definition
    found = answer_values.situation(definition, answers.values, answers.context)
    kept = [problem for problem in problems if problem.section == section]
    return SectionForm(
        Page(
            definition, definition.section(section), answers.values, found, kept,
            answers.revision, editor or uuid.uuid4().hex, attachments, refresh_url, added,
        )
    )  # fmt: skip


def blank_form(
    code: str,
    section: str | None = None,
    *,
    version: int | None = None,
    values: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    problems: Iterable[Problem] = (),
    attachments: sources.AttachmentSource | None = None,
    added: str = "",
) -> SectionForm:
    """Build a page before any answer is stored, since a GET never writes. Default values apply."""
    definition = definitions.get(code, version)
    chosen = definition.section(section) if section else definition.sections[0]
    given = {**defaults(definition, values or {}, context), **(values or {})}
    found = answer_values.situation(definition, given, context)
    kept = [problem for problem in problems if problem.section == chosen.code]
    return SectionForm(
        Page(definition, chosen, given, found, kept, 0, uuid.uuid4().hex, attachments, "", added)
    )


def whole_form(
    answers: AnswerSet, *, problems: Iterable[Problem] = (), **settings: Any
) -> list[SectionForm]:
    """Build the pages of every section that applies, for forms shown on one page (an opinion)."""
    listed = list(problems)
    found = answer_values.situation(answers.definition, answers.values, answers.context)
    editor = settings.pop("editor", "") or uuid.uuid4().hex
    return [
        section_form(answers, section.code, problems=listed, editor=editor, **settings)
        for section in found.sections
    ]


def defaults(
    definition: Definition, values: Mapping[str, Any], context: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the answers that the definition proposes where nothing was answered."""
    found = answer_values.situation(definition, values, context)
    proposed: dict[str, Any] = {}
    for name, question in definition.answered.items():
        if question.default and is_blank(values.get(name)):
            try:
                proposed[name] = expressions.evaluate(question.default, found.names)
            except expressions.MissingFact:
                continue
    return proposed


def expected_revision(data: Mapping[str, Any]) -> int | None:
    """Return the revision that a posted page was built from."""
    text = str(data.get("_revision") or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def wants_fields(headers: Mapping[str, str]) -> bool:
    """Tell whether htmx asks for the fields again, because an answer changed what is asked."""
    return headers.get("HX-Target", "") == FIELDS_ID


def editor(data: Mapping[str, Any]) -> str:
    """Return the identity of the open page, so that it never conflicts with itself."""
    return str(data.get("_editor") or "")[:40]


def uploads(
    definition: Definition, section: str | None, files: MultiValueDict[str, Any]
) -> dict[str, list[Any]]:
    """Return the files posted with a page, field by field, for the caller to store."""
    names = [
        question.name
        for part in definition.sections
        if section in (None, part.code)
        for question in part.fields
        if question.type == FieldType.FILE
    ]
    found = {name: files.getlist(f"{name}-upload") for name in names}
    return {name: posted for name, posted in found.items() if posted}


def conflict_choices(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the choices of a conflict page: « mine » or « theirs », field by field."""
    prefix = "keep-"
    return {name.removeprefix(prefix): str(data[name]) for name in data if name.startswith(prefix)}


def seen_revision(data: Mapping[str, Any]) -> int | None:
    """Return the revision whose texts the conflict page showed."""
    return expected_revision({"_revision": data.get("_seen")})


def pressed(data: Mapping[str, Any]) -> str:
    """Return the button of a table that was pressed: `name` to add a row, `name:rank` to remove."""
    return str(data.get("_add") or data.get("_remove") or "")[:60]


def row_anchor(form: SectionForm, data: Mapping[str, Any]) -> str:
    """Return the fragment to come back to once a row was added or removed: the first control of
    the row to go on with, else the table (ux/spec.md, §8)."""
    name = pressed(data).partition(":")[0]
    blocks = (block for group in form.groups for block in group.blocks)
    table = next((block for block in blocks if block.question.name == name), None)
    if table is None:
        return ""
    row = next((one for one in table.rows if one.is_new and one.cells), None)
    return f"#{controls.focus_id(row.cells[0][1])}" if row else f"#{table.id}"


def hidden_inputs(data: Any) -> list[tuple[str, str]]:
    """Return what a page posted, to be carried by the conflict page; nothing typed is lost."""
    own = {"csrfmiddlewaretoken", "_add", "_remove", "_seen", "_resolve", "action"}
    return [
        (name, str(value))
        for name, values in data.lists()
        if name not in own and not name.startswith("keep-")
        for value in values
    ]

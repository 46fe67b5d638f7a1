"""The annexes of an act: which ones, what they still lack, and what somebody typed in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.assembly.merging import MergeContext, with_aliases
from agreements.assembly.selection import Facts, holds
from agreements.library import AnnexColumn, AnnexSection, AnnexTemplate, Library
from questionnaires.expressions import merge

MAX_ROWS = 2000
MAX_CELL = 5000

Content = Mapping[str, Any]


class CellError(ValidationError):
    """A cell that cannot be kept; `target` is the identifier of its control."""

    def __init__(self, message: str, target: str = "") -> None:
        super().__init__(message)
        self.target = target


def control_id(section: str, row: str | int, column: str) -> str:
    """Return the name and identifier of the control of a cell."""
    return "-".join(part for part in ("a", section, str(row), column) if part != "")


@dataclass(frozen=True)
class Question:
    """One thing to write in an annex: a field, or a cell of a row that is given."""

    section: AnnexSection
    row: str
    column: AnnexColumn
    label: str


def select_annexes(facts: Facts, library: Library) -> tuple[AnnexTemplate, ...]:
    """Return the annexes of an act. `facts` are those of `selection.with_clauses`."""
    return tuple(annex for annex in library.annexes.values() if holds(annex.condition, facts))


def annexes_list(annexes: Sequence[AnnexTemplate]) -> list[str]:
    """Return « 1, 2, 4 et 5 » as the list that clause C46 merges."""
    return [str(annex.number) for annex in annexes]


def is_required(column: AnnexColumn, facts: Facts) -> bool:
    return column.required or bool(column.required_when and holds(column.required_when, facts))


def questions(section: AnnexSection, parties: Sequence[str]) -> Iterator[Question]:
    """Yield what a section asks, but for the free rows. `parties` are the names of the parties."""
    if section.kind == "fields":
        for column in section.fields:
            if not column.merge:
                yield Question(section, "", column, column.label)
    elif section.kind == "grid":
        for row in section.rows:
            for column in section.columns:
                yield Question(section, row.key, column, f"{row.label} — {column.label}")
    elif section.kind == "matrix":
        for row in section.rows:
            for number, party in enumerate(parties, start=1):
                column = AnnexColumn(
                    key=f"party_{number}", label=party, required=True, choices=section.choices
                )
                yield Question(section, row.key, column, f"{row.label} — {party}")


def answer(content: Content, question: Question) -> str:
    """Return what is written for a question, empty when nothing is."""
    written = content.get(question.section.key) or {}
    if question.row:
        written = written.get(question.row) or {}
    return str(written.get(question.column.key) or "")


def rows(content: Content, section: AnnexSection) -> list[dict[str, str]]:
    """Return the free rows of a section."""
    written = content.get(section.key) or []
    return [
        {column.key: str(row.get(column.key) or "") for column in section.columns}
        for row in written
    ]


def missing(
    annex: AnnexTemplate, content: Content, *, facts: Facts, parties: Sequence[str]
) -> list[str]:
    """Return, in French, what an annex still lacks; nothing when it is complete."""
    lacking: list[str] = []
    for section in annex.sections:
        if section.kind == "rows":
            lacking += _missing_rows(section, rows(content, section), facts)
        for question in questions(section, parties):
            if is_required(question.column, facts) and not answer(content, question):
                lacking.append(question.label)
    return lacking


def _missing_rows(
    section: AnnexSection, written: Sequence[Mapping[str, str]], facts: Facts
) -> Iterator[str]:
    if section.required and not written:
        yield section.title
    for column in section.columns:
        count = sum(not row[column.key] for row in written) if is_required(column, facts) else 0
        if count:
            yield ngettext(
                "%(section)s : « %(column)s » (%(count)s ligne)",
                "%(section)s : « %(column)s » (%(count)s lignes)",
                count,
            ) % {
                "section": section.title,
                "column": column.label,
                "count": count,
            }


def clean_content(annex: AnnexTemplate, content: Content, parties: Sequence[str]) -> dict[str, Any]:
    """Keep what the template knows of a content, checked. Errors: CellError in French."""
    cleaned: dict[str, Any] = {}
    for section in annex.sections:
        if section.kind == "rows":
            cleaned[section.key] = _clean_rows(section, content)
        for question in questions(section, parties):
            target = control_id(section.key, question.row, question.column.key)
            value = _cell(answer(content, question), question.column, question.label, target)
            place = cleaned.setdefault(section.key, {})
            if question.row:
                place = place.setdefault(question.row, {})
            place[question.column.key] = value
    return cleaned


def _clean_rows(section: AnnexSection, content: Content) -> list[dict[str, str]]:
    kept = [row for row in rows(content, section) if any(value.strip() for value in row.values())]
    if len(kept) > MAX_ROWS:
        raise CellError(
            _("« %(section)s » : %(count)s lignes, %(max)s au plus.")
            % {"section": section.title, "count": len(kept), "max": MAX_ROWS}
        )
    return [
        {
            column.key: _cell(
                row[column.key],
                column,
                _("%(section)s, ligne %(n)s, %(column)s")
                % {"section": section.title, "n": number, "column": column.label},
                control_id(section.key, number, column.key),
            )
            for column in section.columns
        }
        for number, row in enumerate(kept, start=1)
    ]


def _cell(raw: str, column: AnnexColumn, label: str, target: str) -> str:
    text = raw.replace("\r\n", "\n").strip()
    if "\x00" in text:
        raise CellError(_("« %s » : le texte contient un caractère interdit.") % label, target)
    if len(text) > MAX_CELL:
        raise CellError(
            _("« %(label)s » : texte trop long, %(max)s caractères au plus.")
            % {"label": label, "max": MAX_CELL},
            target,
        )
    if text and column.choices and text not in column.choices:
        raise CellError(_("« %s » : choisissez une valeur de la liste.") % label, target)
    return text


def merged_text(text: str, annex: AnnexTemplate, context: MergeContext) -> str:
    """Merge a given text of an annex; the fields of its `blank` objects stay to be handwritten."""
    labels = {path: field.label for path, field in context.library.fields.items()}
    blank: dict[str, dict[str, str]] = {}
    for name in annex.blank:
        fields = context.library.objects[name].fields
        blank[name] = {key: f"…………… ({field.label})" for key, field in fields.items()}
    return merge(text, {**with_aliases(context), **blank}, labels=labels).text

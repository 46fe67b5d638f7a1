"""Answers as people read them, in French."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from questionnaires import french, sources
from questionnaires.definitions import Field, Question
from questionnaires.enums import SOURCED, FieldType
from questionnaires.validation import Known
from questionnaires.values import filled_rows, is_blank, parse_date, parse_decimal


@dataclass(frozen=True)
class Table:
    """A table of answers: the labels of its columns, and rows of texts."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def text(question: Question, value: Any, known: Known) -> str:
    """Write one answer; several choices are joined; an unreadable answer is shown as typed."""
    return _(", ").join(texts(question, value, known))


def texts(question: Question, value: Any, known: Known) -> list[str]:
    """Write one answer as a list: one text a choice, a file, a country; none when blank."""
    if is_blank(value):
        return []
    kind = question.type
    if kind == FieldType.DATERANGE:
        return [_period(value)]
    items = value if isinstance(value, list) else [value]
    return [_one(question, kind, item, known) for item in items]


def _one(question: Question, kind: str, value: Any, known: Known) -> str:
    if kind in SOURCED or kind == FieldType.FILE:
        return known.label(kind, value)
    if kind in (FieldType.ENUM, FieldType.MULTI, FieldType.TRI):
        return question.labels.get(value, str(value)) if isinstance(value, str) else str(value)
    if kind == FieldType.COUNTRY:
        return sources.countries().get(str(value), str(value))
    if kind == FieldType.BOOL and isinstance(value, bool):
        return _("Oui") if value else _("Non")
    if kind == FieldType.DATE:
        return date_text(value)
    if kind == FieldType.INT and isinstance(value, int):
        return french.count(value)
    if kind == FieldType.DEC:
        return decimal_text(value)
    return str(value)


def date_text(value: Any) -> str:
    """12 mars 2026, 1er avril 2026; as typed when it is not a date."""
    day = parse_date(value) if isinstance(value, str) else None
    return str(value) if day is None else french.date_words(day)


def decimal_text(value: Any) -> str:
    number = parse_decimal(value)
    if number is None:
        return str(value)
    whole, _dot, rest = format(number, "f").partition(".")
    digits = french.count(int(whole)) if whole not in ("-0", "+0") else whole
    return f"{digits},{rest}" if rest else digits


def _period(value: Any) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    first, last = value.get("from"), value.get("to")
    if is_blank(last):
        return _("à partir du %s") % date_text(first)
    if is_blank(first):
        return _("jusqu’au %s") % date_text(last)
    return _("du %(first)s au %(last)s") % {"first": date_text(first), "last": date_text(last)}


def table(field: Field, value: Any, known: Known) -> Table:
    """Write a table of answers, its blank rows left out and its unused columns too."""
    rows = filled_rows(value)
    used = [
        c for c in field.columns if c.required or any(not is_blank(r.get(c.name)) for r in rows)
    ]
    return Table(
        tuple(column.label for column in used),
        tuple(tuple(text(c, row.get(c.name), known) for c in used) for row in rows),
    )

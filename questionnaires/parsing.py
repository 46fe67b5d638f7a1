"""From a posted form to JSON values. Nothing is refused here, nothing typed is dropped.

Each page lists the questions it shows in hidden inputs `_fields`, each beside its question: a group
of boxes all unticked is an answer, a question not shown, or hidden by the script, is not.
A table posts `name-rows` (the ranks it shows) and `name-<rank>-<column>`; its buttons post
`_add=name` and `_remove=name:rank`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from questionnaires.definitions import Definition, Field, Question
from questionnaires.enums import LISTS, FieldType
from questionnaires.values import is_blank, normalise

# More rows than any table admits, so that a paste too long is kept and refused with a sentence.
MAX_RANK: Final = 5000


def parse(
    definition: Definition,
    data: Mapping[str, Any],
    section: str | None = None,
    *,
    files: Mapping[str, Iterable[int]] | None = None,
) -> dict[str, Any]:
    """Read the answers of the fields that the page showed, in one section or in the whole form.

    `files` gives, field by field, the identifiers of the attachments just stored by the caller.
    """
    wanted = definition.answered
    if section is not None:
        names = {field.name for field in definition.section(section).fields}
        wanted = {name: field for name, field in wanted.items() if name in names}
    shown = _all(data, "_fields")
    added = {name: list(ids) for name, ids in (files or {}).items()}
    values: dict[str, Any] = {}
    for name, field in wanted.items():
        if name in shown or (not shown and _is_posted(field, data)) or name in added:
            values[name] = _read(field, data, added.get(name, []))
    return values


def wants_row(data: Mapping[str, Any]) -> bool:
    """Tell whether the person pressed a button of a table rather than one of the page."""
    return bool(data.get("_add") or data.get("_remove"))


def _all(data: Mapping[str, Any], name: str) -> list[Any]:
    if hasattr(data, "getlist"):
        return list(data.getlist(name))
    found = data.get(name, [])
    return list(found) if isinstance(found, list | tuple | set) else [found]


def _is_posted(field: Field, data: Mapping[str, Any]) -> bool:
    if field.type == FieldType.ROWS:
        return f"{field.name}-rows" in data
    if field.type == FieldType.DATERANGE:
        return f"{field.name}-from" in data or f"{field.name}-to" in data
    return field.name in data


def _read(field: Field, data: Mapping[str, Any], added: list[int]) -> Any:
    if field.type == FieldType.ROWS:
        return _read_rows(field, data)
    if field.type == FieldType.DATERANGE:
        sides = {side: data.get(f"{field.name}-{side}") for side in ("from", "to")}
        return normalise(field, sides)
    if field.type == FieldType.FILE:
        return normalise(field, [*_all(data, field.name), *added])
    return normalise(field, _raw(field, field.name, data))


def _raw(question: Question, name: str, data: Mapping[str, Any]) -> Any:
    if question.type in LISTS:
        return _all(data, name)
    found = data.get(name)
    if isinstance(question, Field) and question.must and found is None:
        return False
    return found


def _read_rows(field: Field, data: Mapping[str, Any]) -> list[dict[str, Any]]:
    removed = str(data.get("_remove") or "")
    adding = data.get("_add") == field.name
    rows: list[dict[str, Any]] = []
    for rank in _ranks(_all(data, f"{field.name}-rows")):
        if removed == f"{field.name}:{rank}":
            continue
        row = {
            column.name: normalise(column, _raw(column, f"{field.name}-{rank}-{column.name}", data))
            for column in field.columns
        }
        if adding or not is_blank(row):
            rows.append(row)
    if adding:
        rows.append(dict.fromkeys(column.name for column in field.columns))
    return rows


def _ranks(raw: Iterable[Any]) -> list[int]:
    found = [int(text) for item in raw if (text := str(item)).isascii() and text.isdigit()
             and len(text) < 6]  # fmt: skip
    return sorted({rank for rank in found if rank <= MAX_RANK})

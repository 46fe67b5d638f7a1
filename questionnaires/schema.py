"""The JSON Schema (draft 2020-12) of the answers to a form, for those who write them by machine."""

from __future__ import annotations

from typing import Any, Final

from questionnaires import sources
from questionnaires.definitions import Definition, Field, Question
from questionnaires.enums import SOURCED, FieldType

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_PLAIN: Final[dict[str, dict[str, Any]]] = {
    FieldType.BOOL: {"type": "boolean"},
    FieldType.DATE: {"type": "string", "format": "date"},
    FieldType.URL: {"type": "string", "format": "uri"},
    FieldType.EMAIL: {"type": "string", "format": "email"},
    FieldType.FILE: {"type": "array", "items": {"type": "integer"}, "uniqueItems": True},
    FieldType.DEC: {"type": "string", "pattern": r"^[+-]?\d{1,15}(\.\d{1,6})?$"},
    FieldType.DATERANGE: {
        "type": "object",
        "properties": {
            "from": {"type": "string", "format": "date"},
            "to": {"type": "string", "format": "date"},
        },
        "required": ["from", "to"],
        "additionalProperties": False,
    },
}


def json_schema(definition: Definition) -> dict[str, Any]:
    """Describe the answers that the checks of the form accept, conditions and stages apart.

    Conditions of presence are given as `x-when` and `x-required`, in the expression language.
    """
    always = [
        name
        for name, field in definition.answered.items()
        if field.required.get("S") is True and not (field.when or definition.section_of[name].when)
    ]
    return {
        "$schema": DIALECT,
        "$id": f"urn:navette:questionnaire:{definition.code}:{definition.version}",
        "title": definition.title,
        "type": "object",
        "properties": {name: _field(field) for name, field in definition.answered.items()},
        "required": always,
        "additionalProperties": False,
    }


def _field(field: Field) -> dict[str, Any]:
    found = {"title": field.label, **_value(field)}
    if field.help:
        found["description"] = field.help
    if field.when:
        found["x-when"] = field.when
    if field.required:
        found["x-required"] = dict(field.required)
    return found


def _value(question: Question) -> dict[str, Any]:
    kind = question.type
    if kind == FieldType.ROWS:
        return _rows(question)
    if kind in (FieldType.ENUM, FieldType.TRI):
        return {"type": "string", "enum": list(question.labels)}
    if kind == FieldType.MULTI:
        return _many({"type": "string", "enum": list(question.labels)})
    if kind == FieldType.COUNTRY:
        return _many({"type": "string", "enum": list(sources.countries())})
    if kind in SOURCED:
        return {"type": ["integer", "string"]}
    if kind == FieldType.INT:
        bounds = {"minimum": question.min, "maximum": question.max}
        return {"type": "integer", **{k: v for k, v in bounds.items() if v is not None}}
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    return {"type": "string", "maxLength": question.length}


def _many(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items, "uniqueItems": True}


def _rows(question: Question) -> dict[str, Any]:
    columns = getattr(question, "columns", ())
    return {
        "type": "array",
        "maxItems": getattr(question, "max_rows", None),
        "items": {
            "type": "object",
            "properties": {c.name: {"title": c.label, **_nullable(_value(c))} for c in columns},
            "required": [c.name for c in columns if c.required],
            "additionalProperties": False,
        },
    }


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """A cell may be null: the draft keeps every column of a row."""
    return {"anyOf": [schema, {"type": "null"}]}

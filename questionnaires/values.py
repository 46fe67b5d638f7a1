"""Answers as JSON: reading what was typed, hiding what does not apply, deriving facts.

A value is kept canonical when it can be read (a date as ISO text, a count as a number) and exactly
as typed when it cannot, so that a draft never loses a keystroke; validation says what is wrong.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from questionnaires import expressions, sources
from questionnaires.definitions import Definition, Field, Question, Section
from questionnaires.enums import LISTS, SOURCED, FieldType, RiskLevel

MAX_ROUNDS: Final = 10
AIPD_CRITERIA: Final = 2  # domain/forms.md, §3: « yes if ≥ 2 criteria, or one list item »
RISK_ORDER: Final = tuple(RiskLevel.values)
ISO_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
FRENCH_DATE: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.ASCII)
INTEGER: Final = re.compile(r"[+-]?\d{1,15}", re.ASCII)
DECIMAL: Final = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,6})?", re.ASCII)
SPACES: Final = re.compile(r"[ \u00a0\u202f\u2009]")
# Characters that no page, PDF or database can hold become visible (␀) and are refused later.
CONTROLS: Final = {
    code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n\r"
} | dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)
CONTROL_PICTURES: Final = re.compile("[\u2400-\u241f]")


def clean_text(raw: Any) -> str:
    """Return a text that can be stored: one kind of line end, control characters visible."""
    return str(raw).replace("\r\n", "\n").replace("\r", "\n").translate(CONTROLS)


def parse_date(raw: str) -> date | None:
    """Read 2026-03-12 or 12/03/2026."""
    text = raw.strip()
    if found := ISO_DATE.fullmatch(text):
        year, month, day = found.groups()
    elif found := FRENCH_DATE.fullmatch(text):
        day, month, year = found.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def parse_decimal(raw: Any) -> Decimal | None:
    text = SPACES.sub("", str(raw))
    if not DECIMAL.fullmatch(text):
        return None
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:  # pragma: no cover - the pattern admits numbers only
        return None


def normalise(question: Question, raw: Any) -> Any:
    """Return the JSON value of an answer: canonical when readable, else the text as typed."""
    if raw is None:
        return None
    kind = question.type
    if kind == FieldType.ROWS:
        return _rows(question, raw)
    if kind == FieldType.DATERANGE:
        return _period(question, raw)
    if kind in LISTS or kind == FieldType.FILE:
        return _list(kind, raw)
    if isinstance(raw, list | tuple | dict | set):
        return clean_text(raw)
    if kind == FieldType.BOOL:
        return _boolean(raw)
    return _scalar(kind, raw)


def _scalar(kind: str, raw: Any) -> Any:
    text = clean_text(raw)
    stripped = text.strip()
    if not stripped:
        return None
    if kind == FieldType.DATE:
        day = parse_date(stripped)
        return day.isoformat() if day else text
    if kind == FieldType.INT:
        compact = SPACES.sub("", stripped)
        return int(compact) if INTEGER.fullmatch(compact) and not isinstance(raw, bool) else text
    if kind == FieldType.DEC:
        number = None if isinstance(raw, bool) else parse_decimal(stripped)
        return format(number, "f") if number is not None else text
    if kind in SOURCED:
        return _key(stripped)
    return stripped if kind != FieldType.TEXT else text


def _key(text: str) -> Any:
    return int(text) if INTEGER.fullmatch(text) and str(int(text)) == text else text


def _boolean(raw: Any) -> Any:
    if isinstance(raw, bool):
        return raw
    text = clean_text(raw).strip()
    known = {"yes": True, "on": True, "true": True, "no": False, "false": False, "": None}
    return known.get(text.lower(), text)


def _list(kind: str, raw: Any) -> list[Any]:
    items = list(raw) if isinstance(raw, list | tuple | set) else [raw]
    texts = [clean_text(item).strip() for item in items if item is not None]
    kept = [text for text in dict.fromkeys(texts) if text]
    return [_key(text) for text in kept] if kind == FieldType.FILE else kept


def _period(question: Question, raw: Any) -> Any:
    if not isinstance(raw, Mapping):
        return {"from": _scalar(FieldType.DATE, raw), "to": None}
    return {side: _scalar(FieldType.DATE, raw.get(side) or "") for side in ("from", "to")}


def _rows(question: Question, raw: Any) -> list[dict[str, Any]]:
    columns = getattr(question, "columns", ())
    items = raw if isinstance(raw, list | tuple) else [raw]
    return [
        {
            column.name: normalise(column, _cell(item, column.name, is_first=rank == 0))
            for rank, column in enumerate(columns)
        }
        for item in items
    ]


def _cell(item: Any, name: str, *, is_first: bool) -> Any:
    if isinstance(item, Mapping):
        return item.get(name)
    return item if is_first else None


def is_blank(value: Any) -> bool:
    """Tell whether nothing was answered: no text, no choice, no date, only blank rows."""
    if value is None or value == "" or value == []:
        return True
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, Mapping):
        return all(is_blank(cell) for cell in value.values())
    if isinstance(value, list):
        return all(is_blank(item) for item in value)
    return isinstance(value, float) and not math.isfinite(value)


def filled_rows(value: Any) -> list[dict[str, Any]]:
    """Return the rows of a table in which something was written."""
    if not isinstance(value, list):
        return []
    return [row for row in value if isinstance(row, dict) and not is_blank(row)]


def native(question: Question, value: Any) -> Any:
    """Return the Python value that expressions compare, or None when the answer is unreadable."""
    if is_blank(value) and question.type != FieldType.ROWS:
        return None
    kind = question.type
    if kind == FieldType.DATE:
        return parse_date(value) if isinstance(value, str) else None
    if kind == FieldType.INT:
        return value if isinstance(value, int) and not isinstance(value, bool) else None
    if kind == FieldType.DEC:
        return parse_decimal(value)
    if kind == FieldType.BOOL:
        return value if isinstance(value, bool) else None
    if kind == FieldType.ROWS:
        return filled_rows(value)
    if kind in (FieldType.ENUM, FieldType.TRI):
        return value if isinstance(value, str) and value in question.labels else None
    if kind == FieldType.MULTI:
        codes = value if isinstance(value, list) else []
        return [code for code in codes if isinstance(code, str) and code in question.labels] or None
    return value


@dataclass(frozen=True)
class Situation:
    """What a form says at one moment: facts, visible sections and fields, values that count."""

    facts: dict[str, Any]
    sections: tuple[Section, ...]
    visible: frozenset[str]
    values: dict[str, Any]
    names: dict[str, Any]  # what conditions read

    def holds(self, condition: bool | str) -> bool:
        return (
            condition if isinstance(condition, bool) else expressions.holds(condition, self.names)
        )


def situation(
    definition: Definition, values: Mapping[str, Any], context: Mapping[str, Any] | None = None
) -> Situation:
    """Work out which questions apply.

    Facts depend on the values that count, which depend on conditions, which depend on facts: start
    from everything shown and repeat until nothing moves.
    """
    natives = {name: native(field, values.get(name)) for name, field in definition.fields.items()}
    derived = {name: _derived(field, natives[name]) for name, field in definition.fields.items()}
    visible = frozenset(definition.fields)
    sections: tuple[Section, ...] = definition.sections
    facts: dict[str, Any] = {}
    names: dict[str, Any] = {}
    for _round in range(MAX_ROUNDS):
        shown = {n: v for n, v in natives.items() if n in visible}
        for name in visible:
            shown.update(derived[name])
        facts = _facts(definition, shown, visible, context or {})
        names = {**dict.fromkeys(natives), **(context or {}), **shown, **facts}
        facts.update(_computed(definition, names))
        names.update(facts)
        sections = tuple(s for s in definition.sections if not s.when or _holds(s.when, names))
        found = frozenset(_visible(sections, names))
        if found == visible:
            break
        visible = found
    kept = {name: _kept(definition.fields[name], values.get(name)) for name in visible}
    return Situation(
        facts, sections, visible, {n: v for n, v in kept.items() if not is_blank(v)}, names
    )


def _holds(expression: str, names: Mapping[str, Any]) -> bool:
    return expressions.holds(expression, names)


def _visible(sections: tuple[Section, ...], names: Mapping[str, Any]) -> Iterator[str]:
    for section in sections:
        for field in section.fields:
            if not field.when or _holds(field.when, names):
                yield field.name


def _kept(field: Field, value: Any) -> Any:
    return filled_rows(value) if field.type == FieldType.ROWS else value


def _facts(
    definition: Definition,
    shown: Mapping[str, Any],
    visible: frozenset[str],
    context: Mapping[str, Any],
) -> dict[str, Any]:
    """Evaluate the facts in order. A question without object is a known « nothing », not a gap."""
    known: dict[str, Any] = {name: context.get(name) for name in definition.external}
    known.update(shown)
    for name, field in definition.fields.items():
        if name not in visible:
            known[name] = _nothing(field)
            known.update(_derived(field, None))
    facts: dict[str, Any] = {}
    for name, expression in definition.facts.items():
        try:
            facts[name] = known[name] = expressions.evaluate(expression, known)
        except expressions.MissingFact:
            known[name] = None
    return facts


def _computed(definition: Definition, names: Mapping[str, Any]) -> dict[str, Any]:
    """Count the rules: impact analysis from two criteria or one listed case; highest risk."""
    found: dict[str, Any] = {}
    if "AIPD_REQUIRED" in definition.computed:
        criteria = [rule for rule in definition.aipd_criteria if _holds(rule.when, names)]
        listed = any(_holds(rule.when, names) for rule in definition.aipd_list)
        found["AIPD_REQUIRED"] = listed or len(criteria) >= AIPD_CRITERIA
    if "RISK_LEVEL" in definition.computed:
        levels = [rule.result for rule in definition.risk if _holds(rule.when, names)]
        found["RISK_LEVEL"] = max(levels, key=RISK_ORDER.index, default=RISK_ORDER[0])
    return found


def _derived(field: Field, value: Any) -> dict[str, Any]:
    """Return what conditions may read of an answer besides itself (see Field.derived)."""
    if field.type == FieldType.COUNTRY:
        codes = [c for c in value if isinstance(c, str)] if isinstance(value, list) else []
        return {field.derived[0]: sources.outside_eea(codes)}
    rows = value if field.type == FieldType.ROWS and isinstance(value, list) else []
    found: dict[str, Any] = {}
    for name in field.derived:
        column = field.column(name.rpartition("__")[2])
        cells = [row.get(column.name) for row in rows]
        found[name] = [c for c in cells if isinstance(c, str) and c in column.labels]
    return found


def _nothing(field: Field) -> Any:
    if field.type in LISTS or field.type in (FieldType.ROWS, FieldType.FILE):
        return []
    return False if field.type == FieldType.BOOL else ""


def effective_values(
    definition: Definition, values: Mapping[str, Any], context: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the answers that count: those of questions that apply, blank ones left out."""
    return situation(definition, values, context).values


def facts(
    definition: Definition, values: Mapping[str, Any], context: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the facts established by the answers. An unknown fact is absent.

    Source: domain/clauses.md, §1.
    """
    return situation(definition, values, context).facts

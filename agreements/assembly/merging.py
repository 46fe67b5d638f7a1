"""What an article says once its fields are filled: text, gaps, references that follow numbering."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from agreements.enums import FieldType
from agreements.library import Library
from questionnaires.expressions import Gap, merge

_TAG = re.compile(r"(\{\{[^{}]*\}\})")
_REFERENCE = re.compile(r"\{\{\s*ref:")
_PARTY = re.compile(r"^party_(\d+)$")
MAX_VALUE = 20_000


class SegmentKind(StrEnum):
    TEXT = "text"
    VALUE = "value"
    GAP = "gap"
    REFERENCE = "reference"
    DANGLING = "dangling"


@dataclass(frozen=True)
class Segment:
    """A piece of an article: `path` is the merge field or the clause referred to."""

    kind: SegmentKind
    text: str
    path: str = ""


@dataclass(frozen=True)
class MergeContext:
    """All that merging an act needs to know."""

    values: Mapping[str, Any]
    sides: Sequence[str]
    numbers: Mapping[str, int]
    library: Library


def number_articles(codes: Iterable[str]) -> dict[str, int]:
    """Number articles in their order, by the code that references name them by."""
    return {code: number for number, code in enumerate(codes, start=1)}


def canonical_path(path: str, sides: Sequence[str]) -> str:
    """Return the one path under which a value is kept: `holder.x` is `party_1.x` of that party."""
    name, _dot, key = path.partition(".")
    side = {"holder": "holder", "recipient": "requester"}.get(name)
    if side is None or side not in sides:
        return path
    return f"party_{list(sides).index(side) + 1}.{key}"


def field_of(path: str, library: Library) -> Any:
    """Return the definition of a merge field (`party_2.siret` is `party.siret`), or None."""
    name, _dot, key = path.partition(".")
    return library.fields.get(f"{'party' if _PARTY.match(name) else name}.{key}")


def field_label(path: str, context: MergeContext) -> str:
    """Return the French name of a field, with the party it is about."""
    canonical = canonical_path(path, context.sides)
    definition = field_of(canonical, context.library)
    label = definition.label if definition else path
    found = _PARTY.match(canonical.partition(".")[0])
    party = context.values.get(found[0], {}).get("name", "") if found else ""
    return f"{label} ({party})" if party and not canonical.endswith(".name") else label


def merge_segments(body: str, context: MergeContext) -> list[Segment]:
    """Merge an article. Errors: ExpressionError on a tag that cannot be read."""
    return [_segment(piece, context) for piece in _TAG.split(body) if piece]


def _segment(piece: str, context: MergeContext) -> Segment:
    if not _TAG.fullmatch(piece):
        return Segment(SegmentKind.TEXT, piece)
    path = piece[2:-2].strip()
    if _REFERENCE.match(piece):
        code = path.partition(":")[2].strip()
        if code in context.numbers:
            return Segment(SegmentKind.REFERENCE, str(context.numbers[code]), code)
        return Segment(SegmentKind.DANGLING, _("[renvoi sans article : %s]") % code, code)
    canonical = canonical_path(path, context.sides)
    label = field_label(path, context)
    merged = merge(piece, with_aliases(context), labels={path: label})
    kind = SegmentKind.GAP if merged.gaps else SegmentKind.VALUE
    return Segment(kind, merged.text, canonical)


def with_aliases(context: MergeContext) -> dict[str, Any]:
    """Return the values with `holder` and `recipient`: first party of that side, all names."""
    values = dict(context.values)
    for alias, side in (("holder", "holder"), ("recipient", "requester")):
        of_side = [
            values.get(f"party_{n}", {}) for n, s in enumerate(context.sides, start=1) if s == side
        ]
        if of_side:
            names = [party["name"] for party in of_side if party.get("name")]
            values[alias] = {**of_side[0], "name": names}
    return values


def plain(segments: Iterable[Segment]) -> str:
    return "".join(segment.text for segment in segments)


def gaps(segments: Iterable[Segment], context: MergeContext) -> list[Gap]:
    """Return what is missing, each field once."""
    paths = dict.fromkeys(s.path for s in segments if s.kind == SegmentKind.GAP)
    return [Gap(path, field_label(path, context)) for path in paths]


def read_value(path: str, raw: Any, library: Library) -> Any:
    """Read what somebody typed, or what another app hands over, as the value of a field.

    Returns JSON (a date as ISO text, a decimal as text), None when empty.
    Errors: ValidationError with a French message.
    """
    definition = field_of(path, library)
    if definition is None:
        raise ValidationError(_("Champ inconnu : %s.") % path)
    if isinstance(raw, list | tuple):
        items = [str(item).strip() for item in raw if str(item).strip()]
        return (items or None) if definition.type == FieldType.LIST else ", ".join(items) or None
    text = "" if raw is None else str(raw).strip()
    if "\x00" in text:
        raise ValidationError(_("Le texte contient un caractère interdit."))
    if len(text) > MAX_VALUE:
        raise ValidationError(_("Le texte est trop long : %s caractères au plus.") % MAX_VALUE)
    return _read(text, definition.type) if text else None


def _read(text: str, field_type: FieldType) -> Any:
    if field_type == FieldType.DATE:
        return _read_date(text)
    if field_type == FieldType.INTEGER:
        if not text.isascii() or not text.isdigit() or len(text) > 4:
            raise ValidationError(_("Indiquez un nombre entier, en chiffres, de 0 à 9999."))
        return int(text)
    if field_type == FieldType.DECIMAL:
        return _read_decimal(text)
    if field_type == FieldType.EMAIL:
        validate_email(text)
    if field_type == FieldType.LIST:
        return [line.strip() for line in text.splitlines() if line.strip()]
    return text


def _read_date(text: str) -> str:
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    iso = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}" if found else text
    try:
        return date.fromisoformat(iso).isoformat()
    except ValueError as error:
        raise ValidationError(_("Indiquez une date comme 20/04/2026.")) from error


def _read_decimal(text: str) -> str:
    number = re.sub(r"[\s\u00a0\u202f]", "", text).replace(",", ".")
    try:
        value = Decimal(number)
    except InvalidOperation as error:
        raise ValidationError(_("Indiquez un nombre, en chiffres.")) from error
    if not value.is_finite() or abs(value) >= 10**12:
        raise ValidationError(_("Indiquez un nombre, en chiffres."))
    return str(value)


def typed_values(values: Mapping[str, Mapping[str, Any]], library: Library) -> dict[str, Any]:
    """Return stored values as a merge writes them: dates as dates, decimals as decimals."""
    typed: dict[str, Any] = {}
    for name, fields in values.items():
        typed[name] = {
            key: _typed(f"{name}.{key}", value, library) for key, value in fields.items()
        }
    return typed


def _typed(path: str, value: Any, library: Library) -> Any:
    definition = field_of(path, library)
    if value is None or definition is None:
        return value
    if definition.type == FieldType.DATE:
        return date.fromisoformat(value)
    if definition.type == FieldType.DECIMAL:
        return Decimal(value)
    return value


def last_day(start: date, months: int) -> date:
    """Return the last day of a term of `months` months that begins on `start`."""
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    days = (following - date(year, month, 1)).days
    if start.day > days:
        return date(year, month, days)
    return date(year, month, start.day) - timedelta(days=1)

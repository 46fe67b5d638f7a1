"""Pages of a list that cost the same whatever the number of rows before them."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

PAGE_SIZE = 25


@dataclass(frozen=True)
class KeysetPage:
    """Some rows, and the cursors of the pages before and after them ("" when there is none)."""

    rows: list[Any]
    previous: str = ""
    next: str = ""


def _encode(direction: str, row: Any, fields: tuple[str, ...]) -> str:
    payload = json.dumps([direction, *(getattr(row, field) for field in fields)])
    return base64.urlsafe_b64encode(payload.encode()).decode().rstrip("=")


def _decode(cursor: str, fields: tuple[str, ...]) -> tuple[str, list[Any]] | None:
    """Read a cursor; one that was typed or cut by hand counts as none."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        direction, *values = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (binascii.Error, ValueError, TypeError):
        return None
    texts, key = values[:-1], values[-1:]
    well_formed = (
        direction in ("<", ">")
        and len(values) == len(fields)
        and all(isinstance(text, str) and "\0" not in text for text in texts)
        and all(type(number) is int and 0 <= number < 2**63 for number in key)
    )
    return (direction, values) if well_formed else None


def _beyond(values: list[Any], fields: tuple[str, ...], operator: str) -> Q:
    condition, equal = Q(), Q()
    for field, value in zip(fields, values, strict=True):
        condition |= equal & Q(**{f"{field}__{operator}": value})
        equal &= Q(**{field: value})
    return condition


def keyset_page(
    rows: QuerySet[Any], fields: tuple[str, ...], cursor: str = "", *, size: int = PAGE_SIZE
) -> KeysetPage:
    """Return the page of `rows` that a cursor points to, in one query.

    `fields` are the ordering: text fields, then the primary key, which makes it total.
    """
    found = _decode(cursor, fields) if cursor else None
    backwards = found is not None and found[0] == "<"
    if found is not None:
        rows = rows.filter(_beyond(found[1], fields, "lt" if backwards else "gt"))
    order = [f"-{field}" for field in fields] if backwards else list(fields)
    page = list(rows.order_by(*order)[: size + 1])
    has_more = len(page) > size
    page = page[:size]
    if backwards:
        page.reverse()
    has_previous = has_more if backwards else found is not None
    has_next = True if backwards else has_more
    return KeysetPage(
        page,
        _encode("<", page[0], fields) if page and has_previous else "",
        _encode(">", page[-1], fields) if page and has_next else "",
    )

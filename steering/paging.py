"""Pages of a list from the newest to the oldest, which cost the same wherever they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

PAGE_SIZE = 25


@dataclass(frozen=True)
class Page:
    """Some rows and the keys (primary keys) of the pages around, None when there is none."""

    rows: list[Any]
    newer: int | None
    older: int | None


def newest_first(
    rows: QuerySet[Any],
    field: str,
    *,
    before: int | None = None,
    after: int | None = None,
    size: int = PAGE_SIZE,
) -> Page:
    """Return a page of `rows` ordered by `-field`, then `-pk`.

    `before` and `after` are primary keys given by a former page; one that is not in the list any
    more shows the first page. One query, two with a key.
    """
    key = before if before is not None else after
    moment = None
    if key is not None:
        moment = rows.order_by().filter(pk=key).values_list(field, flat=True).first()
    if moment is None:
        found = list(rows.order_by(f"-{field}", "-pk")[: size + 1])
        return _page(found, size, has_newer=False)
    if before is not None:
        beyond = Q(**{f"{field}__lt": moment}) | Q(pk__lt=key)
        rest = rows.filter(beyond, **{f"{field}__lte": moment})
        found = list(rest.order_by(f"-{field}", "-pk")[: size + 1])
        return _page(found, size, has_newer=True)
    beyond = Q(**{f"{field}__gt": moment}) | Q(pk__gt=key)
    found = list(rows.filter(beyond, **{f"{field}__gte": moment}).order_by(field, "pk")[: size + 1])
    kept = found[:size][::-1]
    return Page(
        rows=kept,
        newer=kept[0].pk if kept and len(found) > size else None,
        older=kept[-1].pk if kept else None,
    )


def _page(found: list[Any], size: int, *, has_newer: bool) -> Page:
    kept = found[:size]
    return Page(
        rows=kept,
        newer=kept[0].pk if kept and has_newer else None,
        older=kept[-1].pk if kept and len(found) > size else None,
    )

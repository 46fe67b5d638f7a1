"""What the address of a page says: filters, words, keys of pages."""

from __future__ import annotations

from django.http import QueryDict

from catalogue.selectors.search import FILTERS, Filters


def filters_of(params: QueryDict) -> Filters:
    """Read the filters of the address; unknown values find nothing, none is an error."""
    chosen = {}
    for spec in FILTERS:
        values = dict.fromkeys(v.replace("\x00", "")[:60] for v in params.getlist(spec.name) if v)
        chosen[spec.name] = tuple(values)[:40]
    return Filters(**chosen)


def key_of(params: QueryDict, name: str) -> int | None:
    """Read the key of a page; anything else than a number is no key."""
    text = params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

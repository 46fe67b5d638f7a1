"""The calendar of annex 4, as the signed act wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
         "octobre", "novembre", "décembre"),
        start=1,
    )
}  # fmt: skip
_IN_WORDS = re.compile(r"(?P<day>\d{1,2})(?:er)?\s+(?P<month>[a-zéûà]+)\s+(?P<year>\d{4})")
_IN_FIGURES = re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})")
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})")


def day_of(text: str) -> date | None:
    """Read « 12 mars 2026 », « 1er avril 2026 », 12/03/2026 or 2026-03-12; None for anything
    else, which stays readable in the act."""
    lowered = text.strip().lower()
    for pattern in (_ISO, _IN_FIGURES, _IN_WORDS):
        if found := pattern.fullmatch(lowered):
            month = _MONTHS.get(found["month"]) or _whole(found["month"])
            try:
                return date(int(found["year"]), month, int(found["day"]))
            except ValueError:
                return None
    return None


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def lines(content: dict[str, Any]) -> Iterator[tuple[str, date | None]]:
    """Yield the period and the day of each delivery that an act foresees, in order."""
    for annex in content["annexes"]:
        if annex["number"] == 4:
            for row in annex["content"].get("calendar") or []:
                said = str(row.get("date") or "")
                day = day_of(said)
                period = str(row.get("period") or "")
                # A day that cannot be read is kept as it was written.
                yield (period if day else f"{period} {said}".strip())[:200], day

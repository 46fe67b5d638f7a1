"""The duties that clauses put on a party, as the library ships them, and their days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from agreements.enums import Anchor, ObligationMoment
from cases.enums import Side

DATA = Path(__file__).parent / "data" / "duties.yaml"


class Duty(BaseModel):
    """What a clause obliges one side to do: when, and what proves it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    clause: str
    condition: str = ""
    side: Side
    moment: ObligationMoment
    anchor: Anchor | None = None
    months: int | str | list[int | str] = 0
    days: int | str = 0
    before: bool = False
    every_months: int = 0
    text: str
    proof: str

    def delay(self, values: Mapping[str, Any]) -> tuple[int, int]:
        """Return the months and days from the anchor, as an act with these values says them."""
        sign = -1 if self.before else 1
        several = self.months if isinstance(self.months, list) else [self.months]
        months = sum(_number(one, values) for one in several)
        return sign * months, sign * _number(self.days, values)


@lru_cache(maxsize=1)
def shipped() -> tuple[Duty, ...]:
    """Every duty of the library, read and checked once."""
    return TypeAdapter(tuple[Duty, ...]).validate_python(yaml.safe_load(DATA.read_text()))


def _number(given: int | str, values: Mapping[str, Any]) -> int:
    """Read a number, or the merge field that holds it; an act that does not say it waits none."""
    if isinstance(given, int):
        return given
    name, _dot, key = given.partition(".")
    found = str((values.get(name) or {}).get(key) or "")
    return int(found) if found.isascii() and found.isdigit() else 0


def shifted(day: date, *, months: int = 0, days: int = 0) -> date:
    """Return a day so many months and days later (or before), the last of a shorter month."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(years, month + 1, 1)
    last = monthrange(years, month + 1)[1]
    return first.replace(day=min(day.day, last)) + timedelta(days=days)

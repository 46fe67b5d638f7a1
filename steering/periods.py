"""Half-years: the periods of the steering committee (process.md, §12)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _


@dataclass(frozen=True, order=True)
class HalfYear:
    """January to June, or July to December."""

    year: int
    half: int

    @classmethod
    def of(cls, day: date) -> HalfYear:
        return cls(day.year, 1 if day.month <= 6 else 2)

    @classmethod
    def current(cls) -> HalfYear:
        return cls.of(timezone.localdate())

    @classmethod
    def parse(cls, code: str) -> HalfYear | None:
        """Read « 2026S1 »; None for anything else."""
        found = re.fullmatch(r"(20[0-9]{2})S([12])", code)
        return cls(int(found[1]), int(found[2])) if found else None

    @property
    def code(self) -> str:
        return f"{self.year}S{self.half}"

    @property
    def starts_on(self) -> date:
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def ends_on(self) -> date:
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    @property
    def is_current(self) -> bool:
        return self == HalfYear.current()

    @property
    def label(self) -> str:
        """« 1er semestre 2026 »"""
        ordinal = _("1er") if self.half == 1 else _("2e")
        return _("%(ordinal)s semestre %(year)s") % {"ordinal": ordinal, "year": self.year}

    @property
    def last_day(self) -> date:
        """The last day that counts: today while the half-year runs."""
        return min(self.ends_on, timezone.localdate())

    def bounds(self) -> tuple[datetime, datetime]:
        """Return the first moment of the half-year, and the first after its last day."""
        zone = timezone.get_current_timezone()
        after = self.ends_on + timedelta(days=1)
        return (
            datetime.combine(self.starts_on, time.min, zone),
            datetime.combine(after, time.min, zone),
        )

    def before(self) -> HalfYear:
        return HalfYear(self.year, 1) if self.half == 2 else HalfYear(self.year - 1, 2)


def half_years_since(first: date) -> list[HalfYear]:
    """Return the half-years from the one of `first` to the current one, the last one first."""
    found = [HalfYear.current()]
    while found[-1] > HalfYear.of(first) and len(found) < 20:
        found.append(found[-1].before())
    return found

"""Working days between many pairs of dates: the rule of cases.clock, counted once per day."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from cases.clock import Calendar


@dataclass(frozen=True)
class Span:
    """A stage or a file: from when to when, and when its clock stood still."""

    starts_on: date
    ends_on: date
    suspensions: tuple[tuple[date, date | None], ...] = ()


class WorkingDays:
    """How many working days there are between two days of a range."""

    def __init__(self, first: date, last: date) -> None:
        calendar = Calendar()
        self.first = first
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        self.counts = list(accumulate(int(calendar.is_working(day)) for day in days))

    def between(self, start: date, end: date) -> int:
        """Count the working days after `start`, `end` included; zero when reversed."""
        if end <= start:
            return 0
        return self.counts[(end - self.first).days] - self.counts[(start - self.first).days]

    def gross(self, span: Span) -> int:
        return self.between(span.starts_on, span.ends_on)

    def net(self, span: Span) -> int:
        """Count the working days of a span, without those when its clock stood still."""
        still = 0
        for start, end in span.suspensions:
            last = min(end or span.ends_on, span.ends_on)
            if start < (end or span.ends_on):
                still += self.between(max(start - timedelta(days=1), span.starts_on), last)
        return self.gross(span) - still


def working_days_for(spans: Sequence[Span]) -> WorkingDays:
    """Return what counts the working days of these spans."""
    days = [day for span in spans for day in (span.starts_on, span.ends_on)]
    days += [start for span in spans for start, _end in span.suspensions]
    if not days:
        return WorkingDays(date(2000, 1, 1), date(2000, 1, 2))
    return WorkingDays(min(days) - timedelta(days=1), max(days))


def median(values: Iterable[int]) -> float | None:
    """Return the middle value, None when there is nothing to measure."""
    found = list(values)
    return statistics.median(found) if found else None


def ninth_decile(values: Iterable[int]) -> int | None:
    """Return the value that nine files out of ten do not exceed."""
    found = sorted(values)
    return found[math.ceil(0.9 * len(found)) - 1] if found else None

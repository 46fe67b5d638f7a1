"""Legal time: working days with French holidays, delays as data, suspensions.

`elapsed = Σ working days in non-suspended intervals` (process.md, §7).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

import holidays
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation
from cases.enums import DEFAULT_DELAYS, DayUnit
from cases.models import Case, ClosingDay, DelayRule, Suspension, Task


@lru_cache(maxsize=64)
def national_holidays(year: int) -> frozenset[date]:
    """The public holidays of metropolitan France (code du travail, L. 3133-1)."""
    return frozenset(holidays.country_holidays("FR", years=year))


class Calendar:
    """Working days for everybody, or for one organisation and its own closing days.

    The closing days are read once, when the calendar is made, or given.
    """

    def __init__(
        self, organisation: Organisation | None = None, closed: Iterable[date] | None = None
    ) -> None:
        if closed is None:
            rows = ClosingDay.objects.filter(Q(organisation=None) | Q(organisation=organisation))
            closed = rows.values_list("day", flat=True)
        self.closed = frozenset(closed)

    def is_working(self, day: date) -> bool:
        return (
            day.weekday() < 5 and day not in national_holidays(day.year) and day not in self.closed
        )

    def add_working_days(self, start: date, days: int) -> date:
        """Return the day `days` working days after `start` (the start day does not count)."""
        day = start
        while days > 0:
            day += timedelta(days=1)
            days -= self.is_working(day)
        return day

    def next_working_day(self, day: date) -> date:
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after `start`, `end` included; negative when reversed."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(
            self.is_working(start + timedelta(days=offset))
            for offset in range(1, (end - start).days + 1)
        )

    def postponed(self, due: date, unit: str, start: date, end: date) -> date:
        """Return a date pushed by the time that passed from `start` to `end`, in its own unit."""
        if unit == DayUnit.WORKING:
            return self.add_working_days(due, max(0, self.working_days_between(start, end)))
        return self.next_working_day(due + max(timedelta(0), end - start))


class Calendars:
    """The calendars of every organisation, from one query: for lists of tasks."""

    def __init__(self) -> None:
        self._days = list(ClosingDay.objects.values_list("organisation_id", "day"))
        self._made: dict[int | None, Calendar] = {}

    def of(self, organisation_id: int | None) -> Calendar:
        """Return the calendar of an organisation; that of everybody without one."""
        if organisation_id not in self._made:
            closed = [day for owner, day in self._days if owner in (None, organisation_id)]
            self._made[organisation_id] = Calendar(closed=closed)
        return self._made[organisation_id]


def rules() -> dict[str, DelayRule]:
    """Return the delay of every stage, from one query (see `rule`)."""
    proposals = {code: _proposal(code) for code in DEFAULT_DELAYS}
    return proposals | {found.code: found for found in DelayRule.objects.all()}


def rule(code: str) -> DelayRule:
    """Return the delay of a stage: the manager's row, else the proposal of process.md §7."""
    found = DelayRule.objects.filter(code=code).first()
    return found if found is not None else _proposal(code)


def _proposal(code: str) -> DelayRule:
    days, unit, suspendable, escalation = DEFAULT_DELAYS[code]
    return DelayRule(
        code=code, days=days, unit=unit, is_suspendable=suspendable, escalation_role=escalation
    )


def due_date(
    code: str, *, start: date | None = None, organisation: Organisation | None = None
) -> date:
    """Return the day by which a stage that starts on `start` (today) must be over.

    A delay in calendar days that ends on a day off is carried to the next working day
    (code de procédure civile, art. 642, by analogy).
    """
    delay = rule(code)
    first = start or timezone.localdate()
    calendar = Calendar(organisation)
    if delay.unit == DayUnit.WORKING:
        return calendar.add_working_days(first, delay.days)
    return calendar.next_working_day(first + timedelta(days=delay.days))


def suspended_days(suspensions: Iterable[Suspension], start: date, end: date) -> int:
    """Count the calendar days between two dates during which the clock stood still."""
    total = 0
    for suspension in suspensions:
        first = max(start, suspension.starts_on)
        last = min(end, suspension.ends_on or end)
        total += max(0, (last - first).days)
    return total


def answer_progress(
    start: date,
    due: date,
    calendar: Calendar,
    suspensions: Iterable[Suspension],
    *,
    today: date | None = None,
) -> tuple[int, int]:
    """Return (day, days) of a delay: working days, those of the suspensions taken out.

    A suspension that runs has not yet pushed the date: its days are not given back in `days`.
    """
    now = today or timezone.localdate()
    done = calendar.working_days_between(start, now)
    total = calendar.working_days_between(start, due)
    for one in suspensions:
        first, last = max(start, one.starts_on), min(now, one.ends_on or now)
        lost = max(0, calendar.working_days_between(first, last))
        done -= lost
        total -= lost if one.ends_on else 0
    return max(0, done), max(1, total)


def elapsed_working_days(case: Case, *, start: date, end: date) -> int:
    """Count the working days between two dates, suspensions taken out."""
    calendar = Calendar()
    suspensions = list(case.suspensions.all())

    def suspended(day: date) -> bool:
        return any(
            one.starts_on < day <= (one.ends_on or end)
            or one.starts_on == day < (one.ends_on or end)
            for one in suspensions
        )

    days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
    return sum(calendar.is_working(day) and not suspended(day) for day in days)


def current_suspension(case: Case) -> Suspension | None:
    """Return the suspension that runs today, if the clock of the case stands still."""
    return case.suspensions.filter(ends_on=None).first()


def progress(
    task: Task,
    *,
    today: date | None = None,
    calendars: Calendars | None = None,
    suspensions: Iterable[Suspension] = (),
) -> tuple[int, int]:
    """Return (day, days): « 10e jour sur 15 », counted in working days from the opening.

    The days of the case's `suspensions` count neither as passed nor as given.
    """
    opened = timezone.localdate(task.created)
    calendar = (calendars or Calendars()).of(task.organisation_id)
    return answer_progress(opened, task.due_on or opened, calendar, suspensions, today=today)

"""Legal time: working days, holidays, closing days, suspensions (process.md, §7)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.enums import OrganisationKind
from cases import clock
from cases.enums import DEFAULT_DELAYS, DayUnit, Delay
from cases.models import ClosingDay, DelayRule, Suspension
from tests.requests_flow import worlds

DAYS = st.dates(date(2024, 1, 1), date(2031, 12, 31))
SPANS = st.integers(0, 80)
CLOSED = st.frozensets(st.dates(date(2025, 1, 1), date(2026, 12, 31)), max_size=30)


@given(day=DAYS, span=SPANS, closed=CLOSED)
def test_adding_and_counting_are_the_inverse_of_each_other(
    day: date, span: int, closed: frozenset[date]
) -> None:
    calendar = clock.Calendar(closed=closed)
    end = calendar.add_working_days(day, span)

    assert calendar.working_days_between(day, end) == span
    assert calendar.working_days_between(end, day) == -span
    assert span == 0 or calendar.is_working(end)


@given(day=DAYS, closed=CLOSED)
def test_no_day_off_is_a_working_day(day: date, closed: frozenset[date]) -> None:
    calendar = clock.Calendar(closed=closed)
    found = calendar.next_working_day(day)

    assert found >= day
    assert found.weekday() < 5
    assert found not in closed
    assert found not in clock.national_holidays(found.year)


@given(start=DAYS, due=SPANS, first=SPANS, length=SPANS, closed=CLOSED)
def test_a_suspension_gives_back_exactly_what_it_took(
    start: date, due: int, first: int, length: int, closed: frozenset[date]
) -> None:
    calendar = clock.Calendar(closed=closed)
    due_on = calendar.add_working_days(start, due)
    stopped = start + timedelta(days=first)
    resumed = stopped + timedelta(days=length)

    pushed = calendar.postponed(due_on, DayUnit.WORKING, stopped, resumed)

    left_before = calendar.working_days_between(stopped, due_on)
    assert calendar.working_days_between(resumed, pushed) == left_before or due_on < stopped
    assert pushed >= due_on


@given(start=DAYS, length=SPANS)
def test_a_calendar_delay_is_pushed_by_days_and_never_ends_on_a_day_off(
    start: date, length: int
) -> None:
    calendar = clock.Calendar(closed=())
    pushed = calendar.postponed(start, DayUnit.CALENDAR, start, start + timedelta(days=length))

    assert pushed == calendar.next_working_day(start + timedelta(days=length))


@given(start=DAYS, spans=st.lists(st.tuples(SPANS, SPANS), max_size=3), today=SPANS)
def test_progress_counts_the_days_that_no_suspension_holds(
    start: date, spans: list[tuple[int, int]], today: int
) -> None:
    calendar = clock.Calendar(closed=())
    now = start + timedelta(days=today)
    suspensions, last = [], start
    for gap, length in spans:
        first = last + timedelta(days=gap)
        last = first + timedelta(days=length)
        suspensions.append(Suspension(starts_on=first, ends_on=last))

    done, _total = clock.answer_progress(start, now, calendar, suspensions, today=now)

    counted = [
        day
        for day in (start + timedelta(days=offset) for offset in range(1, today + 1))
        if calendar.is_working(day)
        and not any(one.starts_on < day <= one.ends_on for one in suspensions)
    ]
    assert done == len(counted)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 4, 30), date(2026, 5, 4)),  # 1 May, then a weekend
        (date(2026, 5, 7), date(2026, 5, 11)),  # 8 May
        (date(2026, 5, 13), date(2026, 5, 15)),  # Ascension
        (date(2026, 12, 24), date(2026, 12, 28)),
        (date(2027, 3, 26), date(2027, 3, 30)),  # Easter Monday
    ],
)
def test_next_working_day_over_french_holidays(day: date, expected: date) -> None:
    assert clock.Calendar(closed=()).add_working_days(day, 1) == expected


@pytest.mark.django_db
class TestData:
    def test_every_delay_has_its_proposal_and_the_managers_row_wins(self) -> None:
        assert set(clock.rules()) == set(DEFAULT_DELAYS) == set(Delay.values)
        row, _made = DelayRule.objects.update_or_create(
            code=Delay.VISA,
            defaults={"days": 9, "unit": DayUnit.CALENDAR, "escalation_role": "amdac"},
        )

        assert clock.rules()[Delay.VISA] == row
        assert clock.rule(Delay.VISA) == row
        start = date(2026, 3, 2)
        assert clock.due_date(Delay.VISA, start=start) == date(2026, 3, 11)

    def test_a_closing_day_of_an_organisation_is_its_own(self) -> None:
        ours = worlds.organisation("Ours", OrganisationKind.OPERATOR)
        theirs = worlds.organisation("Theirs", OrganisationKind.OPERATOR)
        bridge, closed = date(2026, 5, 15), date(2026, 5, 18)
        ClosingDay.objects.create(day=bridge, label="Pont", organisation=None)
        ClosingDay.objects.create(day=closed, label="Fermeture", organisation=ours)
        calendars = clock.Calendars()

        for day, where, works in (
            (bridge, ours, False),
            (bridge, theirs, False),
            (closed, ours, False),
            (closed, theirs, True),
        ):
            assert clock.Calendar(where).is_working(day) is works
            assert calendars.of(where.pk).is_working(day) is works
        assert not clock.Calendar().is_working(bridge)
        assert clock.Calendar().is_working(closed)
        start = date(2026, 5, 13)
        assert clock.due_date(Delay.VISA, start=start, organisation=ours) == date(2026, 5, 26)
        assert clock.due_date(Delay.VISA, start=start, organisation=theirs) == date(2026, 5, 22)

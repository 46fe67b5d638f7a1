"""Working days, counted as the clock of cases counts them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import clock
from cases.models import Suspension
from steering.periods import HalfYear, half_years_since
from steering.worktime import Span, WorkingDays, median, ninth_decile, working_days_for
from tests.steering.factories import filed

DAY = date(2026, 3, 2)
days = st.integers(0, 120).map(lambda n: DAY + timedelta(days=n))
period = st.tuples(days, st.one_of(st.none(), days)).map(
    lambda pair: pair if pair[1] is None else (min(pair), max(pair))
)


@pytest.mark.django_db
@given(bounds=st.tuples(days, days), stop=period)
def test_same_days_as_the_clock_of_cases(bounds, stop):
    start, end = min(bounds), max(bounds)
    case = filed()
    Suspension.objects.create(case=case, starts_on=stop[0], ends_on=stop[1], reason="x")
    span = Span(start, end, (stop,))

    counted = working_days_for([span]).net(span)

    assert counted == clock.elapsed_working_days(case, start=start, end=end)


@pytest.mark.django_db
def test_suspension_is_taken_out_and_holidays_too():
    days_ = WorkingDays(date(2026, 4, 30), date(2026, 5, 31))
    span = Span(date(2026, 5, 4), date(2026, 5, 18), ((date(2026, 5, 11), date(2026, 5, 13)),))

    assert days_.gross(span) == 8  # 8 and 14 May are holidays
    assert days_.net(span) == 5
    assert days_.between(date(2026, 5, 18), date(2026, 5, 4)) == 0


@pytest.mark.django_db
def test_nothing_to_count():
    assert working_days_for([]).between(DAY, DAY) == 0


@pytest.mark.parametrize(
    ("values", "middle", "ninth"),
    [
        ([], None, None),
        ([5], 5, 5),
        ([1, 3], 2, 3),
        ([3, 1, 2], 2, 3),
        (list(range(1, 11)), 5.5, 9),
        (list(range(1, 12)), 6, 10),
    ],
)
def test_median_and_ninth_decile(values, middle, ninth):
    assert median(values) == middle
    assert ninth_decile(values) == ninth


@pytest.mark.parametrize(
    ("day", "code", "label", "first", "last"),
    [
        (date(2026, 1, 1), "2026S1", "1er semestre 2026", date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 6, 30), "2026S1", "1er semestre 2026", date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 7, 1), "2026S2", "2e semestre 2026", date(2026, 7, 1), date(2026, 12, 31)),
    ],
)
def test_half_year_of_a_day(day, code, label, first, last):
    half = HalfYear.of(day)

    assert (half.code, half.label, half.starts_on, half.ends_on) == (code, label, first, last)
    assert HalfYear.parse(code) == half


@pytest.mark.parametrize("code", ["", "2026", "2026S3", "1926S1", "2026S1 ", "20٢٦S1", "x"])
def test_wrong_codes_are_no_half_year(code):
    assert HalfYear.parse(code) is None


def test_half_years_go_back_to_the_first_request(time_machine):
    time_machine.move_to("2026-03-17T10:00:00+01:00")

    found = [half.code for half in half_years_since(date(2025, 2, 1))]

    assert found == ["2026S1", "2025S2", "2025S1"]
    assert HalfYear.current().is_current
    assert HalfYear.current().last_day == date(2026, 3, 17)
    assert len(half_years_since(date(1990, 1, 1))) == 20

"""Delays and days off are data that managers change (process.md, §7)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.enums import Role
from accounts.models import User
from cases import clock, selectors_calendar, services_calendar
from cases.enums import DEFAULT_DELAYS, DayUnit, Delay
from cases.models import ClosingDay, DelayRule
from journal.models import Event
from tests.accounts.factories import OrganisationFactory, holder

pytestmark = pytest.mark.django_db
NOON = "2026-03-12 12:00"


@pytest.fixture
def manager() -> User:
    return holder(Role.MANAGER, email="anne@navette.test")


def change(by: User, **values: Any) -> None:
    services_calendar.set_delay(
        code=Delay.VISA, **{**services_calendar.proposal(Delay.VISA), **values}, by=by
    )


def test_each_stage_has_a_proposal() -> None:
    shown = selectors_calendar.delays()

    assert [one.rule.code for one in shown] == list(Delay)
    assert all(one.is_proposed for one in shown)
    assert DelayRule.objects.count() == 0


def test_a_changed_delay_rules_the_next_steps(manager: User) -> None:
    before = clock.due_date(Delay.VISA, start=date(2026, 3, 2))

    change(manager, days=8)

    assert before == date(2026, 3, 9)
    assert clock.due_date(Delay.VISA, start=date(2026, 3, 2)) == date(2026, 3, 12)
    assert not selectors_calendar.get_delay(Delay.VISA).is_proposed


def test_a_change_leaves_one_event(manager: User) -> None:
    change(manager, days=8, escalation_role=Role.AMDAC)

    event = Event.objects.get(chain="delay:visa")
    assert event.kind == "delay.changed"
    assert event.data == {
        "before": {"days": 5, "escalation_role": "amdac_officer"},
        "after": {"days": 8, "escalation_role": "amdac"},
    }


def test_changing_nothing_records_nothing(manager: User) -> None:
    change(manager)
    change(manager, days=8)
    change(manager, days=8)

    assert Event.objects.filter(chain="delay:visa").count() == 1


def test_the_proposal_is_taken_again(manager: User) -> None:
    change(manager, days=8, unit=DayUnit.CALENDAR)

    services_calendar.reset_delay(code=Delay.VISA, by=manager)

    assert selectors_calendar.get_delay(Delay.VISA).is_proposed
    assert clock.rule(Delay.VISA).days == DEFAULT_DELAYS[Delay.VISA][0]
    assert Event.objects.filter(kind="delay.reset").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("days", 0), ("days", 731), ("days", 10**9), ("unit", "years"), ("escalation_role", "king")],
)
def test_a_wrong_delay_is_refused_at_its_field(manager: User, field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        change(manager, **{field: value})

    assert list(refused.value.error_dict) == [field]
    assert not Event.objects.filter(chain="delay:visa").exists()


@pytest.mark.parametrize("role", [Role.AMDAC, Role.OFFICER, Role.AUDITOR, Role.LEGAL])
def test_only_managers_change_legal_time(role: str) -> None:
    somebody = holder(role)
    row = ClosingDay.objects.create(day=date(2026, 5, 15), label="Pont")

    with pytest.raises(PermissionDenied):
        change(somebody, days=8)
    with pytest.raises(PermissionDenied):
        services_calendar.reset_delay(code=Delay.VISA, by=somebody)
    with pytest.raises(PermissionDenied):
        services_calendar.add_closing_day(
            day=date(2026, 5, 18), label="Pont", organisation=None, by=somebody
        )
    with pytest.raises(PermissionDenied):
        services_calendar.remove_closing_day(closing_day=row, by=somebody)


@time_machine.travel(NOON)
def test_a_day_off_for_one_body_counts_for_it_alone(manager: User) -> None:
    closed, other = OrganisationFactory(), OrganisationFactory()

    services_calendar.add_closing_day(
        day=date(2026, 3, 17), label=" Fermeture ", organisation=closed, by=manager
    )

    monday = date(2026, 3, 16)
    assert clock.Calendar(closed).add_working_days(monday, 1) == date(2026, 3, 18)
    assert clock.Calendar(other).add_working_days(monday, 1) == date(2026, 3, 17)
    assert ClosingDay.objects.get().label == "Fermeture"
    assert Event.objects.get(chain="calendar:closing_days").kind == "closing_day.added"


@time_machine.travel(NOON)
@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 7, 14), "férié"),
        (date(2026, 3, 14), "samedi"),
        (date(2024, 12, 31), "entre 2025 et 2036"),
        (date(2037, 1, 2), "entre 2025 et 2036"),
        (date(2026, 5, 15), "déjà déclaré"),
    ],
)
def test_a_day_that_cannot_be_a_day_off_is_refused(manager: User, day: date, why: str) -> None:
    ClosingDay.objects.create(day=date(2026, 5, 15), label="Pont")

    with pytest.raises(ValidationError, match=why):
        services_calendar.add_closing_day(day=day, label="Pont", organisation=None, by=manager)

    assert ClosingDay.objects.count() == 1


@time_machine.travel(NOON)
def test_a_day_off_is_removed_once(manager: User) -> None:
    row = ClosingDay.objects.create(day=date(2026, 3, 17), label="Fermeture")

    services_calendar.remove_closing_day(closing_day=row, by=manager)
    services_calendar.remove_closing_day(closing_day=row, by=manager)

    assert clock.Calendar().add_working_days(date(2026, 3, 16), 1) == date(2026, 3, 17)
    assert Event.objects.filter(kind="closing_day.removed").count() == 1


def test_holidays_have_french_names() -> None:
    named = dict(selectors_calendar.named_holidays(2026))

    assert named[date(2026, 7, 14)] == "Fête nationale"
    assert set(named) == clock.national_holidays(2026)
    assert not any("'" in name for name in named.values())

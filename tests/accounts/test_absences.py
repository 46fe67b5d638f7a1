"""Absences: who may be the deputy, when, and how they end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts import selectors, services
from accounts.enums import Role
from accounts.models import Absence, User
from tests.accounts.factories import AbsenceFactory, UserFactory, holder

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def today() -> date:
    return timezone.localdate()


def declare(person, deputy, start=0, end=3, by=None):
    return services.declare_absence(
        person=person,
        deputy=deputy,
        starts_on=today() + start * DAY,
        ends_on=today() + end * DAY,
        by=by or person,
    )


def refused_at(call) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        call()
    return list(refused.value.error_dict)


def test_declaring_an_absence_hands_the_roles_over_and_writes_one_event(journal):
    person, deputy, before = holder(Role.LEGAL), UserFactory(), journal()

    declare(person, deputy)

    event = before.one()
    assert (event.kind, event.chain) == ("absence.declared", f"user:{person.pk}")
    assert {held.role for held in selectors.roles_held(deputy)} == {Role.LEGAL}


def test_the_deputy_must_have_an_open_account():
    assert refused_at(lambda: declare(UserFactory(), UserFactory(is_active=False))) == ["deputy"]


def test_nobody_is_his_own_deputy():
    person = UserFactory()

    assert refused_at(lambda: declare(person, person)) == ["deputy"]


def test_two_absent_persons_do_not_deputise_each_other():
    first, second = UserFactory(), UserFactory()
    declare(first, second)

    assert refused_at(lambda: declare(second, first)) == ["deputy"]


def test_no_chain_leads_back_to_the_absent():
    first, second, third = UserFactory(), UserFactory(), UserFactory()
    declare(first, second)
    declare(second, third)

    assert refused_at(lambda: declare(third, first)) == ["deputy"]
    assert refused_at(lambda: declare(third, second)) == ["deputy"]


@pytest.mark.parametrize(
    ("start", "end", "refused"), [(0, 1, False), (1, 2, True), (4, 9, True), (5, 9, False)]
)
def test_the_deputy_is_there_on_all_the_days(start, end, refused):
    person, deputy = UserFactory(), UserFactory()
    declare(deputy, UserFactory(), start=2, end=4)

    if refused:
        assert refused_at(lambda: declare(person, deputy, start, end)) == ["deputy"]
    else:
        declare(person, deputy, start, end)


@pytest.mark.parametrize(
    ("start", "end", "refused"), [(0, 1, False), (1, 2, True), (3, 3, True), (5, 9, False)]
)
def test_one_deputy_at_a_time(start, end, refused):
    person = UserFactory()
    declare(person, UserFactory(), start=2, end=4)

    if refused:
        assert refused_at(lambda: declare(person, UserFactory(), start, end)) == ["starts_on"]
    else:
        declare(person, UserFactory(), start, end)


@pytest.mark.parametrize(("start", "end"), [(2, 1), (-3, -1)])
def test_the_period_must_make_sense(start, end):
    assert refused_at(lambda: declare(UserFactory(), UserFactory(), start, end)) == ["ends_on"]


def test_a_manager_declares_for_another_but_not_to_his_own_benefit(manager, journal):
    person, before = holder(Role.SIGNATORY), journal()

    with pytest.raises(PermissionDenied):
        declare(person, manager, by=manager)
    assert before.kinds() == []
    declare(person, UserFactory(), by=manager)
    assert before.one().role == "Gestionnaire"


def test_another_person_declares_nothing():
    with pytest.raises(PermissionDenied):
        declare(UserFactory(), UserFactory(), by=holder(Role.OFFICER))


def test_an_absence_under_way_ends_at_once(journal):
    absence = AbsenceFactory(
        user=holder(Role.DPO), starts_on=today() - 2 * DAY, ends_on=today() + DAY
    )
    before = journal()

    services.cancel_absence(absence=absence, by=absence.user)

    absence.refresh_from_db()
    assert absence.ends_on == today() - DAY
    assert selectors.roles_held(User.objects.get(pk=absence.deputy_id)) == frozenset()
    assert before.kinds() == ["absence.cancelled"]


@pytest.mark.parametrize("start", [0, 2])
def test_an_absence_that_begins_today_or_later_is_removed(start, journal):
    absence = AbsenceFactory(starts_on=today() + start * DAY)
    before = journal()

    services.cancel_absence(absence=absence, by=absence.user)

    assert not Absence.objects.exists()
    assert before.kinds() == ["absence.cancelled"]


def test_an_absence_that_is_over_stays():
    absence = AbsenceFactory(starts_on=today() - 5 * DAY, ends_on=today() - DAY)

    with pytest.raises(ValidationError, match="déjà terminée"):
        services.cancel_absence(absence=absence, by=absence.user)


def test_the_deputy_does_not_end_the_absence():
    absence = AbsenceFactory()

    with pytest.raises(PermissionDenied):
        services.cancel_absence(absence=absence, by=absence.deputy)

"""Who may change people, organisations, roles and powers: one table, with near-misses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts import policies
from accounts.enums import Role
from tests.accounts.factories import (
    AbsenceFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    holder,
)

pytestmark = pytest.mark.django_db


def former_manager():
    user = UserFactory()
    yesterday = timezone.localdate() - timedelta(days=1)
    MembershipFactory(user=user, role=Role.MANAGER, ends_on=yesterday)
    return user


def future_manager():
    user = UserFactory()
    tomorrow = timezone.localdate() + timedelta(days=1)
    MembershipFactory(user=user, role=Role.MANAGER, starts_on=tomorrow)
    return user


def closed_manager():
    return holder(Role.MANAGER, is_active=False)


def deputy_of_manager():
    return AbsenceFactory(user=holder(Role.MANAGER)).deputy


def last_days_deputy():
    absent = holder(Role.MANAGER)
    start = timezone.localdate() - timedelta(days=9)
    return AbsenceFactory(user=absent, starts_on=start, ends_on=start + timedelta(days=8)).deputy


def someone():
    return UserFactory()


ACTORS = [
    (lambda: holder(Role.MANAGER), True),
    (deputy_of_manager, True),
    (former_manager, False),
    (future_manager, False),
    (closed_manager, False),
    (last_days_deputy, False),
    (someone, False),
    *[(lambda role=role: holder(role), False) for role in Role if role != Role.MANAGER],
]
ON_OTHERS = [
    policies.can_grant_role,
    policies.can_close_account,
    policies.can_declare_absence,
    policies.can_grant_delegation,
]


@pytest.mark.parametrize(("actor", "allowed"), ACTORS)
def test_only_a_manager_of_today_administers(actor, allowed):
    assert policies.can_administer(actor()) is allowed


@pytest.mark.parametrize("can", ON_OTHERS)
@pytest.mark.parametrize(("actor", "allowed"), ACTORS)
def test_only_a_manager_of_today_acts_upon_another_person(actor, allowed, can):
    assert can(actor(), UserFactory()) is allowed


@pytest.mark.parametrize(
    "can", [policies.can_grant_role, policies.can_grant_delegation, policies.can_close_account]
)
def test_a_manager_does_nothing_of_this_to_himself(manager, can):
    holder(Role.MANAGER)

    assert not can(manager, manager)


def test_the_legal_officer_enters_the_administration_and_administers_nobody():
    legal = holder(Role.LEGAL)

    assert policies.can_enter_administration(legal)
    assert not policies.can_administer(legal)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.MANAGER, Role.LEGAL}))
def test_no_other_role_enters_the_administration(role):
    assert not policies.can_enter_administration(holder(role))


def test_nobody_ends_his_own_last_role_of_manager(manager):
    holder(Role.MANAGER)
    own = manager.memberships.get()

    with pytest.raises(PermissionDenied, match="votre dernier rôle de gestionnaire"):
        policies.check_can_end_membership(manager, own)


def test_a_manager_twice_may_end_one_of_his_roles(manager):
    second = MembershipFactory(user=manager, role=Role.MANAGER)

    assert policies.can_end_membership(manager, second)


def test_a_manager_may_end_another_role_of_his_own(manager):
    own = MembershipFactory(user=manager, role=Role.REQUESTER)

    assert policies.can_end_membership(manager, own)


def test_a_manager_may_end_the_role_of_another_manager(manager):
    other = holder(Role.MANAGER)

    assert policies.can_end_membership(manager, other.memberships.get())


def test_the_deputy_of_the_only_manager_cannot_leave_the_service_without_manager(manager):
    deputy = AbsenceFactory(user=manager).deputy

    with pytest.raises(PermissionDenied, match="doit garder un gestionnaire"):
        policies.check_can_end_membership(deputy, manager.memberships.get())
    with pytest.raises(PermissionDenied, match="doit garder un gestionnaire"):
        policies.check_can_close_account(deputy, manager)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.MANAGER}))
def test_nobody_else_ends_a_role(role, manager):
    membership = holder(Role.REQUESTER).memberships.get()

    assert not policies.can_end_membership(holder(role), membership)


def test_anybody_declares_his_own_absence():
    person = holder(Role.REQUESTER)

    assert policies.can_declare_absence(person, person, UserFactory())


def test_a_colleague_does_not_declare_the_absence_of_another():
    organisation = OrganisationFactory()
    person = holder(Role.REQUESTER, organisation)

    assert not policies.can_declare_absence(holder(Role.REQUESTER, organisation), person)


def test_a_manager_does_not_make_himself_the_deputy_of_another(manager):
    person = holder(Role.SIGNATORY)

    with pytest.raises(PermissionDenied, match="vous désigner suppléant"):
        policies.check_can_declare_absence(manager, person, manager)
    assert policies.can_declare_absence(manager, person, UserFactory())


def test_the_absent_or_a_manager_end_an_absence_and_the_deputy_does_not(manager):
    absence = AbsenceFactory()

    assert policies.can_cancel_absence(absence.user, absence)
    assert policies.can_cancel_absence(manager, absence)
    assert not policies.can_cancel_absence(absence.deputy, absence)
    assert not policies.can_cancel_absence(UserFactory(), absence)


def test_nobody_shares_with_himself():
    person = UserFactory()

    assert not policies.can_share_view(person, person)
    assert policies.can_share_view(person, UserFactory())

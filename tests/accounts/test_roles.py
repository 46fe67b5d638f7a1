"""Roles held on a day, deputies included; granting and ending them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils import timezone

from accounts import selectors, services
from accounts.enums import SECOND_FACTOR_ROLES, TRANSVERSAL_ROLES, Role
from accounts.models import Absence, Membership, User
from journal.services import SYSTEM, Actor
from tests.accounts.factories import (
    AbsenceFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    holder,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def roles_of(user: User) -> set[str]:
    return {held.role for held in selectors.roles_held(User.objects.get(pk=user.pk))}


def at(day: date) -> time_machine.travel:
    return time_machine.travel(f"{day.isoformat()}T12:00:00+01:00", tick=False)


def test_a_role_is_held_from_its_first_to_its_last_day():
    held = MembershipFactory(starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 6), role=Role.DPO)

    for day, expected in [
        (date(2026, 3, 1), set()),
        (date(2026, 3, 2), {Role.DPO}),
        (date(2026, 3, 6), {Role.DPO}),
        (date(2026, 3, 7), set()),
    ]:
        with at(day):
            assert roles_of(held.user) == expected


def test_the_day_is_the_one_of_paris():
    held = MembershipFactory(starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 6))

    with time_machine.travel("2026-03-06T23:30:00+00:00", tick=False):
        assert roles_of(held.user) == set()
    with time_machine.travel("2026-03-01T23:30:00+00:00", tick=False):
        assert roles_of(held.user) == {Role.REQUESTER}


def test_a_deputy_holds_the_roles_exactly_on_the_days_of_the_absence():
    absent = holder(Role.SIGNATORY)
    absence = AbsenceFactory(user=absent, starts_on=date(2026, 3, 16), ends_on=date(2026, 3, 27))

    for day, expected in [
        (date(2026, 3, 15), set()),
        (date(2026, 3, 16), {Role.SIGNATORY}),
        (date(2026, 3, 27), {Role.SIGNATORY}),
        (date(2026, 3, 28), set()),
    ]:
        with at(day):
            assert roles_of(absence.deputy) == expected
            assert roles_of(absent) == {Role.SIGNATORY}


def test_a_deputy_acts_in_the_name_of_the_absent():
    absent = holder(Role.SIGNATORY)
    deputy = AbsenceFactory(user=absent).deputy

    (held,) = selectors.roles_held(deputy)

    assert held.for_user_id == absent.pk
    assert [absence.user for absence in selectors.deputised_by(deputy)] == [absent]
    assert selectors.absence_of(absent).deputy == deputy


def test_a_deputy_does_not_hand_on_what_he_holds_for_another():
    absent = holder(Role.SIGNATORY)
    deputy = AbsenceFactory(user=absent).deputy
    third = AbsenceFactory(user=deputy).deputy

    assert roles_of(third) == set()


def test_a_closed_account_holds_nothing_and_hands_nothing_on():
    absent = holder(Role.SIGNATORY)
    deputy = AbsenceFactory(user=absent).deputy
    absent.is_active = False
    absent.save()

    assert roles_of(absent) == set()
    assert roles_of(deputy) == set()


@pytest.mark.parametrize("role", list(Role))
def test_what_follows_from_a_role(role):
    user = holder(role)

    assert selectors.is_transversal(user) is (role in TRANSVERSAL_ROLES)
    assert selectors.needs_second_factor(user) is (role in SECOND_FACTOR_ROLES)
    assert list(selectors.holders_of(role)) == [user]


def test_deputies_are_told_too_when_asked_for():
    here = OrganisationFactory()
    absent, present = holder(Role.DPO, here), holder(Role.DPO, here)
    deputy = AbsenceFactory(user=absent).deputy
    AbsenceFactory(user=holder(Role.DPO))
    AbsenceFactory(user=present, starts_on=timezone.localdate() + DAY)
    closed = AbsenceFactory(user=holder(Role.DPO, here, is_active=False)).deputy

    assert set(selectors.holders_of(Role.DPO, here)) == {absent, present}
    told = set(selectors.holders_of(Role.DPO, here, with_deputies=True))
    assert told == {absent, present, deputy}
    assert closed not in told


def test_has_role_tells_the_organisation_apart():
    here, elsewhere = OrganisationFactory(), OrganisationFactory()
    user = holder(Role.DPO, here)

    assert selectors.has_role(user, Role.DPO, organisation_id=here.pk)
    assert not selectors.has_role(user, Role.DPO, organisation_id=elsewhere.pk)
    assert not selectors.has_role(user, Role.LEGAL, organisation_id=here.pk)
    assert selectors.organisations_of(user) == [here]


def test_granting_a_role_writes_one_event(manager, journal):
    person, organisation, before = UserFactory(), OrganisationFactory(), journal()

    services.grant_membership(person=person, organisation=organisation, role=Role.DPO, by=manager)

    event = before.one()
    assert (event.kind, event.chain) == ("role.granted", f"user:{person.pk}")
    assert (event.actor, event.role) == ("Marc Deschamps", "Gestionnaire")
    assert roles_of(person) == {Role.DPO}


def test_nobody_grants_a_role_to_himself(manager, journal):
    before = journal()

    with pytest.raises(PermissionDenied, match="vous attribuer un rôle"):
        services.grant_membership(
            person=manager, organisation=OrganisationFactory(), role=Role.AMDAC, by=manager
        )

    assert before.kinds() == []


def test_a_role_that_ended_yesterday_grants_nothing(manager):
    assert selectors.has_role(manager, Role.MANAGER)  # read, and kept on the person
    Membership.objects.update(ends_on=timezone.localdate() - DAY)

    with pytest.raises(PermissionDenied):
        services.grant_membership(
            person=UserFactory(), organisation=OrganisationFactory(), role=Role.DPO, by=manager
        )


MARCH = (date(2026, 3, 10), date(2026, 3, 20))


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "overlaps"),
    [
        (date(2026, 3, 1), date(2026, 3, 9), False),
        (date(2026, 3, 1), date(2026, 3, 10), True),
        (date(2026, 3, 12), date(2026, 3, 14), True),
        (date(2026, 3, 20), date(2026, 3, 30), True),
        (date(2026, 3, 21), date(2026, 3, 30), False),
        (date(2026, 3, 1), None, True),
        (date(2026, 3, 21), None, False),
    ],
)
def test_the_same_role_is_not_held_twice_on_a_day(manager, starts_on, ends_on, overlaps):
    held = MembershipFactory(starts_on=MARCH[0], ends_on=MARCH[1])
    grant = {
        "person": held.user,
        "organisation": held.organisation,
        "role": held.role,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "by": manager,
    }

    if overlaps:
        with pytest.raises(ValidationError, match="tient déjà ce rôle") as refused:
            services.grant_membership(**grant)
        assert list(refused.value.error_dict) == ["role"]
    else:
        services.grant_membership(**grant)
    assert held.user.memberships.count() == (1 if overlaps else 2)


@pytest.mark.parametrize("change", ["role", "organisation"])
def test_another_role_or_organisation_is_no_duplicate(manager, change):
    held = MembershipFactory()
    grant = {"person": held.user, "organisation": held.organisation, "role": held.role}
    grant[change] = Role.ADDAC if change == "role" else OrganisationFactory()

    services.grant_membership(**grant, by=manager)

    assert held.user.memberships.count() == 2


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("ends_on", {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 1)}),
        ("role", {"role": "ministre"}),
    ],
)
def test_a_role_that_makes_no_sense_is_refused_at_its_field(manager, field, change):
    grant = {"person": UserFactory(), "organisation": OrganisationFactory(), "role": Role.DPO}

    with pytest.raises(ValidationError) as refused:
        services.grant_membership(**grant | change, by=manager)

    assert list(refused.value.error_dict) == [field]


def test_a_closed_account_or_organisation_receives_no_role(manager):
    closed = OrganisationFactory(is_active=False)

    with pytest.raises(ValidationError) as refused:
        services.grant_membership(
            person=UserFactory(), organisation=closed, role=Role.DPO, by=manager
        )
    assert list(refused.value.error_dict) == ["organisation"]
    with pytest.raises(ValidationError) as refused:
        services.grant_membership(
            person=UserFactory(is_active=False),
            organisation=OrganisationFactory(),
            role=Role.DPO,
            by=manager,
        )
    assert list(refused.value.error_dict) == ["user"]


def test_ending_a_role_at_once_takes_it_away_today(manager, journal):
    held, before = MembershipFactory(), journal()

    services.end_membership(membership=held, by=manager, reason="Départ")

    assert roles_of(held.user) == set()
    assert (before.one().kind, before.one().reason) == ("role.ended", "Départ")


def test_ending_a_role_on_a_day_keeps_it_until_then(manager):
    held, last = MembershipFactory(), timezone.localdate() + DAY

    services.end_membership(membership=held, by=manager, ends_on=last)

    held.refresh_from_db()
    assert held.ends_on == last
    assert roles_of(held.user) == {Role.REQUESTER}


def test_a_role_that_has_not_begun_leaves_only_the_journal(manager, journal):
    held = MembershipFactory(starts_on=timezone.localdate() + DAY)
    before = journal()

    services.end_membership(membership=held, by=manager)

    assert not Membership.objects.filter(pk=held.pk).exists()
    assert before.kinds() == ["role.ended"]


def test_the_past_of_a_role_is_not_rewritten(manager):
    with pytest.raises(ValidationError) as refused:
        services.end_membership(
            membership=MembershipFactory(), by=manager, ends_on=timezone.localdate() - DAY
        )
    assert list(refused.value.error_dict) == ["ends_on"]
    over = MembershipFactory(ends_on=timezone.localdate() - DAY)
    with pytest.raises(ValidationError, match="déjà pris fin"):
        services.end_membership(membership=over, by=manager)


def test_nobody_ends_his_own_last_role_of_manager(manager, journal):
    holder(Role.MANAGER)
    before = journal()

    with pytest.raises(PermissionDenied):
        services.end_membership(membership=manager.memberships.get(), by=manager)

    assert before.kinds() == []


def test_navette_itself_grants_but_an_unnamed_actor_does_not():
    person, organisation = UserFactory(), OrganisationFactory()

    services.grant_membership(
        person=person, organisation=organisation, role=Role.MANAGER, by=SYSTEM
    )
    with pytest.raises(PermissionDenied):
        services.grant_membership(
            person=person,
            organisation=organisation,
            role=Role.AMDAC,
            by=Actor(user_id=person.pk, name="Quelqu’un"),
        )

    assert roles_of(person) == {Role.MANAGER}


def test_acting_for_is_chosen_among_ones_organisations(journal):
    user = holder(Role.REQUESTER)
    mine, other, before = user.memberships.get().organisation, OrganisationFactory(), journal()

    assert services.choose_acting_for(organisation_id=mine.pk, by=user) == mine
    with pytest.raises(ValidationError, match="aucun rôle dans cet organisme"):
        services.choose_acting_for(organisation_id=other.pk, by=user)

    assert before.kinds() == ["acting_for.chosen"]


def test_the_database_refuses_periods_in_disorder():
    with pytest.raises(IntegrityError):
        MembershipFactory(starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 1))


def test_the_database_refuses_being_ones_own_deputy():
    user = UserFactory()

    with pytest.raises(IntegrityError):
        Absence.objects.create(
            user=user, deputy=user, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 2)
        )

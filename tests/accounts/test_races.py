"""Two managers, or two colleagues, at the same moment: one wins, the other is told why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from accounts import services
from accounts.enums import Role
from accounts.models import Absence, Membership
from tests.accounts.factories import OrganisationFactory, UserFactory, holder

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], object]) -> list[str]:
    """Run calls in threads that start together; return what became of each."""
    outcomes: list[str] = []
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> None:
        barrier.wait()
        try:
            call()
            outcomes.append("done")
        except (ValidationError, PermissionDenied) as refused:
            outcomes.append(type(refused).__name__)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_one_role_is_granted_once_by_twenty_managers():
    person, organisation = UserFactory(), OrganisationFactory()
    managers = [holder(Role.MANAGER) for _ in range(20)]

    outcomes = at_once(
        *[
            lambda by=by: services.grant_membership(
                person=person, organisation=organisation, role=Role.DPO, by=by
            )
            for by in managers
        ]
    )

    assert outcomes == ["ValidationError"] * 19 + ["done"]
    assert Membership.objects.filter(user=person).count() == 1


def test_two_colleagues_do_not_become_each_others_deputy():
    first, second = UserFactory(), UserFactory()
    day = timezone.localdate() + timedelta(days=1)

    outcomes = at_once(
        *[
            lambda person=person, deputy=deputy: services.declare_absence(
                person=person, deputy=deputy, starts_on=day, ends_on=day, by=person
            )
            for person, deputy in ((first, second), (second, first))
        ]
    )

    assert outcomes == ["ValidationError", "done"]
    assert Absence.objects.count() == 1


def test_two_managers_do_not_end_each_others_role():
    first, second = holder(Role.MANAGER), holder(Role.MANAGER)

    outcomes = at_once(
        lambda: services.end_membership(membership=second.memberships.get(), by=first),
        lambda: services.end_membership(membership=first.memberships.get(), by=second),
    )

    assert outcomes == ["PermissionDenied", "done"]
    assert Membership.objects.filter(role=Role.MANAGER).current().count() == 1


def test_two_managers_do_not_close_each_others_account():
    first, second = holder(Role.MANAGER), holder(Role.MANAGER)

    outcomes = at_once(
        lambda: services.close_account(person=second, by=first),
        lambda: services.close_account(person=first, by=second),
    )

    assert outcomes == ["PermissionDenied", "done"]

"""Rights to see one object: written here only, one event each."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from guardian.models import UserObjectPermission

from accounts import services
from tests.accounts.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

CODE = "accounts.view_organisation"


def test_granting_lets_see_this_object_and_no_other(journal):
    by, person, seen, unseen = UserFactory(), UserFactory(), *OrganisationFactory.create_batch(2)
    before = journal()

    services.grant_view(person, seen, by)

    assert person.has_perm(CODE, seen)
    assert not person.has_perm(CODE, unseen)
    assert not person.has_perm(CODE)
    event = before.one()
    assert (event.kind, event.chain) == ("view.granted", f"user:{person.pk}")


def test_granting_twice_is_granting_once(journal):
    by, person, seen, before = UserFactory(), UserFactory(), OrganisationFactory(), journal()

    services.grant_view(person, seen, by)
    services.grant_view(person, seen, by)

    assert before.kinds() == ["view.granted"]


def test_nobody_grants_to_himself():
    person = UserFactory()

    with pytest.raises(PermissionDenied):
        services.grant_view(person, OrganisationFactory(), person)

    assert not UserObjectPermission.objects.exists()


def test_a_closed_account_receives_nothing():
    with pytest.raises(ValidationError):
        services.grant_view(UserFactory(is_active=False), OrganisationFactory(), UserFactory())


@pytest.mark.parametrize("is_active", [True, False])
def test_revoking_takes_back_even_from_a_closed_account(is_active, journal):
    by, person, seen = UserFactory(), UserFactory(), OrganisationFactory()
    services.grant_view(person, seen, by)
    person.is_active = is_active
    person.save()
    before = journal()

    services.revoke_view(person, seen, by)
    services.revoke_view(person, seen, by)

    assert not UserObjectPermission.objects.exists()
    assert before.kinds() == ["view.revoked"]

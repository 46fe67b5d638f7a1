"""People who look back, and something to look at."""

from __future__ import annotations

import factory

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation, User


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisme {n}")
    short_name = factory.Sequence(lambda n: f"ORG{n}")
    slug = factory.Sequence(lambda n: f"organisme-{n}")
    kind = OrganisationKind.OPERATOR


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"regard{n}@example.fr")
    first_name = "Ana"
    last_name = factory.Sequence(lambda n: f"Lefort {n}")


def person(*roles: str, organisation: Organisation | None = None, **changes) -> User:
    user = UserFactory(**changes)
    organisation = organisation or OrganisationFactory()
    for role in roles:
        Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


def auditor() -> User:
    return person(Role.AUDITOR)


def manager() -> User:
    return person(Role.MANAGER)

"""People and organisations of the tests."""

from __future__ import annotations

from datetime import date, timedelta

import factory

from accounts.enums import AccreditationScope, OrganisationKind, Role
from accounts.models import (
    Absence,
    Accreditation,
    Delegation,
    Membership,
    Organisation,
    User,
)

PASSWORD = "un-mot-de-passe-de-test"


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisme {n:03}")
    short_name = factory.Sequence(lambda n: f"ORG{n:03}")
    slug = factory.Sequence(lambda n: f"org-{n:03}")
    kind = OrganisationKind.DIRECTION


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne-{n:03}@organisme.example")
    first_name = "Camille"
    last_name = factory.Sequence(lambda n: f"Durand {n:03}")

    @factory.post_generation
    def password(self, create, extracted, **kwargs):
        self.set_password(extracted or PASSWORD)
        if create:
            self.save()


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.REQUESTER
    starts_on = date(2024, 1, 1)


class AbsenceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Absence

    user = factory.SubFactory(UserFactory)
    deputy = factory.SubFactory(UserFactory)
    starts_on = factory.LazyFunction(date.today)
    ends_on = factory.LazyAttribute(lambda absence: absence.starts_on + timedelta(days=3))


class AccreditationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Accreditation

    organisation = factory.SubFactory(OrganisationFactory)
    scope = AccreditationScope.PERSONAL
    act_reference = "Arrêté du 14 octobre 2024"
    starts_on = date(2024, 10, 14)


class DelegationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Delegation

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    reference = "Décret n° 2005-850 du 27 juillet 2005"
    title = "Cheffe de service"
    starts_on = date(2024, 1, 1)


def holder(role: str, organisation: Organisation | None = None, **person: object) -> User:
    """Return a person who holds a role."""
    user = UserFactory(**person)
    MembershipFactory(user=user, role=role, organisation=organisation or OrganisationFactory())
    return user

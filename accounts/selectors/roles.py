"""Reads of people, organisations and roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.enums import (
    SECOND_FACTOR_ROLES,
    TRANSVERSAL_ROLES,
    AccreditationScope,
    Role,
)
from accounts.models import Absence, Accreditation, Delegation, Membership, Organisation, User
from journal.services import Actor


@dataclass(frozen=True)
class HeldRole:
    """A role held today, by oneself or in place of somebody absent."""

    organisation_id: int
    role: str
    for_user_id: int | None = None


def roles_held(user: User, *, on: date | None = None) -> frozenset[HeldRole]:
    """Return every role that `user` holds on a day, those of the persons he deputises included.

    One query. A closed account holds nothing.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    absent = Absence.objects.filter(deputy=user).current(on).values("user_id")
    rows = (
        Membership.objects.filter(Q(user=user) | Q(user__in=absent), user__is_active=True)
        .current(on)
        .values_list("organisation_id", "role", "user_id")
    )
    return frozenset(
        HeldRole(organisation_id, role, None if user_id == user.pk else user_id)
        for organisation_id, role, user_id in rows
    )


def has_role(user: User, *roles: str, organisation_id: int | None = None) -> bool:
    """Tell whether `user` holds one of `roles` today, in a given organisation or in any."""
    return any(
        held.role in roles and organisation_id in (None, held.organisation_id)
        for held in user.held_roles
    )


def is_transversal(user: User) -> bool:
    """Tell whether `user` sees every case (cell, manager, auditor)."""
    return has_role(user, *TRANSVERSAL_ROLES)


def needs_second_factor(user: User) -> bool:
    """Tell whether one of the roles that `user` holds asks for a second factor (enums)."""
    return has_role(user, *SECOND_FACTOR_ROLES)


def organisations_of(user: User) -> list[Organisation]:
    """Return the organisations for which `user` may act today, in the order of their names."""
    return list(Organisation.objects.filter(pk__in=organisation_ids(user)).order_by("name"))


def absence_of(user: User, *, on: date | None = None) -> Absence | None:
    """Return the absence during which somebody deputises `user` on a day, or None."""
    return Absence.objects.filter(user=user).current(on).select_related("deputy").first()


def deputised_by(user: User, *, on: date | None = None) -> list[Absence]:
    """Return the absences of the persons whom `user` deputises on a day."""
    found = Absence.objects.filter(deputy=user, user__is_active=True).current(on)
    return list(found.select_related("user").order_by("ends_on", "pk"))


def organisation_ids(user: User) -> frozenset[int]:
    """Return the organisations in which `user` holds a role today."""
    return frozenset(held.organisation_id for held in user.held_roles)


def holders_of(
    role: str, organisation: Organisation | None = None, *, with_deputies: bool = False
) -> QuerySet[User]:
    """Return the persons who hold a role today, in an organisation or anywhere.

    With `with_deputies`, those who deputise one of them today are there too: whom to tell.
    """
    memberships = Membership.objects.filter(role=role, user__is_active=True).current()
    if organisation is not None:
        memberships = memberships.filter(organisation=organisation)
    holding = Q(pk__in=memberships.values("user_id"))
    if with_deputies:
        absences = Absence.objects.filter(user_id__in=memberships.values("user_id")).current()
        holding |= Q(pk__in=absences.values("deputy_id"))
    return User.objects.filter(holding, is_active=True)


def actor(user: User, *, role: str = "", organisation: Organisation | None = None) -> Actor:
    """Describe `user` to the journal, in the role he acts in."""
    label = str(Role(role).label) if role else ""
    return Actor(user.pk, user.get_full_name(), label, str(organisation) if organisation else "")


def is_accredited(
    organisation: Organisation, scope: AccreditationScope, *, on: date | None = None
) -> bool:
    """Tell whether an organisation may exchange data of this scope on a day."""
    order = list(AccreditationScope)
    wide_enough = order[order.index(scope) :]
    return (
        Accreditation.objects.filter(organisation=organisation, scope__in=wide_enough)
        .current(on)
        .exists()
    )


def valid_delegation(
    user: User, organisation: Organisation, act_type: str = "", *, on: date | None = None
) -> Delegation | None:
    """Return the delegation in virtue of which `user` may sign on a day, or None."""
    day = on or timezone.localdate()
    found = Delegation.objects.filter(user=user, organisation=organisation).current(day)
    for delegation in found.order_by("-starts_on"):
        if delegation.revoked_on and delegation.revoked_on <= day:
            continue
        if not delegation.act_types or not act_type or act_type in delegation.act_types:
            return delegation
    return None

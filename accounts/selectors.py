"""Reads of people, organisations and roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from accounts.enums import TRANSVERSAL_ROLES, AccreditationScope, Role
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

    Two queries. A closed account holds nothing.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    absent = Absence.objects.filter(deputy=user).current(on).values_list("user_id", flat=True)
    rows = (
        Membership.objects.filter(user_id__in=[user.pk, *absent], user__is_active=True)
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


def organisation_ids(user: User) -> frozenset[int]:
    return frozenset(held.organisation_id for held in user.held_roles)


def holders_of(role: str, organisation: Organisation | None = None) -> QuerySet[User]:
    """Return the persons who hold a role today, in an organisation or anywhere."""
    memberships = Membership.objects.filter(role=role).current()
    if organisation is not None:
        memberships = memberships.filter(organisation=organisation)
    return User.objects.filter(is_active=True, pk__in=memberships.values("user_id"))


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

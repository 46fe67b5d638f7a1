"""The authorised persons of a sharing, and what each reader may do about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import Membership, User
from agreements.models import Agreement
from cases.enums import Side
from sharing import habilitation, policies
from sharing.models import AuthorisedPerson


@dataclass(frozen=True)
class PersonLine:
    """A named person: is the access open today, why not, and what the reader may do."""

    person: AuthorisedPerson
    why_closed: str
    may_prepare: bool
    may_undertake: bool
    may_open: bool
    may_remove: bool


def persons(agreement: Agreement) -> list[AuthorisedPerson]:
    """Return every person named under an act, those whose access ended last. One query."""
    rows = list(
        AuthorisedPerson.objects.filter(agreement=agreement).select_related("user", "organisation")
    )
    for row in rows:
        row.agreement = agreement  # its parties are already read
    return sorted(rows, key=lambda one: not one.is_live)


def open_ids(agreement: Agreement, *, on: date | None = None) -> set[int]:
    """Return the keys of those whose access is open on a day. One query."""
    rows = AuthorisedPerson.objects.habilitated(on).filter(agreement=agreement)
    return set(rows.values_list("pk", flat=True))


def unsigned(rows: list[AuthorisedPerson]) -> int:
    """Count the named persons who have not signed their undertaking."""
    return sum(one.is_live and one.undertaking_signed_at is None for one in rows)


def person_of(agreement: Agreement, pk: int) -> AuthorisedPerson:
    """Return a person named under this very act; 404 otherwise."""
    found: AuthorisedPerson = get_object_or_404(
        AuthorisedPerson.objects.select_related("user", "organisation"),
        pk=pk,
        agreement_id=agreement.pk,
    )
    found.agreement = agreement
    return found


def person_line(user: User, person: AuthorisedPerson) -> PersonLine:
    """Return what a reader may do about a named person."""
    return PersonLine(
        person,
        why_closed=habilitation.why_closed(person),
        may_prepare=policies.can_prepare(user, person),
        may_undertake=policies.can_undertake(user, person),
        may_open=policies.can_open(user, person),
        may_remove=policies.can_remove(user, person),
    )


def members_to_name(user: User, agreement: Agreement) -> QuerySet[User]:
    """Return the members of the recipient's body who may be named: not the reader himself, nor
    those who are named already."""
    bodies = [one.organisation_id for one in agreement.parties.all() if one.side == Side.REQUESTER]
    members = Membership.objects.filter(organisation__in=bodies).current().values("user_id")
    named = AuthorisedPerson.objects.live().filter(agreement=agreement, user__isnull=False)
    return (
        User.objects.filter(pk__in=members, is_active=True)
        .exclude(pk=user.pk)
        .exclude(pk__in=named.values("user_id"))
    )


def to_review(user: User, agreement: Agreement) -> list[AuthorisedPerson]:
    """Return the open accesses that a reviewer decides on: all but his own. One query."""
    rows = AuthorisedPerson.objects.reviewed_by(user).filter(agreement=agreement)
    return list(rows.select_related("user", "organisation"))

"""The directory: organisations and persons as the pages of administration read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, Subquery, Value
from django.http import Http404
from django.utils import timezone

from accounts.models import Absence, Accreditation, Delegation, Membership, Organisation, User
from accounts.selectors.paging import KeysetPage, keyset_page
from accounts.siret import normalise_siret


@dataclass(frozen=True)
class OrganisationCard:
    """What is known of an organisation: persons, accreditations, delegations, services."""

    organisation: Organisation
    memberships: list[Membership]
    past_memberships: list[Membership]
    accreditations: list[Accreditation]
    delegations: list[Delegation]
    children: list[Organisation]


@dataclass(frozen=True)
class PersonCard:
    """What is known of a person: roles, absences, delegations."""

    person: User
    memberships: list[Membership]
    past_memberships: list[Membership]
    absences: list[Absence]
    deputisings: list[Absence]
    delegations: list[Delegation]


def _words(text: str) -> list[str]:
    return text.replace("\0", " ").split()[:8]


def _with_members(rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
    day = timezone.localdate()
    current = Q(memberships__starts_on__lte=day, memberships__user__is_active=True) & (
        Q(memberships__ends_on__isnull=True) | Q(memberships__ends_on__gte=day)
    )
    return rows.annotate(member_count=Count("memberships__user", filter=current, distinct=True))


def search_organisations(
    *, text: str = "", kind: str = "", state: str = "open", accredited: str = ""
) -> QuerySet[Organisation]:
    """Return the organisations that match every filter; an empty filter matches all.

    `text` is searched in name, short name and SIRET; `state` is "open", "closed" or "";
    `accredited` is "yes" (an accreditation is valid today), "no" or "".
    """
    rows = Organisation.objects.all()
    digits = normalise_siret(text)
    if digits.isascii() and digits.isdigit():
        rows = rows.filter(siret__startswith=digits[:14])
    else:
        for word in _words(text):
            rows = rows.filter(Q(name__icontains=word) | Q(short_name__icontains=word))
    if kind:
        rows = rows.filter(kind=kind)
    if state:
        rows = rows.filter(is_active=state == "open")
    if accredited:
        valid = Accreditation.objects.all().current().values("organisation_id")
        rows = rows.filter(pk__in=valid) if accredited == "yes" else rows.exclude(pk__in=valid)
    return rows


def list_organisations(
    *, text: str = "", kind: str = "", state: str = "open", accredited: str = "", cursor: str = ""
) -> KeysetPage:
    """Return a page of organisations by name, with `member_count` and `current_accreditations`."""
    found = search_organisations(text=text, kind=kind, state=state, accredited=accredited)
    rows = _with_members(found).prefetch_related(
        Prefetch(
            "accreditations",
            Accreditation.objects.all().current().order_by("-starts_on"),
            to_attr="current_accreditations",
        )
    )
    return keyset_page(rows, ("name", "pk"), cursor)


def search_persons(
    *, text: str = "", organisation_id: int | None = None, role: str = "", state: str = "open"
) -> QuerySet[User]:
    """Return the persons that match every filter; role and organisation are those of today."""
    rows = User.objects.all()
    for word in _words(text):
        rows = rows.filter(
            Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word)
        )
    if state:
        rows = rows.filter(is_active=state == "open")
    if organisation_id is not None or role:
        memberships = Membership.objects.all().current()
        if organisation_id is not None:
            memberships = memberships.filter(organisation_id=organisation_id)
        if role:
            memberships = memberships.filter(role=role)
        rows = rows.filter(pk__in=memberships.values("user_id"))
    return rows


def list_persons(
    *,
    text: str = "",
    organisation_id: int | None = None,
    role: str = "",
    state: str = "open",
    cursor: str = "",
) -> KeysetPage:
    """Return a page of persons by name, with `current_memberships`; each row carries
    `result_count`, the number of persons found, which so costs no query of its own."""
    found = search_persons(text=text, organisation_id=organisation_id, role=role, state=state)
    all_of_them = found.order_by().annotate(one=Value(1)).values("one")
    count = Subquery(all_of_them.annotate(n=Count("pk")).values("n"))
    rows = found.annotate(result_count=count).prefetch_related(
        Prefetch(
            "memberships",
            Membership.objects.all().current().select_related("organisation").order_by("role"),
            to_attr="current_memberships",
        )
    )
    return keyset_page(rows, ("last_name", "first_name", "pk"), cursor)


def open_persons() -> QuerySet[User]:
    """Return the persons whose account is open, as choices of a form."""
    return User.objects.filter(is_active=True).order_by("last_name", "first_name", "pk")


def get_organisation(slug: str) -> Organisation:
    """Return an organisation by its slug, or 404."""
    found = Organisation.objects.select_related("parent").filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def get_person(pk: int) -> User:
    """Return a person by number, or 404."""
    found = User.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_membership(person: User, pk: int) -> Membership:
    """Return a role of this person by number, or 404."""
    rows = Membership.objects.select_related("user", "organisation")
    return _one(rows.filter(user=person, pk=pk).first())


def get_absence(person: User, pk: int) -> Absence:
    """Return an absence of this person by number, or 404."""
    rows = Absence.objects.select_related("user", "deputy")
    return _one(rows.filter(user=person, pk=pk).first())


def get_delegation(person: User, pk: int) -> Delegation:
    """Return a delegation of this person by number, or 404."""
    rows = Delegation.objects.select_related("user", "organisation")
    return _one(rows.filter(user=person, pk=pk).first())


def get_accreditation(organisation: Organisation, pk: int) -> Accreditation:
    """Return an accreditation of this organisation by number, or 404."""
    rows = Accreditation.objects.select_related("organisation")
    return _one(rows.filter(organisation=organisation, pk=pk).first())


def _one(found: Any) -> Any:
    if found is None:
        raise Http404
    return found


def colleagues(person: User) -> QuerySet[User]:
    """Return who may deputise a person: those who hold a role in one of his organisations."""
    own = Membership.objects.filter(user=person).current().values("organisation_id")
    beside = Membership.objects.filter(organisation_id__in=own).current().values("user_id")
    return open_persons().filter(pk__in=beside).exclude(pk=person.pk)


def has_second_factor(person: User) -> bool:
    """Tell whether a person has set up his second factor."""
    from allauth.mfa.models import Authenticator

    return Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


def _over(day: date) -> Q:
    return Q(ends_on__lt=day)


def list_memberships(
    *, person: User | None = None, organisation: Organisation | None = None, past: bool = False
) -> list[Membership]:
    """Return the roles of a person or in an organisation: to come and of today, or ended."""
    rows = Membership.objects.select_related("user", "organisation")
    if person is not None:
        rows = rows.filter(user=person)
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    over = _over(timezone.localdate())
    rows = rows.filter(over) if past else rows.exclude(over)
    return list(rows.order_by("user__last_name", "organisation__name", "role", "starts_on", "pk"))


def list_absences(*, person: User) -> list[Absence]:
    """Return the absences of a person that are not over."""
    rows = Absence.objects.filter(user=person).exclude(_over(timezone.localdate()))
    return list(rows.select_related("user", "deputy").order_by("starts_on", "pk"))


def list_accreditations(*, organisation: Organisation) -> list[Accreditation]:
    """Return every accreditation of an organisation, the last one first."""
    rows = Accreditation.objects.filter(organisation=organisation)
    return list(rows.select_related("organisation").order_by("-starts_on", "-pk"))


def list_delegations(
    *, person: User | None = None, organisation: Organisation | None = None
) -> list[Delegation]:
    """Return every delegation of a person or in an organisation, the last one first."""
    rows = Delegation.objects.select_related("user", "organisation")
    if person is not None:
        rows = rows.filter(user=person)
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    return list(rows.order_by("-starts_on", "-pk"))


def organisation_card(organisation: Organisation) -> OrganisationCard:
    """Read everything that the page of an organisation shows (5 queries)."""
    return OrganisationCard(
        organisation,
        list_memberships(organisation=organisation),
        list_memberships(organisation=organisation, past=True),
        list_accreditations(organisation=organisation),
        list_delegations(organisation=organisation),
        list(Organisation.objects.filter(parent=organisation).order_by("name")),
    )


def person_card(person: User) -> PersonCard:
    """Read everything that the page of a person shows (5 queries)."""
    return PersonCard(
        person,
        list_memberships(person=person),
        list_memberships(person=person, past=True),
        list_absences(person=person),
        list(
            Absence.objects.filter(deputy=person)
            .exclude(_over(timezone.localdate()))
            .select_related("user")
            .order_by("starts_on", "pk")
        ),
        list_delegations(person=person),
    )

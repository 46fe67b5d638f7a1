"""The directory: search, filters, key-set pages, cards."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts import selectors
from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from accounts.selectors.paging import keyset_page
from tests.accounts.factories import (
    AbsenceFactory,
    AccreditationFactory,
    DelegationFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    holder,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def walk(first, read):
    """Follow « Page suivante » to the end, then « Page précédente » to the start."""
    forward, page = [first.rows], first
    while page.next:
        page = read(page.next)
        forward.append(page.rows)
    backward = [page.rows]
    while page.previous:
        page = read(page.previous)
        backward.insert(0, page.rows)
    return forward, backward


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 7])
def test_pages_show_each_row_once_in_order_both_ways(count):
    for number in range(count):
        UserFactory(last_name=f"Martin {number % 2}", first_name="Zoé")
    read = lambda cursor="": keyset_page(  # noqa: E731
        User.objects.all(), ("last_name", "first_name", "pk"), cursor, size=2
    )

    forward, backward = walk(read(), read)

    expected = list(User.objects.order_by("last_name", "first_name", "pk"))
    assert [row for rows in forward for row in rows] == expected
    assert forward == backward
    assert not read().previous


def test_a_row_added_before_the_page_moves_nothing():
    for name in ("b", "d", "f"):
        OrganisationFactory(name=name)
    first = keyset_page(Organisation.objects.all(), ("name", "pk"), size=2)
    OrganisationFactory(name="a")

    following = keyset_page(Organisation.objects.all(), ("name", "pk"), first.next, size=2)

    assert [row.name for row in following.rows] == ["f"]


FORGED = [
    "",
    "é",
    "!!!",
    base64.urlsafe_b64encode(b"[]").decode(),
    base64.urlsafe_b64encode(json.dumps([">", "a"]).encode()).decode(),
    base64.urlsafe_b64encode(json.dumps([">", {"a": 1}, 1]).encode()).decode(),
    base64.urlsafe_b64encode(json.dumps([">", "a\0", 1]).encode()).decode(),
    base64.urlsafe_b64encode(json.dumps([">", "a", 10**30]).encode()).decode(),
    base64.urlsafe_b64encode(json.dumps([">", "a", True]).encode()).decode(),
    base64.urlsafe_b64encode(json.dumps(5).encode()).decode(),
]


@pytest.mark.parametrize("cursor", FORGED)
def test_a_forged_cursor_is_the_first_page(cursor):
    OrganisationFactory(name="a")

    assert len(keyset_page(Organisation.objects.all(), ("name", "pk"), cursor).rows) == 1


@given(st.text(max_size=60))
def test_no_cursor_breaks_the_list(cursor):
    keyset_page(Organisation.objects.all(), ("name", "pk"), cursor)


def names(page) -> list[str]:
    return [row.name for row in page.rows]


def test_organisations_are_found_by_name_short_name_or_siret():
    OrganisationFactory(
        name="Direction de la recherche", short_name="Drees", siret="12000016100014"
    )
    OrganisationFactory(name="Santé publique France", short_name="SpF", siret="13002233800011")

    for text, expected in [
        ("recherche direction", ["Direction de la recherche"]),
        ("spf", ["Santé publique France"]),
        ("120 000 161", ["Direction de la recherche"]),
        ("recherche france", []),
        ("\0", ["Direction de la recherche", "Santé publique France"]),
        ("%", []),
    ]:
        assert names(selectors.list_organisations(text=text)) == expected


def test_organisations_are_filtered():
    fund = OrganisationFactory(name="a", kind=OrganisationKind.FUND)
    AccreditationFactory(organisation=fund)
    lapsed = OrganisationFactory(name="b")
    AccreditationFactory(organisation=lapsed, ends_on=timezone.localdate() - DAY)
    OrganisationFactory(name="c", is_active=False)

    for criteria, expected in [
        ({}, ["a", "b"]),
        ({"kind": OrganisationKind.FUND}, ["a"]),
        ({"accredited": "yes"}, ["a"]),
        ({"accredited": "no"}, ["b"]),
        ({"state": "closed"}, ["c"]),
        ({"state": ""}, ["a", "b", "c"]),
    ]:
        assert names(selectors.list_organisations(**criteria)) == expected


def test_organisations_count_the_persons_of_today():
    organisation = OrganisationFactory()
    double = MembershipFactory(organisation=organisation).user
    MembershipFactory(organisation=organisation, user=double, role=Role.DPO)
    MembershipFactory(organisation=organisation)
    MembershipFactory(organisation=organisation, ends_on=timezone.localdate() - DAY)
    MembershipFactory(organisation=organisation, user__is_active=False)

    (row,) = selectors.list_organisations().rows[:1]

    assert row.member_count == 2


def test_persons_are_found_and_filtered():
    here, elsewhere = OrganisationFactory(), OrganisationFactory()
    dpo = holder(Role.DPO, here, first_name="Malika", last_name="Benhaddou", email="mb@a.example")
    holder(Role.REQUESTER, elsewhere, first_name="Nadia", last_name="Ferrand", email="nf@a.example")
    past = UserFactory(first_name="Bruno", last_name="Haller", email="bh@a.example")
    MembershipFactory(
        user=past, organisation=here, role=Role.DPO, ends_on=timezone.localdate() - DAY
    )
    UserFactory(first_name="Zoé", last_name="Close", email="zc@a.example", is_active=False)

    for criteria, expected in [
        ({}, ["Benhaddou", "Ferrand", "Haller"]),
        ({"text": "malika ben"}, ["Benhaddou"]),
        ({"text": "nf@a"}, ["Ferrand"]),
        ({"role": Role.DPO}, ["Benhaddou"]),
        ({"organisation_id": here.pk}, ["Benhaddou"]),
        ({"organisation_id": elsewhere.pk, "role": Role.DPO}, []),
        ({"state": "closed"}, ["Close"]),
        ({"state": ""}, ["Benhaddou", "Close", "Ferrand", "Haller"]),
    ]:
        assert [row.last_name for row in selectors.list_persons(**criteria).rows] == expected
    (row,) = selectors.list_persons(role=Role.DPO).rows
    assert (row, [held.organisation for held in row.current_memberships]) == (dpo, [here])


def test_the_card_of_a_person_tells_what_is_and_what_was():
    person = UserFactory()
    now = MembershipFactory(user=person)
    then = MembershipFactory(user=person, ends_on=timezone.localdate() - DAY)
    absence, deputising = AbsenceFactory(user=person), AbsenceFactory(deputy=person)
    over = timezone.localdate() - DAY
    AbsenceFactory(user=person, starts_on=over, ends_on=over)
    delegation = DelegationFactory(user=person)
    MembershipFactory()

    card = selectors.person_card(person)

    assert (card.memberships, card.past_memberships) == ([now], [then])
    assert (card.absences, card.deputisings) == ([absence], [deputising])
    assert card.delegations == [delegation]


def test_the_card_of_an_organisation():
    organisation = OrganisationFactory()
    child = OrganisationFactory(parent=organisation)
    held = MembershipFactory(organisation=organisation)
    granted = AccreditationFactory(organisation=organisation)
    delegation = DelegationFactory(organisation=organisation)

    card = selectors.organisation_card(organisation)

    assert (card.children, card.memberships, card.past_memberships) == ([child], [held], [])
    assert (card.accreditations, card.delegations) == ([granted], [delegation])


def test_colleagues_share_an_organisation_today():
    here = OrganisationFactory()
    person, colleague = holder(Role.REQUESTER, here), holder(Role.ADDAC, here)
    holder(Role.DPO)
    MembershipFactory(organisation=here, ends_on=timezone.localdate() - DAY)
    holder(Role.DPO, here, is_active=False)

    assert list(selectors.colleagues(person)) == [colleague]


@pytest.mark.parametrize(
    "get", [selectors.get_membership, selectors.get_absence, selectors.get_delegation]
)
def test_an_identifier_of_another_person_is_unknown(get):
    person = UserFactory()
    rows = {
        selectors.get_membership: MembershipFactory,
        selectors.get_absence: AbsenceFactory,
        selectors.get_delegation: DelegationFactory,
    }
    row = rows[get](user=person)

    assert get(person, row.pk) == row
    with pytest.raises(Http404):
        get(UserFactory(), row.pk)


def test_an_accreditation_of_another_organisation_is_unknown():
    granted = AccreditationFactory()

    assert selectors.get_accreditation(granted.organisation, granted.pk) == granted
    with pytest.raises(Http404):
        selectors.get_accreditation(OrganisationFactory(), granted.pk)

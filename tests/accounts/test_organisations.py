"""Organisations, their accreditations, and delegations of signature."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts import selectors, services
from accounts.enums import AccreditationScope, OrganisationKind, Role
from accounts.models import Organisation
from tests.accounts.factories import (
    AccreditationFactory,
    DelegationFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    holder,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
DREES = "12000016100014"


def create(manager, **changes):
    fields = {"name": "Drees", "kind": OrganisationKind.STATISTICS} | changes
    return services.create_organisation(**fields, by=manager)


def fields_of(refused) -> list[str]:
    return list(refused.value.error_dict)


def test_adding_an_organisation_writes_one_event(manager, journal):
    before = journal()

    organisation = create(manager, siret="120 000 161 00014", short_name="Drees")

    assert (organisation.siret, organisation.slug) == (DREES, "drees")
    event = before.one()
    assert (event.kind, event.chain) == (
        "organisation.created",
        f"organisation:{organisation.pk}",
    )


def test_two_organisations_of_the_same_short_name_have_two_addresses(manager):
    first = create(manager, short_name="DG")
    second = create(manager, name="Autre", short_name="DG")
    third = create(manager, name="Encore", short_name="DG")

    assert [first.slug, second.slug, third.slug] == ["dg", "dg-2", "dg-3"]


def test_a_name_without_letters_has_an_address_too(manager):
    assert create(manager, name="株式会社").slug == "organisme"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("siret", "120 000 161 00015"),
        ("siret", "12"),
        ("kind", "royaume"),
        ("contact_email", "pas une adresse"),
    ],
)
def test_what_the_fields_refuse_is_said_at_the_field(manager, field, value):
    with pytest.raises(ValidationError) as refused:
        create(manager, **{field: value})

    assert fields_of(refused) == [field]


def test_a_name_or_a_siret_belongs_to_one_organisation(manager):
    create(manager, siret=DREES)

    with pytest.raises(ValidationError) as refused:
        create(manager)
    assert fields_of(refused) == ["name"]
    with pytest.raises(ValidationError, match="déjà celui de") as refused:
        create(manager, name="Autre", siret=DREES)
    assert fields_of(refused) == ["siret"]


def test_many_organisations_may_have_no_siret(manager):
    create(manager, siret="")
    create(manager, name="Autre", siret="")

    assert Organisation.objects.filter(siret__isnull=True, name__in=["Drees", "Autre"]).count() == 2


def test_changing_keeps_the_address_and_what_was_before(manager, journal):
    organisation, before = create(manager), None
    before = journal()

    services.update_organisation(organisation=organisation, by=manager, name="Drees (nouvelle)")

    organisation.refresh_from_db()
    assert (organisation.name, organisation.slug) == ("Drees (nouvelle)", "drees")
    assert '"before":{"name":"Drees"}' in before.one().entry


def test_changing_nothing_writes_nothing(manager, journal):
    organisation = create(manager)
    before = journal()

    services.update_organisation(organisation=organisation, by=manager, name="Drees")

    assert before.kinds() == []


def test_an_organisation_is_not_attached_to_itself(manager):
    top = OrganisationFactory()
    below = OrganisationFactory(parent=OrganisationFactory(parent=top))

    for parent in (top, below):
        with pytest.raises(ValidationError) as refused:
            services.update_organisation(organisation=top, by=manager, parent=parent)
        assert fields_of(refused) == ["parent"]


def test_an_organisation_with_members_is_not_closed(manager):
    held = MembershipFactory()

    with pytest.raises(ValidationError, match="Une personne y tient encore un rôle"):
        services.close_organisation(organisation=held.organisation, by=manager)
    MembershipFactory(organisation=held.organisation)
    with pytest.raises(ValidationError, match="2 personnes y tiennent encore un rôle"):
        services.close_organisation(organisation=held.organisation, by=manager)


def test_closing_and_opening_again(manager, journal):
    held = MembershipFactory(ends_on=timezone.localdate() - DAY)
    organisation, before = held.organisation, journal()

    services.close_organisation(organisation=organisation, by=manager, reason="Fusion")
    with pytest.raises(ValidationError, match="déjà désactivé"):
        services.close_organisation(organisation=organisation, by=manager)
    services.reopen_organisation(organisation=organisation, by=manager)
    with pytest.raises(ValidationError, match="déjà en activité"):
        services.reopen_organisation(organisation=organisation, by=manager)

    assert before.kinds() == ["organisation.closed", "organisation.reopened"]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.MANAGER}))
def test_only_managers_change_organisations(role):
    user, organisation = holder(role), OrganisationFactory()

    for call in (
        lambda: create(user),
        lambda: services.update_organisation(organisation=organisation, by=user, name="x"),
        lambda: services.close_organisation(organisation=organisation, by=user),
        lambda: services.reopen_organisation(organisation=organisation, by=user),
        lambda: accredit(user, organisation),
        lambda: delegate(user, UserFactory(), organisation),
    ):
        with pytest.raises(PermissionDenied):
            call()


def accredit(by, organisation, scope=AccreditationScope.PERSONAL, **changes):
    fields = {"act_reference": "Arrêté", "starts_on": date(2026, 1, 1)} | changes
    return services.grant_accreditation(organisation=organisation, scope=scope, by=by, **fields)


@pytest.mark.parametrize("held", list(AccreditationScope))
@pytest.mark.parametrize("asked", list(AccreditationScope))
def test_each_scope_includes_those_before(held, asked):
    organisation = AccreditationFactory(scope=held).organisation
    order = list(AccreditationScope)

    assert selectors.is_accredited(organisation, asked) is (order.index(asked) <= order.index(held))


def test_an_accreditation_holds_on_its_days_and_for_its_organisation(manager, journal):
    organisation, before = OrganisationFactory(), journal()

    accredit(manager, organisation, ends_on=date(2026, 6, 30))

    assert before.one().kind == "accreditation.granted"
    for day, expected in [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 6, 30), True),
        (date(2026, 7, 1), False),
    ]:
        assert (
            selectors.is_accredited(organisation, AccreditationScope.PERSONAL, on=day) is expected
        )
    other = OrganisationFactory()
    assert not selectors.is_accredited(other, AccreditationScope.PERSONAL, on=date(2026, 3, 1))


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("act_reference", {"act_reference": "  "}),
        ("scope", {"scope": "tout"}),
        ("ends_on", {"ends_on": date(2025, 1, 1)}),
    ],
)
def test_an_accreditation_that_makes_no_sense_is_refused_at_its_field(manager, field, change):
    with pytest.raises(ValidationError) as refused:
        accredit(manager, OrganisationFactory(), **change)

    assert fields_of(refused) == [field]


def test_the_same_scope_is_not_granted_twice_on_a_day(manager):
    organisation = OrganisationFactory()
    accredit(manager, organisation)

    with pytest.raises(ValidationError) as refused:
        accredit(manager, organisation, starts_on=date(2026, 5, 1))
    assert fields_of(refused) == ["scope"]
    accredit(manager, organisation, scope=AccreditationScope.HEALTH)


def test_a_closed_organisation_is_not_accredited(manager):
    with pytest.raises(ValidationError) as refused:
        accredit(manager, OrganisationFactory(is_active=False))

    assert fields_of(refused) == ["organisation"]


def test_ending_an_accreditation(manager, journal):
    granted, before = AccreditationFactory(), journal()

    services.end_accreditation(accreditation=granted, by=manager, reason="Retrait")

    assert not selectors.is_accredited(granted.organisation, AccreditationScope.PERSONAL)
    assert (before.one().kind, before.one().reason) == ("accreditation.ended", "Retrait")
    with pytest.raises(ValidationError, match="déjà pris fin"):
        services.end_accreditation(accreditation=granted, by=manager)


def test_the_past_of_an_accreditation_is_not_rewritten(manager):
    yesterday = timezone.localdate() - DAY

    with pytest.raises(ValidationError) as refused:
        services.end_accreditation(
            accreditation=AccreditationFactory(), by=manager, ends_on=yesterday
        )

    assert fields_of(refused) == ["ends_on"]


def delegate(by, person, organisation, **changes):
    fields = {
        "reference": "Décret n° 2005-850",
        "title": "Cheffe de service",
        "starts_on": date(2026, 1, 1),
    } | changes
    return services.grant_delegation(person=person, organisation=organisation, by=by, **fields)


def test_a_delegation_holds_on_its_days_for_its_acts_and_organisation(manager, journal):
    person, organisation, before = UserFactory(), OrganisationFactory(), journal()

    granted = delegate(manager, person, organisation, act_types="ba", ends_on=date(2026, 6, 30))

    assert (before.one().kind, granted.act_types) == ("delegation.granted", "ab")
    march = date(2026, 3, 1)
    for act, day, expected in [
        ("a", march, granted),
        ("", march, granted),
        ("c", march, None),
        ("a", date(2025, 12, 31), None),
        ("a", date(2026, 6, 30), granted),
        ("a", date(2026, 7, 1), None),
    ]:
        assert selectors.valid_delegation(person, organisation, act, on=day) == expected
    assert selectors.valid_delegation(person, OrganisationFactory(), "a", on=march) is None
    assert selectors.valid_delegation(UserFactory(), organisation, "a", on=march) is None


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("reference", {"reference": " "}),
        ("title", {"title": ""}),
        ("act_types", {"act_types": "az"}),
        ("ends_on", {"ends_on": date(2025, 1, 1)}),
    ],
)
def test_a_delegation_that_makes_no_sense_is_refused_at_its_field(manager, field, change):
    with pytest.raises(ValidationError) as refused:
        delegate(manager, UserFactory(), OrganisationFactory(), **change)

    assert fields_of(refused) == [field]


def test_a_closed_account_or_organisation_receives_no_delegation(manager):
    with pytest.raises(ValidationError) as refused:
        delegate(manager, UserFactory(is_active=False), OrganisationFactory())
    assert fields_of(refused) == ["user"]
    with pytest.raises(ValidationError) as refused:
        delegate(manager, UserFactory(), OrganisationFactory(is_active=False))
    assert fields_of(refused) == ["organisation"]


def test_nobody_gives_himself_a_delegation(manager):
    with pytest.raises(PermissionDenied):
        delegate(manager, manager, OrganisationFactory())


def test_a_revoked_delegation_signs_nothing_from_that_day(manager, journal):
    granted, before = DelegationFactory(), journal()
    today = timezone.localdate()

    services.revoke_delegation(delegation=granted, by=manager, reason="Changement")

    assert before.one().kind == "delegation.revoked"
    assert selectors.valid_delegation(granted.user, granted.organisation) is None
    yesterday = selectors.valid_delegation(granted.user, granted.organisation, on=today - DAY)
    assert yesterday == granted
    with pytest.raises(ValidationError, match="déjà révoquée"):
        services.revoke_delegation(delegation=granted, by=manager)


def test_a_delegation_that_is_over_is_not_revoked(manager):
    over = DelegationFactory(ends_on=timezone.localdate() - DAY)

    with pytest.raises(ValidationError, match="déjà échue"):
        services.revoke_delegation(delegation=over, by=manager)

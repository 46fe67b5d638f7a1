"""Who may do what: one table, the near misses included."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.enums import Role
from catalogue import policies
from tests.accounts.factories import OrganisationFactory
from tests.catalogue.conftest import member
from tests.catalogue.factories import DatasetFactory

pytestmark = pytest.mark.django_db

EDITORS = {Role.MANAGER, Role.HOLDER, Role.DATA_REFERENT}
INSIDERS = EDITORS | {Role.OFFICER, Role.AMDAC, Role.AUDITOR}


@pytest.mark.parametrize("role", list(Role))
def test_roles_in_the_producer(role, producer):
    dataset = DatasetFactory(producer_org=producer, confidential=True)
    person = member(role, producer)

    abilities = policies.abilities(person, dataset)

    assert policies.can_view(person, dataset)
    assert abilities["edit"] is (role in EDITORS)
    assert abilities["retire"] is (role in EDITORS)
    assert abilities["see_reserved"] is (role in INSIDERS)
    assert policies.can_create(person, producer) is (role in EDITORS)


@pytest.mark.parametrize("role", sorted(EDITORS - {Role.MANAGER}))
def test_the_right_role_in_another_organisation_is_no_right(role, producer):
    dataset = DatasetFactory(producer_org=producer, confidential=True)
    person = member(role)

    assert not policies.can_edit(person, dataset)
    assert not policies.can_view_reserved(person, dataset)
    assert not policies.can_create(person, producer)
    assert policies.can_create(person)


def test_the_controller_keeps_the_record_too(producer):
    controller = OrganisationFactory()
    dataset = DatasetFactory(producer_org=producer, data_controller=controller)

    assert policies.can_edit(member(Role.HOLDER, controller), dataset)


@pytest.mark.parametrize("access", ["PUBLIC", "RESTRICTED"])
def test_reserved_parts_are_those_of_records_that_are_not_public(access, agent):
    assert policies.can_view_reserved(agent, DatasetFactory(access_rights=access))


def test_signed_out_and_closed_accounts_read_nothing(agent):
    agent.is_active = False

    assert not policies.can_view(AnonymousUser())
    assert not policies.can_view(agent)


def test_only_a_manager_imports(manager, holder):
    policies.check_can_import(manager)
    with pytest.raises(policies.PermissionDenied):
        policies.check_can_import(holder)


def test_a_retired_record_is_restored_and_not_requested(holder, producer):
    dataset = DatasetFactory(producer_org=producer)
    dataset.retired_on = dataset.created_at.date()

    abilities = policies.abilities(holder, dataset)

    assert abilities["restore"]
    assert not abilities["retire"]
    assert not abilities["request"]

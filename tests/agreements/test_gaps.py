"""Rules at the edges of an act: accreditations, who reads a project, dates, reminders, seals."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.enums import AccreditationScope, Role
from accounts.models import Accreditation, Organisation
from agreements import policies, services
from agreements.errors import NotReady
from agreements.models import Agreement, Signature
from agreements.selectors import build_desk
from agreements.selectors.signing import signing_page
from cases.errors import NotAllowed
from tests.agreements import factories
from tests.agreements.worlds import facts

pytestmark = pytest.mark.django_db


def end_accreditation(organisation: Organisation, days: int) -> None:
    """End every accreditation of an organisation that many days from today."""
    Accreditation.objects.filter(organisation=organisation).update(
        ends_on=timezone.localdate() + timedelta(days=days)
    )


@pytest.mark.parametrize("side", ["holder", "requester"])
def test_an_accreditation_that_ended_yesterday_stops_the_freezing(
    world: factories.World, side: str
) -> None:
    agreement = factories.agreed(world)
    party = getattr(world, side)
    end_accreditation(party, days=-1)

    with pytest.raises(NotReady) as error:
        services.freeze(agreement=agreement, by=world.legal)

    (check,) = error.value.checks
    assert check.code == "signatories"
    assert f"{party} n’est pas accrédité" in check.detail
    assert not agreement.versions.filter(is_final=True).exists()


def test_an_accreditation_that_ends_today_still_allows_it(world: factories.World) -> None:
    agreement = factories.agreed(world)
    end_accreditation(world.holder, days=0)

    assert services.freeze(agreement=agreement, by=world.legal).is_final


@pytest.mark.parametrize(
    ("held", "changed", "is_enough"),
    [
        (AccreditationScope.PERSONAL, {}, True),
        (AccreditationScope.NON_PERSONAL, {}, False),
        (AccreditationScope.PERSONAL, {"SENS": True, "HEALTH": True}, False),
        (AccreditationScope.HEALTH, {"SENS": True, "HEALTH": True}, True),
    ],
)
def test_the_scope_asked_is_that_of_the_data_of_the_act(
    world: factories.World, held: str, changed: dict[str, bool], is_enough: bool
) -> None:
    agreement = factories.drafted(world, facts=facts(**changed))
    Accreditation.objects.filter(organisation=world.requester).update(scope=held)

    checks = {check.code: check for check in build_desk(agreement).checks}

    assert checks["signatories"].is_blocking is not is_enough
    assert ("DGCS n’est pas accrédité" in checks["signatories"].detail) is not is_enough


def test_a_party_that_lacks_both_is_told_of_both(world: factories.World) -> None:
    agreement = factories.drafted(world)
    end_accreditation(world.requester, days=-1)
    agreement.signatories.filter(party__organisation=world.requester).delete()

    checks = {check.code: check for check in build_desk(agreement).checks}

    assert "n’est pas accrédité" in checks["signatories"].detail
    assert "signataire à désigner" in checks["signatories"].detail


def test_an_accreditation_that_ended_since_the_freezing_stops_the_signature(
    world: factories.World, fast_documents: None
) -> None:
    agreement = factories.in_signature(world)
    end_accreditation(world.holder, days=-1)

    with pytest.raises(NotAllowed, match="CNSA n’est pas accrédité pour « Données à caractère"):
        factories.sign_as(agreement, world.holder_signatory)

    assert not Signature.objects.exists()
    page = signing_page(world.holder_signatory, build_desk(agreement))
    assert not page.may_sign
    assert "n’est pas accrédité" in page.problem
    assert ["n’est pas accrédité" in line.problem for line in page.lines] == [True, False]
    factories.sign_as(agreement, world.requester_signatory)
    assert Agreement.objects.get(pk=agreement.pk).stage == "signing"


TEXT_PAGES = ["redaction/", "annexes/", "annexes/1/", "versions/", "signature/", "historique/"]


def status(client: Client, user: object, agreement: Agreement, page: str) -> int:
    client.force_login(user)
    return client.get(f"/conventions/{agreement.reference}/{page}").status_code


@pytest.mark.parametrize("page", TEXT_PAGES)
def test_the_recipient_reads_the_project_from_the_first_round(
    client: Client, world: factories.World, page: str
) -> None:
    agreement = factories.drafted(world)

    assert status(client, world.requester_agent, agreement, page) == 403
    assert status(client, world.holder_agent, agreement, page) == 200

    services.send_round(agreement=agreement, by=world.legal)

    assert status(client, world.requester_agent, agreement, page) == 200


def test_a_project_in_drafting_tells_its_recipient_when_he_will_read_it(
    client: Client, world: factories.World
) -> None:
    agreement = factories.drafted(world)
    client.force_login(world.requester_agent)

    response = client.get(f"/conventions/{agreement.reference}/redaction/")

    assert "dès l’envoi de la première version" in response.content.decode()
    assert status(client, world.requester_agent, agreement, "reserves/") == 200
    assert status(client, world.outsider, agreement, "redaction/") == 404


@pytest.mark.parametrize(
    ("role", "reads"),
    [(Role.DPO, True), (Role.SECURITY, True), (Role.LEGAL, True), (Role.SIGNATORY, False),
     (Role.ADDAC, False), (Role.DATA_REFERENT, False)],
)  # fmt: skip
def test_those_who_review_for_the_recipient_read_the_project_all_along(
    world: factories.World, role: str, reads: bool
) -> None:
    agreement = factories.drafted(world)

    assert policies.can_read(factories.member(world.requester, role), agreement) is reads


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR, Role.HOLDER])
def test_a_recipient_who_plays_another_part_too_reads_the_project(
    world: factories.World, role: str
) -> None:
    agreement = factories.drafted(world)
    both = factories.member(world.requester, Role.REQUESTER)
    where = world.holder if role == Role.HOLDER else world.ministry
    both.memberships.create(organisation=where, role=role, starts_on=factories.LONG_AGO)

    assert policies.can_read(both, agreement)

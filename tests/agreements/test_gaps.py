"""Rules at the edges of an act: accreditations, who reads a project, dates, reminders, seals."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import AccreditationScope
from accounts.models import Accreditation, Organisation
from agreements import services
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

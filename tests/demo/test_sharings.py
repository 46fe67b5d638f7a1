"""The sharings of the demonstration live through the services, from their first day to today."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from agreements.enums import AgreementStage
from agreements.models import Agreement
from config.demo import sharings
from sharing.enums import DeliveryState
from tests.agreements import factories

pytestmark = pytest.mark.django_db


def aged(world: factories.World, days: int) -> Agreement:
    """A signed act whose day of effect was `days` ago, which nobody has put in force."""
    made = factories.in_force(world)
    start = timezone.localdate() - timedelta(days=days)
    Agreement.objects.filter(pk=made.pk).update(
        stage=AgreementStage.SIGNED, effective_on=start, end_on=start + timedelta(days=900)
    )
    made.deliveries.update(planned_on=start + timedelta(days=30))
    return Agreement.objects.get(pk=made.pk)


def test_an_act_is_lived_up_to_its_next_delivery(
    world: factories.World,
    fast_documents: None,
) -> None:
    agreement = aged(world, 400)

    sharings.play()

    agreement.refresh_from_db()
    *past, coming = agreement.deliveries.order_by("number")
    assert agreement.stage == AgreementStage.IN_FORCE
    assert not agreement.obligations.open().prior().exists()
    assert {one.state for one in past} == {DeliveryState.ACCEPTED, DeliveryState.ACCEPTED_RESERVE}
    assert coming.state == DeliveryState.PLANNED
    assert coming.planned_on >= timezone.localdate() - timedelta(days=sharings.MARGIN)


def test_a_young_act_still_waits(world: factories.World, fast_documents: None) -> None:
    agreement = aged(world, 10)

    sharings.play()

    agreement.refresh_from_db()
    assert agreement.stage == AgreementStage.IN_FORCE
    assert not agreement.deliveries.exclude(state=DeliveryState.PLANNED).exists()

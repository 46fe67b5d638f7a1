"""An act from its drafting to its registration, through every way of the circuit."""

from __future__ import annotations

import pytest

from agreements.models import Agreement
from tests.agreements import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> factories.World:
    return factories.world()


def test_an_act_goes_from_draft_to_sealed(world: factories.World) -> None:
    agreement = factories.registered(world)

    assert agreement.reference == "CONV-2026-001"
    assert agreement.project_reference == "PRJ-2026-0001"
    assert agreement.stage == "signed"
    assert Agreement.objects.get(reference="CONV-2026-001").archived.size > 0

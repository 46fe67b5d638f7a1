"""What a request adds to the evidence of its act: each decision with its reasons, each opinion."""

from __future__ import annotations

import pytest

from agreements.models import Agreement
from journal.enums import Audience
from requests_flow.evidence import pieces_of
from requests_flow.services import opinions
from requests_flow.services.conditions import NewCondition
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db
RESERVE = "Ôter la commune."


def test_opinions_bear_their_reserves_and_only_reviewers_have_them() -> None:
    world = worlds.ministry()
    case = worlds.studied(world)
    opinions.give_opinion(
        task=worlds.task(case, "give_opinion"), verdict="favourable_reserve", by=world.legal,
        synthesis="Minimiser.",
        conditions=[NewCondition(RESERVE, "Demandeur", "before_signature", "Liste")],
    )  # fmt: skip
    act = Agreement(source_case_id=case.pk, source_reference=str(case.reference))

    told = pieces_of(act, {Audience.EVERYONE, Audience.REVIEWERS})

    found = {one["synthese"]: one["reserves"] for one in told["avis/avis-sur-la-demande.json"]}
    assert found["Minimiser."] == [RESERVE]
    assert all(reserves == [] for said, reserves in found.items() if said != "Minimiser.")
    assert set(pieces_of(act, {Audience.EVERYONE})) == {"decisions/decisions.json"}


def test_decisions_and_conclusions_bear_their_coded_reasons() -> None:
    case = worlds.concluded(worlds.ministry(), outcome="unfavourable")
    act = Agreement(source_case_id=case.pk, source_reference=str(case.reference))

    told = pieces_of(act, set())["decisions/decisions.json"]

    assert [one["motifs"] for one in told["detenteurs"]] == ["Données non nécessaires"]
    assert "Données non nécessaires" in [one["motifs"] for one in told["conclusions"]]
    assert pieces_of(Agreement(), set()) == {}

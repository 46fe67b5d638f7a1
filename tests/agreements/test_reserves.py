"""Conditions: proved by their bearer, lifted by another, or written in an article."""

from __future__ import annotations

import pytest

from agreements import services
from agreements.models import Agreement, Reserve
from agreements.selectors import build_desk
from cases.errors import Conflict, Impossible, NotAllowed
from tests.agreements import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def act(world: factories.World) -> Agreement:
    value = services.ReserveValue("Chiffrer les envois", "DGCS", owner_organisation=world.requester)
    return factories.drafted(world, reserves=[value])


@pytest.fixture
def reserve(act: Agreement) -> Reserve:
    return act.reserves.get()


def is_blocking(act: Agreement) -> bool:
    return "reserves" in [check.code for check in build_desk(act).blocking]


def test_lifting_needs_a_proof_and_another_person(
    act: Agreement, reserve: Reserve, world: factories.World
) -> None:
    assert is_blocking(act)
    with pytest.raises(NotAllowed, match="au vu d’une preuve"):
        services.lift_reserve(reserve=reserve, reason="Vu.", by=world.legal)

    services.prove_reserve(reserve=reserve, proof="Note du 3 mars.", by=world.requester_agent)
    assert is_blocking(act)
    with pytest.raises(NotAllowed, match="réservée au juriste"):
        services.lift_reserve(reserve=reserve, reason="Vu.", by=world.requester_agent)
    with pytest.raises(Impossible, match="motif"):
        services.lift_reserve(reserve=reserve, reason=" ", by=world.legal)

    services.lift_reserve(reserve=reserve, reason="Note conforme.", by=world.legal)

    reserve.refresh_from_db()
    assert (reserve.state, reserve.settled_by) == ("lifted", world.legal)
    assert not is_blocking(act)


def test_who_proved_does_not_lift(reserve: Reserve, world: factories.World) -> None:
    services.prove_reserve(reserve=reserve, proof="Note.", by=world.legal)

    with pytest.raises(NotAllowed, match="autre personne"):
        services.lift_reserve(reserve=reserve, reason="Vu.", by=world.legal)

    services.lift_reserve(reserve=reserve, reason="Vu.", by=world.officer)


def test_only_the_bearer_proves(reserve: Reserve, world: factories.World) -> None:
    with pytest.raises(NotAllowed, match="porteur"):
        services.prove_reserve(reserve=reserve, proof="Note.", by=world.holder_agent)


@pytest.mark.parametrize("proof", ["", "a\x00", "a" * 4001])
def test_a_proof_says_something(reserve: Reserve, world: factories.World, proof: str) -> None:
    with pytest.raises(Impossible):
        services.prove_reserve(reserve=reserve, proof=proof, by=world.requester_agent)


def test_inscribed_in_an_article(act: Agreement, reserve: Reserve, world: factories.World) -> None:
    with pytest.raises(Impossible):
        services.inscribe_reserve(reserve=reserve, key="C99", by=world.legal)
    with pytest.raises(NotAllowed):
        services.inscribe_reserve(reserve=reserve, key="C17", by=world.holder_agent)

    services.inscribe_reserve(reserve=reserve, key="C17", by=world.legal)

    reserve.refresh_from_db()
    assert (reserve.state, reserve.article_key) == ("inscribed", "C17")
    assert not is_blocking(act)


def test_a_settled_reserve_is_settled_once(reserve: Reserve, world: factories.World) -> None:
    services.inscribe_reserve(reserve=reserve, key="C17", by=world.legal)

    for again in (
        lambda: services.inscribe_reserve(reserve=reserve, key="C17", by=world.legal),
        lambda: services.prove_reserve(reserve=reserve, proof="x", by=world.requester_agent),
        lambda: services.lift_reserve(reserve=reserve, reason="x", by=world.legal),
    ):
        with pytest.raises(Conflict):
            again()


def test_a_reserve_to_write_in_the_act_blocks_until_it_is(
    act: Agreement, reserve: Reserve, world: factories.World
) -> None:
    services.inscribe_reserve(reserve=reserve, key="C17", by=world.legal)

    added = services.add_reserve(
        agreement=act, text="Fixer l’effectif.", owner="DGCS", stage="in_agreement", by=world.legal
    )

    assert is_blocking(act)
    services.inscribe_reserve(reserve=added, key="C15", by=world.officer)
    assert not is_blocking(act)


def test_a_reserve_for_later_does_not_block(
    act: Agreement, reserve: Reserve, world: factories.World
) -> None:
    services.inscribe_reserve(reserve=reserve, key="C17", by=world.legal)

    services.add_reserve(
        agreement=act, text="Former.", owner="", stage="before_delivery", by=world.legal
    )

    assert not is_blocking(act)


def test_add_refuses(act: Agreement, world: factories.World) -> None:
    with pytest.raises(Impossible):
        services.add_reserve(agreement=act, text="x", owner="", stage="later", by=world.legal)
    with pytest.raises(Impossible):
        services.add_reserve(agreement=act, text="", owner="", stage="ongoing", by=world.legal)
    with pytest.raises(NotAllowed):
        services.add_reserve(
            agreement=act, text="x", owner="", stage="ongoing", by=world.holder_agent
        )

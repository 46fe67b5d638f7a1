"""What the audit of the circuit found missing, one rule a test."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from requests_flow import policies
from requests_flow.models import DataRequest
from requests_flow.services import opinions
from requests_flow.services.conditions import NewCondition
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> worlds.Ministry:
    return worlds.ministry()


def page(client: Any, user: User, url: str, status: int = 200) -> str:
    """Open an address as somebody, and return what is read there."""
    client.force_login(user)
    response = client.get(url)
    assert response.status_code == status
    return str(response.content.decode())


def tab(case: DataRequest, name: str = "view_answers") -> str:
    return reverse(f"requests_flow:{name}", args=[case.reference])


def with_a_reserved_opinion(world: worlds.Ministry) -> DataRequest:
    case = worlds.studied(world, worlds.personal_answers(world))
    opinions.give_opinion(
        task=worlds.task(case, "give_opinion", world.holder),
        verdict="favourable_reserve",
        synthesis="Sous réserve.",
        conditions=[
            NewCondition(text="Réduire la durée", due_stage="in_agreement", owner="Demandeur")
        ],
        by=world.dpo_holder,
    )
    return DataRequest.objects.get(pk=case.pk)


# --- Opinions before the decision ------------------------------------------------------------


def test_a_requester_reads_neither_verdict_nor_reviewer_before_the_decision(
    client: Any, world: worlds.Ministry
) -> None:
    case = with_a_reserved_opinion(world)

    html = page(client, world.requester, tab(case))

    assert "Rendu" in html
    assert "Favorable" not in html
    assert str(world.dpo_holder) not in html


def test_the_cell_reads_verdict_and_reviewer_with_a_singular(
    client: Any, world: worlds.Ministry
) -> None:
    case = with_a_reserved_opinion(world)

    html = page(client, world.officer, tab(case, "view_instruction"))

    assert "Favorable, 1 réserve<" in html
    assert str(world.dpo_holder) in html


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        (Role.HOLDER, True),
        (Role.DPO, True),
        (Role.SECURITY, True),
        (Role.LEGAL, True),
        (Role.SIGNATORY, True),
        (Role.REQUESTER, False),
        (Role.AUTHORISED_PERSON, False),
        (Role.ADDAC, False),
    ],
)
def test_only_who_takes_part_in_the_decision_of_a_holder_reads_the_opinions(
    world: worlds.Ministry, role: Role, reads: bool
) -> None:
    case = worlds.studied(world)
    somebody = worlds.person("quelquun", (role, world.holder))

    assert policies.can_read_opinions(somebody, case) is reads
    assert policies.can_read_instruction(somebody, case) is reads

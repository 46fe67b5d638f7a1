"""What pages cost: within the budget, and the same whatever the number of rows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from requests_flow.models import DataRequest
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db
DASHBOARD_BUDGET, LIST_BUDGET, CASE_BUDGET = 8, 8, 20


def cost(client: Any, user: User, url: str) -> list[str]:
    """All the queries of a page, those of the session and of the frame included."""
    client.force_login(user)
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return [one["sql"] for one in captured.captured_queries]


def page(case: DataRequest, name: str) -> str:
    return reverse(f"requests_flow:{name}", args=[case.reference])


@pytest.mark.parametrize("who", ["officer", "requester", "amdac", "holder_agent"])
@pytest.mark.parametrize("name", ["dashboard", "list"])
def test_lists_cost_the_same_with_one_row_and_with_four(client: Any, who: str, name: str) -> None:
    world = worlds.ministry()
    url = reverse(f"requests_flow:{name}")
    worlds.oriented(world)
    one = cost(client, world.people[who], url)
    for _count in range(3):
        worlds.oriented(world)

    four = cost(client, world.people[who], url)

    assert len(four) == len(one), "\n".join(four)
    assert len(four) <= (DASHBOARD_BUDGET if name == "dashboard" else LIST_BUDGET), "\n".join(four)


@pytest.mark.parametrize("who", ["officer", "requester", "holder_agent", "dpo_holder", "amdac"])
def test_a_case_page_stays_within_its_budget(client: Any, who: str) -> None:
    world = worlds.ministry()
    case = worlds.studied(world, worlds.personal_answers(world), [world.holder, world.other_holder])

    found = cost(client, world.people[who], page(case, "view_answers"))

    assert len(found) <= CASE_BUDGET, "\n".join(found)


def test_the_instruction_of_a_case_stays_within_its_budget(client: Any) -> None:
    world = worlds.ministry()
    case = worlds.studied(world, worlds.personal_answers(world), [world.holder, world.other_holder])

    found = cost(client, world.officer, page(case, "view_instruction"))

    assert len(found) <= CASE_BUDGET + 4, "\n".join(found)

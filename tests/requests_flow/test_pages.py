"""Every page of a request opens for whom it is meant, and for nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from cases import selectors as case_selectors
from requests_flow.models import DataRequest
from requests_flow.selectors.actions import address_of
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db

TABS = [
    "view_answers",
    "view_instruction",
    "view_opinions",
    "view_agreement",
    "view_thread",
    "view_files",
    "view_history",
    "view_formalities",
    "print",
]


@pytest.fixture
def world() -> worlds.Ministry:
    return worlds.ministry()


def opened(client: Any, user: User, url: str) -> int:
    client.force_login(user)
    return int(client.get(url).status_code)


def tab(case: DataRequest, name: str) -> str:
    return reverse(f"requests_flow:{name}", args=[case.reference])


@pytest.mark.parametrize("name", TABS)
def test_cell_opens_every_tab(client: Any, world: worlds.Ministry, name: str) -> None:
    case = worlds.decided(world, worlds.personal_answers(world))

    assert opened(client, world.officer, tab(case, name)) == 200


def test_requester_reads_no_instruction_and_no_opinion_before_the_decision(
    client: Any, world: worlds.Ministry
) -> None:
    case = worlds.reviewed(world)

    assert opened(client, world.requester, tab(case, "view_answers")) == 200
    assert opened(client, world.requester, tab(case, "view_instruction")) == 404
    assert opened(client, world.requester, tab(case, "view_opinions")) == 404


def test_an_outsider_gets_the_same_404_as_for_an_unknown_reference(
    client: Any, world: worlds.Ministry
) -> None:
    case = worlds.filed(world)

    assert opened(client, world.outsider, tab(case, "view_answers")) == 404
    assert (
        opened(
            client, world.outsider, reverse("requests_flow:view_answers", args=["DEM-2020-9999"])
        )
        == 404
    )


@pytest.mark.parametrize("name", ["dashboard", "deadlines", "list", "precheck"])
def test_personal_pages_open(client: Any, world: worlds.Ministry, name: str) -> None:
    worlds.reviewed(world)

    assert opened(client, world.requester, reverse(f"requests_flow:{name}")) == 200


def test_every_open_step_of_a_case_has_its_page(client: Any, world: worlds.Ministry) -> None:
    for case in (
        worlds.filed(world),
        worlds.oriented(world),
        worlds.studied(world, worlds.personal_answers(world)),
        worlds.reviewed(world),
    ):
        for task in case_selectors.open_tasks(case):
            doer = next(
                user
                for user in world.people.values()
                if any(
                    held.role == task.role and held.organisation_id == task.organisation_id
                    for held in user.held_roles
                )
            )
            assert opened(client, doer, address_of(case, task)) == 200, task.node


def test_draft_pages_open_for_their_writer(client: Any, world: worlds.Ministry) -> None:
    draft = worlds.draft(world)

    for section in ("need", "actors", "use_case", "data", "access", "outcomes", "commitments"):
        assert (
            opened(
                client,
                world.requester,
                reverse("requests_flow:edit_draft", args=[draft.draft_key, section]),
            )
            == 200
        )
    for name in ("review_draft", "invite", "delete_draft", "print_draft"):
        assert (
            opened(
                client, world.requester, reverse(f"requests_flow:{name}", args=[draft.draft_key])
            )
            == 200
        )
        assert (
            opened(
                client, world.colleague, reverse(f"requests_flow:{name}", args=[draft.draft_key])
            )
            == 404
        )


def test_a_draft_is_filed_from_its_summary(client: Any, world: worlds.Ministry) -> None:
    draft = worlds.draft(world)
    client.force_login(world.requester)

    response = client.post(reverse("requests_flow:submit", args=[draft.draft_key]))

    case = DataRequest.objects.get(pk=draft.pk)
    assert response.status_code == 302
    assert client.get(response["Location"]).status_code == 200
    assert case.reference in response["Location"]


def test_an_incomplete_draft_lists_everything_and_loses_nothing(
    client: Any, world: worlds.Ministry
) -> None:
    draft = worlds.draft(world, worlds.answers(world, context="", objective=""))
    client.force_login(world.requester)

    response = client.post(reverse("requests_flow:submit", args=[draft.draft_key]))

    assert response.status_code == 422
    assert "2 points à corriger" in response.content.decode()
    assert DataRequest.objects.get(pk=draft.pk).is_draft

"""Where one lands, and what lists sort by: the due date of what is under way, kept filters."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from agreements.models import Agreement
from agreements.services import abandon
from cases import engine
from cases.models import Case, Task
from requests_flow.models import DataRequest
from requests_flow.selectors import lists
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> worlds.Ministry:
    return worlds.ministry()


# --- The address of a request -----------------------------------------------------------------


def landed(client: Any, user: Any, case: DataRequest) -> str:
    client.force_login(user)
    response = client.get(case.get_absolute_url())
    assert response.status_code == 302
    return str(response["Location"])


@pytest.mark.parametrize(
    ("who", "tab"),
    [
        ("officer", "instruction"), ("amdac", "instruction"), ("requester", "demande"),
        ("holder_agent", "demande"), ("auditor", "demande"), ("expert", None),
    ],
)  # fmt: skip
def test_each_role_lands_on_its_tab(
    client: Any, world: worlds.Ministry, who: str, tab: str | None
) -> None:
    case = worlds.studied(world, worlds.personal_answers(world))

    if tab is None:
        client.force_login(world.people[who])
        assert client.get(case.get_absolute_url()).status_code == 404
    else:
        assert landed(client, world.people[who], case) == f"{case.get_absolute_url()}{tab}/"


def test_a_reviewer_lands_on_the_opinion_that_he_owes_until_it_is_given(
    client: Any, world: worlds.Ministry
) -> None:
    case = worlds.studied(world, worlds.personal_answers(world))
    owed = worlds.task(case, "give_opinion", world.holder)

    assert landed(client, world.dpo_holder, case) == reverse(
        "requests_flow:give_opinion", args=[case.reference, owed.pk]
    )
    Task.objects.filter(pk=owed.pk).update(status="DONE")
    assert landed(client, world.dpo_holder, case) == f"{case.get_absolute_url()}demande/"


# --- The due date of what is under way --------------------------------------------------------


def act_of(case: DataRequest) -> Agreement:
    return Agreement.objects.get(source_case_id=case.pk)


def moved(case: Case) -> None:
    """Something happens on a case: its dates are worked out again."""
    with engine.move(case, by=None) as move:
        move.record("case.touched", "a fait un geste")


def test_a_request_is_due_when_its_act_is(world: worlds.Ministry) -> None:
    case = worlds.with_act(world)
    act = act_of(case)
    assert case.next_due_on == engine.first_due(case, act)
    late = worlds.today() - timedelta(days=3)

    Task.objects.filter(case_id=act.pk, status__in=["NEW", "ASSIGNED"]).update(due_on=late)
    moved(act)

    case.refresh_from_db()
    assert case.next_due_on == late
    assert [row.pk for row in lists.requests_for(world.legal, "toutes", {"retard": True}).rows] == [
        case.pk
    ]
    moved(case)
    case.refresh_from_db()
    assert case.next_due_on == late, "the request's own move keeps the date of its act"


def test_an_abandoned_act_counts_no_more(world: worlds.Ministry) -> None:
    case = worlds.with_act(world)
    act = act_of(case)
    late = worlds.today() - timedelta(days=3)
    Task.objects.filter(case_id=act.pk).update(due_on=late)

    abandon(agreement=act, reason="Le besoin a changé.", by=world.legal)

    case.refresh_from_db()
    assert case.next_due_on != late


# --- Filters kept for who chose them ----------------------------------------------------------


@pytest.mark.parametrize("name", ["requests_flow:list", "agreements:list_acts"])
def test_the_last_filters_are_kept_until_they_are_cleared(
    client: Any, world: worlds.Ministry, name: str
) -> None:
    url = reverse(name)
    client.force_login(world.officer)
    assert client.get(url).status_code == 200

    client.get(url, {"vue": "toutes", "q": "apa été", "page": "", "apres": ""})

    assert client.get(url)["Location"] == f"{url}?q=apa+%C3%A9t%C3%A9"
    client.get(url, {"vue": "toutes"})
    assert client.get(url).status_code == 200


def test_somebody_else_at_the_same_browser_reads_no_filter(
    client: Any, world: worlds.Ministry
) -> None:
    url = reverse("requests_flow:list")
    client.force_login(world.officer)
    client.get(url, {"q": "dossier sensible"})
    kept = client.cookies["filtres_demandes"].value
    client.force_login(world.requester)
    client.cookies["filtres_demandes"] = kept

    assert client.get(url).status_code == 200
    client.cookies["filtres_demandes"] = "quoi:que:ce:soit"
    assert client.get(url).status_code == 200


def test_filters_too_long_for_a_browser_are_not_kept(client: Any, world: worlds.Ministry) -> None:
    url = reverse("requests_flow:list")
    client.force_login(world.officer)

    client.get(url, {"q": "é" * 2000})

    assert client.get(url).status_code == 200

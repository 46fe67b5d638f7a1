"""Several people at once: exactly one wins, and the block ends once (viewflow.md, §2.6)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation
from agreements import services as agreements
from agreements.models import Agreement
from cases.errors import Conflict
from cases.models import Task
from journal.models import Event
from requests_flow.models import DataRequest, HolderDecision
from requests_flow.services import decisions, lifecycle, opinions, study
from tests.requests_flow import worlds

THREADS = 20
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(moves: list[Callable[[], Any]]) -> list[BaseException | None]:
    """Start every move behind one barrier, each on a connection of its own."""
    barrier = threading.Barrier(len(moves))
    results: list[BaseException | None] = [None] * len(moves)

    def run(rank: int) -> None:
        try:
            barrier.wait(timeout=30)
            moves[rank]()
        except BaseException as error:  # noqa: BLE001 - what each thread met is what is asserted
            results[rank] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(rank,)) for rank in range(len(moves))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def test_twenty_people_on_one_task_exactly_one_wins() -> None:
    world = worlds.ministry()
    case = worlds.studied(world)
    task = worlds.task(case, "give_opinion")
    lawyers = [worlds.person(f"juriste{rank}", (Role.LEGAL, world.cell)) for rank in range(THREADS)]

    results = at_once(
        [
            lambda by=by: opinions.give_opinion(
                task=Task.objects.get(pk=task.pk), verdict="favourable", synthesis="Vu.", by=by
            )
            for by in lawyers
        ]
    )

    assert results.count(None) == 1
    losers = [error for error in results if error is not None]
    assert all(isinstance(error, Conflict) for error in losers), losers
    assert all("Déjà fait par" in str(error) for error in losers)
    assert worlds.events(case).count("opinion.given") == 1
    winner = lawyers[results.index(None)]
    assert Task.objects.get(pk=task.pk).owner == winner
    assert "decide" in worlds.nodes(case)
    assert len([node for node in worlds.nodes(case) if node == "decide"]) == 1


def test_twenty_branches_at_once_end_the_block_once() -> None:
    world = worlds.ministry()
    holders = [_holder(rank) for rank in range(THREADS)]
    case = worlds.oriented(world, holders=[where for where, _agent in holders])
    worlds.make_late(case, "assess_feasibility")
    study.conclude_study(
        task=worlds.task(case, "conclude_study"),
        recommendation="favourable",
        synthesis="Utile.",
        by=world.officer,
    )
    worlds.make_late(case, "give_opinion")
    opinions.pass_over_late_opinions()
    before = Event.objects.filter(chain=case.chain).count()

    results = at_once(
        [
            lambda where=where, agent=agent: decisions.decide(
                task=worlds.task(case, "decide", where),
                outcome="favourable",
                motivation="Conforme.",
                by=agent,
            )
            for where, agent in holders
        ]
    )

    assert results == [None] * THREADS
    assert HolderDecision.objects.filter(data_request=case).count() == THREADS
    joins = [
        one
        for one in Task.objects.filter(case_id=case.pk, flow_task_type="JOIN")
        if one.flow_task.name == "decision_join"
    ]
    assert [one.status for one in joins] == ["DONE"]
    assert worlds.nodes(case).count("conclude") == 1
    assert Event.objects.filter(chain=case.chain).count() == before + THREADS


def _holder(rank: int) -> tuple[Organisation, Any]:
    where = worlds.organisation(f"Détenteur {rank}", OrganisationKind.OPERATOR)
    agent = worlds.person(f"agent{rank}", (Role.HOLDER, where))
    worlds.delegate(agent, where)
    return where, agent


def test_withdrawal_against_a_decision_leaves_one_coherent_end() -> None:
    world = worlds.ministry()
    case = worlds.reviewed(world)

    results = at_once(
        [
            lambda: lifecycle.withdraw(data_request=case, by=world.requester),
            lambda: decisions.decide(
                task=worlds.task(case, "decide"),
                outcome="favourable",
                motivation="Conforme.",
                by=world.holder_agent,
            ),
        ]
    )

    assert results[0] is None
    assert results[1] is None or isinstance(results[1], (Conflict, LookupError))
    case = DataRequest.objects.get(pk=case.pk)
    assert case.stage == "withdrawn"
    assert case.is_closed
    assert worlds.nodes(case) == []
    assert worlds.events(case)[-1] == "request.withdrawn"


def test_withdrawal_against_the_choice_of_the_act_leaves_no_living_project() -> None:
    world = worlds.ministry()
    case = worlds.with_act(world)
    project = Agreement.objects.get(source_case_id=case.pk)

    results = at_once(
        [
            lambda: lifecycle.withdraw(data_request=case, by=world.requester),
            lambda: agreements.abandon(agreement=project, reason="Autre voie.", by=world.legal),
        ]
    )

    assert results[0] is None, results
    assert results[1] is None or isinstance(results[1], Conflict)
    project.refresh_from_db()
    assert project.stage == "abandoned"
    assert DataRequest.objects.get(pk=case.pk).stage == "withdrawn"

"""The wiring: names that rows keep, guards, pages, and what cannot be taken back."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.models import User
from cases import engine
from cases.errors import Conflict
from cases.models import Case, Process, Task
from cases.nodes import ActorTask
from requests_flow.acts import ACTS
from requests_flow.flows.circuit_v1 import CircuitV1
from requests_flow.selectors.actions import PAGES
from requests_flow.services import decisions, opinions, study
from tests.requests_flow import worlds

# Rows of running cases keep these names: adding one is free, changing or removing one needs an
# ADR and a data migration (viewflow.md, §2.8).
NAMES = {
    "admissibility_gate": "Switch",
    "agreement_gate": "Switch",
    "arbitrate": "ActorTask",
    "answer_holder": "ActorTask",
    "answer_question": "ActorTask",
    "assess_feasibility": "ActorTask",
    "await_agreement": "WaitFor",
    "check_admissibility": "ActorTask",
    "choose_act": "ActorTask",
    "closed_inadmissible": "Outcome",
    "closed_lapsed": "Outcome",
    "closed_redirected": "Outcome",
    "closed_rejected": "Outcome",
    "complement_gate": "Switch",
    "conclude": "ActorTask",
    "conclude_reexamination": "ActorTask",
    "conclude_study": "ActorTask",
    "conclusion_gate": "Switch",
    "consult_gate": "Switch",
    "consult_join": "Join",
    "consult_split": "DynamicSplit",
    "decide": "ActorTask",
    "decision_gate": "Switch",
    "decision_join": "Join",
    "decision_split": "DynamicSplit",
    "filing_split": "Split",
    "formalities_gate": "Switch",
    "give_opinion": "ActorTask",
    "give_visa": "ActorTask",
    "orient": "ActorTask",
    "orientation_gate": "Switch",
    "provide_complement": "ActorTask",
    "reexamination_gate": "Switch",
    "reexamine": "ActorTask",
    "running": "Continue",
    "start": "StartHandle",
    "start_reexamination": "StartHandle",
    "track_formalities": "ActorTask",
    "visa_given": "Continue",
}
# Steps at which nobody is kept away but by the role itself: the requester's own, and the act.
WITHOUT_POLICY = {
    "answer_holder",
    "answer_question",
    "choose_act",
    "provide_complement",
    "track_formalities",
}


def all_nodes() -> dict[str, object]:
    return {node.name: node for node in CircuitV1.instance.nodes()}


def test_names_that_rows_keep_are_all_there() -> None:
    assert {name: type(node).__name__ for name, node in all_nodes().items()} == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_stored_reference_still_leads_to_its_node(name: str) -> None:
    stored = f"requests_flow/flows.circuit_v1.CircuitV1.{name}"

    assert Task._meta.get_field("flow_task").to_python(stored).name == name


def test_a_stored_reference_to_the_flow_still_leads_to_it() -> None:
    stored = "requests_flow/flows.circuit_v1.CircuitV1"

    assert Process._meta.get_field("flow_class").to_python(stored) is CircuitV1


def test_every_human_node_is_guarded_dated_and_staged() -> None:
    humans = {name: node for name, node in all_nodes().items() if isinstance(node, ActorTask)}

    assert all(node.is_guarded for node in humans.values())
    assert {name for name, node in humans.items() if node.policy is None} == WITHOUT_POLICY
    assert {name for name, node in humans.items() if not node._delay} == set()
    assert {name for name, node in humans.items() if not node.stage} == {"give_visa"}
    assert all(node.announcement for node in humans.values())


def test_every_human_node_has_its_page() -> None:
    humans = {name for name, node in all_nodes().items() if isinstance(node, ActorTask)}

    assert set(PAGES) == humans
    assert set(ACTS) <= humans


def test_the_flow_waits_for_its_process_row() -> None:
    assert CircuitV1.lock_impl.__class__.__name__ == "SelectForUpdateLock"
    assert CircuitV1.instance.process_class is Process


@pytest.mark.django_db
class TestForeignIdentifiers:
    """A task is what its node says, in its own case, and nothing else."""

    def test_a_service_refuses_the_task_of_another_node(self) -> None:
        world = worlds.ministry()
        case = worlds.filed(world)
        study.declare_admissible(task=worlds.task(case, "check_admissibility"), by=world.officer)
        orient = worlds.task(case, "orient")

        for service in (study.declare_admissible, opinions_of, decide_on):
            with pytest.raises(Http404):
                service(task=orient, by=world.officer)

        assert "orient" in worlds.nodes(case)

    def test_a_task_of_another_case_is_not_of_this_one(self) -> None:
        world = worlds.ministry()
        one, other = worlds.filed(world), worlds.filed(world)

        with pytest.raises(Http404), engine.move(one, by=world.officer) as move:
            engine.assign(move, worlds.task(other, "check_admissibility"), world.officer)

    def test_who_does_not_see_the_case_does_not_learn_that_it_exists(self) -> None:
        world = worlds.ministry()
        case = worlds.filed(world)

        with pytest.raises(Http404):
            study.declare_admissible(
                task=worlds.task(case, "check_admissibility"), by=world.outsider
            )

    def test_a_task_done_twice_is_a_conflict_that_names_who_did_it(self) -> None:
        world = worlds.ministry()
        case = worlds.filed(world)
        task = worlds.task(case, "give_visa")
        study.give_visa(task=task, verdict="favourable", comment="", by=world.addac)

        with pytest.raises(Conflict, match="Déjà fait par Olivier Essai"):
            study.give_visa(task=task, verdict="favourable", comment="", by=world.addac)


def touch(case: Case, by: User, count: int, *, fails: bool = False) -> None:
    """A move that writes on a case and records as many events as it is told."""
    with engine.move(case, by=by) as move:
        move.case.title = "autre"
        move.case.save()
        for _rank in range(count):
            move.record("case.touched", "a regardé")
        if fails:
            raise RuntimeError


def opinions_of(*, task: Task, by: object) -> None:
    opinions.give_opinion(task=task, verdict="favourable", synthesis="", by=by)


def decide_on(*, task: Task, by: object) -> None:
    decisions.decide(task=task, outcome="favourable", motivation="Vu.", by=by)


@pytest.mark.django_db
class TestEngine:
    def test_a_revived_task_keeps_who_must_act(self) -> None:
        world = worlds.ministry()
        case = worlds.filed(world)
        task = worlds.task(case, "give_visa")
        with task.activation() as activation:
            activation.cancel()

        with Task.objects.get(pk=task.pk).activation() as activation:
            activation.revive()

        revived = worlds.task(case, "give_visa")
        assert revived.pk != task.pk
        assert (revived.role, revived.organisation) == ("addac", world.requester_org)
        assert (revived.due_on, revived.delay) == (task.due_on, task.delay)
        with pytest.raises(PermissionDenied):
            study.give_visa(task=revived, verdict="favourable", comment="", by=world.officer)

    def test_the_stock_rights_of_the_engine_stay_closed(self) -> None:
        world = worlds.ministry()
        task = worlds.task(worlds.filed(world), "give_visa")

        assert not task.flow_task.can_assign(world.addac, task)
        assert not task.flow_task.can_execute(world.addac, task)

    @pytest.mark.parametrize("count", [0, 2])
    def test_a_move_leaves_exactly_one_event(self, count: int) -> None:
        world = worlds.ministry()
        case = worlds.filed(world)
        before = worlds.events(case)

        with pytest.raises(AssertionError, match="exactly one event"):
            touch(case, world.officer, count)

        assert worlds.events(case) == before

    def test_an_error_in_the_body_leaves_nothing(self) -> None:
        world = worlds.ministry()
        case = worlds.filed(world)
        before = worlds.events(case)

        with pytest.raises(RuntimeError):
            touch(case, world.officer, 1, fails=True)

        assert worlds.events(case) == before
        assert Case.objects.get(pk=case.pk).title == case.title

    def test_a_branch_is_only_opened_while_its_block_is(self) -> None:
        world = worlds.ministry()
        case = worlds.filed(world)

        with (
            pytest.raises(Conflict, match="n’est plus ouverte"),
            engine.move(case, by=world.officer) as move,
        ):
            move.open_branch(CircuitV1.consult_split, CircuitV1.give_opinion, {})

    def test_a_case_that_waits_for_nothing_does_not_go_on(self) -> None:
        world = worlds.ministry()
        case = worlds.filed(world)

        with (
            pytest.raises(Conflict, match="n’attendait rien"),
            engine.move(case, by=None) as move,
        ):
            engine.arrive(move, CircuitV1.await_agreement, outcome="signed")

    def test_a_closed_branch_does_not_end_the_block_without_the_others(self) -> None:
        world = worlds.ministry()
        case = worlds.studied(world, worlds.personal_answers(world))
        security = next(
            task
            for task in worlds.case_selectors.open_tasks(case)
            if task.data.get("kind") == "security"
        )

        with engine.move(case, by=world.officer) as move:
            move.close_branch(security, "cancelled")
            move.record("case.touched", "a clos une branche")

        assert worlds.nodes(case) == ["give_opinion", "give_opinion", "give_opinion", "give_visa"]

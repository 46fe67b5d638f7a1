"""The whole circuit under any order of legal and illegal moves by anybody (style.md, §3.4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from agreements import services as agreements
from agreements.models import Agreement
from cases import policies as case_policies
from cases import selectors as case_selectors
from cases import services as cases
from cases.enums import Room
from cases.errors import DomainError
from cases.models import OPEN_STATUSES, Case, Process, Suspension, Task
from journal.models import Event
from requests_flow.enums import POSITIVE, ConclusionKind, RequestStage
from requests_flow.models import DataRequest
from requests_flow.services import (
    acts,
    complements,
    decisions,
    formalities,
    lifecycle,
    opinions,
    study,
)
from requests_flow.services.conditions import NewCondition
from requests_flow.services.study import Redirection
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db

# Where a case is while each node is open; the earliest in the order of RequestStage shows.
STAGE_OF_NODE = {
    "check_admissibility": "completeness",
    "provide_complement": "info_requested",
    "orient": "study",
    "conclude_study": "study",
    "assess_feasibility": "study",
    "give_opinion": "opinions",
    "answer_question": "info_requested",
    "decide": "holder_decision",
    "answer_holder": "info_requested",
    "arbitrate": "holder_decision",
    "conclude": "holder_decision",
    "track_formalities": "formalities",
    "choose_act": "agreement",
    "reexamine": "study",
    "conclude_reexamination": "holder_decision",
}
ENDS = {"inadmissible", "redirected", "rejected", "withdrawn", "lapsed"}
TRACKS = {"give_visa", "conclude_study", "assess_feasibility", "give_opinion"}
RESERVE = [NewCondition("Chiffrer le canal", "Demandeur", "before_signature", "Attestation")]
REFUSALS = (DomainError, PermissionDenied, Http404)
PATHWAYS = ["non_personal", "gdpr_c2c", "snds_project", "open_data"]


class Ground:
    """What every example starts from: made once, left as it was by each."""

    world: worlds.Ministry
    cases: list[int]


def perform(ground: Any, task: Task, by: User, choice: int) -> None:
    """Answer a step in one of its ways."""
    verdict = ("favourable", "unfavourable", "favourable_reserve", "nonsense")[choice % 4]
    reserve = RESERVE if verdict == "favourable_reserve" else None
    reasons = ["not_necessary"] if verdict == "unfavourable" else []
    why = {"by": by, "task": task}
    moves: dict[str, Callable[[], Any]] = {
        "give_visa": lambda: study.give_visa(verdict=verdict, comment="Vu.", **why),
        "check_admissibility": lambda: _admissibility(task, by, choice),
        "provide_complement": lambda: complements.answer(answer="Voici.", **why),
        "answer_question": lambda: complements.answer(answer="Voici.", **why),
        "answer_holder": lambda: complements.answer(answer="" if choice == 3 else "Voici.", **why),
        "orient": lambda: study.orient(
            legal_pathway=PATHWAYS[choice % 4],
            act_type="b",
            holders=[ground.holder, ground.other_holder][: 1 + choice % 2],
            **why,
        ),
        "assess_feasibility": lambda: study.assess_feasibility(
            verdict=verdict, synthesis="Vu.", conditions=reserve, **why
        ),
        "conclude_study": lambda: study.conclude_study(
            recommendation="favourable" if choice < 3 else "unfavourable", synthesis="Vu.", **why
        ),
        "give_opinion": lambda: opinions.give_opinion(
            verdict=verdict, synthesis="Vu.", conditions=reserve, **why
        ),
        "decide": lambda: decisions.decide(
            outcome=verdict, motivation="Vu.", reason_codes=reasons, conditions=reserve, **why
        ),
        "arbitrate": lambda: decisions.arbitrate(outcome=verdict, motivation="Vu.", **why),
        "conclude": lambda: decisions.conclude(
            outcome="partial" if choice == 3 else verdict,
            motivation="Vu.",
            reason_codes=reasons,
            **why,
        ),
        "track_formalities": lambda: formalities.close_formalities(**why),
        "choose_act": lambda: acts.choose_act(act_type="b", **why),
        "reexamine": lambda: decisions.reexamine(opinion="Rapport.", **why),
        "conclude_reexamination": lambda: decisions.conclude_reexamination(
            reopens=choice % 2 == 0, motivation="Vu.", **why
        ),
    }
    moves[task.node]()


def _admissibility(task: Task, by: User, choice: int) -> None:
    if choice == 3:
        return study.declare_inadmissible(task=task, reason="Hors périmètre.", by=by)
    if choice == 2:
        target = Redirection("redirect_api", url="https://api.gouv.fr/")
        return study.redirect(task=task, redirection=target, reason="Existe.", by=by)
    if choice == 1:
        return study.ask_complement(task=task, items=worlds.missing(), by=by)
    return study.declare_admissible(task=task, by=by)


class Circuit(RuleBasedStateMachine):
    """A request, its people, and everything that they may try."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.world = Ground.world
        self.people = sorted(self.world.people.values(), key=lambda one: one.pk)
        self.case = DataRequest.objects.get(pk=Ground.cases[0])
        self.expected = Event.objects.filter(chain=self.case.chain).count()
        self.turn = self.refused = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def attempt(self, move: Callable[[], Any], *, events: int = 1) -> None:
        """Try a move: it leaves its event, or is refused with words and leaves nothing."""
        for person in self.people:
            worlds.fresh(person)
        try:
            with transaction.atomic():
                move()
            self.expected += events
        except REFUSALS:
            self.refused += 1
        self.case = DataRequest.objects.get(pk=self.case.pk)

    def person(self, rank: int) -> User:
        return self.people[rank % len(self.people)]

    @initialize(rank=st.integers(0, 7))
    def begin_at_a_stage(self, rank: int) -> None:
        self.case = DataRequest.objects.get(pk=Ground.cases[rank % len(Ground.cases)])
        self.expected = Event.objects.filter(chain=self.case.chain).count()

    @rule(which=st.integers(0, 7), choice=st.integers(1, 3))
    def right_person_says_something_else(self, which: int, choice: int) -> None:
        self.right_person(which, choice)

    def right_person(self, which: int, choice: int) -> None:
        tasks = case_selectors.open_tasks(self.case)
        if tasks:
            task = tasks[which % len(tasks)]
            able = [one for one in self.people if case_policies.can_act(worlds.fresh(one), task)]
            if able:
                self.attempt(lambda: perform(self.world, task, able[0], choice))

    @rule(which=st.integers(0, 7))
    def right_person_says_yes(self, which: int) -> None:
        self.right_person(which, 0)

    @rule(which=st.integers(0, 40), who=st.integers(0, 30), choice=st.integers(0, 3))
    def anybody_on_any_task(self, which: int, who: int, choice: int) -> None:
        tasks = [
            one
            for one in Task.objects.filter(case_id=self.case.pk, flow_task_type="HUMAN")
            if one.node in STAGE_OF_NODE
        ]
        if tasks:
            task = tasks[which % len(tasks)]
            self.attempt(lambda: perform(self.world, task, self.person(who), choice))

    @rule(who=st.integers(0, 30), move=st.integers(0, 9))
    def around_the_steps(self, who: int, move: int) -> None:
        by, case, world = self.person(who), self.case, self.world
        tasks = case_selectors.open_tasks(case)
        moves: list[Callable[[], Any]] = [
            lambda: lifecycle.withdraw(data_request=case, by=by),
            lambda: complements.ask_during(data_request=case, items=worlds.missing(), by=by),
            lambda: study.add_holder(data_request=case, holder=world.outsider_org, by=by),
            lambda: opinions.ask_another(
                data_request=case, kind="expert", organisation=None, by=by
            ),
            lambda: lifecycle.reopen(data_request=case, by=by),
            lambda: decisions.ask_reexamination(data_request=case, reason="Un fait.", by=by),
            lambda: cases.assign_officer(case=case, officer=world.second_officer, by=by),
            lambda: cases.post_message(case=case, room=Room.PARTIES, body="Bonjour", by=by),
            lambda: formalities.save_formality(
                data_request=case, authority="CNIL", answer="not_required", by=by
            ),
            lambda: cases.take_charge(task=tasks[0], by=by) if tasks else _refuse(),
        ]
        self.attempt(moves[move])

    @rule(move=st.integers(0, 5))
    def insider_around_the_steps(self, move: int) -> None:
        case, world = self.case, self.world
        moves: list[Callable[[], Any]] = [
            lambda: complements.ask_during(
                data_request=case, items=worlds.missing(), by=world.officer
            ),
            lambda: study.add_holder(
                data_request=case, holder=world.outsider_org, by=world.officer
            ),
            lambda: decisions.ask_reexamination(
                data_request=case, reason="Un fait nouveau.", by=world.requester
            ),
            lambda: lifecycle.reopen(data_request=case, by=world.requester),
            lambda: lifecycle.withdraw(data_request=case, by=world.requester),
            lambda: self.abandon(),
        ]
        self.attempt(moves[move])

    def abandon(self) -> None:
        """The legal officer gives up the project of act; the request hears of it."""
        project = Agreement.objects.filter(source_case_id=self.case.pk).last()
        if project is None:
            _refuse()
        agreements.abandon(agreement=project, reason="Autre voie.", by=self.world.legal)

    @rule(days=st.integers(1, 90))
    def time_passes(self, days: int) -> None:
        day = worlds.today() + timedelta(days=days)
        moved = study.escalate_visas(today=day)
        moved += opinions.pass_over_late_opinions(today=day)
        self.case.refresh_from_db()
        before = Event.objects.filter(chain=self.case.chain).count()
        lapsed = complements.lapse_overdue(today=day)
        after = Event.objects.filter(chain=self.case.chain).count()
        assert after - before <= lapsed
        self.case = DataRequest.objects.get(pk=self.case.pk)
        self.expected = after

    @invariant()
    def each_move_left_one_event(self) -> None:
        assert Event.objects.filter(chain=self.case.chain).count() == self.expected

    @invariant()
    def stage_tells_the_open_tasks(self) -> None:
        nodes = worlds.nodes(self.case)
        runs = Process.objects.filter(case_id=self.case.pk, status="NEW").exists()
        if not runs:
            assert nodes == []
            assert self.case.stage in ENDS
            assert self.case.is_closed
            return
        assert not self.case.is_closed
        found = {STAGE_OF_NODE[node] for node in nodes if node in STAGE_OF_NODE}
        if Task.objects.filter(case_id=self.case.pk, flow_task_type="WAIT", status="NEW").exists():
            found.add("agreement")
        assert self.case.stage == next(stage for stage in RequestStage.values if stage in found)

    @invariant()
    def no_task_is_an_orphan(self) -> None:
        for task in case_selectors.open_tasks(self.case):
            assert task.process.status == "NEW"
            assert task.process.case_id == self.case.pk
            assert task.role
            if task.node in TRACKS:
                assert not task.consultation.verdict
        pending = self.case.consultations.filter(verdict="").select_related("task")
        assert all(one.task.status in OPEN_STATUSES for one in pending)

    @invariant()
    def clock_stands_still_while_an_answer_is_awaited(self) -> None:
        awaited = self.case.complements.filter(state__in=["asked", "noticed"]).exists()
        stopped = Suspension.objects.filter(case_id=self.case.pk, ends_on=None).exists()
        assert awaited == stopped
        owing = set(worlds.nodes(self.case)) & {
            "provide_complement",
            "answer_question",
            "answer_holder",
        }
        assert bool(owing) == awaited

    @invariant()
    def act_exists_when_it_was_chosen_after_a_positive_conclusion(self) -> None:
        chosen = [
            one
            for one in Task.objects.filter(case_id=self.case.pk, status="DONE")
            if one.flow_task.name == "choose_act"
        ]
        projects = Agreement.objects.filter(source_case_id=self.case.pk)
        assert projects.count() == len(chosen)
        if chosen:
            last = self.case.conclusions.filter(kind=ConclusionKind.INITIAL).last()
            assert last.outcome in POSITIVE
        if self.case.stage == "withdrawn":
            assert all(one.stage == "abandoned" for one in projects)

    @invariant()
    def duties_stay_separate(self) -> None:
        done = Task.objects.filter(
            case_id=self.case.pk, status="DONE", flow_task_type="HUMAN", owner__isnull=False
        )
        authors = set(
            self.case.consultations.filter(kind="study").values_list("given_by_id", flat=True)
        )
        for task in done:
            if task.node not in ("provide_complement", "answer_question", "answer_holder"):
                if task.role != "requester":
                    assert task.owner_id != self.case.created_by_id
            if task.node == "decide":
                assert task.role == "data_holder"
            if task.node == "conclude":
                assert task.owner_id not in authors

    @invariant()
    def seeing_is_one_rule(self) -> None:
        self.turn += 1
        for shift in range(3):
            person = worlds.fresh(self.person(self.turn * 3 + shift))
            listed = Case.objects.visible_to(person).filter(pk=self.case.pk).exists()
            assert listed == case_policies.can_view(person, Case.objects.get(pk=self.case.pk))


def _refuse() -> None:
    raise DomainError("rien à faire")


def test_the_circuit_holds_under_any_order_of_moves() -> None:
    Ground.world = world = worlds.ministry()
    personal = worlds.personal_answers(world)
    Ground.cases = [
        worlds.filed(world).pk,
        worlds.asked(world, worlds.filed(world)).pk,
        worlds.oriented(world, personal, [world.holder, world.other_holder]).pk,
        worlds.studied(world, personal).pk,
        worlds.reviewed(world).pk,
        worlds.decided(world, outcome="unfavourable").pk,
        worlds.with_act(world).pk,
        worlds.concluded(world, outcome="unfavourable").pk,
    ]

    run_state_machine_as_test(
        Circuit, settings=settings(max_examples=12, stateful_step_count=20, deadline=None)
    )

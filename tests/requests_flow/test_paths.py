"""Visa, complements, study and opinions: their exceptional paths (process.md, §4 S1 to S6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership
from cases import policies as case_policies
from cases import selectors as case_selectors
from cases.errors import Conflict, Impossible, NotAllowed
from cases.models import Suspension, Task
from questionnaires import services as questionnaires
from requests_flow.models import DataRequest
from requests_flow.services import (
    complements,
    lifecycle,
    opinions,
    study,
)
from requests_flow.services.conditions import NewCondition
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db
RESERVE = NewCondition("Chiffrer le canal", "Demandeur", "before_signature", "Attestation")


@pytest.fixture
def world() -> worlds.Ministry:
    return worlds.ministry()


def again(case: DataRequest) -> DataRequest:
    return DataRequest.objects.get(pk=case.pk)


def opinion(case: DataRequest, kind: str) -> Task:
    return next(task for task in case_selectors.open_tasks(case) if task.data.get("kind") == kind)


# --- S1: the visa ---------------------------------------------------------------------------


def test_a_late_visa_is_passed_over_and_never_presumed(world: worlds.Ministry) -> None:
    case = worlds.filed(world)
    assert study.escalate_visas() == 0
    worlds.make_late(case, "give_visa")

    assert study.escalate_visas() == 1
    assert study.escalate_visas() == 0

    visa = case.consultations.get(kind="visa")
    assert (visa.verdict, visa.given_at) == ("not_given", None)
    assert worlds.nodes(case) == ["check_admissibility"]
    assert worlds.events(case)[-1] == "visa.escalated"


def test_a_negative_visa_says_why_and_stops_nothing(world: worlds.Ministry) -> None:
    case = worlds.filed(world)
    task = worlds.task(case, "give_visa")
    for verdict, comment in (("unfavourable", "  "), ("maybe", "Vu."), ("", "Vu.")):
        with pytest.raises(Impossible):
            study.give_visa(task=task, verdict=verdict, comment=comment, by=world.addac)

    given = study.give_visa(
        task=task, verdict="unfavourable", comment="Hors priorités.", by=world.addac
    )

    assert (given.verdict, given.given_by) == ("unfavourable", world.addac)
    assert worlds.nodes(case) == ["check_admissibility"]


# --- S3: complements ------------------------------------------------------------------------


def test_after_three_rounds_the_amdac_arbitrates(world: worlds.Ministry) -> None:
    case = worlds.filed(world)
    for _round in range(3):
        worlds.asked(world, case)
        complements.answer(
            task=worlds.task(case, "provide_complement"), answer="Voici.", by=world.requester
        )
    task = worlds.task(case, "check_admissibility")
    assert (task.role, task.owner) == (Role.AMDAC, None)
    assert not case_policies.can_act(world.officer, task)

    study.declare_admissible(task=task, by=world.amdac)

    case = again(case)
    assert case.officer == world.officer, "who arbitrates never becomes the officer"
    assert worlds.task(case, "orient").owner == world.officer
    with pytest.raises(Conflict):
        complements.ask_during(data_request=case, items=worlds.missing(), by=world.officer)


def test_a_fourth_question_during_opinions_is_the_amdacs(world: worlds.Ministry) -> None:
    case = worlds.studied(world)
    for _round in range(3):
        complements.ask_during(data_request=case, items=worlds.missing(), by=world.officer)
    with pytest.raises(Impossible, match="l’AMDAC doit arbitrer"):
        complements.ask_during(data_request=case, items=worlds.missing(), by=world.legal)

    complements.ask_during(data_request=case, items=worlds.missing(), by=world.amdac)

    assert case.complements.count() == 4


def test_the_clock_starts_again_when_every_question_is_answered(world: worlds.Ministry) -> None:
    case = worlds.studied(world)
    first = complements.ask_during(data_request=case, items=worlds.missing(), by=world.legal)
    second = complements.ask_during(data_request=case, items=worlds.missing(), by=world.officer)
    Suspension.objects.filter(case_id=case.pk).update(starts_on=worlds.today() - timedelta(days=14))
    Task.objects.filter(case_id=case.pk).update(created=timezone.now() - timedelta(days=20))
    before = {task.pk: task.due_on for task in case_selectors.open_tasks(case)}
    answer_due = again(case).due_on

    complements.answer(task=first.task, answer="Voici.", by=world.requester)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("answered", "asked")
    assert Suspension.objects.get(case_id=case.pk).ends_on is None

    complements.answer(task=second.task, answer="Voilà.", by=world.colleague)

    assert Suspension.objects.get(case_id=case.pk).ends_on == worlds.today()
    legal, visa = worlds.task(case, "give_opinion"), worlds.task(case, "give_visa")
    assert legal.due_on > before[legal.pk]
    assert visa.due_on == before[visa.pk], "a visa is not suspended"
    assert again(case).due_on >= answer_due + timedelta(days=14)


def test_a_task_opened_during_the_suspension_only_gets_its_own_days_back(
    world: worlds.Ministry,
) -> None:
    case = worlds.studied(world)
    asked = complements.ask_during(data_request=case, items=worlds.missing(), by=world.officer)
    study.add_holder(data_request=case, holder=world.other_holder, by=world.officer)
    Suspension.objects.filter(case_id=case.pk).update(starts_on=worlds.today() - timedelta(days=30))
    late = worlds.task(case, "assess_feasibility", world.other_holder)

    complements.answer(task=asked.task, answer="Voici.", by=world.requester)

    assert Task.objects.get(pk=late.pk).due_on == late.due_on, "opened today, nothing was lost"


def test_a_complement_never_given_is_noticed_then_lapses_and_reopens(
    world: worlds.Ministry,
) -> None:
    case = worlds.asked(world, worlds.filed(world))
    complement = case.complements.get()
    due = complement.due_on

    def chase(days: int) -> int:
        return complements.lapse_overdue(today=due + timedelta(days=days))

    assert (chase(0), chase(19)) == (0, 0)
    assert (chase(20), chase(20), chase(29)) == (1, 0, 0)
    assert (chase(30), chase(31)) == (1, 0)
    case = again(case)
    assert (case.stage, case.is_closed) == ("lapsed", True)
    assert worlds.nodes(case) == []
    assert worlds.events(case)[-2:] == ["complement.noticed", "request.lapsed"]
    assert not case.consultations.filter(verdict="").exists()

    with pytest.raises(NotAllowed):
        lifecycle.reopen(data_request=case, by=world.officer)
    lifecycle.reopen(data_request=case, by=world.requester)

    case = again(case)
    assert (case.stage, case.is_closed, case.complete_on) == ("completeness", False, None)
    assert worlds.nodes(case) == ["check_admissibility", "give_visa"]
    complement.refresh_from_db()
    assert complement.state == "lapsed", "history is not rewritten"
    study.declare_admissible(task=worlds.task(case, "check_admissibility"), by=world.officer)
    assert "orient" in worlds.nodes(case), "the former lapse closes nothing"


def test_a_late_notice_leaves_its_ten_days(world: worlds.Ministry) -> None:
    case = worlds.asked(world, worlds.filed(world))
    due = case.complements.get().due_on

    assert complements.lapse_overdue(today=due + timedelta(days=60)) == 1
    assert complements.lapse_overdue(today=due + timedelta(days=69)) == 0
    assert complements.lapse_overdue(today=due + timedelta(days=70)) == 1


def test_a_lapse_during_opinions_closes_every_track(world: worlds.Ministry) -> None:
    case = worlds.studied(world, worlds.personal_answers(world))
    asked = complements.ask_during(data_request=case, items=worlds.missing(), by=world.dpo_holder)
    for days in (20, 30):
        complements.lapse_overdue(today=asked.due_on + timedelta(days=days))

    case = again(case)
    assert (case.stage, worlds.nodes(case)) == ("lapsed", [])
    assert set(case.consultations.filter(given_at=None).values_list("verdict", flat=True)) == {
        "cancelled"
    }
    assert Suspension.objects.get(case_id=case.pk).ends_on == worlds.today()


def test_no_reopening_after_twelve_months(world: worlds.Ministry) -> None:
    case = worlds.asked(world, worlds.filed(world))
    due = case.complements.get().due_on
    for days in (20, 30):
        complements.lapse_overdue(today=due + timedelta(days=days))
    DataRequest.objects.filter(pk=case.pk).update(closed_at=timezone.now() - timedelta(days=366))

    with pytest.raises(Impossible, match="douze mois"):
        lifecycle.reopen(data_request=case, by=world.requester)


def test_an_answer_keeps_the_requesting_body_and_asks_the_dpos_that_it_calls_for(
    world: worlds.Ministry,
) -> None:
    case = worlds.studied(world)
    asked = complements.ask_during(data_request=case, items=worlds.missing(), by=world.legal)
    draft = again(case).answers
    Membership.objects.create(
        user=world.requester, organisation=world.outsider_org, role=Role.REQUESTER,
        starts_on=worlds.LONG_AGO,
    )  # fmt: skip
    questionnaires.save_values(
        answers=draft, values={"requesting_org": world.outsider_org.pk}, by=world.requester
    )
    with pytest.raises(Impossible, match="ne change plus"):
        complements.answer(task=asked.task, answer="Voici.", by=worlds.fresh(world.requester))

    questionnaires.save_values(
        answers=again(case).answers, values=worlds.personal_answers(world), by=world.requester
    )
    complements.answer(task=asked.task, answer="Voici.", by=world.requester)

    kinds = {task.data.get("kind") for task in case_selectors.open_tasks(case)}
    assert {"dpo_requester", "dpo_holder", "security", "legal"} <= kinds


@pytest.mark.parametrize("items", [[], [{"label": "x", "missing": "  ", "why": ""}]])
def test_a_complement_says_what_is_missing(world: worlds.Ministry, items: list[Any]) -> None:
    case = worlds.filed(world)
    with pytest.raises(Impossible):
        study.ask_complement(
            task=worlds.task(case, "check_admissibility"), items=items, by=world.officer
        )
    assert not Suspension.objects.exists()


def test_only_who_owes_an_opinion_or_a_decision_asks(world: worlds.Ministry) -> None:
    case = worlds.studied(world)
    with pytest.raises(NotAllowed):
        complements.ask_during(data_request=case, items=worlds.missing(), by=world.requester)
    with pytest.raises(Http404):
        complements.ask_during(data_request=case, items=worlds.missing(), by=world.outsider)


# --- S5, S6: study and opinions -------------------------------------------------------------


def test_the_study_waits_for_a_holder_who_is_within_his_delay(world: worlds.Ministry) -> None:
    case = worlds.oriented(world)
    task = worlds.task(case, "conclude_study")
    what = {"task": task, "synthesis": "Vu.", "by": world.officer}
    with pytest.raises(Impossible, match="est attendue avant"):
        study.conclude_study(recommendation="favourable", **what)
    for wrong in ("", "perhaps", "info_request"):
        with pytest.raises(Impossible):
            study.conclude_study(recommendation=wrong, **what)
    worlds.make_late(case, "assess_feasibility")

    study.conclude_study(recommendation="favourable", **what)

    assert case.consultations.get(kind="feasibility").verdict == "not_given"


def test_a_late_opinion_is_flagged_and_a_dpos_is_waited_for(world: worlds.Ministry) -> None:
    case = worlds.studied(world, worlds.personal_answers(world))
    worlds.make_late(case, "give_opinion")

    assert opinions.pass_over_late_opinions() == 2
    assert opinions.pass_over_late_opinions() == 0

    verdicts = dict(case.consultations.filter(task__isnull=False).values_list("kind", "verdict"))
    assert (verdicts["security"], verdicts["legal"]) == ("not_given", "not_given")
    assert (verdicts["dpo_requester"], verdicts["dpo_holder"]) == ("", "")
    assert worlds.nodes(case).count("give_opinion") == 2


def test_a_suspended_opinion_is_not_late(world: worlds.Ministry) -> None:
    case = worlds.studied(world)
    complements.ask_during(data_request=case, items=worlds.missing(), by=world.legal)
    worlds.make_late(case, "give_opinion")

    assert opinions.pass_over_late_opinions() == 0


def test_a_holder_added_after_the_study_who_stays_silent_stops_nothing(
    world: worlds.Ministry,
) -> None:
    case = worlds.studied(world)
    study.add_holder(data_request=case, holder=world.other_holder, by=world.officer)
    worlds.make_late(case, "assess_feasibility", "give_opinion")

    assert opinions.pass_over_late_opinions() == 2

    assert worlds.nodes(case) == ["decide", "decide", "give_visa"]
    with pytest.raises(Conflict, match="déjà partie"):
        study.add_holder(data_request=case, holder=world.other_holder, by=world.officer)


def test_a_holder_of_personal_data_is_not_added_once_the_dpos_are_heard(
    world: worlds.Ministry,
) -> None:
    personal = worlds.reviewed(world, worlds.personal_answers(world))
    with pytest.raises(Conflict, match="L’avis du DPD"):
        study.add_holder(data_request=personal, holder=world.other_holder, by=world.officer)
    plain = worlds.reviewed(world)
    with pytest.raises(NotAllowed):
        study.add_holder(data_request=plain, holder=world.other_holder, by=world.legal)

    study.add_holder(data_request=plain, holder=world.other_holder, by=world.officer)

    assert worlds.nodes(plain).count("decide") == 2


def test_a_common_dpo_gives_two_linked_opinions(world: worlds.Ministry) -> None:
    Membership.objects.create(
        user=world.dpo_holder, organisation=world.requester_org, role=Role.DPO,
        starts_on=worlds.LONG_AGO,
    )  # fmt: skip
    case = worlds.studied(world, worlds.personal_answers(world))
    first, second = opinion(case, "dpo_holder"), opinion(case, "dpo_requester")
    questionnaires.save_values(
        answers=first.consultation.answers, values={"motivation": "Vu."}, by=world.dpo_holder
    )

    opinions.give_opinion(
        task=first, verdict="favourable", synthesis="Vu.", by=worlds.fresh(world.dpo_holder)
    )

    proposed = case.consultations.get(task=second)
    assert proposed.answers.values["motivation"] == "Vu."
    assert proposed.verdict == ""


@pytest.mark.parametrize(
    ("verdict", "synthesis", "reserves"),
    [("favourable_reserve", "Vu.", []), ("unfavourable", " ", []), ("nonsense", "Vu.", []),
     ("favourable_reserve", "Vu.", [NewCondition(" ", "x", "ongoing")]),
     ("favourable_reserve", "Vu.", [NewCondition("x", " ", "ongoing")]),
     ("favourable_reserve", "Vu.", [NewCondition("x", "y", "someday")])],
)  # fmt: skip
def test_an_opinion_is_whole_or_refused(
    world: worlds.Ministry, verdict: str, synthesis: str, reserves: list[NewCondition]
) -> None:
    case = worlds.studied(world)
    with pytest.raises(Impossible):
        opinions.give_opinion(
            task=worlds.task(case, "give_opinion"), verdict=verdict, synthesis=synthesis,
            conditions=reserves, by=world.legal,
        )  # fmt: skip
    assert not case.conditions.exists()


def test_an_urgent_request_opens_its_opinions_beside_the_study(world: worlds.Ministry) -> None:
    case = worlds.oriented(world)
    with pytest.raises(Impossible, match="une urgence seulement"):
        study.open_opinions_early(data_request=case, by=world.officer)
    DataRequest.objects.filter(pk=case.pk).update(natures=["urgent"])

    study.open_opinions_early(data_request=again(case), by=world.officer)

    assert {"conclude_study", "give_opinion"} <= set(worlds.nodes(case))
    assert again(case).stage == "study"
    with pytest.raises(Conflict, match="déjà demandés"):
        study.open_opinions_early(data_request=case, by=world.officer)

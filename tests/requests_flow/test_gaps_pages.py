"""What a request tells of what comes next, and whom it tells: gaps found by the audit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from agreements.enums import ReserveState
from agreements.flows.convention_v1 import ConventionFlow
from agreements.models import Agreement, Reserve
from agreements.services import life
from cases import selectors as case_selectors
from cases.announcements import day_text, words_of
from cases.clock import Calendar
from cases.errors import Impossible
from cases.models import Task
from cases.reminders import remind_all
from catalogue import policies as catalogue
from catalogue.models import Dataset
from journal.selectors import timeline
from journal.sizes import size_text
from notifications.models import Notification
from requests_flow.models import DataRequest
from requests_flow.selectors import requests
from requests_flow.selectors.case_page import CasePage, case_page
from requests_flow.selectors.case_page import conditions as condition_lines
from requests_flow.services import (
    acts,
    complements,
    conditions,
    decisions,
    lifecycle,
    opinions,
    study,
)
from requests_flow.services.conditions import NewCondition
from steering.selectors import audit
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> worlds.Ministry:
    return worlds.ministry()


def framed(user: User, case: DataRequest) -> CasePage:
    """The frame of a case, as its reader opens it."""
    return case_page(user, requests.get_for(user, str(case.reference)), "answers")


def page(client: Any, user: User, url: str) -> str:
    """Open an address as somebody, and return what is read there."""
    client.force_login(user)
    response = client.get(url)
    assert response.status_code == 200
    return str(response.content.decode())


# --- Several complements at once ---------------------------------------------------------


def test_each_complement_shows_its_own_points_and_the_case_counts_them_all(
    client: Any, world: worlds.Ministry
) -> None:
    case = worlds.studied(world, worlds.personal_answers(world))
    for label, person in (("Durée", world.dpo_holder), ("Finalité", world.dpo_requester)):
        items = [{"label": label, "missing": f"Préciser : {label}.", "why": "Imprécis."}]
        complements.ask_during(data_request=case, items=items, by=person)
    case = DataRequest.objects.get(pk=case.pk)

    for complement in case.complements.select_related("task"):
        address = reverse(
            "requests_flow:answer_complement", args=[case.reference, complement.task_id]
        )
        html = page(client, world.requester, address)
        for label in ("Durée", "Finalité"):
            assert (f"Préciser : {label}." in html) is (complement.items[0]["label"] == label)
    message = framed(world.requester, case).next_steps["message"]
    assert "à 2 points" in message


def test_one_point_is_written_in_the_singular(world: worlds.Ministry) -> None:
    case = worlds.asked(world, worlds.filed(world))

    message = framed(world.requester, case).next_steps["message"]

    assert "à 1 point avant" in message


# --- While the act is drawn up and signed --------------------------------------------------


def fact(user: User, case: DataRequest, label: str) -> dict[str, str]:
    facts = framed(user, case).band["facts"]
    return next(one for one in facts if one["label"] == label)


def test_the_request_says_who_works_on_its_act_and_before_when(world: worlds.Ministry) -> None:
    case = worlds.with_act(world)

    found = framed(world.requester, case)

    assert fact(world.requester, case, "Prochain acteur")["value"].startswith("Le juriste")
    steps = {one["text"]: one["when"] for one in found.next_steps["steps"]}
    assert steps["rédige l’acte."].startswith("Au plus tard le ")
    assert found.stepper["current"] == 5
    mine = framed(world.legal, case).next_steps["steps"][0]
    assert (mine["who"], mine["text"]) == ("Vous", "rédigez l’acte.")


@pytest.mark.parametrize("stage", ["final", "signing"])
def test_an_act_in_signature_puts_the_request_at_the_step_of_signature(
    world: worlds.Ministry, stage: str
) -> None:
    case = worlds.with_act(world)
    Agreement.objects.filter(source_case_id=case.pk).update(stage=stage)

    assert framed(world.requester, case).stepper["current"] == 6


def test_the_clock_of_the_answer_stops_at_the_conclusion(world: worlds.Ministry) -> None:
    case = worlds.concluded(world)
    conclusion = case.conclusions.get()
    then = timezone.now() - timedelta(days=40)
    type(conclusion).objects.filter(pk=conclusion.pk).update(recorded_at=then)
    DataRequest.objects.filter(pk=case.pk).update(complete_on=(then - timedelta(days=1)).date())

    found = fact(world.requester, DataRequest.objects.get(pk=case.pk), "Réponse attendue")

    assert found["value"] == f"Rendue le {day_text(timezone.localdate(then))}"
    assert found["detail"].split()[0] in ("0e", "1er")


def test_a_reserve_that_the_act_took_up_shows_its_state_in_the_act(world: worlds.Ministry) -> None:
    case = worlds.concluded(world)
    wanted = NewCondition(text="Réduire la durée", due_stage="before_signature", owner="DGCS")
    conditions.add(data_request=case, condition=wanted, by=world.officer)
    acts.choose_act(task=worlds.task(case, "choose_act"), act_type="b", by=world.legal)
    case = DataRequest.objects.get(pk=case.pk)
    before = condition_lines(world.officer, case)
    Reserve.objects.filter(agreement__source_case_id=case.pk).update(
        state=ReserveState.LIFTED, settled_by=world.legal, settled_at=timezone.now()
    )
    after = condition_lines(world.officer, case)

    assert before[0]["badge"]["text"] == "Préalable"
    assert after[0]["badge"]["text"] == str(ReserveState.LIFTED.label)


# --- Buttons that lead nowhere -------------------------------------------------------------


def items_of(user: User, case: DataRequest) -> dict[str, dict[str, Any]]:
    menu = framed(user, case).band["menu"]
    return {one["label"]: one for one in menu["items"]}


def closed_since(case: DataRequest, days: int) -> DataRequest:
    DataRequest.objects.filter(pk=case.pk).update(closed_at=timezone.now() - timedelta(days=days))
    return DataRequest.objects.get(pk=case.pk)


def test_a_reexamination_is_proposed_for_two_months(world: worlds.Ministry) -> None:
    case = worlds.concluded(world, outcome="unfavourable")

    assert "Demander un réexamen" in items_of(world.requester, case)
    assert "Demander un réexamen" not in items_of(world.requester, closed_since(case, 63))
    with pytest.raises(Impossible):
        decisions.ask_reexamination(data_request=case, reason="Erreur", by=world.requester)


def test_a_reexamination_is_proposed_once(world: worlds.Ministry) -> None:
    case = worlds.concluded(world, outcome="unfavourable")
    decisions.ask_reexamination(data_request=case, reason="Erreur", by=world.requester)
    decisions.reexamine(
        task=worlds.task(case, "reexamine"), opinion="Fondé.", by=world.second_officer
    )
    decisions.conclude_reexamination(
        task=worlds.task(case, "conclude_reexamination"),
        reopens=False,
        motivation="Maintenu.",
        by=world.amdac,
    )
    case = DataRequest.objects.get(pk=case.pk)

    assert case.stage == "rejected"
    assert "Demander un réexamen" not in items_of(world.requester, case)


def test_a_lapsed_request_is_reopened_for_a_year(world: worlds.Ministry) -> None:
    case = worlds.filed(world)
    DataRequest.objects.filter(pk=case.pk).update(stage="lapsed")

    assert "Rouvrir la demande" in items_of(world.requester, closed_since(case, 364))
    assert "Rouvrir la demande" not in items_of(world.requester, closed_since(case, 367))


def test_a_withdrawal_says_why_it_waits_while_the_act_is_in_signature(
    world: worlds.Ministry,
) -> None:
    case = worlds.with_act(world)

    assert "impossible" not in items_of(world.requester, case)["Retirer la demande"]
    Agreement.objects.filter(source_case_id=case.pk).update(stage="signing")
    assert "signature" in items_of(world.requester, case)["Retirer la demande"]["impossible"]
    with pytest.raises(Impossible):
        lifecycle.withdraw(data_request=case, by=world.requester)


def test_a_reserve_is_added_to_the_request_until_its_act_is_open(world: worlds.Ministry) -> None:
    case = worlds.concluded(world)

    assert "Ajouter une réserve" in items_of(world.officer, case)
    acts.choose_act(task=worlds.task(case, "choose_act"), act_type="b", by=world.legal)
    case = DataRequest.objects.get(pk=case.pk)
    assert "Ajouter une réserve" not in items_of(world.officer, case)


def test_only_a_requester_is_proposed_to_ask_for_a_dataset(world: worlds.Ministry) -> None:
    dataset = Dataset(producer_org=world.holder)

    assert catalogue.abilities(world.requester, dataset)["request"]
    assert not catalogue.abilities(world.auditor, dataset)["request"]


# --- Who is told -----------------------------------------------------------------------


def told(subject: str) -> set[User]:
    return {
        one.recipient
        for one in Notification.objects.filter(subject__contains=subject).select_related(
            "recipient"
        )
    }


def test_a_decision_of_a_holder_is_told_to_the_cell_and_the_holders_only(
    world: worlds.Ministry,
) -> None:
    other = worlds.person("second", (Role.HOLDER, world.holder))
    case = worlds.decided(world, worlds.personal_answers(world))

    people = told("Décision d’un détenteur enregistrée")

    assert other in people
    assert world.officer in people
    assert people.isdisjoint({world.requester, world.holder_agent})
    assert "decision.recorded" not in history_of(world.requester, case)


def test_the_conclusion_is_told_to_requester_holders_and_dpos(world: worlds.Ministry) -> None:
    case = worlds.concluded(world, worlds.personal_answers(world))

    assert {
        world.requester,
        world.holder_agent,
        world.dpo_holder,
        world.dpo_requester,
    } <= told("Décision rendue")
    assert "decision.recorded" in history_of(world.requester, case)


def history_of(user: User, case: DataRequest) -> set[str]:
    audiences = case_selectors.audiences_of(user, case)
    return {one.kind for one in timeline(case.chain, audiences, size=200).events}


def test_who_takes_no_part_in_a_decision_reads_no_event_of_the_reviews(
    world: worlds.Ministry,
) -> None:
    case = worlds.reviewed(world)
    somebody = worlds.person("habilitee", (Role.AUTHORISED_PERSON, world.holder))

    assert "opinion.given" not in history_of(somebody, case)
    assert "feasibility.assessed" not in history_of(somebody, case)


def test_a_late_track_is_closed_with_a_word_to_the_cell_and_to_the_reviewer(
    world: worlds.Ministry,
) -> None:
    case = worlds.studied(world, worlds.personal_answers(world))
    worlds.make_late(case, "give_opinion")

    assert opinions.pass_over_late_opinions()

    assert {world.officer, world.security} <= told("Avis non rendu dans le délai")


def test_a_late_visa_is_told_to_whoever_owed_it(world: worlds.Ministry) -> None:
    case = worlds.filed(world)
    worlds.make_late(case, "give_visa")

    assert study.escalate_visas() == 1

    assert {world.officer, world.addac} <= told("Visa non rendu dans le délai")


def test_reminders_take_the_words_of_the_announcement(world: worlds.Ministry) -> None:
    case = worlds.studied(world, worlds.personal_answers(world))
    due = Calendar().add_working_days(timezone.localdate(), 5)
    Task.objects.filter(case_id=case.pk).update(due_on=due)
    remind_all(today=due)
    asked = Notification.objects.filter(recipient=world.dpo_holder)

    reminder = asked.get(subject__contains="Rappel")
    assert reminder.subject.endswith(f"Rappel\u00a0: Avis attendu avant le {day_text(due)}")
    assert "la décision reste bloquée" in reminder.consequence

    late = Calendar().add_working_days(due, 3)
    remind_all(today=late)
    late_ones = Notification.objects.filter(subject__endswith="Avis en retard de 3 jours ouvrés")
    assert late_ones.exists()


def test_a_version_to_read_names_its_number() -> None:
    task = Task(
        case=Agreement(title="Suivre les parcours"),
        flow_task=ConventionFlow.review_version,
        data={"version": 3},
        due_on=date(2026, 4, 1),
    )

    assert words_of(task)["subject"] == "Version 3 à relire avant le 1er avril 2026"


@pytest.mark.parametrize(
    ("octets", "text"),
    [(1, "1 octet"), (900, "900 octets"), (16179, "16 Ko"), (1258291, "1,2 Mo"), (1 << 20, "1 Mo")],
)
def test_sizes_are_written_in_french(octets: int, text: str) -> None:
    assert size_text(octets) == text.replace(" ", "\u00a0")


def test_each_facet_of_the_audit_is_named_once(world: worlds.Ministry) -> None:
    case = worlds.with_act(world)
    act = Agreement.objects.get(source_case_id=case.pk)
    life.record_read(agreement=act, what="l’annexe 3", by=world.legal)

    labels = [label for _codes, label in audit.nouns_in_use()]

    assert len(labels) == len(set(labels))
    codes = next(codes for codes, label in audit.nouns_in_use() if label == "Acte")
    assert set(codes.split(",")) == {"act", "agreement"}

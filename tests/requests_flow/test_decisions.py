"""Decisions, formalities, and the ends of a request (process.md, §4 S7 to §8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.utils import timezone

from accounts.models import Accreditation, Organisation
from agreements import services as agreements
from agreements.models import Agreement
from cases import selectors as case_selectors
from cases.errors import Conflict, Impossible, NotAllowed
from cases.models import Task
from requests_flow import routing
from requests_flow.models import DataRequest
from requests_flow.selectors import letters
from requests_flow.services import (
    acts,
    conditions,
    decisions,
    formalities,
    lifecycle,
    study,
)
from requests_flow.services.conditions import NewCondition
from requests_flow.tasks import tick
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


# --- S7: decisions --------------------------------------------------------------------------


def test_no_positive_decision_without_the_dpos_opinion(world: worlds.Ministry) -> None:
    case = worlds.reviewed(world, worlds.personal_answers(world))
    case.consultations.filter(kind="dpo_holder").update(given_at=None, given_by=None, verdict="")
    what = {"task": worlds.task(case, "decide"), "motivation": "Vu.", "by": world.holder_agent}
    with pytest.raises(Impossible, match="avis bloquant manque"):
        decisions.decide(outcome="favourable", **what)
    case.consultations.filter(kind="dpo_holder").update(verdict="cancelled")
    with pytest.raises(Impossible, match="avis bloquant manque"):
        decisions.decide(outcome="favourable", **what)

    decisions.decide(outcome="unfavourable", reason_codes=["secrecy"], **what)


def test_an_accreditation_that_ended_refuses_a_positive_decision(world: worlds.Ministry) -> None:
    case = worlds.reviewed(world)
    what = {"task": worlds.task(case, "decide"), "motivation": "Vu.", "by": world.holder_agent}
    for where in (world.holder, world.requester_org):
        rows = Accreditation.objects.filter(organisation=where)
        rows.update(ends_on=worlds.today() - timedelta(days=1))
        with pytest.raises(Impossible, match="n’est pas accrédité"):
            decisions.decide(outcome="favourable", **what)
        rows.update(ends_on=None)

    decisions.decide(outcome="favourable", **what)


def test_holders_who_disagree_are_arbitrated_and_concluded_in_part(world: worlds.Ministry) -> None:
    case = worlds.reviewed(world, holders=[world.holder, world.other_holder])
    decisions.decide(
        task=worlds.task(case, "decide", world.holder), outcome="favourable",
        motivation="Vu.", by=world.holder_agent,
    )  # fmt: skip
    assert "conclude" not in worlds.nodes(case)
    decisions.decide(
        task=worlds.task(case, "decide", world.other_holder), outcome="unfavourable",
        motivation="Secret.", reason_codes=["secrecy"], by=world.other_holder_agent,
    )  # fmt: skip
    decisions.arbitrate(
        task=worlds.task(case, "arbitrate"), outcome="partial", motivation="Vu.", by=world.amdac
    )
    what = {"task": worlds.task(case, "conclude"), "motivation": "Vu.", "by": world.amdac}
    with pytest.raises(Impossible, match="partielle"):
        decisions.conclude(outcome="favourable", **what)
    with pytest.raises(Impossible, match="motif du refus"):
        decisions.conclude(outcome="unfavourable", **what)

    decisions.conclude(outcome="partial", **what)

    assert [one.organisation for one in acts.parties_of(again(case))] == [
        world.holder,
        world.requester_org,
    ]


def test_a_refusal_by_all_is_never_a_positive_conclusion(world: worlds.Ministry) -> None:
    case = worlds.decided(world, outcome="unfavourable")
    decisions.arbitrate(
        task=worlds.task(case, "arbitrate"), outcome="favourable", motivation="Vu.", by=world.amdac
    )
    with pytest.raises(Impossible, match="Aucun détenteur"):
        decisions.conclude(
            task=worlds.task(case, "conclude"), outcome="favourable", motivation="Vu.",
            by=world.amdac,
        )  # fmt: skip


def test_a_reexamination_is_made_by_somebody_new_then_decided_anew(world: worlds.Ministry) -> None:
    case = worlds.concluded(world, outcome="unfavourable")
    with pytest.raises(NotAllowed):
        decisions.ask_reexamination(data_request=case, reason="Un fait.", by=world.officer)
    decisions.ask_reexamination(data_request=case, reason="Un fait.", by=world.requester)
    task = worlds.task(case, "reexamine")
    with pytest.raises(NotAllowed, match="un autre agent"):
        decisions.reexamine(task=task, opinion="Rapport.", by=world.officer)
    decisions.reexamine(task=task, opinion="Rapport.", by=world.second_officer)
    decisions.conclude_reexamination(
        task=worlds.task(case, "conclude_reexamination"), reopens=True, motivation="Vu.",
        by=world.amdac,
    )  # fmt: skip

    assert worlds.nodes(case) == ["decide"]
    with pytest.raises(Conflict):
        decisions.ask_reexamination(data_request=case, reason="Encore.", by=world.requester)


def test_no_reexamination_after_two_months(world: worlds.Ministry) -> None:
    case = worlds.concluded(world, outcome="unfavourable")
    DataRequest.objects.filter(pk=case.pk).update(closed_at=timezone.now() - timedelta(days=63))
    with pytest.raises(Impossible, match="deux mois"):
        decisions.ask_reexamination(data_request=case, reason="Un fait.", by=world.requester)


# --- S8: formalities ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pathway", "needs_dpia", "expected"),
    [
        ("snds_project", False, ["CESREES", "CNIL"]),
        ("stat_secret", False, ["Comité du secret", "Archives de France"]),
        ("stat_7bis", False, ["CNIS"]),
        ("health_mr", True, ["CNIL", "AIPD"]),
        ("gdpr_c2c", True, ["AIPD"]),
        ("non_personal", False, []),
    ],
)
def test_a_pathway_brings_its_formalities_once(
    world: worlds.Ministry, pathway: str, needs_dpia: bool, expected: list[str]
) -> None:
    case = worlds.filed(world)
    case.legal_pathway, case.is_dpia_required = pathway, needs_dpia

    added = formalities.ensure_required(case)

    assert len(added) == len(expected)
    assert all(name.startswith(start) for name, start in zip(added, expected, strict=True))
    assert formalities.ensure_required(case) == []
    assert all(one.due_on for one in case.formalities.all())


def test_the_convention_waits_for_the_formalities_and_a_refusal_ends_the_request(
    world: worlds.Ministry,
) -> None:
    case = worlds.decided(world)
    DataRequest.objects.filter(pk=case.pk).update(legal_pathway="stat_7bis")
    decisions.conclude(
        task=worlds.task(case, "conclude"), outcome="favourable", motivation="Vu.", by=world.amdac
    )
    task = worlds.task(case, "track_formalities")
    with pytest.raises(Impossible, match="attend encore"):
        formalities.close_formalities(task=task, by=world.requester)
    row, today = case.formalities.get(), worlds.today()
    what = {"data_request": case, "authority": "CNIS", "formality": row, "by": world.requester}
    for wrong in (
        {"answer": "unfavourable"},
        {"answer": "maybe"},
        {"answered_on": today, "filed_on": today + timedelta(days=1)},
        {"answered_on": today, "expires_on": today - timedelta(days=1)},
        {"authority": " \x00"},
    ):
        with pytest.raises(Impossible):
            formalities.save_formality(**{**what, **wrong})
    other = worlds.filed(world)
    with pytest.raises(Http404):
        formalities.save_formality(**{**what, "data_request": other})

    formalities.save_formality(answer="unfavourable", answered_on=today, **what)
    formalities.close_formalities(task=task, by=world.requester)

    case = again(case)
    assert (case.stage, case.outcome, worlds.nodes(case)) == ("rejected", "unfavourable", [])


# --- §8: withdrawal, reuse, reserves ---------------------------------------------------------

STAGES = ["filed", "oriented", "studied", "reviewed", "decided", "concluded", "with_act"]


@pytest.mark.parametrize("stage", STAGES)
def test_a_request_is_withdrawn_at_any_step_before_signature(
    world: worlds.Ministry, stage: str
) -> None:
    case = getattr(worlds, stage)(world)
    for name in ("officer", "legal", "holder_agent"):
        with pytest.raises((NotAllowed, Http404)):
            lifecycle.withdraw(data_request=case, by=world.people[name])

    lifecycle.withdraw(data_request=case, by=world.colleague, reason="Projet abandonné.")

    case = again(case)
    assert (case.stage, case.is_closed, worlds.nodes(case)) == ("withdrawn", True, [])
    assert not case.consultations.filter(verdict="").exists()
    projects = Agreement.objects.filter(source_case_id=case.pk)
    assert [one.stage for one in projects] == ["abandoned"] * (stage == "with_act")
    with pytest.raises(NotAllowed):
        lifecycle.withdraw(data_request=case, by=world.requester)


@pytest.mark.parametrize("stage", ["final", "signing"])
def test_a_request_is_not_withdrawn_while_its_act_is_in_signature(
    world: worlds.Ministry, stage: str
) -> None:
    case = worlds.with_act(world)
    Agreement.objects.filter(source_case_id=case.pk).update(stage=stage)

    with pytest.raises(Impossible, match="en signature"):
        lifecycle.withdraw(data_request=case, by=world.requester)

    assert again(case).stage == "agreement"


def test_an_abandoned_project_lets_another_act_be_chosen(world: worlds.Ministry) -> None:
    case = worlds.with_act(world)
    agreements.abandon(
        agreement=Agreement.objects.get(source_case_id=case.pk), reason="Autre voie.",
        by=world.legal,
    )  # fmt: skip

    assert worlds.nodes(case) == ["choose_act", "give_visa"]
    assert worlds.events(case)[-1] == "agreement.abandoned"


def test_answers_are_reused_by_a_requester_once_the_request_is_closed(
    world: worlds.Ministry,
) -> None:
    case = worlds.filed(world)
    with pytest.raises(Conflict):
        lifecycle.reuse(data_request=case, by=world.requester)
    study.declare_inadmissible(
        task=worlds.task(case, "check_admissibility"), reason="Hors périmètre.", by=world.officer
    )
    case = again(case)
    with pytest.raises(NotAllowed):
        lifecycle.reuse(data_request=case, by=world.officer)

    draft = lifecycle.reuse(data_request=case, by=world.colleague)

    assert draft.is_draft
    assert again(draft).answers.values["context"] == case.answers.values["context"]


def test_a_reserve_is_proved_by_one_and_lifted_by_another(world: worlds.Ministry) -> None:
    case = worlds.reviewed(world)
    with pytest.raises(NotAllowed):
        conditions.add(data_request=case, condition=RESERVE, by=world.requester)
    reserve = conditions.add(data_request=case, condition=RESERVE, by=world.officer)
    with pytest.raises(Impossible, match="Aucune preuve"):
        conditions.lift(condition=reserve, reason="Vu.", by=world.legal)
    with pytest.raises(Impossible):
        conditions.give_proof(condition=reserve, text=" ", by=world.requester)
    conditions.give_proof(condition=reserve, text="Attestation.", by=world.officer)
    with pytest.raises(NotAllowed, match="une autre personne"):
        conditions.lift(condition=reserve, reason="Vu.", by=world.officer)

    conditions.lift(condition=reserve, reason="Vu.", by=world.legal)

    with pytest.raises(Conflict, match="déjà traitée"):
        conditions.withdraw(condition=reserve, reason="Vu.", by=world.legal)


def test_once_the_act_is_open_its_own_reserves_count(world: worlds.Ministry) -> None:
    case = worlds.concluded(world)
    reserve = conditions.add(data_request=case, condition=RESERVE, by=world.officer)
    acts.choose_act(task=worlds.task(case, "choose_act"), act_type="b", by=world.legal)

    with pytest.raises(Conflict, match="dans l’acte"):
        conditions.give_proof(condition=reserve, text="Attestation.", by=world.requester)
    act = Agreement.objects.get(source_case_id=case.pk)
    assert [one.text for one in act.reserves.all()] == ["Chiffrer le canal"]


@pytest.mark.parametrize("pathway", ["", "gdpr_processor", "open_data", "existing_api", "ehds"])
def test_a_pathway_that_is_no_sharing_is_refused(world: worlds.Ministry, pathway: str) -> None:
    case = worlds.filed(world)
    study.declare_admissible(task=worlds.task(case, "check_admissibility"), by=world.officer)
    what: dict[str, Any] = {
        "task": worlds.task(case, "orient"), "act_type": "a", "by": world.officer,
    }  # fmt: skip
    with pytest.raises(Impossible):
        study.orient(legal_pathway=pathway, holders=[world.holder], **what)
    wrong: list[list[Organisation]] = [[], [world.requester_org]]
    for holders in wrong:
        with pytest.raises(Impossible):
            study.orient(legal_pathway="sector_text", holders=holders, **what)


def test_the_morning_tick_does_everything_once(world: worlds.Ministry) -> None:
    case = worlds.studied(world)
    worlds.make_late(case, "give_visa", "give_opinion")

    tick(timestamp=0)
    tick(timestamp=0)

    assert worlds.events(case)[-2:] == ["visa.escalated", "opinion.not_given"]
    assert worlds.nodes(case) == ["decide"]
    assert routing.latest_decisions(case.pk) == []


# --- What the answers say is kept, and shown ------------------------------------------------


def test_every_coded_reason_is_kept_and_said(world: worlds.Ministry, client: Client) -> None:
    case = worlds.reviewed(world)
    what = {"task": worlds.task(case, "decide"), "motivation": "Vu.", "by": world.holder_agent}
    for wrong in ([], ["secrecy", "nothing"]):
        with pytest.raises(Impossible, match="motif du refus"):
            decisions.decide(outcome="unfavourable", reason_codes=wrong, **what)

    decision = decisions.decide(
        outcome="unfavourable", reason_codes=["secrecy", "not_minimised", "secrecy"], **what
    )

    assert decision.reason_codes == ["secrecy", "not_minimised"]
    assert decision.reasons == "Secret opposable, Minimisation insuffisante"
    said = "Motif : secret opposable, minimisation insuffisante."
    assert said in letters.of_decision(decision).html.replace("\u00a0", " ")
    client.force_login(world.holder_agent)
    page = client.get(f"/demandes/{case.reference}/avis/").content.decode()
    assert decision.reasons in page


def test_the_priority_of_a_visa_is_kept_and_shown(world: worlds.Ministry, client: Client) -> None:
    case = worlds.filed(world)
    what = {"task": worlds.task(case, "give_visa"), "verdict": "favourable", "comment": ""}
    with pytest.raises(Impossible, match="priorité"):
        study.give_visa(priority="urgent", by=world.addac, **what)

    visa = study.give_visa(priority="high", by=world.addac, **what)

    assert visa.priority == "high"
    client.force_login(world.officer)
    page = client.get(f"/demandes/{case.reference}/avis/").content.decode()
    assert "Priorité pour l’organisme" in page
    assert "haute" in page


def test_the_letter_of_a_redirection_says_where_to_go(
    world: worlds.Ministry, client: Client
) -> None:
    case = worlds.filed(world)
    study.declare_admissible(task=worlds.task(case, "check_admissibility"), by=world.officer)
    assert not case.is_sent_elsewhere
    study.redirect(
        task=worlds.task(case, "orient"),
        redirection=study.Redirection(
            "redirect_other", contact="guichet@casd.example", desk="CASD", licence="ODbL"
        ),
        reason="Le CASD diffuse ces données.",
        by=world.officer,
    )

    text = letters.of_redirection(again(case)).html.replace("\u00a0", " ")

    assert "Le CASD diffuse ces données." in text
    assert "<ul><li>Guichet : CASD</li><li>Licence : ODbL</li>" in text
    assert "guichet@casd.example" in text
    client.force_login(world.requester)
    assert (
        "reorientation/courrier/"
        in client.get(f"/demandes/{case.reference}/demande/").content.decode()
    )

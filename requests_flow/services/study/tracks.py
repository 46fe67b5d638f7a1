"""The tracks of a case: a row for each visa, study, feasibility and opinion (S1 to S6)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from cases import engine
from cases import policies as case_policies
from cases.enums import Nature, Side
from cases.errors import Conflict, Impossible
from cases.models import OPEN_STATUSES, Task
from cases.services import add_party
from questionnaires import selectors as answers_of
from questionnaires import services as questionnaires
from requests_flow import routing
from requests_flow.enums import ConsultationKind, Verdict
from requests_flow.flows.circuit_v1 import CircuitV1
from requests_flow.models import Consultation, DataRequest

DEFINITION_OF_KIND = {
    ConsultationKind.STUDY: "study",
    ConsultationKind.FEASIBILITY: "feasibility",
    ConsultationKind.DPO_REQUESTER: "dpo_opinion",
    ConsultationKind.DPO_HOLDER: "dpo_opinion",
    ConsultationKind.SECURITY: "security_opinion",
    ConsultationKind.LEGAL: "legal_review",
    ConsultationKind.EXPERT: "expert_opinion",
}


def open_consultation(move: engine.Move, task: Task, by: User) -> Consultation:
    """Write the row of a track that just opened, with its empty form (in the caller's step).

    A visa is answered on one page and keeps no draft: it has no form of its own.
    """
    case: DataRequest = move.case
    kind = ConsultationKind(task.data.get("kind", ConsultationKind.VISA))
    revision = case.revisions.last()
    answers = None
    if kind in DEFINITION_OF_KIND:
        facts: dict[str, Any] = dict(answers_of.facts(revision.answers)) if revision else {}
        answers = questionnaires.create(code=DEFINITION_OF_KIND[kind], by=by, context=facts)
    return Consultation.objects.create(
        data_request=case,
        kind=kind,
        organisation=task.organisation,
        task=task,
        answers=answers,
        revision=revision,
    )


def give(
    step: engine.Move, consultation: Consultation, *, verdict: str, synthesis: str, by: User
) -> None:
    """Record what a track concluded, for good (in the caller's step)."""
    consultation.verdict, consultation.synthesis = verdict, synthesis.replace("\x00", "").strip()
    consultation.given_at, consultation.given_by = timezone.now(), by
    consultation.revision = step.case.revisions.last()
    if consultation.answers is not None:
        questionnaires.freeze(answers=consultation.answers, by=by)
    consultation.save()


def consultation_of(task: Task) -> Consultation:
    """Return the row of a track, locked. Raises Conflict when the task is no track."""
    found = Consultation.objects.select_for_update(of=("self",)).filter(task_id=task.pk).first()
    if found is None:
        raise Conflict(_("Cette étape n’attend pas d’avis."))
    return found


def open_pending_consultations(move: engine.Move, by: User) -> None:
    """Give a row to every track that the flow opened and that has none yet."""
    for task in Task.objects.filter(
        case_id=move.case.pk, status__in=OPEN_STATUSES, consultation=None
    ).select_related("organisation"):
        if task.node in {"give_visa", "conclude_study", "assess_feasibility", "give_opinion"}:
            open_consultation(move, task, by)


def not_given(task: Task) -> Consultation:
    """Flag a track « avis non rendu »: it is never presumed favourable (process.md, §3)."""
    consultation = consultation_of(task)
    consultation.verdict = Verdict.NOT_GIVEN
    consultation.save(update_fields=["verdict"])
    return consultation


def wants_expert(case: DataRequest) -> bool:
    """Tell whether an expert or ethics opinion was asked at the orientation."""
    task = Task.objects.filter(case_id=case.pk, flow_task=CircuitV1.orient, status="DONE").last()
    return bool(task and task.data.get("wants_expert"))


def open_opinions(move: engine.Move, by: User, *, wants_expert: bool) -> list[Consultation]:
    """Open the tracks of opinions that are not open yet, as branches of the consultations."""
    case: DataRequest = move.case
    there = {
        (consultation.kind, consultation.organisation_id)
        for consultation in case.consultations.exclude(verdict=Verdict.CANCELLED)
    }
    opened = []
    for data in routing.opinion_tracks(case, wants_expert=wants_expert):
        if (data["kind"], data["organisation"]) in there:
            continue
        if data["organisation"]:
            organisation = Organisation.objects.get(pk=data["organisation"])
            add_party(case, organisation, Side.CONSULTED, role=data["role"])
        task = move.open_branch(CircuitV1.consult_split, CircuitV1.give_opinion, data)
        opened.append(open_consultation(move, task, by))
    return opened


def open_opinions_early(*, data_request: DataRequest, by: User) -> None:
    """For an urgent request, the officer opens the opinions beside the study (process.md, S6).

    Raises Impossible for a request that is not urgent, Conflict when they are asked already or
    out of the study, NotAllowed out of the cell.
    """
    with engine.move(data_request, by=by) as move:
        case_policies.check_can_manage(move.by, move.case)
        if Nature.URGENT not in move.case.natures:
            raise Impossible(
                _("Les avis s’ouvrent avant la fin de l’étude pour une urgence seulement.")
            )
        opened = open_opinions(move, by, wants_expert=wants_expert(move.case))
        if not opened:
            raise Conflict(_("Les avis sont déjà demandés."))
        move.record("opinions.opened", _("a demandé les avis sans attendre la fin de l’étude"))

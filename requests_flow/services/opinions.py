"""Opinions: favourable, with reserves, unfavourable; never presumed, never a decision (S6)."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.selectors import holders_of
from cases import announcements, clock, engine
from cases import policies as case_policies
from cases.enums import Side
from cases.errors import Conflict, Impossible, NotAllowed
from cases.models import OPEN_STATUSES, Task
from cases.services import add_party
from journal.enums import Audience
from notifications.selectors import wording
from questionnaires import services as questionnaires
from requests_flow import routing
from requests_flow.enums import DPO_KINDS, OPINION_KINDS, ConsultationKind, Verdict
from requests_flow.flows.circuit_v1 import CircuitV1
from requests_flow.models import Consultation, DataRequest
from requests_flow.services.conditions import NewCondition, add_conditions
from requests_flow.services.study.tracks import (
    consultation_of,
    give,
    not_given,
    open_consultation,
)


def give_opinion(
    *,
    task: Task,
    verdict: str,
    synthesis: str,
    by: User,
    conditions: list[NewCondition] | None = None,
) -> Consultation:
    """Give an opinion, with its reserves as rows.

    « Avec réserves » needs at least one; « défavorable » needs its reasons (Impossible otherwise).
    A DPO common to both sides gives two linked opinions, one per controller: what he wrote in the
    first is proposed in the second, which he adapts (process.md, §2).
    """
    reserves = conditions or []
    if verdict not in (
        Verdict.FAVOURABLE,
        Verdict.RESERVED,
        Verdict.UNFAVOURABLE,
        Verdict.NOT_CONCERNED,
    ):
        raise Impossible(_("Choisissez un avis."))
    if verdict == Verdict.RESERVED and not reserves:
        raise Impossible(_("Indiquez au moins une réserve, ou choisissez « Favorable »."))
    if verdict == Verdict.UNFAVOURABLE and not synthesis.strip():
        raise Impossible(
            _("Expliquez le motif : le demandeur doit pouvoir comprendre et répondre.")
        )
    with engine.step(task, by=by, at="give_opinion") as step:
        consultation = consultation_of(step.task)
        give(step, consultation, verdict=verdict, synthesis=synthesis, by=step.by)
        add_conditions(step.case, reserves, consultation=consultation)
        _share_with_the_other_side(step, consultation)
        step.done(outcome="given", verdict=verdict)
        step.record(
            "opinion.given",
            _sentence(verdict, len(reserves)),
            audience=Audience.REVIEWERS,
            data={
                "kind": consultation.kind,
                "verdict": verdict,
                "conditions": len(reserves),
                "revision": consultation.revision.number if consultation.revision else None,
            },
        )
    return consultation


def _share_with_the_other_side(step: engine.Step, given: Consultation) -> None:
    """Propose to a common DPO, in his other opinion on the case, what he just wrote."""
    if given.kind not in DPO_KINDS or given.answers is None:
        return
    others = step.case.consultations.filter(
        kind__in=DPO_KINDS, given_at=None, verdict="", answers__isnull=False
    ).select_related("task__owner", "task__case", "answers")
    for other in others:
        if case_policies.can_act(step.by, other.task) and not other.answers.values:
            questionnaires.save_values(
                answers=other.answers, values=dict(given.answers.values), by=step.by
            )


def _sentence(verdict: str, reserves: int) -> str:
    if verdict == Verdict.RESERVED:
        return ngettext(
            "a rendu un avis favorable avec %(n)s réserve",
            "a rendu un avis favorable avec %(n)s réserves",
            reserves,
        ) % {"n": reserves}
    return _("a rendu un avis : %(v)s") % {"v": Verdict(verdict).label.lower()}


def confirm_opinion(*, consultation: Consultation, by: User) -> None:
    """A reviewer confirms, for the last version, an opinion given on an older one.

    Raises NotAllowed for anybody else, Conflict when it bears on the last version already.
    """
    with engine.move(consultation.data_request, by=by) as move:
        fresh = Consultation.objects.select_for_update(of=("self",)).get(
            pk=consultation.pk, data_request_id=move.case.pk
        )
        if fresh.given_by_id != move.by.pk:
            raise NotAllowed(_("Seule la personne qui a rendu l’avis peut le confirmer."))
        last = move.case.revisions.last()
        if fresh.revision_id == last.pk:
            raise Conflict(_("Cet avis porte déjà sur la dernière version."))
        fresh.revision = last
        fresh.save(update_fields=["revision"])
        move.record(
            "opinion.confirmed",
            _("a confirmé son avis pour la version %(n)s") % {"n": last.number},
            audience=Audience.REVIEWERS,
        )


def ask_another(
    *, data_request: DataRequest, kind: str, organisation: Organisation | None, by: User
) -> Consultation:
    """The officer asks one more opinion (expert, security…) while consultations are open.

    Raises Impossible for an unknown kind, Conflict when it is asked already or too late.
    """
    with engine.move(data_request, by=by) as move:
        case_policies.check_can_manage(move.by, move.case)
        if kind not in OPINION_KINDS:
            raise Impossible(_("Choisissez la nature de l’avis."))
        where = organisation or routing.service_of(routing.ROLE_OF_KIND[ConsultationKind(kind)])
        if (
            move.case.consultations.filter(kind=kind, organisation=where)
            .exclude(verdict=Verdict.CANCELLED)
            .exists()
        ):
            raise Conflict(_("Cet avis est déjà demandé."))
        if not {task.node for task in engine.open_tasks(move.case)} & routing.CONSULTING:
            raise Conflict(
                _("Les consultations sont closes : aucun avis ne peut plus être demandé.")
            )
        data = routing.track(kind, where)
        if where is not None:
            add_party(move.case, where, Side.CONSULTED, role=data["role"])
        task = move.open_branch(CircuitV1.consult_split, CircuitV1.give_opinion, data)
        consultation = open_consultation(move, task, move.by)
        move.record(
            "opinion.asked",
            _("a sollicité un avis : %(what)s") % {"what": consultation},
            audience=Audience.REVIEWERS,
        )
    return consultation


def is_blocking(consultation: Consultation) -> bool:
    """A DPO's opinion blocks when personal data are involved (process.md, §3)."""
    return consultation.kind in DPO_KINDS


def pass_over_late_opinions(*, today: date | None = None) -> int:
    """The clock's work: a track not given in time is flagged and the file goes on, except a DPO's;
    it is never presumed favourable (process.md, §3). A feasibility waits for the study's end.

    Returns how many were passed over; done twice it changes nothing.
    """
    day = today or timezone.localdate()
    late = Task.objects.filter(
        Q(flow_task=CircuitV1.give_opinion) | Q(flow_task=CircuitV1.assess_feasibility),
        status__in=OPEN_STATUSES,
        due_on__lt=day,
    ).select_related("case")
    return sum(_pass_over(task, day) for task in late)


def _pass_over(task: Task, day: date) -> bool:
    with engine.unattended(task, provided=lambda fresh: _is_passed_over(fresh, day)) as step:
        if step is None:
            return False
        consultation = not_given(task)
        step.done(outcome="given", verdict=Verdict.NOT_GIVEN)
        announcements.tell(
            step.case,
            {*holders_of(Role.OFFICER, routing.cell()), *announcements.people_of(task)},
            **wording("request-opinion-not-given", titre=step.case.title, avis=consultation),
        )
        step.record(
            "opinion.not_given",
            _("a constaté : « %(what)s », avis non rendu dans le délai") % {"what": consultation},
            audience=Audience.REVIEWERS,
        )
    return True


def _is_passed_over(task: Task, day: date) -> bool:
    consultation = Consultation.objects.filter(task_id=task.pk).first()
    if consultation is None or is_blocking(consultation):
        return False
    if task.due_on is None or task.due_on >= day or clock.current_suspension(task.case):
        return False
    nodes = {one.node for one in engine.open_tasks(task.case)}
    return task.node != "assess_feasibility" or "conclude_study" not in nodes

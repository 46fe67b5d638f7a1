"""Opinions: favourable, with reserves, unfavourable; never presumed, never a decision (S6)."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organisation, User
from cases import engine
from cases import policies as case_policies
from cases.enums import Side
from cases.errors import Conflict, Impossible, NotAllowed
from cases.models import OPEN_STATUSES, Task
from cases.services import add_party
from journal.enums import Audience
from requests_flow import routing
from requests_flow.enums import DPO_KINDS, OPINION_KINDS, ConsultationKind, Verdict
from requests_flow.flows.circuit_v1 import CircuitV1
from requests_flow.models import Consultation, DataRequest
from requests_flow.services.conditions import NewCondition, add_conditions
from requests_flow.services.study import give, open_consultation


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
        raise Impossible(_("Indiquez au moins une réserve, ou choisissez « Favorable »."))
    if verdict == Verdict.UNFAVOURABLE and not synthesis.strip():
        raise Impossible(
            _("Expliquez le motif : le demandeur doit pouvoir comprendre et répondre.")
        )
    with engine.step(task, by=by) as step:
        consultation = step.task.consultation
        give(step, consultation, verdict=verdict, synthesis=synthesis, by=by)
        add_conditions(step.case, reserves, consultation=consultation)
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


def _sentence(verdict: str, reserves: int) -> str:
    if verdict == Verdict.RESERVED:
        return ngettext(
            "a rendu un avis favorable avec %(n)s réserve",
            "a rendu un avis favorable avec %(n)s réserves",
            reserves,
        ) % {"n": reserves}
    return _("a rendu un avis : %(v)s") % {"v": Verdict(verdict).label.lower()}


def confirm_opinion(*, consultation: Consultation, by: User) -> None:
    """A reviewer confirms, for the last version, an opinion given on an older one."""
    with engine.move(consultation.data_request, by=by) as move:
        fresh = Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
        if fresh.given_by_id != by.pk:
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
    """The officer asks one more opinion (expert, ethics, security…) while consultations are open."""
    with engine.move(data_request, by=by) as move:
        case_policies.check_can_manage(by, move.case)
        if kind not in OPINION_KINDS:
            raise Impossible(_("Choisissez la nature de l’avis."))
        where = organisation or routing.service_of(routing.ROLE_OF_KIND[ConsultationKind(kind)])
        if (
            move.case.consultations.filter(kind=kind, organisation=where)
            .exclude(verdict=Verdict.CANCELLED)
            .exists()
        ):
            raise Conflict(_("Cet avis est déjà demandé."))
        if not {task.node for task in engine.open_tasks(move.case)} & {
            "conclude_study",
            "assess_feasibility",
            "give_opinion",
        }:
            raise Conflict(
                _("Les consultations sont closes : aucun avis ne peut plus être demandé.")
            )
        data = routing.track(kind, where)
        if where is not None:
            add_party(move.case, where, Side.CONSULTED, role=data["role"])
        task = move.open_branch(CircuitV1.consult_split, CircuitV1.give_opinion, data)
        consultation = open_consultation(move, task, by)
        move.record(
            "opinion.asked",
            _("a sollicité un avis : %(what)s") % {"what": consultation},
            audience=Audience.REVIEWERS,
        )
    return consultation


def is_blocking(consultation: Consultation) -> bool:
    """A DPO's opinion blocks when personal data are involved (process.md, §3)."""
    return consultation.kind in DPO_KINDS


def pass_over_late_opinions(*, today: date | None = None) -> int:
    """The clock's work: an opinion not given in time is flagged and the file goes on, except a
    DPO's; it is never presumed favourable."""
    day = today or timezone.localdate()
    late = Task.objects.filter(
        flow_task=CircuitV1.give_opinion, status__in=OPEN_STATUSES, due_on__lt=day
    ).select_related("case", "consultation")
    moved = 0
    for task in late:
        consultation = getattr(task, "consultation", None)
        if consultation is None or is_blocking(consultation) or _is_suspended(task):
            continue
        with engine.unattended(task) as step:
            if step is None:
                continue
            consultation.verdict = Verdict.NOT_GIVEN
            consultation.save(update_fields=["verdict"])
            step.done(outcome="given", verdict=Verdict.NOT_GIVEN)
            step.record(
                "opinion.not_given",
                _("a constaté : « %(what)s », avis non rendu dans le délai")
                % {"what": consultation},
                audience=Audience.REVIEWERS,
            )
            moved += 1
    return moved


def _is_suspended(task: Task) -> bool:
    return bool(task.case.suspensions.filter(ends_on=None).exists())

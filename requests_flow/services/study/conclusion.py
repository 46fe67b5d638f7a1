"""Feasibility by each holder, and the study that the cell concludes (process.md, S5)."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cases import announcements, engine
from cases.errors import Impossible
from cases.models import OPEN_STATUSES, Task
from journal.enums import Audience
from requests_flow import routing
from requests_flow.enums import DecisionOutcome, Verdict
from requests_flow.flows.circuit_v1 import CircuitV1
from requests_flow.models import DataRequest
from requests_flow.services.conditions import NewCondition, add_conditions
from requests_flow.services.study.tracks import (
    consultation_of,
    give,
    not_given,
    open_opinions,
    wants_expert,
)

FEASIBLE = (Verdict.FAVOURABLE, Verdict.RESERVED, Verdict.UNFAVOURABLE)


def assess_feasibility(
    *,
    task: Task,
    verdict: str,
    synthesis: str,
    by: User,
    conditions: list[NewCondition] | None = None,
) -> None:
    """A holder says whether and how he can deliver (15 working days, S5 b).

    Raises Impossible for an unknown verdict, « sous réserve » without a reserve, or an unfavourable
    one without its reasons.
    """
    if verdict not in FEASIBLE:
        raise Impossible(_("Choisissez un avis."))
    if verdict == Verdict.UNFAVOURABLE and not synthesis.strip():
        raise Impossible(
            _("Expliquez le motif : le demandeur doit pouvoir comprendre et répondre.")
        )
    if verdict == Verdict.RESERVED and not conditions:
        raise Impossible(_("Indiquez au moins une réserve, ou choisissez « Favorable »."))
    with engine.step(task, by=by, at="assess_feasibility") as step:
        consultation = consultation_of(step.task)
        give(step, consultation, verdict=verdict, synthesis=synthesis, by=step.by)
        add_conditions(step.case, conditions or [], consultation=consultation)
        step.done(outcome="given", verdict=verdict)
        step.record(
            "feasibility.given",
            _("a rendu son étude de faisabilité : %(v)s") % {"v": Verdict(verdict).label.lower()},
            audience=Audience.REVIEWERS,
        )


def conclude_study(
    *,
    task: Task,
    recommendation: str,
    synthesis: str,
    by: User,
    conditions: list[NewCondition] | None = None,
) -> None:
    """Conclude the study: its recommendation is kept, and the opinions open (S5 → S6).

    Every holder must have answered, or be late: then the track is closed as « non rendu ».
    Raises Impossible for an unknown recommendation, or while a holder is still within its delay.
    """
    if recommendation not in DecisionOutcome.values:
        raise Impossible(_("Choisissez une recommandation."))
    if recommendation == DecisionOutcome.INFO_REQUEST:
        raise Impossible(_("Demandez d’abord le complément, puis concluez l’étude."))
    with engine.step(task, by=by, at="conclude_study") as step:
        case: DataRequest = step.case
        _settle_feasibilities(step)
        consultation = consultation_of(step.task)
        positive = routing.is_positive(recommendation)
        give(
            step,
            consultation,
            synthesis=synthesis,
            by=step.by,
            verdict=Verdict.FAVOURABLE if positive else Verdict.UNFAVOURABLE,
        )
        add_conditions(case, conditions or [], consultation=consultation)
        opened = open_opinions(step, step.by, wants_expert=wants_expert(case))
        step.done(outcome="concluded", recommendation=recommendation)
        step.record(
            "study.concluded",
            _("a conclu l’étude : %(r)s") % {"r": DecisionOutcome(recommendation).label.lower()},
            audience=Audience.REVIEWERS,
            data={"recommendation": recommendation, "opinions_opened": len(opened)},
        )


def _settle_feasibilities(step: engine.Move) -> None:
    today = timezone.localdate()
    pending = Task.objects.filter(
        case_id=step.case.pk, flow_task=CircuitV1.assess_feasibility, status__in=OPEN_STATUSES
    ).select_related("organisation")
    for other in pending:
        if other.due_on and other.due_on >= today:
            raise Impossible(
                _(
                    "L’étude de faisabilité de %(holder)s est attendue avant le %(day)s : "
                    "concluez après l’avoir reçue, ou passé ce délai."
                )
                % {"holder": other.organisation, "day": announcements.day_text(other.due_on)}
            )
        not_given(other)
        step.close_branch(other, Verdict.NOT_GIVEN)

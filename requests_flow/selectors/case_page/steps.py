"""The stepper of a case: where it stands among its seven stages, and when it reached each."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as L

from agreements.enums import AgreementStage
from cases.models import Task
from requests_flow import policies
from requests_flow.enums import RequestStage
from requests_flow.models import DataRequest
from requests_flow.selectors.case_page.reading import Reading
from requests_flow.selectors.case_page.words import day

STEPS = (
    L("Dépôt"),
    L("Recevabilité"),
    L("Étude et avis"),
    L("Décision"),
    L("Convention"),
    L("Signature"),
    L("Partage"),
)
DECISION = 4
STEP_OF_STAGE = {
    RequestStage.DRAFT: 1,
    RequestStage.SUBMITTED: 2,
    RequestStage.COMPLETENESS: 2,
    RequestStage.STUDY: 3,
    RequestStage.OPINIONS: 3,
    RequestStage.HOLDER_DECISION: 4,
    RequestStage.CONCLUDED: 5,
    RequestStage.FORMALITIES: 5,
    RequestStage.AGREEMENT: 5,
    RequestStage.RUNNING: 7,
    RequestStage.CLOSED: 7,
}
# The same for the stages of the act: it is drawn up, then signed.
STEP_OF_ACT = {
    AgreementStage.DRAFTING: 5,
    AgreementStage.NEGOTIATION: 5,
    AgreementStage.FINAL: 5,
    AgreementStage.SIGNING: 6,
}


def stepper(reading: Reading) -> dict[str, Any]:
    """Seven stages; a complement stays where it arose; an end freezes the stepper."""
    case, act = reading.case, reading.act
    current = _current_step(case, reading.tasks)
    if current == 5 and act is not None and act.stage in policies.IN_SIGNATURE:
        current = 6
    closed = ""
    if case.is_closed and case.stage not in (RequestStage.RUNNING, RequestStage.CLOSED):
        closed = _("Demande close le %(day)s : %(how)s.") % {
            "day": day(timezone.localdate(case.closed_at)),
            "how": case.stage_label.lower(),
        }
    return {
        "current": current,
        "total": len(STEPS),
        "title": STEPS[current - 1],
        "closed": closed,
        "next": STEPS[current] if current < len(STEPS) and not closed else "",
        "steps": _steps(reading, current, is_over=bool(closed)),
    }


def _current_step(case: DataRequest, tasks: list[Task]) -> int:
    found = STEP_OF_STAGE.get(RequestStage(case.stage))
    if found is not None:
        return found
    nodes = {task.node for task in tasks}
    if nodes & {"answer_holder", "decide"}:
        return 4
    if nodes & {"answer_question", "give_opinion", "conclude_study"}:
        return 3
    if case.conclusions.all():
        return 4
    return 3 if case.complete_on else 2


def _steps(reading: Reading, current: int, *, is_over: bool) -> list[dict[str, Any]]:
    """« Voir toutes les étapes » : when each was over, since when the current one runs, when the
    next are due. Of a closed request, only those that it went through."""
    reached = _reached(reading)
    shown = STEPS[:current] if is_over else STEPS
    return [
        _step(reading, reached, number, current, is_over=is_over)
        for number, _label in enumerate(shown, start=1)
    ]


def _step(
    reading: Reading, reached: dict[int, date], number: int, current: int, *, is_over: bool
) -> dict[str, Any]:
    line: dict[str, Any] = {"label": STEPS[number - 1]}
    if number < current or is_over:
        later = [moment for step, moment in reached.items() if step > number]
        closed = timezone.localdate(reading.case.closed_at) if is_over else None
        return {**line, "state": "done", "real": min(later, default=closed)}
    if number == current:
        due = [task.due_on for task in reading.awaited if task.due_on]
        planned = max(due, default=None) if reading.suspension is None else None
        return {**line, "state": "current", "since": reached.get(number), "planned": planned}
    planned = reading.case.due_on if number == DECISION and reading.suspension is None else None
    return {**line, "state": "todo", "planned": planned}


def _reached(reading: Reading) -> dict[int, date]:
    """The day on which the case came to each stage: that of its first task there."""
    case, act = reading.case, reading.act
    reached: dict[int, date] = {}
    if case.opened_at:
        reached[1] = timezone.localdate(case.opened_at)
    cases = [case.pk, act.pk] if act is not None else [case.pk]
    tasks = Task.objects.filter(case_id__in=cases, flow_task_type__in=["HUMAN", "END"])
    for task in tasks.order_by("created", "pk"):
        stage: Any = getattr(task.flow_task, "stage", "")
        known: dict[Any, int] = STEP_OF_STAGE if task.case_id == case.pk else STEP_OF_ACT
        if (step := known.get(stage)) is not None:
            reached.setdefault(step, timezone.localdate(task.created))
    return reached

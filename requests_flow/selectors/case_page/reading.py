"""What a reader may do on a case, worked out once for the whole page."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from agreements.enums import AgreementStage
from agreements.models import Agreement
from cases import clock
from cases import policies as case_policies
from cases import selectors as case_selectors
from cases.models import Suspension, Task
from requests_flow.enums import RequestStage, Verdict
from requests_flow.models import Consultation, DataRequest


@dataclass
class Reading:
    """A case as one person reads it: its rows, and for each task held by role why he may not."""

    user: User
    case: DataRequest
    tasks: list[Task]
    consultations: list[Consultation]
    suspensions: list[Suspension]
    calendars: clock.Calendars
    refusals: dict[int, str]
    act: Agreement | None
    act_tasks: list[Task]

    @property
    def awaited(self) -> list[Task]:
        """What is expected now: of the act, once there is one, then of the request."""
        return [*self.act_tasks, *self.tasks]

    @property
    def suspension(self) -> Suspension | None:
        return next((one for one in self.suspensions if one.ends_on is None), None)

    def may(self, task: Task | None) -> bool:
        """Tell whether the reader may do a task now."""
        return task is not None and self.refusals.get(task.pk) == ""


def read(user: User, case: DataRequest) -> Reading:
    """Read a case for a person, in a constant number of queries but for his own tasks."""
    tasks = case_selectors.open_tasks(case)
    for task in tasks:
        task.case = case
    act = _act_of(case)
    act_tasks = case_selectors.open_tasks(act) if act is not None else []
    for task in act_tasks:
        task.case = act
    consultations = list(
        case.consultations.exclude(verdict=Verdict.CANCELLED)
        .select_related("organisation", "task", "task__owner", "given_by", "revision")
        .prefetch_related("conditions")
    )
    return Reading(
        user,
        case,
        tasks,
        consultations,
        suspensions=list(case.suspensions.all()),
        calendars=clock.Calendars(),
        refusals={
            task.pk: case_policies.refusal(user, task)
            for task in [*tasks, *act_tasks]
            if _holds(user, task)
        },
        act=act,
        act_tasks=act_tasks,
    )


def _act_of(case: DataRequest) -> Agreement | None:
    """The act that is drawn up for a request; before its decision there is none to look for."""
    if case.stage not in (RequestStage.AGREEMENT, RequestStage.RUNNING):
        return None
    acts = Agreement.objects.filter(source_case_id=case.pk)
    return acts.exclude(stage=AgreementStage.ABANDONED).order_by("-pk").first()


def _holds(user: User, task: Task) -> bool:
    """The reader holds the role of the task, even if a colleague took it in charge."""
    return task.owner_id == user.pk or any(
        held.role == task.role and task.organisation_id in (None, held.organisation_id)
        for held in user.held_roles
    )

"""The only door to the workflow engine (architecture.md, §3).

`step(task, by=…)` completes a task; `move(case, by=…)` is any other move on a case; both are one
transaction that locks the case's processes, re-reads everything, checks visibility and rights
again, requires exactly one journal event, then runs the flow on and recomputes stage and dates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import date
from typing import Any, overload

from django.db import transaction
from django.db.models import Min
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from viewflow.fsm import TransitionNotAllowed
from viewflow.workflow.status import STATUS
from viewflow.workflow.token import Token

from accounts.models import User
from accounts.selectors import actor
from cases import announcements, policies, signals, stages, suspensions
from cases.capacity import capacity_of, in_role
from cases.errors import Conflict
from cases.models import OPEN_STATUSES, RUNNING, Case, Process, Task
from journal.enums import Audience
from journal.services import SYSTEM, Actor, Subject, record


class Move:
    """What the body of a step works with. `case` is the concrete case, freshly read."""

    def __init__(self, case: Any, by: User | None, task: Task | None = None) -> None:
        self.case = case
        self.by = by
        self.task = task
        self.answer: dict[str, Any] = {}
        self._afterwards: list[Callable[[], object]] = []
        self._recorded = 0
        self._stage = ""
        self._was_running = is_running(case)

    @property
    def actor(self) -> Actor:
        if self.by is None:
            return SYSTEM
        if self.task is None or not self.task.role:
            return capacity_of(self.by, self.case)
        if self.task.organisation is None:
            return in_role(self.by, self.task.role)
        return actor(self.by, role=self.task.role, organisation=self.task.organisation)

    def record(
        self,
        kind: str,
        summary: str,
        *,
        data: dict[str, Any] | None = None,
        reason: str = "",
        audience: Audience = Audience.EVERYONE,
        subject: Subject | None = None,
    ) -> None:
        """Write the one event of this step; `summary` follows the actor's name."""
        record(
            chain=self.case.chain,
            kind=kind,
            by=self.actor,
            summary=summary,
            data=data,
            reason=reason,
            audience=audience,
            subject=subject or subject_of(self.case),
        )
        self._recorded += 1

    def done(self, **answer: Any) -> None:
        """Keep what was answered on the task: gateways read it."""
        self.answer.update(answer)

    def afterwards(self, work: Callable[[], object]) -> None:
        """Do something once the flow has run on to the next tasks, in the same transaction."""
        self._afterwards.append(work)

    def open_branch(self, split: Any, node: Any, data: dict[str, Any] | None = None) -> Task:
        """Add a parallel branch to a split whose join still waits (viewflow.md, §2.5)."""
        split_task = (
            Task.objects.filter(
                case=self.case,
                flow_task=split,
                status=STATUS.DONE,
                process__status=RUNNING,
            )
            .order_by("-pk")
            .first()
        )
        if split_task is None:
            raise Conflict(_("Cette étape n’est plus ouverte."))
        number = split_task.leading.count() + 1
        token = Token(f"{split_task.token}/{split_task.pk}_{number}")
        activation = node._create(split.activation_class(split_task), token, data=data)  # noqa: SLF001
        if activation.activate.can_proceed():  # not so for a task addressed to a named person
            activation.activate()
        created: Task = activation.task
        return created

    def close_branch(self, task: Task, verdict: str) -> None:
        """End a parallel task that has lost its object, without waking the join the wrong way:
        it is completed with a verdict, never cancelled (viewflow.md, §2.5)."""
        activation = task.flow_task.activation_class(task)
        activation.start_unattended()
        task.data["verdict"] = verdict
        activation.execute()

    def cancel_processes(self) -> None:
        """End every flow of the case now."""
        for process in Process.objects.filter(case_id=self.case.pk, status=RUNNING):
            process.flow_class.instance.cancel(process)

    def close_as(self, stage: str) -> None:
        """End every flow of the case now, and leave it at this stage (withdrawal)."""
        self.cancel_processes()
        self._stage = stage

    def suspend_clock(self, reason: str) -> None:
        """Stop the clock: the requester owes an answer."""
        suspensions.suspend(self.case, reason)

    def resume_clock(self) -> None:
        """Start the clock again, and push every suspendable date by the time lost."""
        suspensions.resume(self.case, open_tasks(self.case))

    def finish(self) -> None:
        """Do what was left for afterwards, check the one event, recompute what screens read."""
        for work in self._afterwards:
            work()
        if self._recorded != 1:
            raise AssertionError(f"a step writes exactly one event, not {self._recorded}")
        settle(self.case, was_running=self._was_running, forced_stage=self._stage)


class PersonalMove(Move):
    """A move that somebody makes, not the clock."""

    by: User


class Step(PersonalMove):
    """The completion of a human task by somebody."""

    task: Task


def subject_of(case: Case) -> Subject:
    """Name a case to the journal."""
    return Subject(case.kind, str(case.pk), str(case))


def open_tasks(*cases: Case) -> Any:
    """The open human tasks of one or several cases, and what they wait for."""
    return (
        Task.objects.filter(
            case_id__in=[case.pk for case in cases],
            status__in=[*OPEN_STATUSES, STATUS.SCHEDULED],
            process__status=RUNNING,
        )
        .exclude(flow_task_type="JOIN")
        .select_related("organisation", "owner")
    )


def first_due(*cases: Case) -> date | None:
    """The first due date among the open tasks of these cases."""
    first: date | None = open_tasks(*cases).aggregate(first=Min("due_on"))["first"]
    return first


def is_running(case: Case) -> bool:
    return Process.objects.filter(case_id=case.pk, status=RUNNING).exists()


def settle(case: Any, *, was_running: bool, forced_stage: str = "") -> None:
    """Recompute stage and dates from the open tasks, and announce the new ones.

    A case on which no flow ran, and runs, keeps the stage that its own service gave it.
    """
    runs = is_running(case)
    if forced_stage:
        case.stage = forced_stage
    elif runs or was_running:
        case.stage = _stage(case)
    tasks = open_tasks(case)
    case.next_due_on = first_due(case)
    case.updated_at = timezone.now()
    is_alive = case.stage in stages.alive(case.kind) or (case.is_draft and not forced_stage)
    if runs or is_alive:
        case.closed_at = None
    else:
        case.closed_at = case.closed_at or timezone.now()
    case.save()
    signals.case_settled.send(sender=Case, case=case)
    announcements.announce(case, tasks.filter(announced_at=None))


def _stage(case: Any) -> str:
    """The earliest stage among open tasks; when nothing is open, that of the last end reached."""
    order = stages.order(case.kind)
    found = [getattr(task.flow_task, "stage", "") for task in open_tasks(case)]
    known = sorted((stage for stage in found if stage), key=order.index)
    if known:
        return known[0]
    ends = Task.objects.filter(case_id=case.pk, flow_task_type="END").order_by("-pk")
    for task in ends:
        if stage := getattr(task.flow_task, "stage", ""):
            return str(stage)
    return str(case.stage)


@contextmanager
def _locked(case: Case) -> Iterator[Any]:
    """Lock the running processes of a case in a fixed order, then the case; yield it afresh."""
    with transaction.atomic(), ExitStack() as locks:
        running = Process.objects.filter(case_id=case.pk, status=RUNNING).order_by("pk")
        for process in running:
            locks.enter_context(process.flow_class.lock(process.pk))
        fresh = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        yield fresh.concrete


def _fresh_user(by: User) -> User:
    """Re-read the person, so that a role that ended a minute ago acts no more."""
    return User.objects.get(pk=by.pk)


@contextmanager
def hold(*cases: Case) -> Iterator[None]:
    """Lock several cases for one transaction that moves each of them, in the order of their keys
    reversed: an act, younger than its request, is always locked before it."""
    with ExitStack() as locks:
        locks.enter_context(transaction.atomic())
        for case in sorted(cases, key=lambda one: -one.pk):
            locks.enter_context(_locked(case))
        yield


@contextmanager
def step(task: Task, *, by: User, at: str = "") -> Iterator[Step]:
    """Complete one human task: all of it or nothing, and only once.

    `at` is the node for which the caller was written: the task of another node is unknown to it.
    Raises Http404 when the person does not see the case or the task is of another node, NotAllowed
    when the task is not his, Conflict when it is already done or the flow moved on.
    """
    if at and task.node != at:
        raise Http404
    with _locked(task.case) as case:
        fresh = Task.objects.select_related("owner", "organisation").get(pk=task.pk)
        person = _fresh_user(by)
        if not policies.can_view(person, case):
            raise Http404
        if fresh.status not in OPEN_STATUSES:
            raise Conflict(_already_done(fresh))
        policies.check_can_act(person, fresh)
        current = Step(case, person, fresh)
        yield current
        case.save()  # the flow reads what the step wrote: who is in charge, the pathway
        _complete(fresh, person, current.answer)
        current.finish()


def _complete(task: Task, person: User | None, answer: dict[str, Any]) -> None:
    activation = task.flow_task.activation_class(task)
    try:
        if person is None:
            activation.start_unattended()
        else:
            if task.status == STATUS.NEW:
                activation.assign(person)
            elif task.owner_id != person.pk:
                activation.reassign(person)
            activation.start(request=None)
        task.data.update(answer)
        activation.execute()
    except TransitionNotAllowed as error:
        raise Conflict(_already_done(task)) from error


def _already_done(task: Task) -> str:
    if task.owner and task.finished:
        when = timezone.localtime(task.finished)
        return _("Déjà fait par %(who)s le %(day)s à %(hour)s.") % {
            "who": task.owner,
            "day": f"{when:%d/%m/%Y}",
            "hour": f"{when:%H} h {when:%M}",
        }
    return _("Cette étape n’est plus à faire : le dossier a avancé entre-temps.")


@overload
def move(case: Case, *, by: User) -> AbstractContextManager[PersonalMove]: ...
@overload
def move(case: Case, *, by: None) -> AbstractContextManager[Move]: ...
@contextmanager
def move(case: Case, *, by: User | None) -> Iterator[Any]:
    """Any other move on a case: a message, a reassignment, a withdrawal. `by=None` is the clock."""
    with _locked(case) as fresh:
        person = _fresh_user(by) if by is not None else None
        if person is not None and not policies.can_view(person, fresh):
            raise Http404
        current = PersonalMove(fresh, person) if person else Move(fresh, None)
        yield current
        current.finish()


@contextmanager
def unattended(
    task: Task, *, provided: Callable[[Task], bool] | None = None
) -> Iterator[Move | None]:
    """Complete a task because its time has come.

    Yields None when somebody just did it, or when `provided`, asked again under the lock, no
    longer holds.
    """
    with _locked(task.case) as case:
        fresh = Task.objects.select_related("owner", "organisation", "case").get(pk=task.pk)
        is_due = provided is None or provided(fresh)
        if fresh.status not in OPEN_STATUSES or fresh.process.status != RUNNING or not is_due:
            yield None
            return
        current = Move(case, None, fresh)
        yield current
        case.save()
        _complete(fresh, None, current.answer)
        current.finish()


def start(flow_start: Any, current: Move) -> Process:
    """Start a flow on the case of a move, inside its transaction."""
    process: Process = flow_start.run(case=current.case)
    return process


def arrive(current: Move, node: Any, **answer: Any) -> None:
    """Go on from a `WaitFor` node: what the case waited for has come."""
    task = Task.objects.filter(case=current.case, flow_task=node, status=STATUS.NEW).first()
    if task is None:
        raise Conflict(_("Ce dossier n’attendait rien de tel."))
    activation = node.activation_class(task)
    activation.run(None)
    task.data.update(answer)
    activation.execute()


def open_task(current: Move, task: Task) -> Task:
    """Read again an open task of the case that moves.

    Raises Http404 for a task of another case, Conflict when it is done.
    """
    fresh = (
        Task.objects.select_related("owner", "organisation", "case")
        .filter(pk=task.pk, case_id=current.case.pk)
        .first()
    )
    if fresh is None:
        raise Http404
    if fresh.status not in OPEN_STATUSES:
        raise Conflict(_already_done(fresh))
    return fresh


def assign(current: Move, task: Task, owner: User | None) -> None:
    """Give an open task to a named person, or back to all holders of its role."""
    fresh = open_task(current, task)
    fresh.owner = owner
    fresh.status = STATUS.ASSIGNED if owner else STATUS.NEW
    fresh.announced_at = None
    fresh.save(update_fields=["owner", "status", "announced_at"])


@contextmanager
def job(task: Task) -> Iterator[Move | None]:
    """The end of a worker's job: what it made is written and the flow goes on, in one transaction.

    Heavy work is done before, outside. Yields None when the job was already done or cancelled.
    """
    with _locked(task.case) as case:
        fresh = Task.objects.get(pk=task.pk)
        if fresh.status not in (STATUS.SCHEDULED, STATUS.STARTED):
            yield None
            return
        current = Move(case, None, fresh)
        yield current
        activation = fresh.flow_task.activation_class(fresh)
        activation.start()
        fresh.data.update(current.answer)
        activation.execute()
        current.finish()

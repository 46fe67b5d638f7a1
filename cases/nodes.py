"""The kinds of nodes that Navette's flows are wired with (viewflow.md, §2.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.timezone import now
from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Edge
from viewflow.workflow.lock import SelectForUpdateLock
from viewflow.workflow.nodes.job import AbstractJob, AbstractJobActivation
from viewflow.workflow.nodes.split import SplitActivation
from viewflow.workflow.nodes.view import ViewActivation
from viewflow.workflow.status import STATUS

from notifications.enums import Family
from notifications.kinds import Variable

# Every flow takes it: waits for the process row, bounded by the database's lock_timeout.
PROCESS_LOCK = SelectForUpdateLock(nowait=False, attempts=1)


class StageMixin:
    """A node tells at which stage a case is while one of its tasks is open."""

    stage: str = ""

    def Stage(self, code: str) -> Any:
        self.stage = str(code)
        return self


class ActorActivation(ViewActivation):
    """A task that knows who must act; what the stock activation loses is kept (§2.5)."""

    @classmethod
    def create(cls, flow_task, prev_activation, token, data=None, seed=None):  # type: ignore[no-untyped-def]
        process = prev_activation.process
        task = flow_task.flow_class.task_class(
            process=process, case_id=process.case_id, flow_task=flow_task, token=token
        )
        task.data = data or {}
        activation = cls(task)
        flow_task.address(activation)
        task.save()
        task.previous.add(prev_activation.task)
        return activation

    @Activation.status.transition(source=[STATUS.NEW, STATUS.ASSIGNED], target=STATUS.STARTED)
    def start_unattended(self) -> None:
        """Started by the clock or by the end of its reason to be: nobody did it."""
        self.task.started = now()

    def prepare_revived_task(self, task: Any) -> None:
        for name in ("case_id", "organisation_id", "role", "owner_id", "delay", "due_on"):
            setattr(task, name, getattr(self.task, name))
        task.owner_permission = self.task.owner_permission


class ActorTask(StageMixin, flow.View):
    """A human step: `.Actor(fn)` gives (organisation, role, owner), `.Delay(code | fn)` its
    delay, `.Policy(fn)` what else must hold for the person who acts."""

    activation_class = ActorActivation

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(view=None, **kwargs)
        self._actor: Any = None
        self._delay: Any = None
        self._policy: Any = None
        self.announcement: Any = ""
        self.family: str = Family.STUDY
        self.variables: tuple[Variable, ...] = ()

    def Announce(self, text: Any, family: str = Family.STUDY, *variables: Variable) -> ActorTask:
        """The proposed subject of the message to whoever must act; « {echeance} » is the date.

        `variables` are the other values that it may hold: data of the task, by name."""
        self.announcement, self.family, self.variables = text, family, variables
        return self

    @property
    def message_code(self) -> str:
        """The message of this step: the same one in each version of its circuit."""
        return f"{self.flow_class.__module__.partition('.')[0]}-{self.name}"

    def Actor(self, actor: Callable[[Any], Any]) -> ActorTask:
        self._actor = actor
        return self

    def Delay(self, delay: Any) -> ActorTask:
        self._delay = delay
        return self

    def Policy(self, policy: Any) -> ActorTask:
        self._policy = policy
        return self

    def _resolve(self, instance: Any) -> None:
        super()._resolve(instance)
        self._actor = this.resolve(instance, self._actor)
        self._delay = this.resolve(instance, self._delay)
        self._policy = this.resolve(instance, self._policy)

    @property
    def is_guarded(self) -> bool:
        return self._actor is not None

    @property
    def policy(self) -> Callable[[Any, Any], None] | None:
        return self._policy

    def address(self, activation: Any) -> None:
        """Write on the task who must act and by when."""
        from cases import clock

        task = activation.task
        organisation, role, owner = self._actor(activation)
        task.organisation, task.role, task.owner = organisation, str(role), owner
        if owner is not None:
            task.status = STATUS.ASSIGNED
        delay = self._delay(activation) if callable(self._delay) else self._delay
        if delay:
            task.delay = str(delay)
            task.due_on = clock.due_date(task.delay, organisation=organisation)

    def can_assign(self, user: Any, task: Any) -> bool:
        """Closed by default: rights are decided in cases.policies, inside a step only."""
        return False

    can_execute = can_assign


class WaitFor(StageMixin, flow.Handle):
    """Waits until something outside this flow is done (the agreement is signed)."""

    task_type = "WAIT"


class DynamicSplitActivation(SplitActivation):
    @Activation.status.super()
    def activate(self) -> None:
        branches = {node.name: node for node in self.flow_task.branches}
        items = self.flow_task.items(self)
        self.next_tasks = [(branches[name], data) for name, data in items]
        if not self.next_tasks:
            self.next_tasks = [(self.flow_task.empty, None)]


class DynamicSplit(flow.Split):
    """As many parallel branches as `.Items(fn)` gives (node name, data); `.Empty(node)` if none.
    Branches may be added while it is open (`cases.engine.Move.open_branch`)."""

    activation_class = DynamicSplitActivation

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.branches: list[Any] = []
        self.items: Any = None
        self.empty: Any = None

    def Branches(self, *nodes: Any) -> DynamicSplit:
        self.branches = list(nodes)
        return self

    def Items(self, items: Any) -> DynamicSplit:
        self.items = items
        return self

    def Empty(self, node: Any) -> DynamicSplit:
        self.empty = node
        return self

    def _outgoing(self) -> Any:
        for node in self.branches:
            yield Edge(src=self, dst=node, edge_class="cond_true")
        yield Edge(src=self, dst=self.empty, edge_class="default")

    def _resolve(self, instance: Any) -> None:
        super()._resolve(instance)
        self.branches = [this.resolve(instance, node) for node in self.branches]
        self.items = this.resolve(instance, self.items)
        self.empty = this.resolve(instance, self.empty)

    def _ready(self) -> None:
        for node in self.branches:
            node._multi_instance = True  # noqa: SLF001 - the BPMN marker of viewflow


class JobActivation(AbstractJobActivation):
    @Activation.status.transition(source=STATUS.NEW, target=STATUS.SCHEDULED)
    def activate(self) -> None:
        """Queue the work in the same transaction: a step rolled back leaves no job."""
        from cases.tasks import run_job

        self.task.save()
        run_job.defer(task_id=self.task.pk)

    @Activation.status.transition(
        source=[STATUS.NEW, STATUS.SCHEDULED, STATUS.ERROR], target=STATUS.CANCELED
    )
    def cancel(self) -> None:
        self.task.finished = now()
        self.task.save()


class Job(StageMixin, AbstractJob):
    """Work done by the worker, `Job(this.method)`; the flow goes on when it is done."""

    activation_class = JobActivation

    def __init__(self, work: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.work = work

    def _resolve(self, instance: Any) -> None:
        super()._resolve(instance)
        self.work = this.resolve(instance, self.work)


class Outcome(StageMixin, flow.TerminateEnd):
    """An end of the case: `.Stage(code)` is what it is from then on. Cancels what is open."""


class Continue(StageMixin, flow.End):
    """An end of this flow that leaves the case alive (the sharing runs)."""

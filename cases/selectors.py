"""Reads of cases: what waits for whom, the thread, the files. Constant numbers of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import has_role, holders_of
from cases import policies
from cases.enums import CaseKind, Room
from cases.models import (
    OPEN_STATUSES,
    RUNNING,
    Attachment,
    Case,
    Follower,
    Message,
    Party,
    Suspension,
    Task,
)

PAGE = 25


def get_for(user: User, reference: str, *, kind: str = CaseKind.REQUEST) -> Any:
    """Return the concrete case of a reference; 404 when unknown or not visible (same page)."""
    case = (
        Case.objects.visible_to(user)
        .filter(kind=kind, reference=reference)
        .select_related("officer", "created_by")
        .prefetch_related("parties__organisation")
        .first()
    )
    if case is None:
        raise Http404
    return case.concrete


def task_for(user: User, case: Case, task_id: int) -> Task:
    """Return a task of this very case, whoever asks for it by number (rule 3)."""
    return get_object_or_404(
        Task.objects.select_related("case", "owner", "organisation"), pk=task_id, case_id=case.pk
    )


def open_task(case: Case, *nodes: str) -> Task | None:
    """Return the open task of a case at one of these nodes, if any."""
    for task in open_tasks(case):
        if task.node in nodes:
            return task
    return None


def open_tasks(case: Case) -> list[Task]:
    """Return the open human tasks of a case, the most urgent first. One query."""
    return list(
        Task.objects.filter(
            case_id=case.pk,
            status__in=OPEN_STATUSES,
            flow_task_type="HUMAN",
            process__status=RUNNING,
        )
        .select_related("organisation", "owner")
        .order_by("due_on", "pk")
    )


def possible_owners(task: Task) -> list[User]:
    """Return to whom a step may be given: who holds its role there today and is not kept from it
    by the separation of duties; not its owner."""
    free = policies.as_if_free(task)
    holders = holders_of(task.role, task.organisation, with_deputies=True)
    return [
        person
        for person in holders.exclude(pk=task.owner_id).order_by("last_name", "first_name", "pk")
        if policies.can_act(person, free)
    ]


def inbox(user: User) -> QuerySet[Task]:
    """« À traiter » : every open task that awaits `user`, by due date. One query, on indexes."""
    return (
        Task.objects.filter(
            policies.mine(user),
            status__in=OPEN_STATUSES,
            flow_task_type="HUMAN",
            process__status=RUNNING,
        )
        .select_related("case", "organisation", "owner")
        .order_by("due_on", "pk")
    )


def own_cases(user: User) -> QuerySet[Case]:
    """The cases that `user` opened, steers or follows; each once, without a join."""
    followed = Follower.objects.filter(user=user).values("case_id")
    found: QuerySet[Case] = Case.objects.filter(
        Q(created_by=user) | Q(officer=user) | Q(pk__in=followed)
    )
    return found


def with_suspension(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Tell on each task, as `is_suspended`, whether the clock of its case stands still."""
    running = Suspension.objects.filter(case_id=OuterRef("case_id"), ends_on=None)
    return tasks.annotate(is_suspended=Exists(running))


def waiting(user: User) -> QuerySet[Task]:
    """« En attente d’un tiers » : cases I opened or steer where somebody else must act."""
    return (
        Task.objects.filter(
            case__in=own_cases(user).filter(opened_at__isnull=False, closed_at__isnull=True),
            status__in=OPEN_STATUSES,
            flow_task_type="HUMAN",
            process__status=RUNNING,
        )
        .exclude(policies.mine(user))
        .order_by("due_on", "pk")
    )


def with_parties(rows: QuerySet[Any], case: str = "pk") -> QuerySet[Any]:
    """Tell on each row, as `parties_named`, the side and the name of every party of its case."""
    name = Coalesce(NullIf("organisation__short_name", Value("")), "organisation__name")
    parties = Party.objects.filter(case_id=OuterRef(case)).order_by("position", "pk")
    named = parties.values_list(JSONObject(side="side", name=name))
    return rows.annotate(parties_named=ArraySubquery(named))


# What the dashboard reads at most of each part.
MOST_TODO, MOST_WAITING, MOST_DATES = 200, 50, 20


@dataclass(frozen=True)
class Agenda:
    """What awaits a person, what he waits for from others, and the dates to come."""

    todo: list[Task]
    waiting: list[Task]
    dates: list[Task]


def agenda(user: User, *, of_the_cell: bool = False) -> Agenda:
    """Return the three parts of the dashboard, each by due date, in one query.

    `of_the_cell`: what waits for others on every case, and not on the reader's own only.
    """
    parts = {
        "todo": inbox(user)[:MOST_TODO],
        "waiting": (waiting_of_the_cell() if of_the_cell else waiting(user))[:MOST_WAITING],
        "dates": deadlines(user)[:MOST_DATES],
    }
    first, *others = (
        with_suspension(with_parties(Task.objects.filter(pk__in=rows.values("pk")), "case_id"))
        .annotate(part=Value(part))
        .select_related("case", "organisation", "owner")
        for part, rows in parts.items()
    )
    found = sorted(first.union(*others, all=True), key=lambda one: (one.due_on or date.max, one.pk))
    return Agenda(**{part: [one for one in found if one.part == part] for part in parts})


def waiting_of_the_cell() -> QuerySet[Task]:
    """Return what waits for somebody outside the cell, on any case."""
    return (
        Task.objects.filter(
            status__in=OPEN_STATUSES, flow_task_type="HUMAN", process__status=RUNNING
        )
        .exclude(role__in=[Role.OFFICER, Role.AMDAC])
        .order_by("due_on", "pk")
    )


def deadlines(user: User, *, days: int = 30) -> QuerySet[Task]:
    """« Échéances » : dated steps of the next days in the cases that `user` sees."""
    today = timezone.localdate()
    return (
        Task.objects.filter(
            case__in=Case.objects.visible_to(user),
            status__in=OPEN_STATUSES,
            flow_task_type="HUMAN",
            process__status=RUNNING,
            due_on__range=(today, today + timedelta(days=days)),
        )
        .select_related("case", "organisation", "owner")
        .order_by("due_on", "pk")
    )


def drafts(user: User, kind: str = CaseKind.REQUEST) -> QuerySet[Case]:
    """Return the drafts that `user` writes, the last touched first."""
    return (
        Case.objects.visible_to(user)
        .filter(kind=kind, opened_at=None, closed_at=None)
        .order_by("-updated_at")
    )


def messages(user: User, case: Case) -> QuerySet[Message]:
    """Return what `user` may read of the thread; a side's own notes stay on that side."""
    return Message.objects.filter(_readable(user, case), case_id=case.pk).select_related(
        "author", "organisation"
    )


def attachments(user: User, case: Case) -> QuerySet[Attachment]:
    """Return the files of a case that `user` may open."""
    return Attachment.objects.filter(_readable(user, case), case_id=case.pk).select_related(
        "uploaded_by"
    )


def counts(user: User, case: Case) -> tuple[int, int]:
    """Return how many messages and how many files of a case `user` may read. One query."""
    rows: list[QuerySet[Any]] = [messages(user, case), attachments(user, case)]
    sums = [
        found.select_related(None)
        .order_by()
        .values("case_id")
        .annotate(n=Count("pk"), what=Value(rank))
        .values_list("what", "n")
        for rank, found in enumerate(rows)
    ]
    numbers = dict(sums[0].union(sums[1], all=True))
    return numbers.get(0, 0), numbers.get(1, 0)


def _readable(user: User, case: Case) -> Q:
    """The rooms that `user` reads; the notes of a side, only in the organisations of his own."""
    rooms = [room for room in policies.rooms_of(user, case) if room != Room.SIDE]
    if policies.reads_reviews(user, case):
        rooms.append(Room.REVIEWERS)
    visible = Q(room__in=rooms)
    own = [party.organisation_id for party in case.parties.all() if policies.plays(user, party)]
    return visible | Q(room=Room.SIDE, organisation_id__in=own)


def attachment_for(user: User, case: Case, attachment_id: int) -> Attachment:
    """Return a file of this very case that `user` may open; 404 otherwise."""
    return get_object_or_404(attachments(user, case), pk=attachment_id)


def is_following(user: User, case: Case) -> bool:
    """Tell whether `user` follows a case."""
    return Follower.objects.filter(case_id=case.pk, user=user).exists()


def audiences_of(user: User, case: Case) -> list[str]:
    """Return which events of a case `user` reads on « Historique » (ux/spec.md, §3 table)."""
    if has_role(user, Role.AUDITOR, Role.MANAGER):
        return ["everyone", "reviewers", "cell", "audit"]
    if policies.is_cell(user):
        return ["everyone", "reviewers", "cell"]
    return ["everyone", "reviewers"] if policies.reads_reviews(user, case) else ["everyone"]


def by_reference(user: User, reference: str) -> Case | None:
    """Return the visible case of an exact reference, of any kind (search bar)."""
    found: Case | None = (
        Case.objects.visible_to(user).filter(reference__iexact=reference.strip()).first()
    )
    return found


def search(user: User, query: str, *, kind: str, limit: int = 20) -> QuerySet[Case]:
    """Return visible cases whose title or reference contains `query`."""
    found: QuerySet[Case] = (
        Case.objects.visible_to(user)
        .filter(Q(title__icontains=query) | Q(reference__icontains=query), kind=kind)
        .order_by("-updated_at")[:limit]
    )
    return found

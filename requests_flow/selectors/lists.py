"""The dashboard and the list of requests: constant numbers of queries, pages by key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, DateField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as L  # noqa: N812
from django.utils.translation import ngettext

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import has_role
from cases import policies as case_policies
from cases import selectors as case_selectors
from cases.enums import CaseKind, Side
from cases.models import Case, Task
from journal.models import Event
from requests_flow.models import DataRequest
from requests_flow.selectors.actions import PAGES, address_of, verb_of
from requests_flow.selectors.case_page import actor_name

PAGE = 25
VIEWS = {
    "a-traiter": L("À traiter"),
    "en-attente": L("En attente"),
    "mes-dossiers": L("Mes dossiers"),
    "toutes": L("Toutes"),
    "closes": L("Closes"),
}


def dashboard(user: User, *, everybody: bool = False) -> dict[str, Any]:
    """« Mon tableau de bord » : what is to be done, what waits for others, what comes."""
    todo = list(case_selectors.inbox(user)[:200])
    waiting = list((_cell_waiting() if everybody else case_selectors.waiting(user))[:50])
    dates = list(case_selectors.deadlines(user)[:20])
    drafts = list(case_selectors.drafts(user)[:5])
    today = timezone.localdate()
    late = sum(bool(task.due_on and task.due_on < today) for task in todo)
    return {
        "todo": [todo_line(task, first=rank == 0) for rank, task in enumerate(todo[:10])],
        "todo_count": len(todo),
        "late": late,
        "sentence": _sentence(len(todo), late),
        "today": today,
        "waiting": [waiting_line(user, task) for task in waiting[:10]],
        "waiting_count": len(waiting),
        "dates": [
            {
                "day": task.due_on,
                "title": str(task.title),
                "url": task.case.get_absolute_url(),
                "detail": task.case.title,
                "reference": task.case.reference,
            }
            for task in dates[:5]
        ],
        "drafts": [
            draft_line(draft, first=not todo and rank == 0) for rank, draft in enumerate(drafts)
        ],
        "counters": _counters(len(todo), late, len(waiting), len(dates)),
        "events": _recent(user),
        "everybody": everybody,
        "is_cell": case_policies.is_cell(user),
        "next_date": dates[0] if dates else None,
        "may_request": has_role(user, Role.REQUESTER),
    }


def _sentence(todo: int, late: int) -> str:
    text = ngettext("%(n)s dossier à traiter", "%(n)s dossiers à traiter", todo) % {"n": todo}
    return f"{text}, {_('dont %(n)s en retard') % {'n': late}}." if late else f"{text}."


def _counters(todo: int, late: int, waiting: int, dates: int) -> list[dict[str, Any]]:
    return [
        {
            "n": todo,
            "label": _("À traiter"),
            "url": "#a-traiter",
            "detail": _("%(n)s en retard") % {"n": late},
            "todo": True,
        },
        {"n": waiting, "label": _("En attente d’un tiers"), "url": "#en-attente", "detail": ""},
        {
            "n": dates,
            "label": _("Échéances"),
            "url": "#echeances",
            "detail": _("dans les 30 prochains jours"),
        },
    ]


def _cell_waiting() -> QuerySet[Task]:
    return (
        Task.objects.filter(
            status__in=["NEW", "ASSIGNED"], flow_task_type="HUMAN", process__status="NEW"
        )
        .exclude(role__in=["amdac_officer", "amdac"])
        .select_related("case", "organisation", "owner")
        .prefetch_related("case__parties__organisation", "case__suspensions")
        .order_by("due_on", "pk")
    )


def parties_text(case: Case) -> str:
    """« DGCS → CNSA et Atih »."""
    requesters = [str(p.organisation) for p in case.parties.all() if p.side == Side.REQUESTER]
    holders = [str(p.organisation) for p in case.parties.all() if p.side == Side.HOLDER]
    right = _(" et ").join(holders) if holders else _("détenteur à déterminer")
    return f"{', '.join(requesters)} → {right}"


def task_url(task: Task) -> str:
    """The page of a task: that of its node for a request, that of the act otherwise."""
    return address_of(task.case, task) if task.node in PAGES else task.case.get_absolute_url()


def todo_line(task: Task, *, first: bool) -> dict[str, Any]:
    verb = verb_of(task) if task.node in PAGES else str(task.title)
    return {
        "title": task.case.title,
        "url": task.case.get_absolute_url(),
        "todo": str(task.title),
        "due": task.due_on,
        "reference": task.case.reference,
        "meta": parties_text(task.case),
        "action": {
            "label": verb.split(" ")[0],
            "url": task_url(task),
            "variant": "primary" if first else "secondary",
            "full_label": f"{verb} : {task.case.reference}",
            "small": True,
        },
    }


def waiting_line(user: User, task: Task) -> dict[str, Any]:
    suspended = any(one.ends_on is None for one in task.case.suspensions.all())
    action = None
    if case_policies.is_cell(user) and not suspended and task.node in PAGES:
        action = {
            "label": _("Relancer"),
            "url": reverse("requests_flow:nudge", args=[task.case.reference, task.pk]),
            "post": True,
            "variant": "tertiary",
            "small": True,
            "full_label": _("Relancer : %(who)s — %(ref)s")
            % {"who": actor_name(task), "ref": task.case.reference},
        }
    return {
        "title": task.case.title,
        "url": task.case.get_absolute_url(),
        "todo": str(task.title),
        "due": task.due_on,
        "suspended": suspended,
        "waiting_for": actor_name(task),
        "reference": task.case.reference,
        "meta": _("relancé") if task.nudged_at else "",
        "action": action,
    }


def draft_line(draft: Case, *, first: bool) -> dict[str, Any]:
    url = reverse("requests_flow:open_draft", args=[draft.draft_key])
    return {
        "title": draft.title or _("Demande sans titre"),
        "url": url,
        "todo": _("Terminer et déposer la demande"),
        "badge": {"text": _("Brouillon"), "variant": "neutral"},
        "due_note": "",
        "action": {
            "label": _("Reprendre"),
            "url": url,
            "variant": "primary" if first else "secondary",
            "small": True,
            "full_label": _("Reprendre : %(title)s")
            % {"title": draft.title or _("demande sans titre")},
        },
    }


def _recent(user: User) -> list[Event]:
    """« Depuis votre dernière visite » : three events of the cases that I open, steer or follow."""
    mine = Case.objects.filter(
        Q(created_by=user) | Q(officer=user) | Q(followers__user=user)
    ).order_by("-updated_at")
    keys = [f"case:{pk}" for pk in mine.values_list("pk", flat=True)[:40]]
    return list(
        Event.objects.filter(chain__in=keys, audience="everyone", is_read=False)
        .exclude(actor_id=user.pk)
        .order_by("-at", "-id")[:3]
    )


@dataclass(frozen=True)
class RequestPage:
    rows: list[DataRequest]
    total: int
    next_key: str


def requests_for(user: User, view: str, filters: dict[str, Any], after: str = "") -> RequestPage:
    """A page of the list, by due date then by key; the same number of queries whatever the table."""
    found = DataRequest.objects.filter(
        pk__in=Case.objects.visible_to(user)
        .filter(kind=CaseKind.REQUEST, opened_at__isnull=False)
        .values("pk")
    )
    found = _of_view(found, user, view)
    found = _filtered(found, filters)
    total = found.count()
    if after and "_" in after:
        day, _sep, key = after.partition("_")
        if key.isdigit() and len(key) < 15 and len(day) == 10:
            found = found.filter(Q(sort_on__gt=day) | Q(sort_on=day, pk__gt=int(key)))
    rows = list(
        found.select_related("organisation", "officer")
        .prefetch_related("parties__organisation")
        .annotate(
            asked=Count(
                "consultations",
                filter=~Q(consultations__kind="visa") & ~Q(consultations__verdict="cancelled"),
                distinct=True,
            ),
            given=Count(
                "consultations",
                filter=~Q(consultations__kind="visa") & Q(consultations__given_at__isnull=False),
                distinct=True,
            ),
        )
        .order_by("sort_on", "pk")[: PAGE + 1]
    )
    key = f"{rows[PAGE - 1].sort_on:%Y-%m-%d}_{rows[PAGE - 1].pk}" if len(rows) > PAGE else ""
    return RequestPage(rows[:PAGE], total, key)


def _of_view(found: QuerySet[DataRequest], user: User, view: str) -> QuerySet[DataRequest]:
    found = found.annotate(
        sort_on=Coalesce(F("next_due_on"), Value(date(9999, 12, 31)), output_field=DateField())
    )
    if view == "closes":
        return found.filter(closed_at__isnull=False)
    if view == "toutes":
        return found
    found = found.filter(closed_at=None)
    if view == "a-traiter":
        return found.filter(pk__in=case_selectors.inbox(user).order_by().values("case_id"))
    if view == "en-attente":
        return found.exclude(pk__in=case_selectors.inbox(user).order_by().values("case_id"))
    return found.filter(Q(created_by=user) | Q(officer=user) | Q(followers__user=user)).distinct()


def _filtered(found: QuerySet[DataRequest], filters: dict[str, Any]) -> QuerySet[DataRequest]:
    if text := str(filters.get("q") or "").strip():
        found = found.filter(Q(title__icontains=text) | Q(reference__icontains=text))
    if stage := filters.get("etat"):
        found = found.filter(stage=stage)
    if requester := filters.get("organisme"):
        found = found.filter(organisation=requester)
    if holder := filters.get("detenteur"):
        found = found.filter(parties__organisation=holder, parties__side=Side.HOLDER)
    if filters.get("retard"):
        found = found.filter(next_due_on__lt=timezone.localdate(), closed_at=None)
    return found


def next_actors(rows: list[DataRequest]) -> dict[int, str]:
    """Who must act on each case of a page: one query."""
    tasks = (
        Task.objects.filter(
            case_id__in=[row.pk for row in rows],
            status__in=["NEW", "ASSIGNED"],
            flow_task_type="HUMAN",
            process__status="NEW",
        )
        .select_related("organisation", "owner")
        .order_by("due_on", "pk")
    )
    found: dict[int, str] = {}
    for task in tasks:
        found.setdefault(task.case_id, actor_name(task))
    return found

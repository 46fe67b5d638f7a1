"""The list of requests: a constant number of queries, pages by key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, DateField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as L
from django.utils.translation import ngettext

from accounts.models import User
from cases import selectors as case_selectors
from cases.enums import CaseKind, Side
from cases.models import Case, Task
from requests_flow.models import DataRequest
from requests_flow.selectors.wording import actor_name, capital

PAGE = 25
VIEWS = {
    "a-traiter": L("À traiter"),
    "en-attente": L("En attente"),
    "mes-dossiers": L("Mes dossiers"),
    "toutes": L("Toutes"),
    "closes": L("Closes"),
}


def parties_text(case: Case) -> str:
    """« DGCS → CNSA et Atih »."""
    requesters = [str(p.organisation) for p in case.parties.all() if p.side == Side.REQUESTER]
    holders = [str(p.organisation) for p in case.parties.all() if p.side == Side.HOLDER]
    right = _(" et ").join(holders) if holders else _("détenteur à déterminer")
    return f"{', '.join(requesters)} → {right}"


@dataclass(frozen=True)
class RequestPage:
    rows: list[DataRequest]
    total: int
    next_key: str


def result_text(total: int) -> str:
    """« 37 demandes, triées par échéance » ; French keeps the singular below two."""
    text = ngettext(
        "%(n)s demande, triée par échéance", "%(n)s demandes, triées par échéance", total or 1
    )
    return text % {"n": total}


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
    if (start := _page_key(after)) is not None:
        day, key = start
        found = found.filter(Q(sort_on__gt=day) | Q(sort_on=day, pk__gt=key))
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


def _page_key(after: str) -> tuple[date, int] | None:
    """Read the key of a page; anything else than what a page gave is the first page."""
    day, _sep, key = after.partition("_")
    if not (key.isascii() and key.isdigit() and len(key) < 15):
        return None
    try:
        return date.fromisoformat(day), int(key)
    except ValueError:
        return None


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
    if pathway := filters.get("voie"):
        found = found.filter(legal_pathway=pathway)
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
        found.setdefault(task.case_id, capital(actor_name(task)))
    return found

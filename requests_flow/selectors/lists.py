"""The list of requests: a constant number of queries, pages by key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Count, F, IntegerField, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as L
from django.utils.translation import ngettext

from accounts.models import User
from agreements.enums import AgreementStage
from agreements.models import Agreement
from cases import selectors as case_selectors
from cases.enums import CaseKind, Side
from cases.models import Case, CaseQuerySet, Follower, Party, Task
from requests_flow.models import DataRequest

PAGE = 25
# Counting further costs more than it tells.
MOST = 1000
# The day that stands in a page's key for a case without a due date.
NEVER = date(9999, 12, 31)
VIEWS = {
    "a-traiter": L("À traiter"),
    "en-attente": L("En attente"),
    "mes-dossiers": L("Mes dossiers"),
    "toutes": L("Toutes"),
    "closes": L("Closes"),
}


def parties_text(parties: list[dict[str, str]]) -> str:
    """« DGCS → CNSA et Atih »."""
    requesters = [one["name"] for one in parties if one["side"] == Side.REQUESTER]
    holders = [one["name"] for one in parties if one["side"] == Side.HOLDER]
    right = _(" et ").join(holders) if holders else _("détenteur à déterminer")
    return f"{', '.join(requesters)} → {right}"


@dataclass(frozen=True)
class RequestPage:
    rows: list[DataRequest]
    total: int
    next_key: str


def result_text(total: int) -> str:
    """« 37 demandes, triées par échéance » ; French keeps the singular below two."""
    if total > MOST:
        return _("Plus de 1 000 demandes, triées par échéance")
    text = ngettext(
        "%(n)s demande, triée par échéance", "%(n)s demandes, triées par échéance", total or 1
    )
    return text % {"n": total}


class _RowCount(Subquery):
    """How many rows a query has, in the same query as something else."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def requests_for(user: User, view: str, filters: dict[str, Any], after: str = "") -> RequestPage:
    """A page of the list, by due date then by key; its cost does not grow with the table.

    The keys of the page are found first, in the order of an index; consultations are counted for
    these only. Beyond `MOST` the total is no longer counted.
    """
    cases = Case.objects.visible_to(user).filter(kind=CaseKind.REQUEST, opened_at__isnull=False)
    cases = _filtered(_of_view(cases, user, view), filters)
    counted = cases.order_by()[: MOST + 1]
    order = (F("next_due_on").asc(nulls_last=True), "pk")
    keys = _after(cases, after).order_by(*order).values("pk")[: PAGE + 1]
    rows = list(
        case_selectors.with_parties(DataRequest.objects.filter(pk__in=keys))
        .select_related("organisation", "officer")
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
            total=_RowCount(counted.values("pk")),
        )
        .order_by(*order)
    )
    empty = counted.count() if after else 0
    total = rows[0].total if rows else empty
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return RequestPage(rows[:PAGE], total, f"{last.next_due_on or NEVER}_{last.pk}" if last else "")


def _after(cases: CaseQuerySet, after: str) -> CaseQuerySet:
    """Keep what follows the last line of a page; cases without a date come last."""
    start = _page_key(after)
    if start is None:
        return cases
    day, key = start
    if day == NEVER:
        return cases.filter(next_due_on=None, pk__gt=key)
    return cases.filter(
        Q(next_due_on__gt=day) | Q(next_due_on=day, pk__gt=key) | Q(next_due_on=None)
    )


def _page_key(after: str) -> tuple[date, int] | None:
    """Read the key of a page; anything else than what a page gave is the first page."""
    day, _sep, key = after.partition("_")
    if not (key.isascii() and key.isdigit() and len(key) < 15):
        return None
    try:
        return date.fromisoformat(day), int(key)
    except ValueError:
        return None


def _of_view(cases: CaseQuerySet, user: User, view: str) -> CaseQuerySet:
    if view == "closes":
        return cases.filter(closed_at__isnull=False)
    if view == "toutes":
        return cases
    cases = cases.filter(closed_at=None)
    if view == "a-traiter":
        return cases.filter(pk__in=case_selectors.inbox(user).order_by().values("case_id"))
    if view == "en-attente":
        return cases.exclude(pk__in=case_selectors.inbox(user).order_by().values("case_id"))
    followed = Follower.objects.filter(user=user).values("case_id")
    return cases.filter(Q(created_by=user) | Q(officer=user) | Q(pk__in=followed))


def _filtered(cases: CaseQuerySet, filters: dict[str, Any]) -> CaseQuerySet:
    if text := str(filters.get("q") or "").strip():
        cases = cases.filter(Q(title__icontains=text) | Q(reference__icontains=text))
    if stage := filters.get("etat"):
        cases = cases.filter(stage=stage)
    if pathway := filters.get("voie"):
        cases = cases.filter(datarequest__legal_pathway=pathway)
    if requester := filters.get("organisme"):
        cases = cases.filter(datarequest__organisation=requester)
    if holder := filters.get("detenteur"):
        held = Party.objects.filter(organisation=holder, side=Side.HOLDER).values("case_id")
        cases = cases.filter(pk__in=held)
    if filters.get("retard"):
        cases = cases.filter(next_due_on__lt=timezone.localdate(), closed_at=None)
    return cases


def opened(
    user: User, view: str, filters: dict[str, Any], after: str = ""
) -> tuple[str, RequestPage]:
    """Return a saved view and its page; where none is asked for, « À traiter » when something
    awaits the reader there, else « Toutes » (ux/spec.md, §2)."""
    if view not in VIEWS:
        page = requests_for(user, "a-traiter", filters, after)
        if page.rows:
            return "a-traiter", page
        view = "toutes"
    return view, requests_for(user, view, filters, after)


def next_tasks(rows: list[DataRequest]) -> dict[int, Task]:
    """What is expected first on each request of a page, or on the act it gave rise to: one query
    whatever the page."""
    mine = [row.pk for row in rows]
    acts = Agreement.objects.filter(source_case_id__in=mine).exclude(stage=AgreementStage.ABANDONED)
    tasks = (
        Task.objects.filter(
            case_id__in=Case.objects.filter(pk__in=mine).values("pk").union(acts.values("pk")),
            status__in=["NEW", "ASSIGNED"],
            flow_task_type="HUMAN",
            process__status="NEW",
        )
        .annotate(
            request_id=Coalesce(
                "case__agreement__source_case_id", "case_id", output_field=BigIntegerField()
            )
        )
        .select_related("organisation", "owner")
        .order_by("due_on", "pk")
    )
    found: dict[int, Task] = {}
    for task in tasks:
        found.setdefault(task.request_id, task)
    return found

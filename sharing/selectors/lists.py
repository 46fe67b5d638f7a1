"""The list of sharings, and the sharing of an address. Constant numbers of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from accounts.models import User
from accounts.selectors.paging import KeysetPage, keyset_page
from agreements import selectors as acts
from agreements.enums import ActType
from agreements.models import Agreement, Obligation
from cases.enums import Side
from sharing.enums import VERDICTS, DeliveryState
from sharing.models import AuthorisedPerson, Delivery


@dataclass(frozen=True)
class SharingRow:
    """Where a sharing stands, in a line of the list and at the head of its page."""

    agreement: Agreement
    direction: str
    prior_open: int
    next_delivery: date | None
    last_verdict: str
    open_accesses: int
    next_report: date | None


def _sharings(user: User) -> QuerySet[Agreement]:
    """The signed acts that a person sees; an amendment is part of the sharing of its act."""
    found: QuerySet[Agreement] = Agreement.objects.visible_to(user).filter(signed_at__isnull=False)
    return found.exclude(act_type=ActType.AMENDMENT)


def list_for(user: User, *, filters: Mapping[str, str]) -> KeysetPage:
    """Return a page of the sharings that a person sees, as `SharingRow`s, by reference.

    `filters`: `q` (title or reference), `page` (cursor). Two queries, whatever their number.
    """
    rows = _sharings(user)
    if text := filters.get("q", "").replace("\x00", "").strip():
        rows = rows.filter(Q(title__icontains=text) | Q(reference__icontains=text))
    page = keyset_page(
        _with_figures(rows).prefetch_related("parties__organisation"),
        ("reference", "pk"),
        filters.get("page", ""),
    )
    return KeysetPage([_row(row) for row in page.rows], page.previous, page.next)


def _with_figures(rows: QuerySet[Agreement]) -> QuerySet[Any]:
    """Read the figures of each sharing beside it, in the same query."""
    own = {"agreement_id": OuterRef("pk")}
    deliveries = Delivery.objects.filter(**own).order_by()
    planned = deliveries.filter(state=DeliveryState.PLANNED, planned_on__isnull=False)
    reports = Obligation.objects.open().filter(code__startswith="outcome_", **own)
    return rows.annotate(
        prior_open=_count(Obligation.objects.open().prior().filter(**own)),
        open_accesses=_count(AuthorisedPerson.objects.habilitated().filter(**own)),
        next_delivery=Subquery(planned.order_by("planned_on").values("planned_on")[:1]),
        last_verdict=Subquery(
            deliveries.filter(state__in=VERDICTS).order_by("-number").values("state")[:1]
        ),
        next_report=Subquery(
            reports.filter(due_on__isnull=False).order_by("due_on").values("due_on")[:1]
        ),
    )


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("agreement_id").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def figures(agreement: Agreement) -> SharingRow:
    """Return where one sharing stands. One query."""
    found = _with_figures(Agreement.objects.filter(pk=agreement.pk)).get()
    return _row(found, of=agreement)


def _row(found: Any, *, of: Agreement | None = None) -> SharingRow:
    agreement = of or found
    return SharingRow(
        agreement,
        direction(agreement),
        found.prior_open,
        found.next_delivery,
        found.last_verdict or "",
        found.open_accesses,
        found.next_report,
    )


def direction(agreement: Agreement) -> str:
    """« CNSA → DGCS » : who delivers, who receives."""
    names = {
        side: [str(one.organisation) for one in agreement.parties.all() if one.side == side]
        for side in Side.values
    }
    before = ", ".join([*names[Side.HOLDER], *names[Side.OPERATOR]])
    return f"{before} → {', '.join(names[Side.REQUESTER])}"


def get_for(user: User, reference: str) -> Agreement:
    """Return the act whose sharing has this reference; 404 when unknown, not visible, not signed,
    or when it only amends another."""
    agreement = acts.get_for(user, reference)
    if not agreement.is_signed or agreement.act_type == ActType.AMENDMENT:
        raise Http404
    return agreement

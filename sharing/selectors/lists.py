"""The list of sharings, and the sharing of an address. Constant numbers of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.http import Http404

from accounts.models import User
from accounts.selectors.paging import KeysetPage, keyset_page
from agreements import selectors as acts
from agreements.enums import ActType, ObligationMoment
from agreements.models import Agreement
from agreements.models.obligations import OPEN_OBLIGATION
from cases.enums import Side

_OPEN = Q(obligations__state__in=OPEN_OBLIGATION)


@dataclass(frozen=True)
class SharingRow:
    """A line of the list."""

    agreement: Agreement
    direction: str
    prior_open: int
    next_due: date | None


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
    rows = rows.annotate(
        prior_open=Count(
            "obligations",
            filter=_OPEN & Q(obligations__moment=ObligationMoment.BEFORE_DELIVERY),
        ),
        next_due=Min("obligations__due_on", filter=_OPEN),
    )
    page = keyset_page(
        rows.prefetch_related("parties__organisation"),
        ("reference", "pk"),
        filters.get("page", ""),
    )
    return KeysetPage([_row(row) for row in page.rows], page.previous, page.next)


def _row(agreement: Any) -> SharingRow:
    return SharingRow(agreement, direction(agreement), agreement.prior_open, agreement.next_due)


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

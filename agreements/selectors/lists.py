"""Lists of acts: views of ux/spec.md §2, filters, key-set pages. Constant numbers of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import CharField, Count, Func, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors.paging import KeysetPage, keyset_page
from agreements.enums import LIVE_STAGES, ActType, AgreementStage
from agreements.models import Agreement

SOON = timedelta(days=180)
_PROJECT = (AgreementStage.DRAFTING, AgreementStage.NEGOTIATION, AgreementStage.FINAL)
VIEWS: dict[str, Any] = {
    "redaction": _("En rédaction"),
    "signature": _("En signature"),
    "vigueur": _("En vigueur"),
    "echeance": _("À échéance"),
    "terminees": _("Terminées"),
    "toutes": _("Toutes"),
}
# What comes next on an act as text that sorts: what is under way, else its end; none comes last.
_DUE_KEY = Coalesce(
    Func(
        Coalesce("next_due_on", "end_on"),
        Value("YYYY-MM-DD"),
        function="to_char",
        output_field=CharField(),
    ),
    Value("9999-12-31"),
)


@dataclass(frozen=True)
class AgreementRow:
    """A line of the list."""

    agreement: Agreement
    parties: str
    next_due: Any


def _of_view(view: str) -> Q:
    """Which acts a saved view shows; every act for an unknown one."""
    if view == "redaction":
        return Q(stage__in=_PROJECT)
    if view == "signature":
        return Q(stage=AgreementStage.SIGNING)
    if view == "vigueur":
        return Q(stage__in=LIVE_STAGES)
    if view == "echeance":
        return Q(stage__in=LIVE_STAGES, end_on__lte=timezone.localdate() + SOON)
    if view == "terminees":
        return ~Q(stage__in=(*_PROJECT, AgreementStage.SIGNING, *LIVE_STAGES))
    return Q()


def _visible(user: User) -> QuerySet[Agreement]:
    return Agreement.objects.visible_to(user)


def views_for(user: User) -> list[dict[str, Any]]:
    """Return the views with the number of acts in each, in one query."""
    counts = _visible(user).aggregate(
        **{view: Count("pk", filter=_of_view(view) & Q(pk__isnull=False)) for view in VIEWS}
    )
    return [{"code": view, "label": label, "count": counts[view]} for view, label in VIEWS.items()]


def list_for(user: User, *, view: str = "toutes", filters: Mapping[str, str]) -> KeysetPage:
    """Return a page of the acts that a person sees, as `AgreementRow`s, by due date.

    `filters`: `type` (a letter), `organisme` (a slug), `q` (title or reference), `page` (cursor).
    Two queries, whatever the number of acts.
    """
    rows = _visible(user).filter(_of_view(view))
    if filters.get("type") in ActType.values:
        rows = rows.filter(act_type=filters["type"])
    if organisation := filters.get("organisme", ""):
        rows = rows.filter(parties__organisation__slug=organisation.replace("\x00", "")).distinct()
    if text := filters.get("q", "").replace("\x00", "").strip():
        rows = rows.filter(
            Q(title__icontains=text)
            | Q(reference__icontains=text)
            | Q(project_reference__icontains=text)
        )
    page = keyset_page(
        rows.annotate(due_key=_DUE_KEY).prefetch_related("parties__organisation"),
        ("due_key", "pk"),
        filters.get("page", ""),
    )
    return KeysetPage([_row(row) for row in page.rows], page.previous, page.next)


def _row(agreement: Agreement) -> AgreementRow:
    names = {
        side: [str(p.organisation) for p in agreement.parties.all() if p.side == side]
        for side in ("holder", "operator", "requester")
    }
    before = ", ".join([*names["holder"], *names["operator"]])
    return AgreementRow(
        agreement,
        f"{before} → {', '.join(names['requester'])}",
        agreement.next_due_on or agreement.end_on,
    )


def list_of_request(user: User, case_id: int) -> list[Agreement]:
    """Return the acts born from a request that a person sees, the first one first."""
    rows = _visible(user).filter(source_case_id=case_id).prefetch_related("parties__organisation")
    return list(rows.order_by("pk"))


def get_for(user: User, reference: str) -> Agreement:
    """Return the act of a reference, project's or final; 404 when unknown or not visible."""
    if "\x00" in reference:
        raise Http404
    found = (
        _visible(user)
        .filter(Q(reference=reference) | Q(project_reference=reference))
        .select_related("drafting_organisation", "officer")
        .prefetch_related("parties__organisation")
        .first()
    )
    if found is None:
        raise Http404
    return found

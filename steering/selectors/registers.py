"""The registers: every filed request, every act, as steering reads and exports them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from agreements.enums import ActType
from agreements.models import Agreement
from cases.enums import Side
from cases.models import OPEN_STATUSES, Party, Task
from questionnaires import definitions
from requests_flow.enums import DecisionOutcome
from requests_flow.models import DataRequest
from steering import policies
from steering.exports import Sheet
from steering.paging import Page, newest_first

RESULTS_COUNTED = 10_000
PARTIES = Prefetch("parties", Party.objects.select_related("organisation"))

REQUEST_COLUMNS = (
    _("Référence"),
    _("Déposée le"),
    _("Titre"),
    _("Demandeur"),
    _("Détenteurs"),
    _("État"),
    _("Issue"),
    _("Voie juridique"),
    _("Complète le"),
    _("Réponse attendue le"),
    _("Close le"),
)
AGREEMENT_COLUMNS = (
    _("Référence"),
    _("Objet"),
    _("Type"),
    _("Détenteurs"),
    _("Destinataires"),
    _("État"),
    _("Signée le"),
    _("Effet"),
    _("Fin"),
    _("Demande d’origine"),
)


@dataclass(frozen=True)
class RequestCriteria:
    """What is asked of the register of requests; an empty criterion asks nothing."""

    filed_from: date | None = None
    filed_to: date | None = None
    stages: tuple[str, ...] = ()
    outcome: str = ""
    requester: str = ""
    holder: str = ""
    pathway: str = ""
    is_late: bool = False
    text: str = ""


@dataclass(frozen=True)
class AgreementCriteria:
    """What is asked of the register of acts."""

    signed_from: date | None = None
    signed_to: date | None = None
    stage: str = ""
    act_type: str = ""
    holder: str = ""
    recipient: str = ""
    pathway: str = ""
    ends_before: date | None = None
    text: str = ""


@dataclass(frozen=True)
class Register:
    """A page of a register, and how many rows answer (at most 10 000 are counted)."""

    page: Page
    count: int
    is_more: bool = field(default=False)


def pathway_labels() -> dict[str, str]:
    """Return the legal pathways with their French names, as the form of orientation has them."""
    return dict(definitions.get("orientation").fields["legal_pathway"].labels)


def start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())


def end_of(day: date) -> datetime:
    return start_of(day + timedelta(days=1))


def has_party(organisation: str, side: str = "") -> Exists:
    """Tell whether an organisation, by its acronym or a part of its name, is a party."""
    named = Party.objects.filter(
        Q(organisation__short_name__iexact=organisation)
        | Q(organisation__slug=organisation)
        | Q(organisation__name__icontains=organisation),
        case=OuterRef("pk"),
    )
    return Exists(named.filter(side=side) if side else named)


def is_late() -> Exists:
    """A case is late when somebody should have acted before today."""
    return Exists(
        Task.objects.filter(
            case=OuterRef("pk"),
            status__in=OPEN_STATUSES,
            flow_task_type="HUMAN",
            due_on__lt=timezone.localdate(),
        )
    )


def requests_matching(user: User, criteria: RequestCriteria) -> QuerySet[DataRequest]:
    """Return the filed requests that answer, in no order. Raises PermissionDenied."""
    policies.check_can_steer(user)
    rows = DataRequest.objects.filter(opened_at__isnull=False)
    if criteria.filed_from:
        rows = rows.filter(opened_at__gte=start_of(criteria.filed_from))
    if criteria.filed_to:
        rows = rows.filter(opened_at__lt=end_of(criteria.filed_to))
    if criteria.stages:
        rows = rows.filter(stage__in=criteria.stages)
    if criteria.outcome:
        rows = rows.filter(outcome=criteria.outcome)
    if criteria.requester:
        rows = rows.filter(has_party(criteria.requester, Side.REQUESTER))
    if criteria.holder:
        rows = rows.filter(has_party(criteria.holder, Side.HOLDER))
    if criteria.pathway:
        rows = rows.filter(legal_pathway=criteria.pathway)
    if criteria.is_late:
        rows = rows.filter(is_late())
    if criteria.text:
        rows = rows.filter(
            Q(title__icontains=criteria.text) | Q(reference__istartswith=criteria.text)
        )
    return rows


def agreements_matching(user: User, criteria: AgreementCriteria) -> QuerySet[Agreement]:
    """Return the acts that answer, in no order. Raises PermissionDenied."""
    policies.check_can_steer(user)
    rows: QuerySet[Agreement] = Agreement.objects.filter(opened_at__isnull=False)
    if criteria.signed_from:
        rows = rows.filter(signed_at__gte=start_of(criteria.signed_from))
    if criteria.signed_to:
        rows = rows.filter(signed_at__lt=end_of(criteria.signed_to))
    if criteria.stage:
        rows = rows.filter(stage=criteria.stage)
    if criteria.act_type:
        rows = rows.filter(act_type=criteria.act_type)
    if criteria.holder:
        rows = rows.filter(has_party(criteria.holder, Side.HOLDER))
    if criteria.recipient:
        rows = rows.filter(has_party(criteria.recipient, Side.REQUESTER))
    if criteria.pathway:
        origins = DataRequest.objects.filter(legal_pathway=criteria.pathway)
        rows = rows.filter(source_case_id__in=origins.values("pk"))
    if criteria.ends_before:
        rows = rows.filter(end_on__lte=criteria.ends_before)
    if criteria.text:
        rows = rows.filter(
            Q(title__icontains=criteria.text)
            | Q(reference__istartswith=criteria.text)
            | Q(project_reference__istartswith=criteria.text)
        )
    return rows


def list_requests(
    user: User, criteria: RequestCriteria, *, before: int | None = None, after: int | None = None
) -> Register:
    """Return a page of the register of requests, last filed first. Constant number of queries."""
    rows = requests_matching(user, criteria)
    shown = rows.select_related("organisation").prefetch_related(PARTIES)
    return _register(rows, newest_first(shown, "opened_at", before=before, after=after))


def list_agreements(
    user: User, criteria: AgreementCriteria, *, before: int | None = None, after: int | None = None
) -> Register:
    """Return a page of the register of acts, last opened first. Constant number of queries."""
    rows = agreements_matching(user, criteria)
    shown = rows.prefetch_related(PARTIES)
    return _register(rows, newest_first(shown, "opened_at", before=before, after=after))


def _register(rows: QuerySet[Any], page: Page) -> Register:
    count = rows.order_by()[: RESULTS_COUNTED + 1].count()
    return Register(page, min(count, RESULTS_COUNTED), count > RESULTS_COUNTED)


def requests_sheet(user: User, criteria: RequestCriteria) -> Sheet:
    """Return what a search of the register finds, all of it, oldest first, read row by row."""
    rows = requests_matching(user, criteria).order_by("opened_at", "pk")
    found = rows.select_related("organisation").prefetch_related(PARTIES)
    return Sheet(str(_("Demandes")), REQUEST_COLUMNS, _request_rows(found.iterator(500)))


def agreements_sheet(user: User, criteria: AgreementCriteria) -> Sheet:
    """Return what a search of the register of acts finds, oldest first, read row by row."""
    rows = agreements_matching(user, criteria).order_by("opened_at", "pk")
    found = rows.prefetch_related(PARTIES)
    return Sheet(str(_("Conventions")), AGREEMENT_COLUMNS, _agreement_rows(found.iterator(500)))


def _request_rows(found: Iterable[DataRequest]) -> Iterator[list[Any]]:
    pathways = pathway_labels()
    for one in found:
        yield [
            one.reference,
            local_day(one.opened_at),
            one.title,
            str(one.organisation or ""),
            parties(one, Side.HOLDER),
            one.stage_label,
            outcome_label(one.outcome),
            pathways.get(one.legal_pathway, one.legal_pathway),
            one.complete_on,
            one.due_on,
            local_day(one.closed_at),
        ]


def _agreement_rows(found: Iterable[Agreement]) -> Iterator[list[Any]]:
    for one in found:
        yield [
            one.reference,
            one.title,
            act_type_label(one),
            parties(one, Side.HOLDER),
            parties(one, Side.REQUESTER),
            one.stage_label,
            local_day(one.signed_at),
            one.effective_on,
            one.end_on,
            one.source_reference,
        ]


def local_day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def outcome_label(outcome: str) -> str:
    return str(dict(DecisionOutcome.choices).get(outcome, outcome))


def act_type_label(agreement: Agreement) -> str:
    return str(dict(ActType.choices).get(agreement.act_type, agreement.act_type))


def parties(case: Any, side: str) -> str:
    """Name the organisations on a side of a case, from what was prefetched."""
    return ", ".join(str(p.organisation) for p in case.parties.all() if p.side == side)


def organisations() -> list[tuple[str, str]]:
    """Return the organisations as choices of a filter. One query."""
    rows = Organisation.objects.order_by("name").values_list("pk", "short_name", "name")
    return [(str(pk), f"{short} — {name}" if short else name) for pk, short, name in rows]

"""What the figures are about: a half-year, and perhaps one requester, holder or pathway."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Organisation
from agreements.enums import AgreementStage
from agreements.models import Agreement
from cases.enums import Side
from cases.models import Party, Task
from requests_flow.enums import ConclusionKind, DecisionOutcome, RequestStage
from requests_flow.models import Conclusion, DataRequest, ImmediateRedirection
from sharing.models import Delivery
from steering.periods import HalfYear
from steering.selectors.registers import is_late

USEFUL_REDIRECTIONS = (DecisionOutcome.REDIRECT_OPEN_DATA, DecisionOutcome.REDIRECT_API)
LIVE_ACTS = (AgreementStage.SIGNED, AgreementStage.IN_FORCE, AgreementStage.SUSPENDED)


@dataclass(frozen=True)
class Scope:
    """The filters of the figures."""

    period: HalfYear
    requester: int | None = None
    holder: int | None = None
    pathway: str = ""

    def during(self, field: str) -> Q:
        first, after = self.period.bounds()
        return Q(**{f"{field}__gte": first, f"{field}__lt": after})

    def register_query(self, *, requester: str) -> str:
        """Return this scope, but for its period, as the filters of a register name it."""
        chosen = {requester: self.requester, "detenteur": self.holder}
        slugs = dict(
            Organisation.objects.filter(pk__in=filter(None, chosen.values())).values_list(
                "pk", "slug"
            )
        )
        asked = {name: slugs.get(pk, "") for name, pk in chosen.items() if pk}
        return urlencode(asked | ({"voie": self.pathway} if self.pathway else {}))


def _party(side: str, organisation: int, case: str = "pk") -> Exists:
    return Exists(
        Party.objects.filter(case=OuterRef(case), side=side, organisation_id=organisation)
    )


def requests(scope: Scope) -> QuerySet[DataRequest]:
    """Every filed request of the scope, whatever its date."""
    rows = DataRequest.objects.filter(opened_at__isnull=False)
    if scope.requester:
        rows = rows.filter(organisation_id=scope.requester)
    if scope.holder:
        rows = rows.filter(_party(Side.HOLDER, scope.holder))
    if scope.pathway:
        rows = rows.filter(legal_pathway=scope.pathway)
    return rows


def late(scope: Scope) -> QuerySet[DataRequest]:
    """Requests one open step of which is late now."""
    return requests(scope).filter(is_late())


def filed(scope: Scope) -> QuerySet[DataRequest]:
    return requests(scope).filter(scope.during("opened_at"))


def filed_until(scope: Scope, first: datetime, until: datetime) -> int:
    return requests(scope).filter(opened_at__gte=first, opened_at__lt=until).count()


def checked(scope: Scope) -> QuerySet[DataRequest]:
    """Requests found admissible, or inadmissible, during the half-year."""
    period = scope.period
    return requests(scope).filter(
        Q(complete_on__range=(period.starts_on, period.ends_on))
        | Q(scope.during("closed_at"), stage=RequestStage.INADMISSIBLE)
    )


def with_issue_date(rows: QuerySet[DataRequest]) -> QuerySet[Any]:
    """Add `issued_at`: when the cell concluded, else when the request was closed."""
    concluded = (
        Conclusion.objects.filter(data_request=OuterRef("pk"), kind=ConclusionKind.INITIAL)
        .order_by("recorded_at")
        .values("recorded_at")[:1]
    )
    return rows.annotate(
        concluded_at=Subquery(concluded), issued_at=Coalesce(Subquery(concluded), F("closed_at"))
    )


def issued(scope: Scope) -> QuerySet[Any]:
    """Requests that got an issue during the half-year, by conclusion or earlier."""
    return with_issue_date(requests(scope)).exclude(outcome="").filter(scope.during("issued_at"))


def redirected(scope: Scope) -> QuerySet[Any]:
    return issued(scope).filter(outcome__in=USEFUL_REDIRECTIONS)


def immediate_redirections(scope: Scope) -> QuerySet[ImmediateRedirection]:
    """Needs that the pre-check covered: they have no file, so neither holder nor pathway."""
    rows = ImmediateRedirection.objects.filter(scope.during("at"))
    if scope.holder or scope.pathway:
        return rows.none()
    return rows.filter(organisation_id=scope.requester) if scope.requester else rows


def answered(scope: Scope) -> QuerySet[Any]:
    """Complete requests that the cell concluded during the half-year."""
    rows = with_issue_date(requests(scope)).filter(complete_on__isnull=False)
    return rows.filter(scope.during("concluded_at"))


def served(scope: Scope) -> QuerySet[Any]:
    """Requests whose first data were received during the half-year."""
    received = Delivery.objects.filter(
        agreement__source_case_id=OuterRef("pk"), received_on__isnull=False
    )
    first = received.order_by("received_on").values("received_on")[:1]
    period = scope.period
    rows = requests(scope).annotate(first_received_on=Subquery(first))
    return rows.filter(first_received_on__range=(period.starts_on, period.ends_on))


def finished_steps(scope: Scope) -> QuerySet[Task]:
    """Human steps with a delay that were finished during the half-year."""
    rows = Task.objects.filter(
        scope.during("finished"), status="DONE", flow_task_type="HUMAN", due_on__isnull=False
    )
    if scope.requester or scope.holder or scope.pathway:
        ours = requests(scope).values("pk")
        acts = agreements(scope).values("pk")
        rows = rows.filter(Q(case_id__in=ours) | Q(case_id__in=acts))
    return rows


def finished_late(scope: Scope) -> QuerySet[Task]:
    return finished_steps(scope).filter(finished__date__gt=F("due_on"))


def with_late_steps(scope: Scope) -> QuerySet[DataRequest]:
    """Requests one step of which was finished late during the half-year."""
    return requests(scope).filter(Exists(finished_late(scope).filter(case_id=OuterRef("pk"))))


def open_requests(scope: Scope) -> QuerySet[DataRequest]:
    """Requests that wait for somebody now (a sharing that runs is no work in hand)."""
    return requests(scope).filter(closed_at__isnull=True).exclude(stage=RequestStage.RUNNING)


def agreements(scope: Scope) -> QuerySet[Agreement]:
    """Acts opened, of the requester, the holder and the pathway that were chosen."""
    rows: QuerySet[Agreement] = Agreement.objects.filter(opened_at__isnull=False)
    if scope.requester:
        rows = rows.filter(_party(Side.REQUESTER, scope.requester))
    if scope.holder:
        rows = rows.filter(_party(Side.HOLDER, scope.holder))
    if scope.pathway:
        rows = rows.filter(
            source_case_id__in=DataRequest.objects.filter(legal_pathway=scope.pathway).values("pk")
        )
    return rows


def signed(scope: Scope) -> QuerySet[Agreement]:
    return agreements(scope).filter(scope.during("signed_at"))


def in_force(scope: Scope) -> QuerySet[Agreement]:
    return agreements(scope).filter(stage__in=LIVE_ACTS)


def ending_before(scope: Scope, day: date) -> QuerySet[Agreement]:
    """Acts in force whose term comes before a day."""
    return agreements(scope).filter(stage=AgreementStage.IN_FORCE, end_on__lte=day)


def first_filing() -> datetime | None:
    """Return when the first request was filed, for the choice of half-years."""
    found: datetime | None = DataRequest.objects.aggregate(first=Min("opened_at"))["first"]
    return found

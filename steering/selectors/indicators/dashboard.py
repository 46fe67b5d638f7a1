"""« Pilotage »: six figures, two charts, two tables; every title states what was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.enums import Role
from accounts.models import User
from cases.clock import Calendar, rule
from cases.enums import Delay
from cases.models import OPEN_STATUSES, Task
from journal.dates import day_text, time_text
from steering import charts, policies
from steering.numbers import shown
from steering.periods import HalfYear
from steering.selectors.indicators import scope as rows_of
from steering.selectors.indicators.scope import Scope
from steering.selectors.indicators.values import StageTime, Value, compute_all, stage_times

WATCHED_AT_MOST = 5
# The names of stages in a narrow table.
SHORT_STAGES = {
    Delay.VISA: gettext_lazy("Visa"),
    Delay.LAPSE_NOTICE: gettext_lazy("Préavis"),
    Delay.STUDY: gettext_lazy("Étude"),
    Delay.FEASIBILITY: gettext_lazy("Faisabilité"),
    Delay.OPINION_DPO: gettext_lazy("Avis DPD"),
    Delay.OPINION_SECURITY: gettext_lazy("Avis sécurité"),
    Delay.OPINION_LEGAL: gettext_lazy("Avis juridique"),
    Delay.OPINION_EXPERT: gettext_lazy("Avis d’expert"),
    Delay.DECISION: gettext_lazy("Décision"),
    Delay.CONCLUSION: gettext_lazy("Conclusion"),
    Delay.FORMALITIES: gettext_lazy("Formalités"),
    Delay.DRAFTING: gettext_lazy("Rédaction"),
    Delay.NEGOTIATION: gettext_lazy("Échanges"),
}
MONTHS = (
    gettext_lazy("janv."),
    gettext_lazy("févr."),
    gettext_lazy("mars"),
    gettext_lazy("avr."),
    gettext_lazy("mai"),
    gettext_lazy("juin"),
    gettext_lazy("juil."),
    gettext_lazy("août"),
    gettext_lazy("sept."),
    gettext_lazy("oct."),
    gettext_lazy("nov."),
    gettext_lazy("déc."),
)


@dataclass(frozen=True)
class Months:
    """Filed and concluded requests of the last twelve months."""

    title: str
    rows: list[tuple[str, int, int]]
    chart: charts.MonthChart


@dataclass(frozen=True)
class StageLine:
    label: str
    stage: StageTime
    bar: list[charts.Rect]
    gap: str


@dataclass(frozen=True)
class StockLine:
    label: str
    counts: list[int]
    total: int
    bar: list[charts.Rect]


@dataclass(frozen=True)
class WatchLine:
    case: Any
    expected_from: str
    late_days: int


@dataclass(frozen=True)
class Dashboard:
    """Everything that the page shows."""

    sentence: str
    kpis: list[dict[str, Any]]
    months: Months
    stages_title: str
    stages: list[StageLine]
    stock_title: str
    stock: list[StockLine]
    watched: list[WatchLine]
    late_count: int
    late_query: str


def build(user: User, scope: Scope, query: str) -> Dashboard:
    """Return the figures of a scope. Raises PermissionDenied. Constant number of queries."""
    policies.check_can_steer(user)
    values = compute_all(scope)
    times = stage_times(scope)
    stock_lines = _stock_lines(values["I12"])
    return Dashboard(
        sentence=_sentence(scope.period),
        kpis=_kpis(values, scope, query),
        months=_months(scope),
        stages_title=_stages_title(times),
        stages=_stage_lines(times),
        stock_title=_stock_title(values["I12"]),
        stock=stock_lines,
        watched=_watched(_late_steps(scope)),
        late_count=rows_of.late(scope).count(),
        late_query=scope.register_query(requester="demandeur"),
    )


def _sentence(period: HalfYear) -> str:
    """« 1er semestre 2026, en cours — chiffres du 17 mars 2026 à 6 h 00 »"""
    now = timezone.localtime()
    state = _(", en cours") if period.is_current else ""
    return _("%(period)s%(state)s — chiffres du %(day)s à %(hour)s") % {
        "period": period.label,
        "state": state,
        "day": day_text(now.date()),
        "hour": time_text(now),
    }


def _kpis(values: dict[str, Value], scope: Scope, query: str) -> list[dict[str, Any]]:
    def kpi(code: str, detail: str, unit: str = "", label: str = "") -> dict[str, Any]:
        value = values[code]
        return {
            "label": label or str(value.definition.label),
            "value": shown(value.figure),
            "unit": unit,
            "detail": detail,
            "url": f"/pilotage/indicateurs/{code}/?{query}",
        }

    in_force = values["I13"].extra
    return [
        kpi("I05", _year_before(scope)),
        kpi("I09", _answer_detail(values["I09"]), unit=_("j ouvrés")),
        kpi("I11", _("cible : %(n)s %%") % {"n": values["I11"].extra["target"]}, unit="%"),
        kpi("I03", _("dans le semestre, par type")),
        kpi("I13", _("dont %(n)s avec données de santé") % {"n": in_force["health"]}),
        {
            **kpi("I13", _("avant le %(day)s") % {"day": day_text(in_force["soon_on"])},
                  label=_("Conventions échues sous 6 mois")),
            "value": shown(in_force["soon"]),
            "url": f"/registres/conventions/?etat=in_force&fin={in_force['soon_on']:%Y-%m-%d}"
            f"&{scope.register_query(requester='destinataire')}".rstrip("&"),
        },
    ]  # fmt: skip


def _year_before(scope: Scope) -> str:
    """« 31 à la même date en 2025 »"""
    period = scope.period
    past = HalfYear(period.year - 1, period.half)
    first, _after = past.bounds()
    last = period.last_day
    day = 28 if (last.month, last.day) == (2, 29) else last.day
    until = _next_midnight(date(past.year, last.month, day))
    return _("%(n)s à la même date en %(year)s") % {
        "n": shown(rows_of.filed_until(scope, first, until)),
        "year": past.year,
    }


def _next_midnight(day: date) -> datetime:
    zone = timezone.get_current_timezone()
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)


def _answer_detail(value: Value) -> str:
    delay = rule(Delay.ANSWER)
    target = _("cible : %(n)s %(unit)s") % {
        "n": delay.days,
        "unit": str(delay.get_unit_display()),
    }
    if value.extra["ninth"] is None:
        return target
    return _("%(target)s — 9 dossiers sur 10 en %(n)s") % {
        "target": target,
        "n": shown(value.extra["ninth"]),
    }


def _months(scope: Scope) -> Months:
    today = timezone.localdate()
    months = [_month_before(today, back) for back in range(11, -1, -1)]
    start = datetime.combine(months[0], datetime.min.time(), timezone.get_current_timezone())
    filed = _by_month(rows_of.requests(scope).filter(opened_at__gte=start), "opened_at")
    issued = rows_of.with_issue_date(rows_of.requests(scope)).exclude(outcome="")
    concluded = _by_month(issued.filter(issued_at__gte=start), "issued_at")
    first = [filed.get(month, 0) for month in months]
    second = [concluded.get(month, 0) for month in months]
    labels = [str(MONTHS[month.month - 1]) for month in months]
    rows = [
        (f"{label} {month.year}", a, b)
        for label, month, a, b in zip(labels, months, first, second, strict=True)
    ]
    return Months(_months_title(first, second), rows, charts.month_chart(labels, first, second))


def _month_before(day: date, back: int) -> date:
    index = day.year * 12 + day.month - 1 - back
    return date(index // 12, index % 12 + 1, 1)


def _by_month(rows: QuerySet[Any], field: str) -> dict[date, int]:
    grouped = (
        rows.order_by()
        .annotate(month=TruncMonth(field))
        .values_list("month")
        .annotate(n=Count("pk"))
    )
    return {timezone.localtime(month).date(): n for month, n in grouped}


def _months_title(filed: list[int], concluded: list[int]) -> str:
    """State the finding on the last three months, or nothing more than what is drawn."""
    recent = sum(filed[-3:]), sum(concluded[-3:])
    if recent[0] > recent[1]:
        return _("Le dépôt dépasse la conclusion depuis trois mois")
    if recent[1] > recent[0]:
        return _("La conclusion dépasse le dépôt depuis trois mois")
    return _("Demandes déposées et conclues")


def _short(stage: StageTime) -> str:
    return str(SHORT_STAGES.get(Delay(stage.code), stage.label))


def _stages_title(times: list[StageTime]) -> str:
    late = [_short(one) for one in times if one.gap is not None and one.gap > 0]
    if not late:
        return _("Toutes les étapes tiennent leur cible") if times else _("Délai médian par étape")
    if len(late) > 2:
        return ngettext(
            "%(n)s étape dépasse sa cible", "%(n)s étapes dépassent leur cible", len(late)
        ) % {"n": len(late)}
    names = _(" et ").join(late)
    return ngettext(
        "%(names)s : la cible est dépassée", "%(names)s : les cibles sont dépassées", len(late)
    ) % {"names": names}


def _stage_lines(times: list[StageTime]) -> list[StageLine]:
    maximum = max([*(one.net for one in times), *(one.target or 0 for one in times), 1])
    lines = []
    for one in times:
        bar = charts.target_bar(one.net, one.target, maximum)
        lines.append(StageLine(_short(one), one, bar, _gap(one.gap)))
    return lines


def _gap(gap: float | None) -> str:
    """« +3 », « −3,5 », « 0 », « – » without a target."""
    if gap is None:
        return "–"
    return f"{gap:+g}".replace("-", "−").replace(".", ",") if gap else "0"


def _stock_title(value: Value) -> str:
    if not value.figure:
        return _("Aucun dossier ouvert")
    counted = ngettext("%(n)s dossier ouvert", "%(n)s dossiers ouverts", value.figure) % {
        "n": shown(value.figure)
    }
    if not value.extra["old"]:
        return counted
    return _("%(counted)s, dont %(old)s depuis plus de 2 mois") % {
        "counted": counted,
        "old": shown(value.extra["old"]),
    }


def _stock_lines(value: Value) -> list[StockLine]:
    maximum = max([line[-1] for line in value.lines], default=1)
    return [
        StockLine(label, counts, total, charts.stacked_bar(counts, maximum))
        for label, *counts, total in value.lines
    ]


def _late_steps(scope: Scope) -> QuerySet[Task]:
    """Open steps whose due date is past, the oldest first."""
    rows = Task.objects.filter(
        status__in=OPEN_STATUSES, flow_task_type="HUMAN", due_on__lt=timezone.localdate()
    )
    if scope.requester or scope.holder or scope.pathway:
        rows = rows.filter(case_id__in=rows_of.requests(scope).values("pk"))
    return rows.order_by("due_on", "pk")


def _watched(late: QuerySet[Task]) -> list[WatchLine]:
    today, calendar = timezone.localdate(), Calendar()
    roles = dict(Role.choices)
    steps = late.select_related("case", "organisation", "owner")[: WATCHED_AT_MOST * 4]
    lines: dict[int, WatchLine] = {}
    for step in steps:
        who = filter(None, [str(roles.get(step.role, "")), str(step.organisation or "")])
        lines.setdefault(step.case_id, WatchLine(
            step.case, ", ".join(who) or str(step.owner or ""),
            calendar.working_days_between(step.due_on or today, today),
        ))  # fmt: skip
    return list(lines.values())[:WATCHED_AT_MOST]

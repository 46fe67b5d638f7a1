"""The values of the indicators. Each is computed by one function, from one scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from agreements.enums import ActType
from cases.clock import rule
from cases.enums import DayUnit, Delay, Nature
from cases.models import Suspension
from cases.stages import label as stage_label
from cases.stages import order as stage_order
from requests_flow.enums import DecisionOutcome
from steering.selectors.indicators import scope as rows_of
from steering.selectors.indicators.definitions import DEFINITIONS, Definition
from steering.selectors.indicators.scope import Scope
from steering.worktime import Span, median, ninth_decile, working_days_for

# Half-open classes of age, in months since the filing (process.md, §12, I12).
AGE_CLASSES: tuple[tuple[int, int | None], ...] = ((0, 1), (1, 2), (2, 4), (4, None))
IN_TIME_TARGET = 85


@dataclass(frozen=True)
class Value:
    """An indicator computed: the figure to show, and the table behind it."""

    definition: Definition
    figure: Any
    unit: str
    columns: list[str]
    lines: list[list[Any]]
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def text_columns(self) -> list[int]:
        """The columns that hold words, by the first line."""
        first = self.lines[0] if self.lines else []
        return [n for n, cell in enumerate(first) if isinstance(cell, str)]


def percent(part: int, whole: int) -> Decimal | None:
    """Return a share in percent, one decimal; None of nothing."""
    if not whole:
        return None
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def compute(code: str, scope: Scope) -> Value:
    return COMPUTED[code](scope)


def compute_all(scope: Scope) -> dict[str, Value]:
    return {code: compute(code, scope) for code in DEFINITIONS}


def signed(scope: Scope) -> Value:
    """I03: the acts signed in the half-year, by type."""
    counts = _counts(rows_of.signed(scope), "act_type")
    lines: list[list[Any]] = [
        [str(label), counts[code]] for code, label in ActType.choices if counts[code]
    ]
    return Value(
        DEFINITIONS["I03"], sum(counts.values()), "", [_("Type d’acte"), _("Conventions")], lines
    )


def filed(scope: Scope) -> Value:
    """I05: the requests filed in the half-year, by requester."""
    name = "organisation__name"
    counted = rows_of.filed(scope).values(name).annotate(n=Count("pk")).order_by("-n", name)
    lines: list[list[Any]] = [[row[name] or "–", row["n"]] for row in counted]
    total = sum(line[1] for line in lines)
    return Value(DEFINITIONS["I05"], total, "", [_("Demandeur"), _("Demandes")], lines)


def admissible(scope: Scope) -> Value:
    """I06: the share of checked requests that were admissible."""
    counts = rows_of.checked(scope).aggregate(
        all=Count("pk"), refused=Count("pk", filter=Q(stage="inadmissible"))
    )
    good = counts["all"] - counts["refused"]
    return Value(
        DEFINITIONS["I06"],
        percent(good, counts["all"]),
        "%",
        [_("Vérification"), _("Demandes")],
        [[_("Recevables"), good], [_("Irrecevables"), counts["refused"]]],
    )


def issues(scope: Scope) -> Value:
    """I07: how the requests answered in the half-year ended."""
    counts = _counts(rows_of.issued(scope), "outcome")
    total = sum(counts.values())
    lines: list[list[Any]] = [
        [str(label), counts[code], percent(counts[code], total)]
        for code, label in DecisionOutcome.choices
        if counts[code]
    ]
    return Value(DEFINITIONS["I07"], total, "", [_("Issue"), _("Demandes"), _("Part (%)")], lines)


def redirections(scope: Scope) -> Value:
    """I08: the needs sent to an existing solution, at once or after the study."""
    later = rows_of.redirected(scope).count()
    at_once = rows_of.immediate_redirections(scope).count()
    needs = rows_of.filed(scope).count() + at_once
    return Value(
        DEFINITIONS["I08"],
        later + at_once,
        "",
        [_("Réorientation"), _("Besoins")],
        [[_("Dès la vérification préalable"), at_once], [_("Après étude du dossier"), later]],
        {"share": percent(later + at_once, needs)},
    )


def answer_time(scope: Scope) -> Value:
    """I09: the median time of an answer from completeness, with and without suspensions."""
    pairs = [
        (pk, complete, timezone.localdate(concluded))
        for pk, complete, concluded in rows_of.answered(scope).values_list(
            "pk", "complete_on", "concluded_at"
        )
    ]
    net, gross = _durations(pairs)
    lines: list[list[Any]] = [
        [_("Médiane"), median(net), median(gross)],
        [_("9 dossiers sur 10"), ninth_decile(net), ninth_decile(gross)],
        [_("Dossiers mesurés"), len(net), len(gross)],
    ]
    return Value(
        DEFINITIONS["I09"],
        median(net),
        _("j ouvrés"),
        [_("Mesure"), _("Sans les suspensions"), _("Avec les suspensions")],
        lines,
        {"ninth": ninth_decile(net), "count": len(net)},
    )


def serving_time(scope: Scope) -> Value:
    """I10: the median time from the filing to the first data received."""
    net, gross = _durations(
        [
            (pk, timezone.localdate(opened), received)
            for pk, opened, received in rows_of.served(scope).values_list(
                "pk", "opened_at", "first_received_on"
            )
        ]
    )
    return Value(
        DEFINITIONS["I10"],
        median(net),
        _("j ouvrés"),
        [_("Mesure"), _("Sans les suspensions"), _("Avec les suspensions")],
        [
            [_("Médiane"), median(net), median(gross)],
            [_("Dossiers mesurés"), len(net), len(gross)],
        ],
        {"count": len(net)},
    )


def in_time(scope: Scope) -> Value:
    """I11: the share of steps done within their delay, by stage and role."""
    grouped = (
        rows_of.finished_steps(scope)
        .values("delay", "role")
        .annotate(all=Count("pk"), good=Count("pk", filter=Q(finished__date__lte=F("due_on"))))
        .order_by("delay", "role")
    )
    delays, roles = dict(Delay.choices), dict(Role.choices)
    lines = []
    good = everything = 0
    for row in grouped:
        good, everything = good + row["good"], everything + row["all"]
        lines.append([
            str(delays.get(row["delay"], row["delay"] or "–")),
            str(roles.get(row["role"], row["role"] or "–")),
            row["good"], row["all"], percent(row["good"], row["all"]),
        ])  # fmt: skip
    return Value(
        DEFINITIONS["I11"],
        percent(good, everything),
        "%",
        [_("Étape"), _("Rôle"), _("À temps"), _("Terminées"), _("Part (%)")],
        lines,
        {"target": IN_TIME_TARGET, "count": everything},
    )


def stock(scope: Scope) -> Value:
    """I12: the requests in hand, by stage and age."""
    now = timezone.localdate()
    table: dict[str, list[int]] = defaultdict(lambda: [0] * len(AGE_CLASSES))
    rows = rows_of.open_requests(scope).order_by().values_list("stage", "opened_at__date")
    for stage, day, n in rows.annotate(n=Count("pk")):
        table[stage][age_class(day, now)] += n
    lines: list[list[Any]] = [
        [stage_label("request", stage), *table[stage], sum(table[stage])]
        for stage in stage_order("request")
        if stage in table
    ]
    return Value(
        DEFINITIONS["I12"], sum(line[-1] for line in lines), "",
        [_("Étape"), _("Moins d’un mois"), _("1 à 2 mois"), _("2 à 4 mois"), _("Plus de 4 mois"),
         _("Total")],
        lines, {"old": sum(sum(line[3:5]) for line in lines)},
    )  # fmt: skip


def age_class(day: date, today: date) -> int:
    """Return the number of the class of age of a file opened on a day."""
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    return next(n for n, (_first, last) in enumerate(AGE_CLASSES) if last is None or months < last)


def acts_in_force(scope: Scope) -> Value:
    """I13: the acts in force today, those about health, those that end soon."""
    rows = rows_of.in_force(scope)
    counts = _counts(rows, "act_type")
    health = rows.filter(natures__contains=[Nature.HEALTH]).count()
    soon = rows_of.ending_before(scope, _in_six_months()).count()
    lines: list[list[Any]] = [
        [str(label), counts[code]] for code, label in ActType.choices if counts[code]
    ]
    return Value(
        DEFINITIONS["I13"],
        sum(counts.values()),
        "",
        [_("Type d’acte"), _("Conventions")],
        lines,
        {"health": health, "soon": soon, "soon_on": _in_six_months()},
    )


def _in_six_months() -> date:
    today = timezone.localdate()
    year, month = today.year + (today.month > 6), (today.month + 5) % 12 + 1
    return date(year, month, min(today.day, 28))


def _counts(rows: QuerySet[Any], field: str) -> dict[str, int]:
    grouped = rows.order_by().values_list(field).annotate(n=Count("pk"))
    counts: dict[str, int] = defaultdict(int)
    counts.update(dict(grouped))
    return counts


def _durations(pairs: list[tuple[int, date, date]]) -> tuple[list[int], list[int]]:
    """Return working days without and with suspensions, for cases and their two dates."""
    stops = suspensions_of([pk for pk, _start, _end in pairs])
    spans = [Span(start, max(start, end), stops[pk]) for pk, start, end in pairs]
    days = working_days_for(spans)
    return [days.net(span) for span in spans], [days.gross(span) for span in spans]


def suspensions_of(
    case_ids: Iterable[int],
) -> dict[int, tuple[tuple[date, date | None], ...]]:
    """Return when the clock of each case stood still. One query."""
    stops: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    rows = Suspension.objects.filter(case_id__in=list(case_ids))
    for case_id, start, end in rows.values_list("case_id", "starts_on", "ends_on"):
        stops[case_id].append((start, end))
    return defaultdict(tuple, {pk: tuple(found) for pk, found in stops.items()})


@dataclass(frozen=True)
class StageTime:
    """How long a stage takes, against its target, in working days."""

    code: str
    label: str
    net: float
    gross: float
    target: int | None
    count: int

    @property
    def gap(self) -> float | None:
        return None if self.target is None else self.net - self.target


def stage_times(scope: Scope) -> list[StageTime]:
    """Return the median time of each stage finished in the half-year, in their order."""
    by_delay: dict[str, list[tuple[int, date, date]]] = defaultdict(list)
    steps = rows_of.finished_steps(scope).exclude(delay="")
    rows = steps.values_list("delay", "case_id", "created", "finished")
    for delay, case, created, finished in rows.iterator():
        start, end = timezone.localdate(created), timezone.localdate(finished)
        by_delay[delay].append((case, start, end))
    found = []
    for code, label in Delay.choices:
        if code in by_delay:
            net, gross = _durations(by_delay[code])
            found.append(
                StageTime(
                    code, str(label), median(net) or 0, median(gross) or 0, target(code), len(net)
                )
            )
    return found


def target(code: str) -> int | None:
    """Return the target of a stage in working days; a delay in calendar days has none there."""
    delay = rule(code)
    return delay.days if delay.unit == DayUnit.WORKING else None


COMPUTED: dict[str, Callable[[Scope], Value]] = {
    "I03": signed,
    "I05": filed,
    "I06": admissible,
    "I07": issues,
    "I08": redirections,
    "I09": answer_time,
    "I10": serving_time,
    "I11": in_time,
    "I12": stock,
    "I13": acts_in_force,
}


@dataclass(frozen=True)
class Listing:
    """The cases that a figure counts, and by which date they are listed."""

    rows: QuerySet[Any]
    field: str
    is_acts: bool = False


def listing(code: str, scope: Scope) -> Listing:
    """Return the list behind a figure: as many cases as it counts (I11: those that were late)."""
    return {
        "I03": lambda: Listing(rows_of.signed(scope), "signed_at", is_acts=True),
        "I05": lambda: Listing(rows_of.filed(scope), "opened_at"),
        "I06": lambda: Listing(rows_of.checked(scope), "opened_at"),
        "I07": lambda: Listing(rows_of.issued(scope), "issued_at"),
        "I08": lambda: Listing(rows_of.redirected(scope), "issued_at"),
        "I09": lambda: Listing(rows_of.answered(scope), "concluded_at"),
        "I10": lambda: Listing(rows_of.served(scope), "opened_at"),
        "I11": lambda: Listing(rows_of.with_late_steps(scope), "opened_at"),
        "I12": lambda: Listing(rows_of.open_requests(scope), "opened_at"),
        "I13": lambda: Listing(rows_of.in_force(scope), "signed_at", is_acts=True),
    }[code]()

"""Reads of the administration: delays, days off, and in how many cases a row is used."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import holidays
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from cases import clock
from cases.enums import Delay
from cases.models import Case, ClosingDay, DelayRule, Party, Task
from cases.services_calendar import FIELDS, YEARS_AHEAD, YEARS_BEHIND, proposal


@dataclass(frozen=True)
class ShownDelay:
    """The delay of a stage, and whether it is still the one that Navette proposes."""

    rule: DelayRule
    is_proposed: bool


def delays() -> list[ShownDelay]:
    """Return the delay of every stage, in the order of the circuit. One query."""
    rules = clock.rules()
    return [_shown(rules[code]) for code in Delay]


def get_delay(code: str) -> ShownDelay:
    """Return the delay of a stage; 404 for a stage that does not exist."""
    if code not in Delay.values:
        raise Http404
    return _shown(clock.rule(code))


def _shown(rule: DelayRule) -> ShownDelay:
    values = {field: getattr(rule, field) for field in FIELDS}
    return ShownDelay(rule, is_proposed=values == proposal(rule.code))


def years() -> range:
    """Return the years of which the days off are shown."""
    this_year = timezone.localdate().year
    return range(this_year - YEARS_BEHIND, this_year + YEARS_AHEAD + 1)


def shown_year(asked: str) -> int:
    """Return the year asked for, this year when it means nothing."""
    known = {str(year): year for year in years()}
    return known.get(asked, timezone.localdate().year)


def named_holidays(year: int) -> list[tuple[date, str]]:
    """Return the national holidays of a year with their names, in order."""
    found = holidays.country_holidays("FR", years=year, language="fr")
    return [(day, name.replace("'", "’")) for day, name in sorted(found.items())]


def closing_days(year: int) -> list[ClosingDay]:
    """Return the days off declared for a year, with their organisations. One query."""
    return list(ClosingDay.objects.filter(day__year=year).select_related("organisation"))


def get_closing_day(pk: int) -> ClosingDay:
    """Return a declared day off; 404 when there is none."""
    return get_object_or_404(ClosingDay.objects.select_related("organisation"), pk=pk)


def cases_of_organisations(keys: list[int]) -> dict[int, int]:
    """Count the filed cases in which each organisation takes part. One query."""
    rows = Party.objects.filter(organisation_id__in=keys, case__opened_at__isnull=False)
    counted = rows.order_by().values("organisation_id").annotate(n=Count("case", distinct=True))
    return dict(counted.values_list("organisation_id", "n"))


def cases_of_persons(keys: list[int]) -> dict[int, int]:
    """Count the filed cases that each person began, has in charge or acted on. One query."""
    filed = Case.objects.filter(opened_at__isnull=False)
    began = filed.filter(created_by_id__in=keys).values_list("created_by_id", "pk")
    in_charge = filed.filter(officer_id__in=keys).values_list("officer_id", "pk")
    acted = Task.objects.filter(owner_id__in=keys, case__opened_at__isnull=False)
    # A union keeps each pair once.
    pairs = began.union(in_charge, acted.order_by().values_list("owner_id", "case_id"))
    return dict(Counter(person for person, _case in pairs))

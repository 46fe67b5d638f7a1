"""How long acts are kept: the rules agreed with the archives service, and the dates they give."""

from __future__ import annotations

from datetime import date

from agreements.models import Agreement, ArchivedAct, RetentionRule


def rule_for(act_type: str) -> RetentionRule:
    """Return the rule of a type of act; the proposal of Navette, unsaved, when none was agreed."""
    return RetentionRule.objects.filter(act_type=act_type).first() or RetentionRule(
        act_type=act_type
    )


def retention_end(agreement: Agreement) -> date | None:
    """Return the last day an act is of administrative use: its end and the agreed years more.

    None when the act has no end. Source: process.md, §10.
    """
    if agreement.end_on is None:
        return None
    return years_after(agreement.end_on, rule_for(agreement.act_type).years)


def years_after(day: date, years: int) -> date:
    """Return the same day some years later, 28 February for a day that the year does not have."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def references(*, state: str | None = None, limit: int | None = None) -> list[str]:
    """Return the references of signed acts, or of the acts of one state, in their order."""
    rows = Agreement.objects.filter(opened_at__isnull=False)
    rows = rows.filter(stage=state) if state else rows.filter(archived__isnull=False)
    found = rows.order_by("reference").values_list("reference", flat=True)
    return [str(one) for one in (found if limit is None else found[: max(limit, 0)])]


def archived_named(reference: str) -> ArchivedAct | None:
    """Return the archived act of a reference, or None."""
    return (
        ArchivedAct.objects.select_related("agreement", "version")
        .filter(reference=reference)
        .first()
    )

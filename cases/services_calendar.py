"""Legal time as data: delays of the stages and days off, changed by managers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import policies
from accounts.models import Organisation
from accounts.services.recording import By, as_actor, authorise
from cases.announcements import day_text
from cases.clock import national_holidays
from cases.enums import DEFAULT_DELAYS, DayUnit, Delay
from cases.models import ClosingDay, DelayRule
from journal.enums import Audience
from journal.services import Subject, record

FIELDS = ("days", "unit", "is_suspendable", "escalation_role")
# A delay of more than two years is a typing error, not a delay.
MAX_DAYS = 730
# Days off are known some years ahead; one long past changes nothing any more.
YEARS_BEHIND, YEARS_AHEAD = 1, 10


def proposal(code: str) -> dict[str, Any]:
    """Return the delay that Navette proposes for a stage (process.md, §7), by field."""
    return dict(zip(FIELDS, DEFAULT_DELAYS[code], strict=True))


@transaction.atomic
def set_delay(
    *, code: str, days: int, unit: str, is_suspendable: bool, escalation_role: str, by: By
) -> None:
    """Change how long a stage may take; steps already open keep their due date.

    A delay set back to the proposal is the proposal again. Nothing is recorded when nothing
    changes. Raises PermissionDenied (not a manager) or ValidationError (fields).
    """
    after = {
        "days": days,
        "unit": unit,
        "is_suspendable": is_suspendable,
        "escalation_role": escalation_role,
    }
    _change_delay(code, after, by, "delay.changed", _("a changé le délai « %(delay)s »"))


@transaction.atomic
def reset_delay(*, code: str, by: By) -> None:
    """Take the proposed delay again; steps already open keep their due date.

    Raises PermissionDenied (not a manager).
    """
    sentence = _("a rétabli le délai proposé « %(delay)s »")
    _change_delay(code, proposal(code), by, "delay.reset", sentence)


def _change_delay(code: str, after: dict[str, Any], by: By, kind: str, sentence: str) -> None:
    authorise(policies.check_can_administer, by)
    DelayRule.objects.get_or_create(code=code, defaults=proposal(code))
    # Taken again with a lock, so that « before » is what this very change replaces.
    row = DelayRule.objects.select_for_update().get(code=code)
    before = {field: getattr(row, field) for field in FIELDS}
    for field, value in after.items():
        setattr(row, field, value)
    _check_delay(row)
    if after == proposal(code):
        row.delete()
    else:
        row.save()
    changed = [field for field in FIELDS if before[field] != after[field]]
    if not changed:
        return
    label = str(Delay(code).label)
    record(
        chain=f"delay:{code}",
        kind=kind,
        by=as_actor(by),
        subject=Subject("delay", code, label),
        summary=sentence % {"delay": label},
        data={
            "before": {field: before[field] for field in changed},
            "after": {field: after[field] for field in changed},
        },
        audience=Audience.AUDIT,
    )


def _check_delay(row: DelayRule) -> None:
    if not 1 <= row.days <= MAX_DAYS:
        raise ValidationError(
            {"days": _("Indiquez une durée de 1 à %(max)s jours.") % {"max": MAX_DAYS}}
        )
    if row.unit not in DayUnit.values:
        raise ValidationError({"unit": _("Choisissez une unité.")})
    row.full_clean(validate_unique=False)


@transaction.atomic
def add_closing_day(*, day: date, label: str, organisation: Organisation | None, by: By) -> None:
    """Add a day off, for everybody or for one organisation; due dates already given stay.

    Raises PermissionDenied (not a manager) or ValidationError (a day that is off already, that is
    too far, or without a reason).
    """
    authorise(policies.check_can_administer, by)
    _check_day(day)
    made = ClosingDay(day=day, label=label.strip(), organisation=organisation)
    made.full_clean(validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise ValidationError({"day": _("Ce jour est déjà déclaré.")}) from error
    _record_day(made, "closing_day.added", _("a ajouté le jour de fermeture du %(day)s"), by)


def _check_day(day: date) -> None:
    this_year = timezone.localdate().year
    first, last = this_year - YEARS_BEHIND, this_year + YEARS_AHEAD
    if not first <= day.year <= last:
        raise ValidationError(
            {
                "day": _("Choisissez un jour entre %(first)s et %(last)s.")
                % {"first": first, "last": last}
            }
        )
    if day in national_holidays(day.year):
        raise ValidationError({"day": _("Ce jour est déjà un jour férié national.")})
    if day.weekday() >= 5:
        raise ValidationError({"day": _("Ce jour tombe un samedi ou un dimanche.")})


@transaction.atomic
def remove_closing_day(*, closing_day: ClosingDay, by: By) -> None:
    """Make a day off a working day again; due dates already given stay.

    Removing one that is gone changes nothing. Raises PermissionDenied (not a manager).
    """
    authorise(policies.check_can_administer, by)
    row = ClosingDay.objects.select_for_update(of=("self",)).filter(pk=closing_day.pk).first()
    if row is None:
        return
    _record_day(row, "closing_day.removed", _("a retiré le jour de fermeture du %(day)s"), by)
    row.delete()


def _record_day(row: ClosingDay, kind: str, sentence: str, by: By) -> None:
    where = str(row.organisation) if row.organisation else _("tous les organismes")
    record(
        chain="calendar:closing_days",
        kind=kind,
        by=as_actor(by),
        subject=Subject("closing_day", str(row.pk), f"{row.label} ({where})"),
        summary=sentence % {"day": day_text(row.day)},
        data={"day": row.day.isoformat(), "label": row.label, "organisation": row.organisation_id},
        audience=Audience.AUDIT,
    )

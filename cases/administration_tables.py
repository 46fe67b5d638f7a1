"""Rows of the tables of delays and days off, in the shape of the page components."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.tables import action, long_day
from cases.enums import DayUnit
from cases.models import ClosingDay, DelayRule
from cases.selectors_calendar import ShownDelay

Table = dict[str, Any]


def duration(rule: DelayRule) -> str:
    """« 10 jours ouvrés », « 1 jour calendaire »."""
    if rule.unit == DayUnit.WORKING:
        text = ngettext("%(n)s jour ouvré", "%(n)s jours ouvrés", rule.days)
    else:
        text = ngettext("%(n)s jour calendaire", "%(n)s jours calendaires", rule.days)
    return text % {"n": rule.days}


def delays(found: list[ShownDelay]) -> Table:
    rows = []
    for shown in found:
        rule = shown.rule
        label = rule.get_code_display()
        badge = (
            {"text": _("Proposé"), "variant": ""}
            if shown.is_proposed
            else {"text": _("Modifié"), "variant": "info"}
        )
        url = reverse("cases:update_delay", args=[rule.code])
        rows.append(
            [
                label,
                duration(rule),
                _("Oui") if rule.is_suspendable else _("Non"),
                rule.get_escalation_role_display(),
                {"badge": badge},
                action(_("Modifier"), _("le délai « %(label)s »") % {"label": label}, url),
            ]
        )
    columns = [
        _("Étape"),
        _("Durée"),
        _("Suspendu pendant un complément"),
        _("Alerté en cas de retard"),
        _("Origine"),
        {"label": _("Action"), "hidden": True},
    ]
    return {"caption": _("Délais par étape"), "columns": columns, "rows": rows}


def holidays(found: list[tuple[Any, str]]) -> Table:
    rows = [[name, f"{date_format(day, 'l')} {long_day(day)}"] for day, name in found]
    return {
        "caption": _("Jours fériés nationaux"),
        "columns": [_("Jour férié"), _("Date")],
        "rows": rows,
    }


def closing_days(found: list[ClosingDay]) -> Table:
    rows = []
    for one in found:
        when = long_day(one.day)
        url = reverse("cases:remove_closing_day", args=[one.pk])
        rows.append(
            [
                one.label,
                f"{date_format(one.day, 'l')} {when}",
                str(one.organisation or _("Tous les organismes")),
                action(
                    _("Retirer"), _("le %(day)s, %(why)s") % {"day": when, "why": one.label}, url
                ),
            ]
        )
    columns = [_("Motif"), _("Jour"), _("Organisme"), {"label": _("Action"), "hidden": True}]
    return {"caption": _("Jours de fermeture"), "columns": columns, "rows": rows}

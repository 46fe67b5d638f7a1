"""« Historique » : the sentences of the journal, what they lead to, and the last control."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.announcements import day_text
from journal import selectors as journal
from journal.models import Event
from requests_flow.models import DataRequest

# noun of the event's kind: DSFR icon (ux/spec.md, §8).
ICONS = {
    "decision": "fr-icon-check-line",
    "conclusion": "fr-icon-check-line",
    "arbitration": "fr-icon-check-line",
    "opinion": "fr-icon-shield-line",
    "visa": "fr-icon-check-line",
    "feasibility": "fr-icon-survey-line",
    "study": "fr-icon-survey-line",
    "condition": "fr-icon-error-warning-line",
    "complement": "fr-icon-question-answer-line",
    "message": "fr-icon-question-answer-line",
    "attachment": "fr-icon-file-text-line",
    "agreement": "fr-icon-file-pdf-line",
    "task": "fr-icon-time-line",
    "request": "fr-icon-edit-line",
}


def rows(data_request: DataRequest, events: Iterable[Event]) -> list[dict[str, Any]]:
    """Each event as the page shows it; an answered complement leads to what it changed."""
    versions = list(data_request.revisions.values_list("number", "submitted_at"))
    return [
        {
            "text": event.sentence,
            "reason": event.reason,
            "icon": ICONS.get(event.kind.partition(".")[0], "fr-icon-time-line"),
            "url": _changes(data_request, event, versions),
        }
        for event in events
    ]


def _changes(data_request: DataRequest, event: Event, versions: list[Any]) -> str:
    """The comparison of the two versions between which the event stands, if it made the second."""
    if event.kind != "complement.answered":
        return ""
    made = [number for number, at in versions if at <= event.at and number > 1]
    if not made:
        return ""
    return reverse(
        "requests_flow:compare_versions",
        args=[data_request.reference, made[-1] - 1, made[-1]],
    )


def foot() -> str:
    """« Journal contrôlé le 17 mars 2026 à 6 h 00 : chaîne intacte. »"""
    check = journal.last_check()
    if check is None:
        return _("Le journal n’a pas encore été contrôlé.")
    moment = day_text(check.checked_at)
    if check.faults:
        return ngettext(
            "Journal contrôlé le %(day)s : %(n)s rupture.",
            "Journal contrôlé le %(day)s : %(n)s ruptures.",
            check.faults,
        ) % {"day": moment, "n": check.faults}
    return _("Journal contrôlé le %(day)s : chaîne intacte.") % {"day": moment}

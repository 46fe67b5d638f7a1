"""« Consultations en parallèle » : one line per track."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import clock
from cases import policies as case_policies
from requests_flow import policies
from requests_flow.enums import DPO_KINDS, ConsultationKind, Verdict
from requests_flow.models import Consultation
from requests_flow.selectors.actions import address_of
from requests_flow.selectors.case_page.reading import Reading
from requests_flow.selectors.case_page.words import VERDICT_BADGES, day, rank


def opinions_count(consultations: list[Consultation]) -> tuple[int, int]:
    """How many tracks are given, of how many asked; the visa is no opinion."""
    counted = [one for one in consultations if one.kind != ConsultationKind.VISA]
    return sum(one.given_at is not None for one in counted), len(counted)


def tracks_of(reading: Reading) -> list[dict[str, Any]]:
    """One line per track: mine, then late, pending, done; a requester reads names and states."""
    reads = policies.can_read_opinions(reading.user, reading.case)
    nudges = case_policies.is_cell(reading.user)
    ordered = sorted(reading.consultations, key=lambda one: _rank(reading, one))
    return [_line(reading, one, reads=reads, nudges=nudges) for one in ordered]


def _rank(reading: Reading, one: Consultation) -> int:
    if one.given_at or one.verdict:
        return 3
    if reading.may(one.task):
        return 0
    late = one.task is not None and one.task.due_on and one.task.due_on < timezone.localdate()
    return 1 if late else 2


def _line(reading: Reading, one: Consultation, *, reads: bool, nudges: bool) -> dict[str, Any]:
    shown = reads or one.kind == ConsultationKind.VISA
    who = _person(one) if shown else ""
    place = str(one.organisation or "")
    return {
        "name": str(one.get_kind_display())
        + (f" — {place}" if one.kind in ("feasibility", "dpo_holder") else ""),
        "who": " — ".join(part for part in (place, who) if part),
        "badge": _badge(reading, one) if shown else _plain_badge(one),
        "meta": _meta(reading, one),
        "action": _action(reading, one, reads=reads, nudges=nudges),
    }


def _person(one: Consultation) -> str:
    return str(one.given_by or (one.task.owner if one.task and one.task.owner else ""))


def _plain_badge(one: Consultation) -> dict[str, Any]:
    """What a requester reads before the decision: given or not, no verdict (CRPA L.311-2)."""
    given = bool(one.given_at or one.verdict)
    return {"text": _("Rendu") if given else _("Attendu"), "variant": "neutral", "icon": False}


def _reserved(number: int) -> str:
    text = ngettext("Favorable, %(n)s réserve", "Favorable, %(n)s réserves", number or 1)
    return text % {"n": number}


def _badge(reading: Reading, one: Consultation) -> dict[str, Any]:
    if one.verdict:
        text = str(Verdict(one.verdict).label)
        if one.verdict == Verdict.RESERVED:
            text = _reserved(len(one.conditions.all()))
        return {"text": text, "variant": VERDICT_BADGES[Verdict(one.verdict)]}
    due = one.task.due_on if one.task else None
    calendar = reading.calendars.of(None)
    late = calendar.working_days_between(due, timezone.localdate()) if due else 0
    if late > 0:
        return {"text": _("Retard %(n)s j") % {"n": late}, "variant": "error"}
    blocking = one.kind in DPO_KINDS
    return {
        "text": _("Attendu, bloquant") if blocking else _("Attendu"),
        "variant": "neutral",
        "icon": False,
    }


def _meta(reading: Reading, one: Consultation) -> str:
    if one.given_at:
        text = _("rendu le %(day)s") % {"day": f"{timezone.localtime(one.given_at):%d/%m}"}
        return (
            text
            if one.revision is None
            else f"{text} · {_('version %(n)s') % {'n': one.revision.number}}"
        )
    if one.task is None or one.verdict:
        return ""
    if one.task.nudged_at:
        return _("relancé le %(day)s") % {"day": f"{timezone.localtime(one.task.nudged_at):%d/%m}"}
    done, total = clock.progress(
        one.task, calendars=reading.calendars, suspensions=reading.suspensions
    )
    return _("%(n)s jour sur %(total)s") % {"n": rank(done), "total": total}


def _action(
    reading: Reading, one: Consultation, *, reads: bool, nudges: bool
) -> dict[str, Any] | None:
    case = reading.case
    if one.task is not None and one.task.is_open:
        if reading.may(one.task):
            return {
                "label": _("Rendre"),
                "url": address_of(case, one.task),
                "variant": "secondary",
                "small": True,
                "full_label": _("Rendre : %(what)s") % {"what": one},
            }
        return _nudge(reading, one) if nudges and not one.given_at else None
    if one.given_at and reads:
        return {
            "label": _("Lire"),
            "url": reverse("requests_flow:read_opinion", args=[case.reference, one.pk]),
            "variant": "link",
            "full_label": _("Lire : %(what)s") % {"what": one},
        }
    return None


def _nudge(reading: Reading, one: Consultation) -> dict[str, Any]:
    return {
        "label": _("Relancer"),
        "url": reverse("requests_flow:nudge", args=[reading.case.reference, one.task_id]),
        "post": True,
        "variant": "tertiary",
        "small": True,
        "full_label": _("Relancer : %(what)s") % {"what": one},
    }


def tracks_meta(consultations: list[Consultation]) -> str:
    """« 3 rendues sur 5 », and the last date that bounds the step."""
    given, asked = opinions_count(consultations)
    if not asked:
        return ""
    pending = [
        one.task.due_on
        for one in consultations
        if one.task and not one.given_at and not one.verdict and one.task.due_on
    ]
    text = _("%(given)s rendues sur %(asked)s") % {"given": given, "asked": asked}
    return (
        f"{text} — {_('la plus tardive borne l’étape : %(day)s') % {'day': day(max(pending))}}"
        if pending
        else text
    )

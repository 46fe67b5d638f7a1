"""The frame of a case page: band, tabs and stepper, around the content of each tab."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cases import clock
from cases import selectors as case_selectors
from cases.enums import Side
from requests_flow import policies
from requests_flow.enums import ConclusionKind
from requests_flow.models import DataRequest
from requests_flow.selectors.actions import action_menu
from requests_flow.selectors.case_page.next_steps import next_steps
from requests_flow.selectors.case_page.reading import Reading, read
from requests_flow.selectors.case_page.steps import stepper
from requests_flow.selectors.case_page.tracks import opinions_count, tracks_meta, tracks_of
from requests_flow.selectors.case_page.words import day, nature_badges, rank, stage_badge
from requests_flow.selectors.wording import actor_name, capital


@dataclass
class CasePage:
    """Everything that each tab of a case shows around its own content."""

    data_request: DataRequest
    band: dict[str, Any]
    stepper: dict[str, Any]
    next_steps: dict[str, Any]
    tracks: list[dict[str, Any]]
    tracks_meta: str
    suspension: Any


def case_page(user: User, data_request: DataRequest, current: str) -> CasePage:
    """Build the frame of a case for a reader and a tab (answers, instruction, opinions…)."""
    reading = read(user, data_request)
    return CasePage(
        data_request,
        band=_band(reading, current),
        stepper=stepper(reading),
        next_steps=next_steps(reading),
        tracks=tracks_of(reading),
        tracks_meta=tracks_meta(reading.consultations),
        suspension=reading.suspension,
    )


def _band(reading: Reading, current: str) -> dict[str, Any]:
    case = reading.case
    given, asked = opinions_count(reading.consultations)
    return {
        "reference": case.reference,
        "meta": _("déposée le %(day)s · version %(n)s")
        % {
            "day": day(timezone.localdate(case.opened_at)) if case.opened_at else "–",
            "n": case.version or 1,  # type: ignore[attr-defined] # told by `requests.get_for`
        },
        "title": case.title,
        "closed": case.is_closed,
        "badges": [stage_badge(case), *nature_badges(case)],
        "facts": _facts(reading),
        "menu": action_menu(reading.user, case, reading.tasks, reading.refusals),
        "tabs": _tabs(reading.user, case, current, f"{given} sur {asked}" if asked else ""),
        "tabs_label": _("Rubriques du dossier"),
    }


def _facts(reading: Reading) -> list[dict[str, str]]:
    case = reading.case
    holders = [p.organisation for p in case.parties.all() if p.side == Side.HOLDER]
    return [
        {"label": _("Demandeur"), "value": str(case.organisation), "detail": _unit(case)},
        {
            "label": _("Détenteur") if len(holders) < 2 else _("Détenteurs"),
            "value": ", ".join(str(one) for one in holders) or _("à désigner"),
            "detail": _datasets(case),
        },
        {"label": _("Prochain acteur"), **_next_actor(reading)},
        {"label": _("Réponse attendue"), **_answer_due(reading)},
    ]


def _unit(case: DataRequest) -> str:
    return next((p.unit for p in case.parties.all() if p.side == Side.REQUESTER), "")


def _datasets(case: DataRequest) -> str:
    n = case.datasets or 0  # type: ignore[attr-defined] # told by `requests.get_for`
    return _("%(n)s jeu de données") % {"n": n} if n == 1 else _("%(n)s jeux de données") % {"n": n}


def _next_actor(reading: Reading) -> dict[str, str]:
    tasks = reading.awaited
    if not tasks:
        return {"value": _("Aucun"), "detail": ""}
    mine = [task for task in tasks if reading.may(task)]
    first = mine[0] if mine else tasks[0]
    value = (
        _("Vous, %(who)s") % {"who": actor_name(first)}
        if mine and not first.owner_id
        else (_("Vous") if mine else actor_name(first))
    )
    return {"value": capital(value), "detail": str(first.title)}


def _answer_due(reading: Reading) -> dict[str, str]:
    case = reading.case
    if reading.suspension is not None:
        return {
            "value": _("Délai suspendu"),
            "detail": _("depuis le %(day)s") % {"day": day(reading.suspension.starts_on)},
        }
    if (answered := _answered_on(case)) is not None:
        return {
            "value": _("Rendue le %(day)s") % {"day": day(answered)},
            "detail": _progress(reading, answered),
        }
    if case.is_closed or case.due_on is None or case.complete_on is None:
        return {
            "value": day(case.due_on) if case.due_on and not case.is_closed else "–",
            "detail": "",
        }
    return {"value": day(case.due_on), "detail": _progress(reading, timezone.localdate())}


def _answered_on(case: DataRequest) -> date | None:
    """The day of the conclusion: the answer that was expected is given, the clock stops."""
    given = [one for one in case.conclusions.all() if one.kind == ConclusionKind.INITIAL]
    return timezone.localdate(given[-1].recorded_at) if given else None


def _progress(reading: Reading, on: date) -> str:
    """« 12e jour ouvré sur 44 », on a day; nothing when the request never was complete."""
    case = reading.case
    if case.complete_on is None or case.due_on is None:
        return ""
    done, total = clock.answer_progress(
        case.complete_on, case.due_on, reading.calendars.of(None), reading.suspensions, today=on
    )
    return _("%(n)s jour ouvré sur %(total)s") % {"n": rank(done), "total": total}


def _tabs(user: User, case: DataRequest, current: str, opinions: str) -> list[dict[str, Any]]:
    def tab(code: str, label: str, count: Any = "") -> dict[str, Any]:
        return {
            "label": label,
            "count": count,
            "current": code == current,
            "url": reverse(f"requests_flow:view_{code}", args=[case.reference]),
        }

    tabs = [tab("answers", _("Demande"))]
    if policies.can_read_instruction(user, case):
        tabs.append(tab("instruction", _("Instruction")))
    if policies.can_read_opinions(user, case):
        tabs.append(tab("opinions", _("Avis"), opinions))
    tabs.append(tab("agreement", _("Convention")))
    messages, files = case_selectors.counts(user, case)
    tabs.append(tab("thread", _("Échanges"), messages or ""))
    tabs.append(tab("files", _("Pièces"), files or ""))
    tabs.append(tab("history", _("Historique")))
    return tabs

"""« Et maintenant ? » : who, what, before when."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Task
from requests_flow.enums import DPO_KINDS, ComplementState, RequestStage
from requests_flow.models import DataRequest
from requests_flow.selectors.case_page.reading import Reading
from requests_flow.selectors.case_page.words import day
from requests_flow.selectors.wording import actor_name, capital, does


def next_steps(reading: Reading) -> dict[str, Any]:
    """« Et maintenant ? » : three lines at most, the reader's first."""
    case, tasks = reading.case, reading.awaited
    if reading.suspension is not None and (message := _awaited(case)):
        return {"message": message}
    if case.stage == RequestStage.RUNNING:
        return {"message": _("La convention est signée : le partage est en cours.")}
    if case.is_closed:
        return {"message": _closing_text(case)}
    if not tasks:
        return {
            "message": _("La convention est en cours : suivez-la depuis l’onglet « Convention ».")
        }
    ordered = sorted(tasks, key=lambda task: (not reading.may(task), task.due_on or date.max))
    return {"steps": [_next_step(reading, task) for task in ordered[:3]]}


def _awaited(case: DataRequest) -> str:
    """All that the requester must answer, whoever asked for it, and the first date."""
    pending = list(
        case.complements.filter(state__in=[ComplementState.ASKED, ComplementState.NOTICED])
    )
    if not pending:
        return ""
    points = sum(len(one.items) for one in pending)
    return ngettext(
        "Le décompte est arrêté : le demandeur doit répondre à %(n)s point avant le %(day)s. "
        "Sans réponse, la demande sera classée sans suite, après un préavis.",
        "Le décompte est arrêté : le demandeur doit répondre à %(n)s points avant le %(day)s. "
        "Sans réponse, la demande sera classée sans suite, après un préavis.",
        points,
    ) % {"n": points, "day": day(min(one.due_on for one in pending))}


def _closing_text(case: DataRequest) -> str:
    if case.redirect_url or case.redirect_contact:
        return _("La demande a été réorientée : %(where)s.") % {
            "where": case.redirect_url or case.redirect_contact
        }
    return _("La demande est close : %(how)s. Aucune action n’est attendue.") % {
        "how": case.stage_label.lower()
    }


def _next_step(reading: Reading, task: Task) -> dict[str, str]:
    mine = reading.may(task)
    blocking = ""
    if task.node == "give_opinion" and task.data.get("kind") in DPO_KINDS:
        blocking = " " + _("Sans cet avis, la décision est bloquée.")
    return {
        "who": _("Vous") if mine else capital(actor_name(task)),
        "text": f"{does(task, mine=mine)}.{blocking}",
        "when": _("Au plus tard le %(day)s") % {"day": day(task.due_on)} if task.due_on else "",
    }

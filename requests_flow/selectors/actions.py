"""The single action menu of a case: what the reader may do, and why not otherwise (P8)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as L

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import has_role
from cases import policies as case_policies
from cases import selectors as case_selectors
from cases.enums import Nature
from cases.models import Case, Task
from requests_flow import policies
from requests_flow.enums import DPO_KINDS, RequestStage, Verdict
from requests_flow.models import DataRequest

# node: (name of its page, label, consequence)
PAGES: dict[str, tuple[str, Any, Any]] = {
    "give_visa": ("give_visa", L("Rendre le visa"), L("Transmis à la cellule, avec ses motifs")),
    "check_admissibility": (
        "check_admissibility",
        L("Vérifier la recevabilité"),
        L("Recevable, complément, réorientation ou irrecevable"),
    ),
    "provide_complement": (
        "answer_complement",
        L("Fournir le complément"),
        L("Relance le décompte des délais"),
    ),
    "answer_question": (
        "answer_complement",
        L("Fournir le complément"),
        L("Relance le décompte des délais"),
    ),
    "answer_holder": (
        "answer_complement",
        L("Répondre au détenteur"),
        L("Relance le décompte des délais"),
    ),
    "orient": (
        "orient",
        L("Orienter la demande"),
        L("Saisit les détenteurs et ouvre les consultations"),
    ),
    "conclude_study": (
        "conclude_study",
        L("Conclure l’étude"),
        L("Ouvre les avis des DPD, du juriste et du RSSI"),
    ),
    "assess_feasibility": (
        "assess_feasibility",
        L("Rendre l’étude de faisabilité"),
        L("Pour les données de votre organisme"),
    ),
    "give_opinion": (
        "give_opinion",
        L("Rendre l’avis"),
        L("Favorable, avec réserves ou défavorable"),
    ),
    "decide": ("decide", L("Décider"), L("Pour les données de votre organisme seulement")),
    "arbitrate": (
        "arbitrate",
        L("Rendre l’arbitrage"),
        L("Les détenteurs ou l’étude ne concordent pas"),
    ),
    "conclude": (
        "conclude",
        L("Enregistrer la conclusion"),
        L("La cellule conclut ; le détenteur a décidé"),
    ),
    "track_formalities": (
        "view_formalities",
        L("Suivre les formalités"),
        L("La convention attend leurs réponses"),
    ),
    "choose_act": ("choose_act", L("Choisir l’acte"), L("Ouvre la rédaction de la convention")),
    "reexamine": ("reexamine", L("Remettre le rapport de réexamen"), L("Transmis à l’AMDAC")),
    "conclude_reexamination": (
        "conclude_reexamination",
        L("Conclure le réexamen"),
        L("Maintien ou nouvelle décision"),
    ),
}


def address_of(case: Case, task: Task) -> str:
    """Return the page on which a task is done."""
    name = PAGES[task.node][0]
    arguments = [case.reference] if name == "view_formalities" else [case.reference, task.pk]
    return reverse(f"requests_flow:{name}", args=arguments)


def verb_of(task: Task) -> str:
    """Return the words of the button that opens a task."""
    return str(PAGES[task.node][1])


def landing(user: User, case: DataRequest) -> str:
    """Return where a reader of a case lands (ux/spec.md, §3).

    « Instruction » for the cell, the acting page for a reviewer who owes an opinion, « Demande »
    for everybody else.
    """
    tab = "view_instruction" if case_policies.is_cell(user) else "view_answers"
    owed = [] if case.is_closed else case_selectors.open_tasks(case)
    for task in owed:
        if task.node == "give_opinion" and case_policies.can_act(user, task):
            return address_of(case, task)
    return reverse(f"requests_flow:{tab}", args=[case.reference])


def action_menu(
    user: User, case: DataRequest, tasks: list[Task], refusals: dict[int, str]
) -> dict[str, Any]:
    """Build the menu from the open tasks and the policies; impossible items keep their reason.

    `refusals` tells, for each task whose role the reader holds, why he may not do it now.
    """
    items = [_task_item(case, task, refusals[task.pk]) for task in tasks if task.pk in refusals]
    items += _cell_items(user, case, tasks)
    items += _reviewer_items(user, case, tasks, refusals)
    items += _entrust_items(user, case, tasks)
    items += _requester_items(user, case)
    return {"label": _menu_label(user, case), "items": items}


def _menu_label(user: User, case: DataRequest) -> str:
    if case_policies.is_cell(user):
        return _("Instruire la demande")
    if has_role(user, Role.REQUESTER, organisation_id=case.organisation_id):
        return _("Agir sur ma demande")
    if has_role(user, Role.HOLDER):
        return _("Décider")
    return _("Agir sur le dossier")


def _task_item(case: DataRequest, task: Task, refusal: str) -> dict[str, Any]:
    _name, label, consequence = PAGES[task.node]
    item = {"label": str(label), "hint": str(consequence), "url": address_of(case, task)}
    if reason := refusal or _missing_opinion(case, task):
        item["impossible"] = reason
    return item


def _missing_opinion(case: DataRequest, task: Task) -> str:
    """Why a decision waits: an opinion of a DPO that blocks it."""
    if task.node not in ("decide", "conclude"):
        return ""
    waited = case.consultations.filter(kind__in=DPO_KINDS, given_at=None)
    missing = waited.exclude(verdict=Verdict.CANCELLED).select_related("organisation").first()
    return _("l’avis bloquant manque : %(what)s") % {"what": missing} if missing else ""


def _link(case: DataRequest, name: str, label: str, hint: str = "", **more: Any) -> dict[str, Any]:
    return {
        "label": label,
        "hint": hint,
        "url": reverse(f"requests_flow:{name}", args=[case.reference]),
        **more,
    }


def _unless(reason: str, item: dict[str, Any]) -> dict[str, Any]:
    """An item that cannot be done now stays, with its reason (P8)."""
    return {**item, "impossible": reason} if reason else item


def _cell_items(user: User, case: DataRequest, tasks: list[Task]) -> list[dict[str, Any]]:
    if not case_policies.is_cell(user) or case.is_closed or case.is_draft:
        return []
    nodes = {task.node for task in tasks}
    consulting = bool(nodes & {"conclude_study", "assess_feasibility", "give_opinion"})
    items = [_link(case, "assign", _("Affecter à un collègue"))]
    if consulting:
        items.append(_link(case, "ask_opinion", _("Solliciter un autre avis")))
        if Nature.URGENT in case.natures and "conclude_study" in nodes:
            items.append(
                _link(
                    case,
                    "open_opinions",
                    _("Ouvrir les avis sans attendre l’étude"),
                    _("Demande urgente"),
                    post=True,
                )
            )
    if consulting or "decide" in nodes:
        items.append(_link(case, "add_holder", _("Ajouter un détenteur")))
        items.append(
            _link(
                case,
                "ask_complement",
                _("Demander un complément"),
                _("Arrête le décompte des délais"),
            )
        )
    if not policies.has_open_act(case):
        items.append(_link(case, "add_condition", _("Ajouter une réserve")))
    return items


def _entrust_items(user: User, case: DataRequest, tasks: list[Task]) -> list[dict[str, Any]]:
    if not any(case_policies.can_reassign(user, task) for task in tasks):
        return []
    return [_link(case, "choose_task", _("Confier à…"), _("À une autre personne du même rôle"))]


def entrustable(user: User, case: DataRequest) -> list[dict[str, Any]]:
    """Return the open steps that `user` may give to somebody else, each with its page."""
    return [
        {
            "label": str(task.title),
            "detail": entrusted_text(task),
            "url": reverse("requests_flow:entrust", args=[case.reference, task.pk]),
        }
        for task in case_selectors.open_tasks(case)
        if case_policies.can_reassign(user, task)
    ]


def entrusted_text(task: Task) -> str:
    """« Juriste (Cellule AMDAC) — confiée à Lucie Essai »."""
    role = str(Role(task.role).label)
    return _("%(place)s — confiée à %(who)s") % {
        "place": f"{role} ({task.organisation})" if task.organisation else role,
        "who": task.owner or _("toutes les personnes de ce rôle"),
    }


def _reviewer_items(
    user: User, case: DataRequest, tasks: list[Task], refusals: dict[int, str]
) -> list[dict[str, Any]]:
    if case_policies.is_cell(user):
        return []
    asking = ("give_opinion", "assess_feasibility", "decide")
    mine = [one for one in tasks if one.node in asking and refusals.get(one.pk) == ""]
    return (
        [
            _link(
                case,
                "ask_complement",
                _("Demander un complément"),
                _("Arrête le décompte des délais"),
            )
        ]
        if mine
        else []
    )


def _requester_items(user: User, case: DataRequest) -> list[dict[str, Any]]:
    if not has_role(user, Role.REQUESTER, organisation_id=case.organisation_id):
        return []
    items = []
    if policies.can_withdraw(user, case):
        withdraw = _link(
            case, "withdraw", _("Retirer la demande"), _("Les avis en cours sont annulés")
        )
        items.append(_unless(policies.why_not_withdrawn(case), withdraw))
    if (
        case.stage == RequestStage.REJECTED
        and not policies.is_past(case, policies.REEXAMINATION_DAYS)
        and not policies.is_reexamined(case)
    ):
        items.append(
            _link(
                case,
                "ask_reexamination",
                _("Demander un réexamen"),
                _("Par un autre agent, dans les deux mois"),
            )
        )
    if case.stage == RequestStage.LAPSED and not policies.is_past(case, policies.REOPENING_DAYS):
        items.append(
            _link(case, "reopen", _("Rouvrir la demande"), _("Pendant douze mois"), post=True)
        )
    if case.stage in (
        RequestStage.REJECTED,
        RequestStage.INADMISSIBLE,
        RequestStage.WITHDRAWN,
        RequestStage.REDIRECTED,
    ):
        items.append(
            _link(case, "reuse", _("Reprendre les réponses dans un nouveau brouillon"), post=True)
        )
    return items

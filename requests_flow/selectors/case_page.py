"""The case page: band, stepper, « Et maintenant ? », tracks, reserves (ux/spec.md, §3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as L  # noqa: N812

from accounts.enums import Role
from accounts.models import User
from cases import clock
from cases import policies as case_policies
from cases import selectors as case_selectors
from cases.enums import Nature, Side
from cases.models import Task
from requests_flow import policies
from requests_flow.enums import (
    DPO_KINDS,
    ConditionStage,
    ConditionState,
    ConsultationKind,
    RequestStage,
    Verdict,
)
from requests_flow.models import Consultation, DataRequest
from requests_flow.selectors.actions import action_menu, address_of

STEPS = (
    L("Dépôt"),
    L("Recevabilité"),
    L("Étude et avis"),
    L("Décision"),
    L("Convention"),
    L("Signature"),
    L("Partage"),
)
STEP_OF_STAGE = {
    RequestStage.DRAFT: 1,
    RequestStage.SUBMITTED: 2,
    RequestStage.COMPLETENESS: 2,
    RequestStage.STUDY: 3,
    RequestStage.OPINIONS: 3,
    RequestStage.HOLDER_DECISION: 4,
    RequestStage.CONCLUDED: 5,
    RequestStage.FORMALITIES: 5,
    RequestStage.AGREEMENT: 5,
    RequestStage.RUNNING: 7,
    RequestStage.CLOSED: 7,
}
STAGE_BADGES = {
    RequestStage.DRAFT: "neutral",
    RequestStage.INFO_REQUESTED: "warning",
    RequestStage.RUNNING: "success",
    RequestStage.INADMISSIBLE: "error",
    RequestStage.REJECTED: "error",
    RequestStage.REDIRECTED: "blue-ecume",
    RequestStage.WITHDRAWN: "neutral",
    RequestStage.LAPSED: "neutral",
    RequestStage.CLOSED: "neutral",
}
VERDICT_BADGES = {
    Verdict.FAVOURABLE: "success",
    Verdict.RESERVED: "success",
    Verdict.UNFAVOURABLE: "error",
    Verdict.NOT_GIVEN: "warning",
    Verdict.NOT_CONCERNED: "neutral",
    Verdict.CANCELLED: "neutral",
}


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
    tasks = case_selectors.open_tasks(data_request)
    consultations = list(
        data_request.consultations.exclude(verdict=Verdict.CANCELLED)
        .select_related("organisation", "task", "task__owner", "given_by", "revision")
        .prefetch_related("conditions")
    )
    suspension = clock.current_suspension(data_request)
    return CasePage(
        data_request,
        band=_band(user, data_request, tasks, consultations, current, suspension),
        stepper=_stepper(data_request, tasks),
        next_steps=next_steps(user, data_request, tasks, suspension),
        tracks=_tracks(user, data_request, consultations),
        tracks_meta=_tracks_meta(consultations),
        suspension=suspension,
    )


def opinions_count(consultations: list[Consultation]) -> tuple[int, int]:
    counted = [one for one in consultations if one.kind != ConsultationKind.VISA]
    return sum(one.given_at is not None for one in counted), len(counted)


def _band(
    user: User,
    case: DataRequest,
    tasks: list[Task],
    consultations: list[Consultation],
    current: str,
    suspension: Any,
) -> dict[str, Any]:
    given, asked = opinions_count(consultations)
    holders = [p.organisation for p in case.parties.all() if p.side == Side.HOLDER]
    last = case.revisions.last()
    return {
        "reference": case.reference,
        "meta": _("déposée le %(day)s · version %(n)s")
        % {
            "day": _day(timezone.localdate(case.opened_at)) if case.opened_at else "–",
            "n": last.number if last else 1,
        },
        "title": case.title,
        "closed": case.is_closed,
        "badges": [stage_badge(case), *nature_badges(case)],
        "facts": [
            {"label": _("Demandeur"), "value": str(case.organisation), "detail": _unit(case)},
            {
                "label": _("Détenteur") if len(holders) < 2 else _("Détenteurs"),
                "value": ", ".join(str(one) for one in holders) or _("à désigner"),
                "detail": _datasets(case),
            },
            {"label": _("Prochain acteur"), **_next_actor(user, tasks)},
            {"label": _("Réponse attendue"), **_answer_due(case, suspension)},
        ],
        "menu": action_menu(user, case, tasks),
        "tabs": _tabs(user, case, current, f"{given} sur {asked}" if asked else ""),
        "tabs_label": _("Rubriques du dossier"),
    }


def stage_badge(case: DataRequest) -> dict[str, Any]:
    label = case.stage_label
    if case.stage == RequestStage.RUNNING and case.outcome:
        label = str(RequestStage.RUNNING.label)
    return {
        "text": label,
        "variant": STAGE_BADGES.get(RequestStage(case.stage), "info"),
        "icon": False,
    }


def nature_badges(case: DataRequest) -> list[dict[str, Any]]:
    shown = [
        Nature.HEALTH,
        Nature.SENSITIVE,
        Nature.LINKAGE,
        Nature.NIR,
        Nature.OUTSIDE_EU,
        Nature.URGENT,
    ]
    return [
        {"text": str(nature.label), "variant": "purple-glycine", "icon": False}
        for nature in shown
        if nature in case.natures
        and not (nature == Nature.SENSITIVE and Nature.HEALTH in case.natures)
    ]


def _unit(case: DataRequest) -> str:
    return next((p.unit for p in case.parties.all() if p.side == Side.REQUESTER), "")


def _datasets(case: DataRequest) -> str:
    n = case.requested.count()
    return _("%(n)s jeu de données") % {"n": n} if n == 1 else _("%(n)s jeux de données") % {"n": n}


def actor_name(task: Task) -> str:
    """Name who must act: the person in charge, else the role in its organisation."""
    if task.owner is not None:
        return str(task.owner)
    role = str(Role(task.role).label) if task.role else ""
    if task.role in (Role.OFFICER, Role.AMDAC):
        return _("la cellule AMDAC")
    return f"{role} — {task.organisation}" if task.organisation else role


def _next_actor(user: User, tasks: list[Task]) -> dict[str, str]:
    if not tasks:
        return {"value": _("Aucun"), "detail": ""}
    mine = [task for task in tasks if case_policies.can_act(user, task)]
    first = mine[0] if mine else tasks[0]
    value = (
        _("Vous, %(who)s") % {"who": actor_name(first)}
        if mine and not first.owner_id
        else (_("Vous") if mine else actor_name(first))
    )
    return {"value": value[:1].upper() + value[1:], "detail": str(first.title)}


def _answer_due(case: DataRequest, suspension: Any) -> dict[str, str]:
    if suspension is not None:
        return {
            "value": _("Délai suspendu"),
            "detail": _("depuis le %(day)s") % {"day": _day(suspension.starts_on)},
        }
    if case.is_closed or case.due_on is None or case.complete_on is None:
        return {
            "value": _day(case.due_on) if case.due_on and not case.is_closed else "–",
            "detail": "",
        }
    calendar = clock.Calendar()
    total = calendar.working_days_between(case.complete_on, case.due_on)
    done = clock.elapsed_working_days(case, start=case.complete_on, end=timezone.localdate())
    return {
        "value": _day(case.due_on),
        "detail": _("%(n)s jour ouvré sur %(total)s") % {"n": _rank(done), "total": total},
    }


def _rank(number: int) -> str:
    return "1er" if number == 1 else f"{number}e"


def _day(day: date) -> str:
    from cases.announcements import day_text

    return day_text(day)


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
    tabs.append(tab("thread", _("Échanges"), case_selectors.messages(user, case).count() or ""))
    tabs.append(tab("files", _("Pièces"), case_selectors.attachments(user, case).count() or ""))
    tabs.append(tab("history", _("Historique")))
    return tabs


def _stepper(case: DataRequest, tasks: list[Task]) -> dict[str, Any]:
    """Seven stages; a complement stays where it arose; an end freezes the stepper."""
    current = _current_step(case, tasks)
    closed = ""
    if case.is_closed and case.stage not in (RequestStage.RUNNING, RequestStage.CLOSED):
        closed = _("Demande close le %(day)s : %(how)s.") % {
            "day": _day(timezone.localdate(case.closed_at)),
            "how": case.stage_label.lower(),
        }
    return {
        "current": current,
        "total": len(STEPS),
        "title": STEPS[current - 1],
        "closed": closed,
        "next": STEPS[current] if current < len(STEPS) and not closed else "",
    }


def _current_step(case: DataRequest, tasks: list[Task]) -> int:
    found = STEP_OF_STAGE.get(RequestStage(case.stage))
    if found is not None:
        return found
    nodes = {task.node for task in tasks}
    if nodes & {"answer_holder", "decide"}:
        return 4
    if nodes & {"answer_question", "give_opinion", "conclude_study"}:
        return 3
    if case.conclusions.exists():
        return 4
    return 3 if case.complete_on else 2


def next_steps(user: User, case: DataRequest, tasks: list[Task], suspension: Any) -> dict[str, Any]:
    """« Et maintenant ? » : who, what, before when; three lines at most, the reader's first."""
    if suspension is not None:
        pending = case.complements.filter(state__in=["asked", "noticed"]).last()
        if pending is not None:
            return {
                "message": _(
                    "Le décompte est arrêté : le demandeur doit répondre à %(n)s points avant le %(day)s. "
                    "Sans réponse, la demande sera classée sans suite, après un préavis."
                )
                % {"n": len(pending.items), "day": _day(pending.due_on)}
            }
    if case.stage == RequestStage.RUNNING:
        return {"message": _("La convention est signée : le partage est en cours.")}
    if case.is_closed:
        return {"message": _closing_text(case)}
    if not tasks:
        return {
            "message": _("La convention est en cours : suivez-la depuis l’onglet « Convention ».")
        }
    ordered = sorted(
        tasks, key=lambda task: (not case_policies.can_act(user, task), task.due_on or date.max)
    )
    return {"steps": [_next_step(user, task) for task in ordered[:3]]}


def _closing_text(case: DataRequest) -> str:
    if case.redirect_url or case.redirect_contact:
        return _("La demande a été réorientée : %(where)s.") % {
            "where": case.redirect_url or case.redirect_contact
        }
    return _("La demande est close : %(how)s. Aucune action n’est attendue.") % {
        "how": case.stage_label.lower()
    }


def _next_step(user: User, task: Task) -> dict[str, str]:
    mine = case_policies.can_act(user, task)
    name = actor_name(task)
    text = str(task.title)
    blocking = ""
    if task.node == "give_opinion" and task.data.get("kind") in DPO_KINDS:
        blocking = " " + _("Sans cet avis, la décision est bloquée.")
    return {
        "who": _("Vous") if mine else name[:1].upper() + name[1:],
        "text": f"{text[:1].lower()}{text[1:]}.{blocking}",
        "when": _("Au plus tard le %(day)s") % {"day": _day(task.due_on)} if task.due_on else "",
    }


def _tracks(
    user: User, case: DataRequest, consultations: list[Consultation]
) -> list[dict[str, Any]]:
    """One line per track: mine, then late, pending, done (names and states only for a requester)."""
    lines = [(_track_rank(user, one), _track_line(user, case, one)) for one in consultations]
    return [line for _rank_, line in sorted(lines, key=lambda pair: pair[0])]


def _track_rank(user: User, one: Consultation) -> int:
    if one.given_at or one.verdict:
        return 3
    if one.task is not None and case_policies.can_act(user, one.task):
        return 0
    late = one.task is not None and one.task.due_on and one.task.due_on < timezone.localdate()
    return 1 if late else 2


def _track_line(user: User, case: DataRequest, one: Consultation) -> dict[str, Any]:
    who = str(one.given_by or (one.task.owner if one.task and one.task.owner else ""))
    place = str(one.organisation or "")
    return {
        "name": str(one.get_kind_display())
        + (f" — {place}" if one.kind in ("feasibility", "dpo_holder") else ""),
        "who": " — ".join(part for part in (place, who) if part),
        "badge": _track_badge(one),
        "meta": _track_meta(one),
        "action": _track_action(user, case, one),
    }


def _track_badge(one: Consultation) -> dict[str, Any]:
    if one.verdict:
        text = str(Verdict(one.verdict).label)
        if one.verdict == Verdict.RESERVED:
            text = _("Favorable, %(n)s réserves") % {"n": len(one.conditions.all())}
        return {"text": text, "variant": VERDICT_BADGES[Verdict(one.verdict)]}
    due = one.task.due_on if one.task else None
    late = clock.Calendar().working_days_between(due, timezone.localdate()) if due else 0
    if late > 0:
        return {"text": _("Retard %(n)s j") % {"n": late}, "variant": "error"}
    blocking = one.kind in DPO_KINDS
    return {
        "text": _("Attendu, bloquant") if blocking else _("Attendu"),
        "variant": "neutral",
        "icon": False,
    }


def _track_meta(one: Consultation) -> str:
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
    day, total = clock.progress(one.task)
    return _("%(n)s jour sur %(total)s") % {"n": _rank(day), "total": total}


def _track_action(user: User, case: DataRequest, one: Consultation) -> dict[str, Any] | None:
    if one.task is not None and one.task.is_open:
        if case_policies.can_act(user, one.task):
            return {
                "label": _("Rendre"),
                "url": address_of(case, one.task),
                "variant": "secondary",
                "small": True,
                "full_label": _("Rendre : %(what)s") % {"what": one},
            }
        if case_policies.is_cell(user) and not one.given_at:
            return {
                "label": _("Relancer"),
                "url": reverse("requests_flow:nudge", args=[case.reference, one.task.pk]),
                "post": True,
                "variant": "tertiary",
                "small": True,
                "full_label": _("Relancer : %(what)s") % {"what": one},
            }
        return None
    if one.given_at and policies.can_read_opinions(user, case):
        return {
            "label": _("Lire"),
            "url": reverse("requests_flow:read_opinion", args=[case.reference, one.pk]),
            "variant": "link",
            "full_label": _("Lire : %(what)s") % {"what": one},
        }
    return None


def _tracks_meta(consultations: list[Consultation]) -> str:
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
        f"{text} — {_('la plus tardive borne l’étape : %(day)s') % {'day': _day(max(pending))}}"
        if pending
        else text
    )


def conditions(user: User, case: DataRequest) -> list[dict[str, Any]]:
    """« Réserves » : moment, text, owner, proof, origin, and what may be done."""
    lines = []
    for one in case.conditions.select_related(
        "consultation", "decision", "consultation__organisation"
    ):
        open_ = one.state in (ConditionState.OPEN, ConditionState.PROOF_RECEIVED)
        stage = ConditionStage(one.due_stage)
        short = {
            "before_signature": _("Préalable"),
            "before_delivery": _("Préalable"),
            "in_agreement": _("À inscrire"),
        }
        badge = {
            "text": short[stage] if open_ else one.get_state_display(),
            "variant": ("warning" if stage != ConditionStage.IN_AGREEMENT else "neutral")
            if open_
            else "success",
            "icon": False,
        }
        lines.append(
            {
                "badge": badge,
                "when": str(stage.label).lower(),
                "title": one.text,
                "meta": " · ".join(
                    part
                    for part in (
                        _("Porteur : %(who)s") % {"who": one.owner},
                        _("preuve : %(proof)s") % {"proof": one.proof} if one.proof else "",
                        one.origin,
                        one.get_state_display() if open_ and one.state != "open" else "",
                    )
                    if part
                ),
                "action": {
                    "label": _("Traiter"),
                    "url": reverse("requests_flow:settle_condition", args=[case.reference, one.pk]),
                    "variant": "secondary",
                    "small": True,
                    "full_label": _("Traiter : %(what)s") % {"what": one.text[:60]},
                }
                if open_
                and (
                    policies.can_settle_condition(user, case)
                    or policies.can_bring_proof(user, case)
                )
                else None,
            }
        )
    return lines


def formality_table(case: DataRequest, can_edit: bool) -> dict[str, Any]:
    """The register of external formalities as rows of a table."""
    columns = [
        _("Autorité"),
        _("Référence"),
        _("Déposée le"),
        _("Réponse attendue le"),
        _("Réponse"),
        _("Échéance"),
    ]
    rows = [
        [
            {"text": one.authority, "url": f"?modifier={one.pk}" if can_edit else ""},
            one.reference,
            _day(one.filed_on),
            _day(one.due_on),
            one.get_answer_display(),
            _day(one.expires_on),
        ]
        for one in case.formalities.all()
    ]
    return {"columns": columns, "rows": rows}

"""The frame of the pages of an act: band, tabs, menu; and what its pieces say in words."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from agreements import policies
from agreements.assembly.checks import Check, CheckState
from agreements.enums import (
    BEFORE_SIGNED,
    EDITABLE_STAGES,
    AgreementStage,
    ReserveState,
    ReviewVerdict,
)
from agreements.models import Agreement, Reserve
from agreements.selectors.desk import AWAITED, ArticleLine, Desk, PositionLine
from cases.enums import Side
from cases.models import Party, Task
from cases.policies import can_act
from cases.selectors import open_tasks
from journal.dates import day_text

_VARIANT = {
    AgreementStage.SIGNED: "success",
    AgreementStage.IN_FORCE: "success",
    AgreementStage.SUSPENDED: "warning",
    AgreementStage.WINDING_UP: "warning",
    AgreementStage.TERMINATED: "error",
}
_TALK = {"discussion"}
_TAB_PAGES = {
    "acte": "view_act",
    "evenements": "view_life",
    "redaction": "view_draft",
    "annexes": "list_annexes",
    "versions": "list_versions",
    "reserves": "list_reserves",
    "signature": "view_signature",
    "historique": "view_history",
}


def day(value: Any) -> str:
    return day_text(value) if value else ""


def stage_badge(agreement: Agreement) -> dict[str, Any]:
    """The badge of the state of an act (ux/spec.md, §8)."""
    variant = _VARIANT.get(AgreementStage(agreement.stage), "")
    if not variant and agreement.stage in BEFORE_SIGNED:
        variant = "info"
    return {"text": agreement.stage_label, "variant": variant, "icon": False}


def page_url(agreement: Agreement, name: str, *args: Any) -> str:
    return reverse(f"agreements:{name}", args=[agreement.reference, *args])


def check_line(agreement: Agreement, check: Check) -> dict[str, str]:
    """A check as the component shows it: its state and the way to its cure."""
    state = "warn"
    if check.state == CheckState.OK:
        state = "ok"
    elif check.code in _TALK:
        state = "talk"
    elif check.is_blocking and check.code in ("homologation", "transfers", "fees", "dates"):
        state = "blocked"
    query = f"?{check.query}" if check.query else ""
    url = f"{reverse('agreements:open_act', args=[agreement.reference])}{check.page}/{query}"
    return {"label": check.label, "detail": check.detail, "state": state, "url": url}


def checks_box(desk: Desk) -> dict[str, Any]:
    """« Avant d’arrêter la version : n contrôles à satisfaire », or « Tout est prêt »."""
    waiting = [check for check in desk.checks if check.state != CheckState.OK]
    count = len(desk.blocking)
    title = ngettext(
        "Avant d’arrêter la version : %(n)s contrôle à satisfaire",
        "Avant d’arrêter la version : %(n)s contrôles à satisfaire",
        count,
    ) % {"n": count}
    return {
        "title": title if count else _("Tout est prêt pour arrêter la version"),
        "meta": _("%(done)s contrôles sur %(all)s satisfaits")
        % {"done": desk.satisfied, "all": len(desk.checks)},
        "checks": [check_line(desk.agreement, check) for check in waiting],
    }


_IN_THE_ACT = {
    Side.HOLDER: gettext_lazy("détenteur"),
    Side.OPERATOR: gettext_lazy("opérateur d’appariement"),
    Side.REQUESTER: gettext_lazy("destinataire"),
}


def party_label(party: Party) -> str:
    return f"{party.organisation}, {_IN_THE_ACT[Side(party.side)]}"


def position_line(position: PositionLine, tasks: list[Task]) -> dict[str, Any]:
    """One line of « Position des parties »."""
    task = next((one for one in tasks if one.data.get("party") == position.party.pk), None)
    label = party_label(position.party)
    if position.verdict == AWAITED:
        text = _("Réponse attendue") if task else _("À consulter")
        if position.review is not None and task is None:
            text = _("Texte modifié depuis sa réponse")
        meta = _("avant le %s") % f"{task.due_on:%d/%m}" if task and task.due_on else ""
        return {"name": label, "badge": (text, "warning" if task else ""), "meta": meta,
                "comment": ""}  # fmt: skip
    variant = {ReviewVerdict.AGREE: "success", ReviewVerdict.REFUSE: "error"}.get(
        ReviewVerdict(position.verdict), "info"
    )
    review = position.review
    meta = f"{review.given_at:%d/%m} · {review.given_by}" if review else ""
    return {
        "name": label,
        "badge": (ReviewVerdict(position.verdict).label, variant),
        "meta": meta,
        "comment": position.comment,
    }


def article_state(line: ArticleLine) -> tuple[str, str]:
    """The icon and the word of an article in the list."""
    if line.gaps or line.is_dangling:
        return "fr-icon-error-warning-line cdd-ico--warn", _("Champ à compléter")
    if line.is_discussed:
        return "fr-icon-question-answer-line cdd-ico--info", _("En discussion")
    if line.is_awaited:
        return "fr-icon-time-line cdd-ico--mute", _("Réponse attendue")
    if line.article.is_locked:
        return "fr-icon-lock-line cdd-ico--mute", _("accord, texte verrouillé")
    return "fr-icon-check-line cdd-ico--ok", _("accord")


def reserve_badge(reserve: Reserve) -> tuple[str, str]:
    variant = {
        ReserveState.OPEN: "warning",
        ReserveState.PROOF_RECEIVED: "info",
        ReserveState.LIFTED: "success",
        ReserveState.INSCRIBED: "success",
    }.get(ReserveState(reserve.state), "")
    return reserve.get_state_display(), variant


def frame(user: User, desk: Desk, current: str) -> dict[str, Any]:
    """Everything that each tab of an act shows around its own content."""
    agreement = desk.agreement
    tasks = open_tasks(agreement)
    mine = [task for task in tasks if can_act(user, task)]
    return {
        "agreement": agreement,
        "desk": desk,
        "tasks": tasks,
        "my_tasks": mine,
        "band": {
            "reference": agreement.reference,
            "meta": _meta(agreement),
            "title": agreement.title,
            "closed": agreement.is_closed,
            "badges": _badges(desk),
            "facts": _facts(desk, tasks),
            "menu": _menu(user, desk, mine, tasks),
            "tabs": _tabs(desk, current),
            "tabs_label": _("Rubriques du projet de convention"),
        },
    }


def _meta(agreement: Agreement) -> str:
    kind = str(agreement.get_act_type_display())
    label = kind[:1].lower() + kind[1:]
    if agreement.source_reference:
        return _("%(kind)s · issue de %(source)s") % {
            "kind": label, "source": agreement.source_reference,
        }  # fmt: skip
    return label


def _badges(desk: Desk) -> list[Any]:
    agreement = desk.agreement
    badges: list[Any] = [stage_badge(agreement)]
    if agreement.round and agreement.stage in EDITABLE_STAGES:
        badges.append({"text": _("Tour %s") % agreement.round, "variant": "", "icon": False})
    return badges


def _facts(desk: Desk, tasks: list[Task]) -> list[dict[str, str]]:
    facts = [
        {"label": _("Détenteur"), **_side(desk, Side.HOLDER)},
        {"label": _("Destinataire"), **_side(desk, Side.REQUESTER)},
    ]
    if tasks:
        first = tasks[0]
        who = str(first.owner or first.organisation or "")
        facts.append({"label": _("Prochain acteur"), "value": who, "detail": str(first.title)})
        is_late = first.due_on is not None and first.due_on < timezone.localdate()
        detail = _("dépassée") if is_late else ""
        facts.append({"label": _("Échéance"), "value": day(first.due_on), "detail": detail})
    return facts


def _side(desk: Desk, side: str) -> dict[str, str]:
    parties = [party for party in desk.parties if party.side == side]
    signatories = [desk.signatories.get(party.pk) for party in parties]
    names = [str(one.user) for one in signatories if one]
    return {
        "value": ", ".join(str(party.organisation) for party in parties),
        "detail": _("Signataire : %s") % ", ".join(names) if names else "",
    }


def _tabs(desk: Desk, current: str) -> list[dict[str, Any]]:
    agreement = desk.agreement
    done = sum(not line.missing for line in desk.annexes)
    opened = len(desk.open_reserves)
    counts = {
        "annexes": _("%(done)s sur %(all)s") % {"done": done, "all": len(desk.annexes)},
        "versions": str(len(desk.versions)) if desk.versions else "",
        "reserves": ngettext("%s ouverte", "%s ouvertes", opened) % opened if opened else "",
    }
    labels = {
        "redaction": _("Rédaction"),
        "annexes": _("Annexes"),
        "versions": _("Versions"),
        "reserves": _("Réserves"),
        "signature": _("Signature"),
        "historique": _("Historique"),
    }
    if agreement.is_signed:
        labels = {"acte": _("Acte signé"), "evenements": _("Événements"), **labels}
    return [
        {
            "label": label,
            "url": page_url(agreement, _TAB_PAGES[code]),
            "current": code == current,
            "count": counts.get(code, ""),
            "new": False,
        }
        for code, label in labels.items()
    ]


def _menu(user: User, desk: Desk, mine: list[Task], tasks: list[Task]) -> dict[str, Any] | None:
    """« Faire avancer le projet » : what this person may do now, or why he may not."""
    agreement = desk.agreement
    items = [_task_item(agreement, task) for task in mine if task.node != "draft_version"]
    if policies.can_decide_on_text(user, agreement):
        items += _drafter_items(desk, mine, tasks)
    items += _life_items(user, agreement)
    if policies.can_abandon(user, agreement):
        items.append(_item(_("Abandonner le projet"), page_url(agreement, "abandon")))
    label = _("Agir sur l’acte") if agreement.is_signed else _("Faire avancer le projet")
    return {"label": label, "items": items} if items else None


def _life_items(user: User, agreement: Agreement) -> list[dict[str, Any]]:
    """What a person may decide on a signed act."""
    known = (
        (policies.can_suspend, _("Suspendre"), "suspend"),
        (policies.can_ask_lifting, _("Demander la levée de la suspension"), "ask_lifting"),
        (policies.can_terminate, _("Résilier"), "terminate"),
    )
    return [
        _item(label, page_url(agreement, name))
        for allowed, label, name in known
        if agreement.is_signed and allowed(user, agreement)
    ]


def _item(label: str, url: str, *, hint: str = "", impossible: str = "") -> dict[str, Any]:
    return {"label": label, "url": url, "hint": hint, "impossible": impossible, "post": False}


def _task_item(agreement: Agreement, task: Task) -> dict[str, Any]:
    if task.node == "sign_version":
        return _item(_("Signer ou refuser de signer"), page_url(agreement, "view_signature"))
    return _item(_("Répondre à la version"), page_url(agreement, "review_version", task.pk))


def _drafter_items(desk: Desk, mine: list[Task], tasks: list[Task]) -> list[dict[str, Any]]:
    agreement = desk.agreement
    items = []
    if any(task.node == "draft_version" for task in mine):
        count = len(desk.blocking)
        why = ngettext("%s contrôle à satisfaire", "%s contrôles à satisfaire", count) % count
        number = len(desk.versions) + 1
        items.append(
            _item(_("Arrêter la version"), page_url(agreement, "freeze"),
                  impossible=why if count else "")
        )  # fmt: skip
        items.append(
            _item(
                _("Envoyer la version %s aux parties") % number, page_url(agreement, "send_round")
            )
        )
    if any(task.node == "review_version" for task in tasks):
        items.append(_item(_("Clore le tour d’échanges"), page_url(agreement, "end_round")))
    if any(task.node == "sign_version" for task in tasks):
        items.append(_item(_("Remettre en rédaction"), page_url(agreement, "return_to_drafting")))
    return items

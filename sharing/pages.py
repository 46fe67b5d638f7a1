"""The frame of the pages of a sharing: band, tabs; and what its pieces say in words."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from agreements.enums import ObligationMoment, ObligationState
from agreements.models import Agreement, Obligation
from agreements.pages import day, stage_badge
from cases.enums import Side
from sharing import policies
from sharing.selectors import ObligationLine
from sharing.selectors.lists import direction

_TABS = {
    "overview": "view_sharing",
    "obligations": "list_obligations",
    "deliveries": "list_deliveries",
    "persons": "list_persons",
}
_STATES = {
    ObligationState.PROOF_RECEIVED: "info",
    ObligationState.DISCHARGED: "success",
}


def page_url(agreement: Agreement, name: str, *args: Any) -> str:
    return reverse(f"sharing:{name}", args=[agreement.reference, *args])


def short_day(day: date | None) -> dict[str, Any] | None:
    """A day in a cell of a table."""
    return {"text": f"{day:%d/%m/%Y}", "nowrap": True} if day else None


def frame(user: User, agreement: Agreement, current: str) -> dict[str, Any]:
    """Everything that each tab of a sharing shows around its own content."""
    return {
        "agreement": agreement,
        "band": {
            "reference": agreement.reference,
            "meta": direction(agreement),
            "title": agreement.title,
            "closed": agreement.is_closed,
            "badges": [stage_badge(agreement)],
            "facts": _facts(agreement),
            "tabs": _tabs(user, agreement, current),
            "tabs_label": _("Rubriques du partage"),
        },
    }


def _facts(agreement: Agreement) -> list[dict[str, str]]:
    return [
        {"label": _("Détenteur"), "value": _side(agreement, Side.HOLDER)},
        {"label": _("Destinataire"), "value": _side(agreement, Side.REQUESTER)},
        {"label": _("Effet"), "value": day(agreement.effective_on)},
        {"label": _("Fin"), "value": day(agreement.end_on)},
    ]


def _side(agreement: Agreement, side: str) -> str:
    return ", ".join(str(one.organisation) for one in agreement.parties.all() if one.side == side)


def _tabs(user: User, agreement: Agreement, current: str) -> list[dict[str, Any]]:
    labels = {
        "overview": _("Vue d’ensemble"),
        "obligations": _("Obligations"),
        "deliveries": _("Livraisons"),
    }
    if policies.can_read_persons(user, agreement):
        labels["persons"] = _("Habilités")
    return [
        {
            "label": label,
            "url": page_url(agreement, _TABS[code]),
            "current": code == current,
            "count": "",
            "new": False,
        }
        for code, label in labels.items()
    ]


def prior_text(count: int) -> str:
    """« Ce partage n’a pas commencé : 2 conditions restent à remplir. »"""
    return (
        ngettext(
            "Ce partage n’a pas commencé : %s condition reste à remplir.",
            "Ce partage n’a pas commencé : %s conditions restent à remplir.",
            count,
        )
        % count
    )


def obligation_badge(obligation: Obligation) -> tuple[str, str]:
    """The badge of an obligation: its state, or by how many days it is late."""
    if obligation.is_late() and obligation.due_on is not None:
        late = (timezone.localdate() - obligation.due_on).days
        return _("Retard %s j") % late, "error"
    state = ObligationState(obligation.state)
    return str(state.label), _STATES.get(state, "")


def checklist(agreement: Agreement, lines: list[ObligationLine]) -> dict[str, Any] | None:
    """« Conditions préalables à la première livraison » : state, bearer, proof of each."""
    prior = [
        line.obligation
        for line in lines
        if line.obligation.moment == ObligationMoment.BEFORE_DELIVERY
    ]
    opened = [one for one in prior if one.is_open]
    if not prior:
        return None
    return {
        "checks_title": _("Conditions préalables à la première livraison"),
        "checks_meta": _("%(done)s sur %(all)s") % {
            "done": len(prior) - len(opened), "all": len(prior),
        },
        "checks": [_check(agreement, one) for one in prior],
        "blocks": bool(opened),
    }  # fmt: skip


def _check(agreement: Agreement, one: Obligation) -> dict[str, str]:
    state = "warn" if one.state == ObligationState.OPEN else "ok"
    if one.state == ObligationState.PROOF_RECEIVED:
        state = "talk"
    said = [str(one.get_state_display()), one.owner]
    if one.is_open:
        said.append(_("preuve attendue : %s") % one.proof_expected if one.proof_expected else "")
    else:
        said.append(one.proof or one.settlement)
    return {
        "label": one.text,
        "detail": " · ".join(part for part in said if part),
        "state": state,
        "url": f"{page_url(agreement, 'list_obligations')}#obligation-{one.pk}",
    }


def rule_text(obligation: Obligation) -> str:
    """When an obligation is due: its day, or the rule that will give it."""
    if obligation.due_on is not None:
        return _("avant le %s") % day(obligation.due_on)
    if not obligation.anchor:
        return ""
    delay = _delay(obligation.months, obligation.days)
    return _("%(delay)s après : %(anchor)s") % {
        "delay": delay, "anchor": obligation.get_anchor_display(),
    } if delay else str(obligation.get_anchor_display())  # fmt: skip


def _delay(months: int, days: int) -> str:
    parts = []
    if months:
        parts.append(ngettext("%s mois", "%s mois", months) % months)
    if days:
        parts.append(ngettext("%s jour", "%s jours", days) % days)
    return " ".join(parts)


def next_steps(agreement: Agreement, lines: list[ObligationLine]) -> dict[str, Any]:
    """« Et maintenant ? » : what blocks the first delivery, else the next dates."""
    waiting = [line.obligation for line in lines if line.obligation.is_open]
    prior = [one for one in waiting if one.moment == ObligationMoment.BEFORE_DELIVERY]
    first = prior or [one for one in waiting if one.due_on is not None]
    steps = [
        {"who": one.owner or _("Les parties"), "text": one.text, "when": rule_text(one)}
        for one in first[:3]
    ]
    message = ""
    if prior:
        message = prior_text(len(prior))
    elif not steps:
        message = _("Rien n’est attendu pour le moment.")
    return {"steps": steps, "message": message}

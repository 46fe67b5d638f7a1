"""Reserves and external formalities, as the case page lists them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as L

from accounts.models import User
from agreements.enums import AgreementStage
from agreements.models import Reserve
from cases.enums import ScanState
from requests_flow import policies
from requests_flow.enums import ConditionStage, ConditionState
from requests_flow.models import Condition, DataRequest, Formality
from requests_flow.selectors.case_page.words import day

OPEN = (ConditionState.OPEN, ConditionState.PROOF_RECEIVED)
SHORT = {
    ConditionStage.BEFORE_SIGNATURE: L("Préalable"),
    ConditionStage.BEFORE_DELIVERY: L("Préalable"),
    ConditionStage.IN_AGREEMENT: L("À inscrire"),
    ConditionStage.ONGOING: L("En cours de partage"),
}


def conditions(user: User, case: DataRequest) -> list[dict[str, Any]]:
    """« Réserves » : moment, text, owner, proof, origin, and what may be done.

    Once the act is open, its own reserves are those that are lifted or inscribed.
    """
    taken_up = _taken_up(case)
    may_act = policies.can_settle_condition(user, case) or policies.can_bring_proof(user, case)
    in_request = not policies.has_open_act(case)
    rows = case.conditions.select_related(
        "consultation__organisation", "decision__organisation"
    ).order_by("pk")
    lines = []
    for one in rows:
        reserve = taken_up.get((one.text, one.due_stage))
        action = (_action(case, one) if in_request else _in_act(reserve, one)) if may_act else None
        lines.append(_line(one, reserve, action))
    return lines


def _taken_up(case: DataRequest) -> dict[tuple[str, str], Reserve]:
    """The reserves of the act, by what they say: their state is what was done since."""
    found = Reserve.objects.filter(agreement__source_case_id=case.pk)
    found = found.exclude(agreement__stage=AgreementStage.ABANDONED).select_related("agreement")
    found = found.order_by("pk")
    return {(one.text, one.stage): one for one in found}


def _line(one: Condition, reserve: Reserve | None, action: dict[str, Any] | None) -> dict[str, Any]:
    """A reserve as it stands: in the act when the act took it up, else in the request."""
    is_open = reserve.is_open if reserve else one.state in OPEN
    state = str((reserve or one).get_state_display())
    parts = (
        _("Porteur : %(who)s") % {"who": one.owner},
        _("preuve : %(proof)s") % {"proof": one.proof} if one.proof else "",
        one.origin,
        one.get_state_display() if one.state == ConditionState.PROOF_RECEIVED else "",
    )
    return {
        "badge": _badge(one, state, is_open=is_open),
        "when": str(ConditionStage(one.due_stage).label).lower(),
        "title": one.text,
        "meta": " · ".join(part for part in parts if part),
        "action": action if is_open else None,
    }


def _badge(one: Condition, state: str, *, is_open: bool) -> dict[str, Any]:
    if not is_open:
        return {"text": state, "variant": "success", "icon": False}
    stage = ConditionStage(one.due_stage)
    prior = stage in (ConditionStage.BEFORE_SIGNATURE, ConditionStage.BEFORE_DELIVERY)
    return {
        "text": str(SHORT[stage]),
        "variant": "warning" if prior else "neutral",
        "icon": False,
    }


def _action(case: DataRequest, one: Condition) -> dict[str, Any]:
    return {
        "label": _("Traiter"),
        "url": reverse("requests_flow:settle_condition", args=[case.reference, one.pk]),
        "variant": "secondary",
        "small": True,
        "full_label": _("Traiter : %(what)s") % {"what": one.text[:60]},
    }


def _in_act(reserve: Reserve | None, one: Condition) -> dict[str, Any] | None:
    """Where the act took a reserve up, it is proved, lifted or inscribed there."""
    if reserve is None:
        return None
    return {
        "label": _("Traiter dans l’acte"),
        "url": reverse("agreements:list_reserves", args=[reserve.agreement.reference]),
        "variant": "secondary",
        "small": True,
        "full_label": _("Traiter dans l’acte : %(what)s") % {"what": one.text[:60]},
    }


def formality_table(case: DataRequest, can_edit: bool) -> dict[str, Any]:
    """The register of external formalities as rows of a table."""
    columns = [
        _("Autorité"),
        _("Référence"),
        _("Déposée le"),
        _("Réponse attendue le"),
        _("Réponse"),
        _("Échéance"),
        _("Pièce"),
    ]
    rows = [
        [
            {"text": one.authority, "url": f"?modifier={one.pk}" if can_edit else ""},
            one.reference,
            day(one.filed_on),
            day(one.due_on),
            one.get_answer_display(),
            day(one.expires_on),
            _document(case, one),
        ]
        for one in case.formalities.select_related("document")
    ]
    return {"columns": columns, "rows": rows}


def _document(case: DataRequest, one: Formality) -> Any:
    """The authorisation or the opinion received, to be opened; nothing while it is analysed."""
    if one.document is None:
        return ""
    if one.document.scan_state in (ScanState.PENDING, ScanState.REFUSED):
        return one.document.name
    url = reverse("requests_flow:download", args=[case.reference, one.document.pk])
    return {"text": one.document.name, "url": url}

"""What the pages of deliveries say in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as L

from agreements.models import Agreement
from agreements.pages import day
from sharing.enums import DeliveryState
from sharing.models import ApiMonth, Delivery
from sharing.pages import page_url, short_day
from sharing.quality import Measure
from sharing.selectors import DeliveryLine, SharingRow

DELIVERY_COLUMNS: list[Any] = [
    L("N°"), L("Période"), L("Prévue le"), L("Envoyée"), L("Reçue"), L("Contrôlée"), L("Verdict"),
    L("À faire"),
]  # fmt: skip
MEASURE_COLUMNS: list[Any] = [
    L("Dimension"),
    {"label": L("Mesure"), "numeric": True},
    {"label": L("Seuil"), "numeric": True},
    L("Résultat"),
]
API_COLUMNS: list[Any] = [
    L("Mois"),
    {"label": L("Appels"), "numeric": True},
    {"label": L("Erreurs (%)"), "numeric": True},
    {"label": L("Disponibilité (%)"), "numeric": True},
    {"label": L("Temps moyen (ms)"), "numeric": True},
]
_VARIANTS = {
    DeliveryState.SENT: "info",
    DeliveryState.RECEIVED: "info",
    DeliveryState.ACCEPTED: "success",
    DeliveryState.ACCEPTED_RESERVE: "warning",
    DeliveryState.REFUSED: "error",
}


def delivery_badge(delivery: Delivery) -> tuple[str, str]:
    """The badge of a delivery: « Retard 2 j » while it was not sent, else its state."""
    late = delivery.days_late()
    if late and delivery.state == DeliveryState.PLANNED:
        return _("Retard %s j") % late, "error"
    return str(delivery.get_state_display()), _VARIANTS.get(DeliveryState(delivery.state), "")


def delivery_row(agreement: Agreement, line: DeliveryLine) -> list[Any]:
    """One line of the calendar; the first cell is the row header."""
    one = line.delivery
    return [
        {
            "text": _("Livraison %s") % one.number,
            "url": page_url(agreement, "view_delivery", one.number),
        },
        one.period,
        short_day(one.planned_on),
        short_day(one.sent_on),
        short_day(one.received_on),
        short_day(one.checked_on),
        {"text": "", "badge": delivery_badge(one)},
        _action(agreement, line),
    ]


def _action(agreement: Agreement, line: DeliveryLine) -> Any:
    number = line.delivery.number
    for may, label, name in (
        (line.may_send, _("Déclarer l’envoi"), "send_delivery"),
        (line.may_receive, _("Déclarer la réception"), "receive_delivery"),
        (line.may_check, _("Contrôler la livraison"), "check_delivery"),
    ):
        if may:
            text = _("%(what)s : livraison %(n)s") % {"what": label, "n": number}
            return {"text": text, "url": page_url(agreement, name, number)}
    return None


def measure_row(one: Measure) -> list[Any]:
    """One measure, its threshold, and whether it is reached, in words."""
    said = {True: (_("Seuil atteint"), "success"), False: (_("Seuil non atteint"), "error")}
    badge = said.get(one.is_met) if one.is_met is not None else None
    return [one.label, one.value, one.threshold, {"text": _("sans seuil"), "badge": badge}]


def api_row(one: ApiMonth) -> list[Any]:
    return [
        f"{one.month:%m/%Y}",
        str(one.calls),
        str(one.errors_percent).replace(".", ","),
        str(one.availability_percent).replace(".", ","),
        str(one.mean_ms),
    ]


def verdict_badge(state: str) -> tuple[str, str] | None:
    """The badge of a verdict; nothing before the first one."""
    if not state:
        return None
    verdict = DeliveryState(state)
    return str(verdict.label), _VARIANTS[verdict]


def kpis(row: SharingRow) -> list[dict[str, Any]]:
    """The four figures at the head of a sharing (ux/spec.md, §6)."""
    verdict = DeliveryState(row.last_verdict).label if row.last_verdict else "–"
    return [
        {"label": _("Prochaine livraison"), "value": day(row.next_delivery)},
        {"label": _("Qualité de la dernière"), "value": verdict},
        {"label": _("Habilités actifs"), "value": row.open_accesses},
        {"label": _("Prochain bilan"), "value": day(row.next_report)},
    ]

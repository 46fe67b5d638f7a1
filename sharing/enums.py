"""Vocabulary of sharings."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryState(models.TextChoices):
    """Where a delivery stands (process.md, §3); that it is late is computed."""

    PLANNED = "planned", _("Prévue")
    SENT = "sent", _("Envoyée")
    RECEIVED = "received", _("Reçue")
    ACCEPTED = "accepted", _("Conforme")
    ACCEPTED_RESERVE = "accepted_reserve", _("Conforme avec réserves")
    REFUSED = "refused", _("Non conforme")
    CANCELLED = "cancelled", _("Annulée")


VERDICTS = (DeliveryState.ACCEPTED, DeliveryState.ACCEPTED_RESERVE, DeliveryState.REFUSED)

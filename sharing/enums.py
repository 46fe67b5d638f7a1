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


class AuthorisationState(models.TextChoices):
    """Where the access of a named person stands (process.md, §3)."""

    PROPOSED = "proposed", _("Proposée")
    ACTIVE = "active", _("Active")
    TO_REVIEW = "to_review", _("À confirmer")
    REVOKED = "revoked", _("Retirée")
    EXPIRED = "expired", _("Échue")


# The access stays open while its yearly review is awaited (process.md, §11).
OPEN_ACCESS = (AuthorisationState.ACTIVE, AuthorisationState.TO_REVIEW)
LIVE_AUTHORISATION = (AuthorisationState.PROPOSED, *OPEN_ACCESS)

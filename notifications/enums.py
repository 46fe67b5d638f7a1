"""Vocabulary of the messages that leave."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Family(models.TextChoices):
    """What a message is about; a person chooses a channel per family (ux/spec.md, §8)."""

    FILING = "filing", _("Demandes déposées et vérifiées")
    COMPLEMENT = "complement", _("Compléments attendus")
    STUDY = "study", _("Études et visas attendus")
    OPINION = "opinion", _("Avis attendus et rendus")
    DECISION = "decision", _("Décisions")
    MESSAGE = "message", _("Échanges")
    AGREEMENT = "agreement", _("Projets d’acte à relire")
    SIGNATURE = "signature", _("Signatures")
    DELIVERY = "delivery", _("Livraisons et qualité")
    FOLLOW_UP = "follow_up", _("Bilans, habilitations et destructions")
    TERM = "term", _("Fins de partage et renouvellements")
    INCIDENT = "incident", _("Incidents")
    SUSPENSION = "suspension", _("Suspensions")
    ACCOUNT = "account", _("Compte, rôles et délégations")
    EXPORT = "export", _("Exports")


# Always sent at once: an urgent or legal fact waits for no digest.
LOCKED_FAMILIES = frozenset({Family.INCIDENT, Family.SUSPENSION, Family.DECISION, Family.SIGNATURE})


class Channel(models.TextChoices):
    """How a person is told."""

    IMMEDIATE = "immediate", _("Immédiat")
    DIGEST = "digest", _("Résumé quotidien")
    IN_APP = "in_app", _("Dans l’application")


DEFAULT_CHANNEL = Channel.DIGEST


class MailState(models.TextChoices):
    """Where a message of the outbox stands."""

    PENDING = "pending", _("À envoyer")
    SENT = "sent", _("Envoyé")
    FAILED = "failed", _("Abandonné")

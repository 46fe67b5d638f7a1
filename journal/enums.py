"""Vocabulary of the journal."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    """Who may read an event on the page « Historique » of a case (ux/spec.md, §3)."""

    EVERYONE = "everyone", _("Toutes les parties")
    REVIEWERS = "reviewers", _("Détenteurs et personnes consultées")
    CELL = "cell", _("Cellule AMDAC")
    AUDIT = "audit", _("Audit")


class Fault(models.TextChoices):
    """What a control of the journal may find."""

    EDITED = "edited", _("Événement modifié")
    REMOVED = "removed", _("Événement retiré")
    REORDERED = "reordered", _("Événement déplacé dans sa chaîne")
    MOVED = "moved", _("Événement déplacé depuis une autre chaîne")
    BROKEN = "broken", _("Enchaînement rompu")
    TRUNCATED = "truncated", _("Fin de chaîne retirée")
    REWRITTEN = "rewritten", _("Chaîne réécrite après son scellé")
    HEAD = "head", _("Tête de chaîne falsifiée")
    SEAL = "seal", _("Scellé falsifié ou retiré")

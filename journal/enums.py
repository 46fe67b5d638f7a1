"""Vocabulary of the journal."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    """Who may read an event on the page « Historique » of a case (ux/spec.md, §3)."""

    EVERYONE = "everyone", _("Toutes les parties")
    REVIEWERS = "reviewers", _("Détenteurs et personnes consultées")
    CELL = "cell", _("Cellule AMDAC")
    AUDIT = "audit", _("Audit")

"""Answers to one form, pinned to the version of its definition."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from questionnaires import definitions


class AnswerSet(models.Model):
    """What was answered, as typed. `values` is only written by the services of this app."""

    definition_code = models.CharField(_("formulaire"), max_length=60)
    definition_version = models.PositiveIntegerField(_("version du formulaire"))
    values = models.JSONField(_("réponses"), default=dict, blank=True)
    context = models.JSONField(_("faits du dossier"), default=dict, blank=True)
    revision = models.PositiveIntegerField(_("révision"), default=0)
    # {field: {"revision", "by", "by_id", "at"}}: who wrote each answer last.
    authors = models.JSONField(_("auteurs des réponses"), default=dict, blank=True)
    visited = models.JSONField(_("étapes ouvertes"), default=list, blank=True)
    copied_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="copies",
        verbose_name=_("copie de"),
    )  # fmt: skip
    frozen_at = models.DateTimeField(_("figé le"), null=True, blank=True)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("créé par")
    )
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("modifié par")
    )

    class Meta:
        verbose_name = _("réponses à un formulaire")
        verbose_name_plural = _("réponses aux formulaires")

    def __str__(self) -> str:
        return f"{self.definition_code} v{self.definition_version} ({self.pk})"

    @property
    def definition(self) -> definitions.Definition:
        return definitions.get(self.definition_code, self.definition_version)

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None


class FieldEdit(models.Model):
    """What a draft's field held before a recent change: tells two editors' changes apart.

    Kept one day, which is longer than a session lasts, and gone when the answers are frozen.
    """

    answers = models.ForeignKey(AnswerSet, models.CASCADE, related_name="edits")
    revision = models.PositiveIntegerField(_("révision"))
    field = models.CharField(_("champ"), max_length=60)
    before: Any = models.JSONField(_("valeur d’avant"), null=True)
    editor = models.CharField(_("page d’où vient la saisie"), max_length=40, blank=True)
    at = models.DateTimeField(_("le"), auto_now_add=True)

    class Meta:
        verbose_name = _("modification récente d’un brouillon")
        verbose_name_plural = _("modifications récentes des brouillons")
        indexes = [models.Index(fields=["answers", "revision"], name="edit_by_revision")]

    def __str__(self) -> str:
        return f"{self.field} r{self.revision}"

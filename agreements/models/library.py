"""The clause library in the database: versions are added, never edited in place."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agreements.enums import ActType
from agreements.library import ActTemplate, ClauseText
from agreements.library.definitions import MAX_CONDITION, MAX_NOTE, MAX_PURPOSE, MAX_TITLE


class Clause(models.Model):
    """A clause through its versions; deactivated when it is no longer proposed, never deleted."""

    code = models.CharField(_("code"), max_length=8, unique=True)
    is_active = models.BooleanField(_("proposée dans les nouveaux actes"), default=True)

    class Meta:
        verbose_name = _("clause")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Wording(models.Model):
    """What a clause says, and when it is said."""

    title = models.CharField(_("titre"), max_length=MAX_TITLE)
    purpose = models.CharField(_("but"), max_length=MAX_PURPOSE)
    types = ArrayField(models.CharField(max_length=1, choices=ActType.choices))
    condition = models.CharField(_("condition"), max_length=MAX_CONDITION, blank=True)
    order = models.PositiveIntegerField(_("ordre"))
    locked = models.BooleanField(_("texte verrouillé"))
    mandatory_when = models.CharField(_("obligatoire si"), max_length=MAX_CONDITION, blank=True)
    body = models.TextField(_("rédaction"))
    note = models.CharField(_("ce qui change"), max_length=MAX_NOTE, blank=True)

    class Meta:
        abstract = True


class ClauseVersion(Wording):
    """One wording of a clause. The database refuses to change it, but for its validation.

    `is_local` tells what was written or imported here from what a release brought: a release never
    takes the place of a text of the house.
    """

    clause = models.ForeignKey(Clause, models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField(_("version"))
    fields = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    is_local = models.BooleanField(_("écrite ici"), default=False)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("publiée par")
    )
    validated_by = models.CharField(_("validée par"), max_length=200, blank=True)
    validated_on = models.DateField(_("validée le"), null=True, blank=True)
    loaded_at = models.DateTimeField(_("chargée le"), default=timezone.now)

    class Meta:
        verbose_name = _("version de clause")
        ordering = ["clause__code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["clause", "version"], name="clause_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.clause} v{self.version}"

    @property
    def is_validated(self) -> bool:
        return bool(self.validated_by and self.validated_on)

    @property
    def as_text(self) -> ClauseText:
        """The clause as the pure functions of `assembly` take it."""
        return ClauseText(
            code=self.clause.code,
            version=self.version,
            title=self.title,
            purpose=self.purpose,
            types=[ActType(value) for value in self.types],
            condition=self.condition,
            order=self.order,
            fields=self.fields,
            locked=self.locked,
            mandatory_when=self.mandatory_when,
            validated_by=self.validated_by,
            validated_on=self.validated_on,
            note=self.note,
            active=self.clause.is_active,
            body=self.body,
        )


class ClauseDraft(Wording):
    """The next version of a clause while it is being written: one at a time, by whoever may.

    `revision` is read with the text and given back with the next one: nobody overwrites what
    another person wrote meanwhile.
    """

    clause = models.OneToOneField(Clause, models.CASCADE, related_name="draft")
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(_("modifié le"), default=timezone.now)
    changed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("modifié par")
    )

    class Meta:
        verbose_name = _("brouillon de clause")
        ordering = ["clause__code"]

    def __str__(self) -> str:
        return f"{self.clause} — {self.title}"


class ActTemplateVersion(models.Model):
    """The clauses of a type of act, in their order; the database refuses to change it."""

    act_type = models.CharField(_("type d’acte"), max_length=1, choices=ActType.choices)
    version = models.PositiveSmallIntegerField(_("version"))
    label = models.CharField(_("libellé"), max_length=MAX_TITLE)
    clauses = ArrayField(models.CharField(max_length=8))
    mandatory = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    locked = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    note = models.CharField(_("ce qui change"), max_length=MAX_NOTE, blank=True)
    is_local = models.BooleanField(_("écrite ici"), default=False)
    published_at = models.DateTimeField(_("publiée le"), default=timezone.now)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("publiée par")
    )

    class Meta:
        verbose_name = _("modèle d’acte")
        ordering = ["act_type", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["act_type", "version"], name="act_template_once")
        ]

    def __str__(self) -> str:
        return f"{self.act_type} v{self.version}"

    @property
    def as_template(self) -> ActTemplate:
        """The template as the pure functions of `assembly` take it."""
        return ActTemplate(
            label=self.label,
            version=self.version,
            clauses=self.clauses,
            mandatory=self.mandatory,
            locked=self.locked,
            note=self.note,
        )

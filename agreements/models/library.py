"""The clause library in the database: versions are added, never edited in place."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.enums import ActType
from agreements.library import ClauseText


class Clause(models.Model):
    """A clause through its versions; deactivated when it is no longer proposed, never deleted."""

    code = models.CharField(_("code"), max_length=8, unique=True)
    is_active = models.BooleanField(_("proposée dans les nouveaux actes"), default=True)

    class Meta:
        verbose_name = _("clause")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class ClauseVersion(models.Model):
    """One wording of a clause. The database refuses to change it, but for its validation."""

    clause = models.ForeignKey(Clause, models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("titre"), max_length=200)
    purpose = models.CharField(_("but"), max_length=300)
    types = ArrayField(models.CharField(max_length=1, choices=ActType.choices))
    condition = models.CharField(_("condition"), max_length=1000, blank=True)
    order = models.PositiveIntegerField(_("ordre"))
    fields = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    locked = models.BooleanField(_("texte verrouillé"))
    mandatory_when = models.CharField(_("obligatoire si"), max_length=1000, blank=True)
    body = models.TextField(_("rédaction"))
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
            body=self.body,
        )

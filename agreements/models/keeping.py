"""How long signed acts are kept, and what becomes of them afterwards."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agreements.enums import ActType, Disposition, IncidentKind
from agreements.models.signing import ArchivedAct

# The prescription of the civil code, until the archives service agrees on a duration.
PROPOSED_YEARS = 5


class RetentionRule(models.Model):
    """What the archives service agreed on for a type of act (process.md, §10).

    Without a row, Navette proposes five years after the end of the act, its final disposition
    being still to agree.
    """

    act_type = models.CharField(
        _("type d’acte"), max_length=1, choices=ActType.choices, unique=True
    )
    years = models.PositiveSmallIntegerField(
        _("années de conservation après la fin de l’acte"),
        default=PROPOSED_YEARS,
        validators=[MaxValueValidator(100)],
    )
    disposition = models.CharField(
        _("sort final"),
        max_length=12,
        choices=Disposition.choices,
        default=Disposition.TO_AGREE,
    )
    reference = models.CharField(_("accord du service d’archives"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("durée d’utilité administrative")
        ordering = ["act_type"]

    def __str__(self) -> str:
        return f"{self.get_act_type_display()} : {self.years}"


class IntegrityIncident(models.Model):
    """What a control found changed, in the archive or in the journal. It stays open until somebody
    says what was done about it; nothing is ever repaired in silence."""

    kind = models.CharField(_("nature"), max_length=12, choices=IncidentKind.choices)
    subject = models.CharField(_("objet"), max_length=80)
    archived = models.ForeignKey(
        ArchivedAct, models.PROTECT, null=True, blank=True, related_name="incidents"
    )
    finding = models.TextField(_("constat"))
    found_at = models.DateTimeField(_("constaté le"), default=timezone.now)
    closed_at = models.DateTimeField(_("clos le"), null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closing_reason = models.TextField(_("ce qui a été fait"), blank=True)

    class Meta:
        verbose_name = _("incident d’intégrité")
        ordering = ["-found_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(closed_at=None), name="incident_open_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, closing_reason="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closing_reason="")),
                name="incident_closed_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} — {self.subject}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Elimination(models.Model):
    """The visa of the archives service on the elimination of an act, then its certificate.

    What stays of the act is its row, its parties, its digests and its journal.
    """

    archived = models.OneToOneField(ArchivedAct, models.PROTECT, related_name="elimination")
    visa_reference = models.CharField(_("référence du visa"), max_length=300)
    visa_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    visa_at = models.DateTimeField(_("visé le"), default=timezone.now)
    executed_at = models.DateTimeField(_("éliminé le"), null=True, blank=True)
    certificate_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("élimination")
        ordering = ["-visa_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(executed_at__isnull=True, certificate_sha256="")
                | (Q(executed_at__isnull=False) & ~Q(certificate_sha256="")),
                name="elimination_certified",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.archived} — {self.visa_reference}"

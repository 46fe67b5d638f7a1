"""What a signed act obliges its parties to do, each duty with its owner, its day and its proof."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from agreements.enums import Anchor, ObligationMoment, ObligationState
from agreements.models.act import Agreement

OPEN_OBLIGATION = (ObligationState.OPEN, ObligationState.PROOF_RECEIVED)


class ObligationQuerySet(models.QuerySet["Obligation"]):
    def open(self) -> ObligationQuerySet:
        return self.filter(state__in=OPEN_OBLIGATION)

    def prior(self) -> ObligationQuerySet:
        return self.filter(moment=ObligationMoment.BEFORE_DELIVERY)


class Obligation(models.Model):
    """A condition that was not lifted, or a duty of a clause, born from the act at its signature.

    `rank` tells the times of a recurring one apart. `due_on` stays empty until the day of its
    anchor is known.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="obligations")
    code = models.CharField(max_length=40)
    rank = models.PositiveSmallIntegerField(default=1)
    text = models.TextField(_("obligation"))
    source = models.CharField(_("origine"), max_length=300)
    owner = models.CharField(_("porteur"), max_length=300, blank=True)
    owner_organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    moment = models.CharField(_("moment"), max_length=20, choices=ObligationMoment.choices)
    anchor = models.CharField(max_length=16, choices=Anchor.choices, blank=True)
    months = models.SmallIntegerField(default=0)
    days = models.SmallIntegerField(default=0)
    every_months = models.PositiveSmallIntegerField(default=0)
    due_on = models.DateField(_("échéance"), null=True, blank=True)
    proof_expected = models.TextField(_("preuve attendue"), blank=True)
    state = models.CharField(
        _("état"), max_length=16, choices=ObligationState.choices, default=ObligationState.OPEN
    )
    proof = models.TextField(_("preuve"), blank=True)
    proof_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    proof_at = models.DateTimeField(null=True, blank=True)
    settlement = models.TextField(_("constat"), blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("obligation")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "code", "owner_organisation", "rank"],
                nulls_distinct=False,
                name="obligation_once",
            ),
            models.CheckConstraint(
                condition=Q(proof_at__isnull=True, proof_by__isnull=True)
                | Q(proof_at__isnull=False, proof_by__isnull=False),
                name="obligation_proof_pair",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="obligation_settled_pair",
            ),
            models.CheckConstraint(
                condition=~Q(state=ObligationState.DISCHARGED)
                | (Q(settled_at__isnull=False) & ~Q(proof="")),
                name="obligation_discharged_with_proof",
            ),
            models.CheckConstraint(
                condition=~Q(state=ObligationState.SET_ASIDE)
                | (Q(settled_at__isnull=False) & ~Q(settlement="")),
                name="obligation_set_aside_with_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                name="obligation_open_by_due",
                condition=Q(state__in=["open", "proof_received"]),
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_OBLIGATION

    def is_late(self, on: date | None = None) -> bool:
        """Tell whether its day has passed without its proof being accepted."""
        return (
            self.is_open and self.due_on is not None and self.due_on < (on or timezone.localdate())
        )

"""What parties decide on a signed act: suspend it, lift the suspension, terminate it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agreements.enums import LifeGround, LifeMoveKind, LifeMoveState
from agreements.models.act import Agreement
from cases.models import Party

_PENDING = (LifeMoveState.AWAITED, LifeMoveState.DECIDED)


class LifeMove(models.Model):
    """A decision on an act in force: asked by a party, agreed to by those whom it needs, in effect
    at its date."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="life_moves")
    kind = models.CharField(_("décision"), max_length=12, choices=LifeMoveKind.choices)
    state = models.CharField(_("état"), max_length=10, choices=LifeMoveState.choices)
    ground = models.CharField(_("cas"), max_length=20, choices=LifeGround.choices, blank=True)
    reason = models.TextField(_("motif"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("partie"))
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    effective_on = models.DateField(_("effet le"), null=True, blank=True)
    review_on = models.DateField(_("réexamen avant le"), null=True, blank=True)

    class Meta:
        verbose_name = _("événement de la vie de l’acte")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "kind"],
                condition=Q(state__in=_PENDING),
                name="one_pending_life_move",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[LifeMoveState.DECIDED, LifeMoveState.DONE])
                | Q(effective_on__isnull=False),
                name="life_move_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(kind=LifeMoveKind.SUSPENSION) | Q(review_on__isnull=False),
                name="suspension_has_its_review",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_state_display()})"

    @property
    def is_pending(self) -> bool:
        return self.state in _PENDING


class LifeConsent(models.Model):
    """A party agrees to a decision, by its signatory. The database refuses to change it."""

    move = models.ForeignKey(LifeMove, models.PROTECT, related_name="consents")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    delegation = models.CharField(_("pouvoir"), max_length=300)
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("accord d’une partie")
        ordering = ["given_at"]
        constraints = [
            models.UniqueConstraint(fields=["move", "party"], name="life_consent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.party} : {self.given_by}"

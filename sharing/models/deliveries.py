"""The life of a sharing: what is delivered. Never the data: their names, digests and measures."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agreements.models import Agreement
from questionnaires.models import AnswerSet
from sharing.enums import VERDICTS, DeliveryState


class Delivery(models.Model):
    """A delivery of the calendar of annex 4, or one that was added: announced, sent, received,
    checked. A refused one is replaced by another."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="deliveries")
    number = models.PositiveSmallIntegerField(_("n°"))
    period = models.CharField(_("période"), max_length=200, blank=True)
    planned_on = models.DateField(_("prévue le"), null=True, blank=True)
    state = models.CharField(
        _("état"), max_length=20, choices=DeliveryState.choices, default=DeliveryState.PLANNED
    )
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    announced_at = models.DateTimeField(_("annoncée le"), null=True, blank=True)
    sending = models.OneToOneField(
        AnswerSet, models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_on = models.DateField(_("envoyée le"), null=True, blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    receipt_due_on = models.DateField(_("réception attendue le"), null=True, blank=True)
    received_on = models.DateField(_("reçue le"), null=True, blank=True)
    received_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    digest_agrees = models.BooleanField(_("l’empreinte reçue correspond"), null=True, blank=True)
    check_due_on = models.DateField(_("contrôle attendu le"), null=True, blank=True)
    quality = models.OneToOneField(
        AnswerSet, models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_on = models.DateField(_("contrôlée le"), null=True, blank=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_reason = models.TextField(_("motif de l’annulation"), blank=True)

    class Meta:
        verbose_name = _("livraison")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(state__in=[DeliveryState.PLANNED, DeliveryState.CANCELLED])
                | Q(sent_on__isnull=False, sent_by__isnull=False, sending__isnull=False),
                name="delivery_sent_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[DeliveryState.PLANNED, DeliveryState.SENT, DeliveryState.CANCELLED]
                )
                | Q(received_on__isnull=False, received_by__isnull=False,
                    digest_agrees__isnull=False),
                name="delivery_received_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=VERDICTS)
                | Q(checked_on__isnull=False, checked_by__isnull=False, quality__isnull=False),
                name="delivery_checked_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(received_on__isnull=True) | Q(received_on__gte=F("sent_on")),
                name="delivery_received_after_sent",
            ),
            models.CheckConstraint(
                condition=~Q(digest_agrees=False)
                | ~Q(state__in=[DeliveryState.ACCEPTED, DeliveryState.ACCEPTED_RESERVE]),
                name="delivery_of_another_file_not_accepted",
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.CANCELLED) | ~Q(cancelled_reason=""),
                name="delivery_cancelled_with_reason",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["planned_on", "id"],
                name="delivery_planned",
                condition=Q(state="planned"),
            )
        ]

    def __str__(self) -> str:
        return str(_("Livraison %s") % self.number)

    def days_late(self, on: date | None = None) -> int:
        """By how many days it was, or is, sent after its day; 0 when it is on time."""
        if self.planned_on is None or self.state == DeliveryState.CANCELLED:
            return 0
        return max(0, ((self.sent_on or on or timezone.localdate()) - self.planned_on).days)

    @property
    def files(self) -> list[dict[str, Any]]:
        """The names, digests, sizes and numbers of lines of what was sent."""
        return list(self.sending.values.get("dl_files") or []) if self.sending else []


class ApiMonth(models.Model):
    """How an API flow behaved during a month, as its holder declares it."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="api_months")
    month = models.DateField(_("mois"))
    calls = models.PositiveBigIntegerField(_("appels"))
    errors_percent = models.DecimalField(
        _("erreurs (%)"), max_digits=5, decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )  # fmt: skip
    availability_percent = models.DecimalField(
        _("disponibilité (%)"), max_digits=5, decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )  # fmt: skip
    mean_ms = models.PositiveIntegerField(_("temps moyen (ms)"))
    declared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mois d’un flux API")
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "month"], name="api_month_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="api_month_is_its_first_day"),
            models.CheckConstraint(
                condition=Q(errors_percent__range=(0, 100), availability_percent__range=(0, 100)),
                name="api_month_percents",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%m/%Y}"

"""What the agreements app tells this one (the only use of signals, architecture.md §1)."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from agreements.enums import Anchor
from agreements.models import Agreement
from agreements.services.obligations import date_from
from agreements.signals import agreement_ended, agreement_prolonged, agreement_signed
from sharing.services import deliveries, persons


@receiver(agreement_signed)
def on_agreement_signed(agreement: Agreement, **_kwargs: Any) -> None:
    deliveries.follow_signature(agreement=agreement)
    persons.name_from_annex(agreement)


@receiver(agreement_prolonged)
def on_agreement_prolonged(agreement: Agreement, **_kwargs: Any) -> None:
    if agreement.end_on is not None:
        date_from(agreement, anchor=Anchor.END, day=agreement.end_on)


@receiver(agreement_ended)
def on_agreement_ended(agreement: Agreement, **_kwargs: Any) -> None:
    """What is owed at the end counts from the day on which the act really ended."""
    today = timezone.localdate()
    date_from(agreement, anchor=Anchor.END, day=min(agreement.end_on or today, today))

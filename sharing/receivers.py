"""What the agreements app tells this one (the only use of signals, architecture.md §1)."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from agreements.models import Agreement
from agreements.signals import agreement_signed
from sharing import services


@receiver(agreement_signed)
def on_agreement_signed(agreement: Agreement, **_kwargs: Any) -> None:
    services.follow_signature(agreement=agreement)

"""What the apps below tell this one (the only use of signals, architecture.md §1)."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from agreements.models import Agreement
from agreements.signals import agreement_abandoned, agreement_signed
from cases.models import Case
from cases.signals import case_settled
from requests_flow.services import acts, dates


@receiver(agreement_signed)
def on_agreement_signed(agreement: Agreement, by: Any = None, **_kwargs: Any) -> None:
    acts.follow_signature(agreement=agreement, by=by)


@receiver(agreement_abandoned)
def on_agreement_abandoned(agreement: Agreement, by: Any = None, **_kwargs: Any) -> None:
    acts.follow_abandonment(agreement=agreement, by=by)


@receiver(case_settled)
def on_case_settled(case: Case, **_kwargs: Any) -> None:
    dates.follow(case)

"""What the journal tells this app (the only use of signals, architecture.md §1)."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from agreements.services import integrity
from journal.signals import journal_checked
from journal.verification import Report


@receiver(journal_checked)
def on_journal_checked(report: Report, **_kwargs: Any) -> None:
    integrity.report_journal(report=report)

"""Dates and times as sentences of the service say them (ux/spec.md, §8)."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format


def day_text(day: date) -> str:
    """« 12 mars 2026 », « 1er avril 2026 »."""
    text = date_format(day, "j F Y")
    return f"1er{text[1:]}" if day.day == 1 else text


def time_text(moment: datetime) -> str:
    """« 17 h 42 », in the time zone of the service."""
    local = timezone.localtime(moment)
    return f"{local.hour}\u00a0h\u00a0{local.minute:02d}"


def moment_text(moment: datetime) -> str:
    """« 16 mars 2026 à 17 h 42 », in the time zone of the service."""
    return f"{day_text(timezone.localtime(moment).date())} à {time_text(moment)}"

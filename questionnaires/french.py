"""Dates and counts as they are written in French."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format


def date_words(day: date) -> str:
    """12 mars 2026, 1er avril 2026."""
    return f"1er {date_format(day, 'F Y')}" if day.day == 1 else date_format(day, "j F Y")


def count(number: int) -> str:
    """12 345, with narrow spaces that do not break."""
    return f"{number:,}".replace(",", "\u202f")

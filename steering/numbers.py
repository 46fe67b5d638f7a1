"""Numbers as French readers expect them (ux/spec.md, §8)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any


def shown(value: Any) -> str:
    """Write a figure: « 12 408 », « 34,5 », « – » when there is nothing to measure."""
    if value is None:
        return "–"
    if isinstance(value, Decimal | float):
        return f"{float(value):g}".replace(".", ",")
    return f"{value:,}".replace(",", "\u202f")

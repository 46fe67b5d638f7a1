"""Sizes of files as sentences of the service say them (ux/spec.md, §8)."""

from __future__ import annotations

NBSP = "\u00a0"


def size_text(octets: int) -> str:
    """« 480 Ko », « 1,2 Mo » ; one Ko is 1 024 octets."""
    if octets < 1024:
        return f"{octets}{NBSP}{'octets' if octets > 1 else 'octet'}"
    size = float(octets)
    for unit in ("Ko", "Mo", "Go", "To"):
        size /= 1024
        if size < 1024 or unit == "To":
            break
    decimals = 1 if unit != "Ko" and size < 10 else 0
    return f"{size:.{decimals}f}".replace(".", ",").removesuffix(",0") + f"{NBSP}{unit}"

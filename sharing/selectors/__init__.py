"""Reads about sharings: the life of an act after its signature."""

from sharing.selectors.lists import SharingRow, get_for, list_for
from sharing.selectors.obligations import ObligationLine, obligation_lines, obligation_of

__all__ = [
    "ObligationLine",
    "SharingRow",
    "get_for",
    "list_for",
    "obligation_lines",
    "obligation_of",
]

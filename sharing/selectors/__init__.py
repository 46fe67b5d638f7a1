"""Reads about sharings: the life of an act after its signature."""

from sharing.selectors.deliveries import (
    DeliveryLine,
    api_months,
    deliveries,
    delivery_lines,
    delivery_of,
    line_of,
)
from sharing.selectors.lists import SharingRow, get_for, list_for
from sharing.selectors.obligations import (
    ObligationLine,
    obligation_lines,
    obligation_of,
    prior_text,
)

__all__ = [
    "DeliveryLine",
    "ObligationLine",
    "SharingRow",
    "api_months",
    "deliveries",
    "delivery_lines",
    "delivery_of",
    "get_for",
    "list_for",
    "obligation_lines",
    "line_of",
    "obligation_of",
    "prior_text",
]

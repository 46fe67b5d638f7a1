"""Reads about sharings: the life of an act after its signature."""

from sharing.selectors.deliveries import (
    DeliveryLine,
    api_months,
    delivery_lines,
    delivery_of,
    line_of,
)
from sharing.selectors.lists import SharingRow, figures, get_for, list_for
from sharing.selectors.obligations import (
    ObligationLine,
    obligation_lines,
    obligation_of,
    prior_text,
)
from sharing.selectors.persons import (
    PersonLine,
    members_to_name,
    open_ids,
    person_line,
    person_of,
    persons,
    to_review,
    unsigned,
)

__all__ = [
    "PersonLine",
    "members_to_name",
    "open_ids",
    "person_line",
    "person_of",
    "persons",
    "to_review",
    "unsigned",
    "DeliveryLine",
    "ObligationLine",
    "SharingRow",
    "api_months",
    "delivery_lines",
    "delivery_of",
    "figures",
    "get_for",
    "list_for",
    "obligation_lines",
    "line_of",
    "obligation_of",
    "prior_text",
]

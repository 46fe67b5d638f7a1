"""What the pages of steering write about cases, from what was read with them."""

from typing import Any

from django import template

from steering.numbers import shown
from steering.selectors import registers

register = template.Library()
register.simple_tag(registers.parties, name="parties_of")


@register.filter
def outcome_label(outcome: Any) -> str:
    """Return the French name of an issue; nothing while there is none."""
    return registers.outcome_label(str(outcome)) if outcome else ""


@register.filter
def figure(value: Any) -> str:
    """Write a number as the figures do; a text stays as it is."""
    return value if isinstance(value, str) else shown(value)


@register.filter
def is_text(value: Any) -> bool:
    """Tell a word from a number: numbers are aligned on the right."""
    return isinstance(value, str)

"""What only the pages of acts write."""

from __future__ import annotations

import re

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
_GAP = re.compile(r"\[(?:à compléter|renvoi sans article)[^\[\]<>]*\]")


@register.filter
def mark_gaps(redline: SafeString) -> SafeString:
    """Mark, in an already escaped text, what remains to be filled in."""
    return mark_safe(_GAP.sub(r'<span class="cdd-gap">\g<0></span>', redline))  # noqa: S308

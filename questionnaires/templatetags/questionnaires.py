"""What the templates of forms need besides the components."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def get(mapping: Mapping[str, Any], key: str) -> Any:
    """Read a key of a dictionary, or nothing."""
    return mapping.get(key, "") if isinstance(mapping, Mapping) else ""

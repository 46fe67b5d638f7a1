"""A template of ours that reads an unknown variable fails its test.

Django asks `string_if_invalid` what to show. Ours answers by an error when the template that asks
is one of this project; those of the libraries rely on the empty string and get it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

OURS = Path(__file__).resolve().parents[2]
LIBRARIES = OURS / ".venv"


class UnknownVariable(str):
    """The value of `string_if_invalid` in tests."""

    __slots__ = ()

    def __contains__(self, item: object) -> bool:
        # Django then calls `self % variable`, which is where the name is known.
        return item == "%s"

    def __mod__(self, name: object) -> str:
        template = asking_template(sys._getframe(1))
        if template is not None:
            raise AssertionError(f"unknown template variable: {name} in {template}")
        return ""


def asking_template(frame: FrameType | None) -> Path | None:
    """Return the template being rendered in these frames if it is ours, else None."""
    while frame is not None:
        node = frame.f_locals.get("self")
        origin = getattr(node, "origin", None)
        name = getattr(origin, "name", None)
        if isinstance(name, str):
            path = Path(name)
            ours = path.is_relative_to(OURS) and not path.is_relative_to(LIBRARIES)
            return path.relative_to(OURS) if ours else None
        frame = frame.f_back
    return None

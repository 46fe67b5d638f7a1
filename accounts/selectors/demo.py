"""Reads of the demonstration: whom a visitor may enter as."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from accounts.models import User

DATA = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True)
class DemoPersona:
    """One fictional person of the demonstration: what he is, who he is, what to try with him."""

    label: str
    user: User
    hint: str

    def __iter__(self) -> Any:
        return iter((self.label, self.user, self.hint))


@cache
def demo_definitions() -> dict[str, Any]:
    """Read the file of the demonstration, once per process."""
    return yaml.safe_load((DATA / "demo_people.yaml").read_text(encoding="utf-8"))


def _personas() -> list[dict[str, Any]]:
    return [item for item in demo_definitions()["people"] if "persona" in item]


def demo_personas() -> list[DemoPersona]:
    """Return the personas that exist and whose account is open, in the order of the file."""
    items = _personas()
    emails = [item["email"] for item in items]
    found = {user.email: user for user in User.objects.filter(email__in=emails, is_active=True)}
    return [
        DemoPersona(item["persona"], found[item["email"]], item["hint"])
        for item in items
        if item["email"] in found
    ]


def is_demo_persona(user: User) -> bool:
    """Tell whether a person is one that a visitor of the demonstration may enter as."""
    return user.is_active and any(item["email"] == user.email for item in _personas())

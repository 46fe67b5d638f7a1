"""The side menu of the administration, and what each app adds to it.

An app registers its pages in the `ready()` of its configuration:
`administration.register(gettext_lazy("Clauses"), "agreements:list_clauses", policies.can_edit)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from accounts.models import User

Policy = Callable[[User], bool]
# Given the primary keys of a page of rows, count the cases in which each one is used.
UsageCounter = Callable[[list[int]], dict[int, int]]


@dataclass(frozen=True)
class Entry:
    """A page of the administration: who may open it, and one line that says what it is for."""

    label: Any
    url_name: str
    policy: Policy
    hint: Any = ""


_entries: dict[str, Entry] = {}
_usages: dict[str, UsageCounter] = {}


def register(label: Any, url_name: str, policy: Policy, hint: Any = "") -> None:
    """Add a page to the menu, after those already there; twice the same replaces it."""
    _entries[url_name] = Entry(label, url_name, policy, hint)


def register_usage(name: str, counter: UsageCounter) -> None:
    """Let a higher app say in how many cases rows are used (« utilisé par n dossiers »).

    `name` is "organisation" or "person".
    """
    _usages[name] = counter


def usage(name: str, keys: Iterable[int]) -> dict[int, int] | None:
    """Return how many cases use each row, or None when no app counts them."""
    counter = _usages.get(name)
    return counter(list(keys)) if counter else None


def menu(user: User, path: str) -> list[dict[str, Any]]:
    """Return the entries that a person may open: label, url, hint, whether it is this page."""
    found = []
    for entry in _entries.values():
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        if entry.policy(user):
            found.append(
                {
                    "label": entry.label,
                    "url": url,
                    "hint": entry.hint,
                    "current": path.startswith(url),
                }
            )
    return found

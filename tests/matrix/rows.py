"""The notation of the permission matrix: one row an address, read by `test_permissions.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MAY = "may"
# What a POST may answer to whoever is allowed: done, asked again, or impossible now.
ANSWERS = frozenset({200, 204, 302, 400, 409, 422})
LOGIN = "/compte/connexion/"
# Those who are not signed in, or may no longer be.
STRANGERS = ("anonymous", "closed")
GROUPS: dict[str, tuple[str, ...]] = {
    "@cell": ("amdac_officer", "second_officer", "amdac"),
    "@requesting": (
        "requester", "colleague", "addac", "data_referent", "dpo_requester", "authorised_person",
    ),
    # The requester's side, but for those who may file.
    "@beside": ("addac", "data_referent", "dpo_requester", "authorised_person"),
    "@holding": ("data_holder", "dpo", "signatory"),
    "@watching": ("manager", "auditor"),
}  # fmt: skip
# Who takes part in an act, and who reads it.
GROUPS["@parties"] = (
    *GROUPS["@cell"], *GROUPS["@requesting"], *GROUPS["@holding"], "legal_officer",
)  # fmt: skip
GROUPS["@act"] = (*GROUPS["@parties"], *GROUPS["@watching"])


@dataclass(frozen=True)
class Row:
    """What an address answers: to a GET, to a POST of `data`, by actor.

    `public`: strangers are answered like everybody else, instead of being sent to sign in.
    `writes`: tables that a GET may write to, with the reason beside the row.
    """

    at: str
    get: str
    post: str
    public: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
    writes: frozenset[str] = frozenset()

    def expected(self, method: str, actor: str) -> frozenset[int]:
        """The statuses that this actor may be answered."""
        told = _read(getattr(self, method), actor)
        return ANSWERS if told == MAY else frozenset(int(one) for one in told.split("/"))


def _read(note: str, actor: str) -> str:
    *groups, rest = note.split(" | ")
    for group in groups:
        status, *names = group.split()
        if any(actor == name or actor in GROUPS.get(name, ()) for name in names):
            return status
    assert " " not in rest, f"« {note} » ne dit pas ce que reçoivent les autres"
    return rest


def _map(note: str, **changed: str) -> str:
    """The same groups, with other statuses."""
    groups = [group.split(" ", 1) for group in note.split(" | ")]
    return " | ".join(" ".join([changed.get(f"_{s}", s), *rest]) for s, *rest in groups)


def row(at: str, *, get: str, post: str, writes: Any = (), **more: Any) -> Row:
    return Row(at, get, post, writes=frozenset(writes), **more)


def page(at: str, get: str, **more: Any) -> Row:
    """A page that is only read: a POST is not a way to use it."""
    post = _map(get, _200="405", _302="405", _403="403/405", _404="404/405", _503="405")
    return row(at, get=get, post=post, **more)


def form(at: str, get: str, **more: Any) -> Row:
    """A page with a form: whoever opens it may send it, the others are refused both."""
    return row(at, get=get, post=_map(get, _200=MAY), **more)


def move(at: str, post: str, **more: Any) -> Row:
    """A button: it is sent, never opened."""
    get = _map(post, _may="405", _403="403/405", _404="404/405")
    return row(at, get=get, post=post, **more)

"""Which stages each kind of case has: told by the higher apps when they start."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices


@dataclass(frozen=True)
class KindOfCase:
    """A kind of case: its child relation, its stages in order, those in which it is still alive
    although no flow runs (a sharing, an act in force), and where its pages are."""

    attribute: str
    stages: type[TextChoices]
    alive: frozenset[str]
    path: str


_kinds: dict[str, KindOfCase] = {}


def register(
    kind: str, *, attribute: str, stages: type[TextChoices], alive: set[str], path: str
) -> None:
    """Declare a kind of case (called once, by the app that owns it)."""
    _kinds[kind] = KindOfCase(attribute, stages, frozenset(alive), path)


def concrete_attribute(kind: str) -> str:
    return _kinds[kind].attribute


def label(kind: str, stage: str) -> str:
    return str(dict(_kinds[kind].stages.choices).get(stage, stage))


def order(kind: str) -> list[str]:
    return [str(value) for value in _kinds[kind].stages.values]


def alive(kind: str) -> frozenset[str]:
    return _kinds[kind].alive


def path(kind: str) -> str:
    return _kinds[kind].path

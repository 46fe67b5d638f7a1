"""The only writers of the journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import rfc8785
from django.utils import timezone

from journal.enums import Audience
from journal.models import Event


@dataclass(frozen=True)
class Actor:
    """Who did it, as text that stays true when the person has left."""

    user_id: int | None
    name: str
    role: str = ""
    organisation: str = ""


@dataclass(frozen=True)
class Subject:
    """What it was done to: a stable type, its identifier, and the words people know it by."""

    type: str
    id: str
    label: str


SYSTEM = Actor(user_id=None, name="Navette")


def record(
    *,
    chain: str,
    kind: str,
    by: Actor,
    subject: Subject,
    summary: str,
    data: dict[str, Any] | None = None,
    reason: str = "",
    audience: Audience = Audience.CELL,
    is_read: bool = False,
) -> Event:
    """Add one event to a chain, in the caller's transaction.

    `chain` is "case:<id>" for everything that happens to a case, otherwise "<type>:<id>".
    `kind` is "<noun>.<past participle>" (`request.submitted`). `summary` is a French predicate
    that follows the actor's name (« a déposé la demande »). `data` holds before/after as JSON
    without floats. The canonical bytes (RFC 8785) are made here once; the database chains them.
    """
    at = timezone.now()
    fields: dict[str, Any] = {
        "chain": chain,
        "kind": kind,
        "actor_id": by.user_id,
        "actor": by.name,
        "role": by.role,
        "organisation": by.organisation,
        "subject_type": subject.type,
        "subject_id": subject.id,
        "subject": subject.label[:300],
        "summary": summary,
        "reason": reason,
        "audience": str(audience),
        "is_read": is_read,
    }
    entry = rfc8785.dumps({**fields, "at": at.isoformat(), "data": data or {}}).decode()
    return Event.objects.create(**fields, at=at, entry=entry)

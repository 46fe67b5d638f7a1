"""The only writers of the journal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from journal import seals
from journal.enums import Audience
from journal.models import Check, Event, Seal
from journal.signals import journal_checked
from journal.verification import Report, as_json, verify


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
    A read of a restricted file is an event too, with `is_read=True`.
    """
    event = build(
        chain=chain,
        kind=kind,
        by=by,
        subject=subject,
        summary=summary,
        data=data,
        reason=reason,
        audience=audience,
        is_read=is_read,
    )
    event.save(force_insert=True)
    return event


def build(
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
    at: datetime | None = None,
) -> Event:
    """Return an event that is not yet written: for `record`, and for `record_many`.

    `at` is given only when events of the past are taken over from elsewhere. A value that JSON
    cannot hold exactly (a float) is refused with ValueError.
    """
    at = at or timezone.now()
    fields: dict[str, Any] = {
        "chain": chain,
        "kind": kind,
        "actor_id": by.user_id,
        "actor": by.name[:200],
        "role": by.role[:120],
        "organisation": by.organisation[:300],
        "subject_type": subject.type,
        "subject_id": subject.id,
        "subject": subject.label[:300],
        "summary": summary,
        "reason": reason,
        "audience": str(audience),
        "is_read": is_read,
    }
    refuse_floats(data)
    entry = rfc8785.dumps({**fields, "at": at.isoformat(), "data": data or {}}).decode()
    return Event(**fields, at=at, entry=entry)


def refuse_floats(value: Any) -> None:
    """Refuse what two programs do not write alike (design/documents.md, §5)."""
    if isinstance(value, float):
        raise ValueError("a journal entry holds no float: write it as text")
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            refuse_floats(item)


def record_many(events: Iterable[Event], *, batch_size: int = 2000) -> int:
    """Add events made by `build`, in their order, in one transaction; return how many.

    The trigger chains bulk inserts too: about 12 000 events a second in the database, less with
    the objects of Django around them (measured: design of the journal, 1 million in 83 s).
    Events of one chain must come oldest first; chains may be mixed. Nothing else is needed to
    load a large history, and nothing may be disabled for it.
    """
    written = 0
    batch: list[Event] = []
    with transaction.atomic():
        for event in events:
            batch.append(event)
            if len(batch) == batch_size:
                written += len(Event.objects.bulk_create(batch))
                batch = []
        written += len(Event.objects.bulk_create(batch))
    return written


def seal() -> Seal | None:
    """Seal every chain that moved since the last seal; None when nothing moved.

    Runs each night and at each legal act (signature, archive, revocation), outside any open
    transaction. The timestamp server is asked before writing: a seal is never completed later.
    Source: design/documents.md, §5.
    """
    last = Seal.objects.order_by("sealed_at", "pk").last()
    previous_root = last.root if last else ""
    sealed_at = timezone.now()
    manifest, moved = seals.write_manifest(sealed_at, previous_root)
    if not moved:
        return None
    root = seals.root_of(manifest)
    token = seals.timestamp(root)
    try:
        with transaction.atomic():
            made = Seal.objects.create(
                sealed_at=sealed_at,
                root=root,
                previous_root=previous_root,
                leaves=manifest,
                timestamp_token=token,
            )
            seals.keep_copy(manifest, made)
    except IntegrityError:  # another worker has sealed meanwhile
        return Seal.objects.get(previous_root=previous_root)
    return made


def check(*, by: Actor = SYSTEM) -> Report:
    """Control the whole journal and keep the result, shown at the foot of every history.

    The control itself is an event, written after the journal has been read.
    """
    checked_at = timezone.now()
    report = verify()
    with transaction.atomic():
        made = Check.objects.create(
            checked_at=checked_at,
            events=report.events,
            chains=report.chains,
            seals=report.seals,
            faults=report.faults,
            findings=as_json(report),
        )
        record(
            chain="journal:checks",
            kind="journal.checked",
            by=by,
            subject=Subject("check", str(made.pk), _("Journal")),
            summary=_("a contrôlé le journal : %(result)s") % {"result": report.sentence},
            data={"events": report.events, "faults": report.faults},
            audience=Audience.AUDIT,
        )
        journal_checked.send(sender=Check, report=report)
    return report

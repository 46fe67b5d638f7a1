"""Reads of the journal. Every list pages by key and costs a constant number of queries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from journal.enums import Audience
from journal.models import Check, Event
from journal.verification import Report, verify

PAGE = 25

__all__ = ["Report", "TimelinePage", "last_check", "timeline", "verify"]


@dataclass(frozen=True)
class TimelinePage:
    """Some events of a chain, newest first, and the keys of the pages around."""

    events: list[Event]
    newer: int | None
    older: int | None


def timeline(
    chain: str,
    audiences: Collection[str],
    *,
    before: int | None = None,
    after: int | None = None,
    nouns: Collection[str] = (),
    size: int = PAGE,
) -> TimelinePage:
    """Return the events of a chain that a person of these audiences may read, newest first.

    `before` and `after` are sequences given by a former page (`older`, `newer`); `nouns` keeps
    the events whose kind begins with one of these (`decision`, `opinion`). Reads of files are
    told only to the audience AUDIT. One query.
    """
    events = Event.objects.filter(chain=chain, audience__in=[str(a) for a in audiences])
    if Audience.AUDIT not in audiences:
        events = events.filter(is_read=False)
    if nouns:
        wanted = Q()
        for noun in nouns:
            wanted |= Q(kind__startswith=f"{noun}.")
        events = events.filter(wanted)
    if after is not None:
        found = list(events.filter(sequence__gt=after).order_by("sequence")[: size + 1])
        more_newer, more_older = len(found) > size, True
        found = found[:size][::-1]
    else:
        if before is not None:
            events = events.filter(sequence__lt=before)
        found = list(events.order_by("-sequence")[: size + 1])
        more_newer, more_older = before is not None, len(found) > size
        found = found[:size]
    return TimelinePage(
        events=found,
        newer=found[0].sequence if found and more_newer else None,
        older=found[-1].sequence if found and more_older else None,
    )


def last_check() -> Check | None:
    """Return the last control of the journal: « Journal contrôlé le … : chaîne intacte. »"""
    return Check.objects.first()

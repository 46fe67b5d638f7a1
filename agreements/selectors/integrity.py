"""Incidents of integrity: the list, one of them, and whether any is open."""

from __future__ import annotations

from django.core.cache import caches
from django.db.models import F, QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import User
from agreements import policies
from agreements.documents.archive import Stored
from agreements.models import ArchivedAct, IntegrityIncident

OPEN_INCIDENTS = "integrity-incidents-open"
KEPT_IN = "process"  # no query: the frame of every page asks
CACHED_SECONDS = 60
SHOWN = 200


def stored_of(archived: ArchivedAct) -> Stored:
    """Return where an act is kept, and what it must hash to."""
    return Stored(
        archived.sha256,
        archived.sha512,
        archived.size,
        archived.location,
        archived.storage_version,
    )


def open_incidents(user: User) -> int:
    """Return how many incidents are open, for who must know; 0 for everybody else.

    Each web process keeps the answer for a minute at most: every page asks.
    """
    if not policies.can_watch_archive(user):
        return 0
    cache = caches[KEPT_IN]
    found = cache.get(OPEN_INCIDENTS)
    if found is None:
        found = IntegrityIncident.objects.filter(closed_at=None).count()
        cache.set(OPEN_INCIDENTS, found, CACHED_SECONDS)
    return int(found)


def incidents(user: User) -> QuerySet[IntegrityIncident]:
    """Return the last incidents, the newest first; open ones are never out of the list."""
    policies.check_can_watch_archive(user)
    return IntegrityIncident.objects.select_related("archived", "closed_by").order_by(
        F("closed_at").desc(nulls_first=True), "-found_at"
    )[:SHOWN]


def incident_for(user: User, pk: int) -> IntegrityIncident:
    """Return an incident; 404 when it does not exist."""
    policies.check_can_watch_archive(user)
    return get_object_or_404(
        IntegrityIncident.objects.select_related("archived__agreement", "closed_by"), pk=pk
    )

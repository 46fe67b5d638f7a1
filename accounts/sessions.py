"""How long a session lasts: a day's work at most, and an hour without a sign of life.

The moments are kept in the session itself: when it began, and when its person was last seen. The
second is written once a minute at most, so that reading pages stays cheap.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

BEGUN, SEEN, BEFORE = "begun_at", "seen_at", "signed_in_before_at"
# The last sign of life is known to this many seconds.
PRECISION = 60


def begin(session: SessionBase) -> None:
    """Start counting: somebody has just signed in."""
    session[BEGUN] = session[SEEN] = int(time.time())


def begin_at_sign_in(request: Any, user: Any, **_kwargs: Any) -> None:
    """Receive the signal of Django that somebody has signed in, by whatever way.

    This app comes before that of Django, which has not yet replaced the date of the last time.
    """
    begin(request.session)
    if user.last_login is not None:
        request.session[BEFORE] = user.last_login.isoformat()


def last_visit(session: SessionBase) -> datetime | None:
    """Return when the person had signed in before this session; None the first time."""
    before = session.get(BEFORE)
    return datetime.fromisoformat(before) if before else None


def seconds_left(session: SessionBase) -> int:
    """Return how long the session lasts if nothing more is asked; negative once it is over."""
    now = int(time.time())
    begun, seen = session.get(BEGUN, now), session.get(SEEN, now)
    end = min(begun + settings.SESSION_COOKIE_AGE, seen + settings.SESSION_IDLE_SECONDS)
    return int(end) - now


def longest_hours() -> int:
    """Return how many hours a session lasts at most, whatever its person does."""
    return int(settings.SESSION_COOKIE_AGE) // 3600


def is_at_its_longest(session: SessionBase) -> bool:
    """Tell whether a sign of life prolongs the session no more: its longest length ends it."""
    now = int(time.time())
    begun, seen = session.get(BEGUN, now), session.get(SEEN, now)
    return bool(begun + settings.SESSION_COOKIE_AGE <= seen + settings.SESSION_IDLE_SECONDS)


def is_over(session: SessionBase) -> bool:
    """Tell whether the session has ended: too long without a sign of life, or too long at all."""
    return seconds_left(session) <= 0


def touch(session: SessionBase) -> None:
    """Take note that the person is there."""
    if BEGUN not in session:
        begin(session)
    elif int(time.time()) - session[SEEN] >= PRECISION:
        session[SEEN] = int(time.time())

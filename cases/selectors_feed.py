"""Due dates as a calendar program reads them (RFC 5545): number and title of the cases only."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from accounts.models import User
from cases.models import CalendarToken
from cases.selectors import deadlines

DAYS_AHEAD = 183
MAX_EVENTS = 500


def fingerprint(token: str) -> str:
    """Return what is kept of a secret address."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def has_calendar(user: User) -> bool:
    """Tell whether somebody has made the address of his calendar."""
    return CalendarToken.objects.filter(user=user).exists()


def person_of(token: str) -> User:
    """Return whose calendar an address opens; 404 once revoked, or the account closed."""
    found = (
        CalendarToken.objects.select_related("user")
        .filter(sha256=fingerprint(token), user__is_active=True)
        .first()
    )
    if found is None:
        raise Http404
    return found.user


def calendar_of(user: User) -> bytes:
    """Return the due dates of the next six months in the cases that a person sees today.

    One event per case and day. The address may be known to a calendar service: nothing but the
    number and the title of the case goes there.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SERVICE_NAME}//{settings.VERSION}//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Échéances %(service)s") % {"service": settings.SERVICE_NAME})
    host = urlsplit(settings.SITE_URL).hostname
    seen = set()
    for task in deadlines(user, days=DAYS_AHEAD)[:MAX_EVENTS]:
        key = (task.case_id, task.due_on)
        if key in seen or task.due_on is None:
            continue
        seen.add(key)
        event = Event()
        event.add("uid", f"{task.case_id}-{task.due_on:%Y%m%d}@{host}")
        event.add("dtstamp", timezone.now())
        event.add("dtstart", task.due_on)
        event.add("dtend", task.due_on + timedelta(days=1))
        event.add("summary", f"{task.case.reference} — {task.case.title}")
        event.add("url", f"{settings.SITE_URL}{task.case.get_absolute_url()}")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())

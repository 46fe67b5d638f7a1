"""The secret address of one's due dates: made, made again, revoked by the person alone."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import actor
from cases.models import CalendarToken
from cases.selectors_feed import fingerprint
from journal.enums import Audience
from journal.services import Subject, record


@transaction.atomic
def open_calendar(*, by: User) -> str:
    """Make the secret address of one's calendar, in place of the one before, which leads nowhere
    any more; return its secret part, which is shown once and kept nowhere."""
    token = secrets.token_urlsafe(32)
    CalendarToken.objects.update_or_create(user=by, defaults={"sha256": fingerprint(token)})
    _record(by, "calendar.opened", _("a créé l’adresse de son calendrier"))
    return token


@transaction.atomic
def close_calendar(*, by: User) -> None:
    """Revoke the address of one's calendar. Doing it twice changes nothing."""
    deleted, _rows = CalendarToken.objects.filter(user=by).delete()
    if deleted:
        _record(by, "calendar.closed", _("a révoqué l’adresse de son calendrier"))


def _record(person: User, kind: str, summary: str) -> None:
    record(
        chain=f"user:{person.pk}",
        kind=kind,
        by=actor(person),
        subject=Subject("user", str(person.pk), person.get_full_name()),
        summary=summary,
        audience=Audience.AUDIT,
    )

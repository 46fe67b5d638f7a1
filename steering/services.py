"""Steering writes nothing but what it read: searches and exports are events of the journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import actor, has_role
from journal.enums import Audience
from journal.models import Event
from journal.services import Actor, Subject, check, record
from journal.verification import Report

AUDIT_CHAIN = "journal:searches"


def acting(user: User) -> Actor:
    """Describe who looks back, in the widest of the roles that allow it."""
    for role in (Role.AUDITOR, Role.MANAGER, Role.AMDAC, Role.OFFICER):
        if has_role(user, role):
            return actor(user, role=role)
    return actor(user)


def record_search(*, by: User, filters: Mapping[str, Any], found: int) -> Event:
    """Keep that somebody searched the journal, for what, and how much he found."""
    return record(
        chain=AUDIT_CHAIN,
        kind="audit.searched",
        by=acting(by),
        subject=Subject("journal", "journal", _("Journal")),
        summary=_("a recherché dans le journal"),
        data={"filters": {name: str(value) for name, value in filters.items()}, "found": found},
        audience=Audience.AUDIT,
        is_read=True,
    )


def record_event_read(*, by: User, event: Event) -> Event:
    """Keep that somebody opened one event of the journal."""
    return record(
        chain=AUDIT_CHAIN,
        kind="audit.event_read",
        by=acting(by),
        subject=Subject("event", str(event.pk), event.subject),
        summary=_("a consulté l’événement %(n)s de la chaîne %(chain)s")
        % {"n": event.sequence, "chain": event.chain},
        data={"chain": event.chain, "sequence": event.sequence},
        audience=Audience.AUDIT,
        is_read=True,
    )


def record_export(
    *, by: User, what: str, kind: str, filters: Mapping[str, Any], rows: int | None = None
) -> Event:
    """Keep that somebody took a list out of the service, in which format, with which filters."""
    data: dict[str, Any] = {
        "format": kind,
        "filters": {name: str(value) for name, value in filters.items()},
    }
    if rows is not None:
        data["rows"] = rows
    return record(
        chain="steering:exports",
        kind="export.made",
        by=acting(by),
        subject=Subject("export", what, what),
        summary=_("a exporté « %(what)s » (%(kind)s)") % {"what": what, "kind": kind.upper()},
        data=data,
        audience=Audience.AUDIT,
        is_read=True,
    )


def check_journal(*, by: User) -> Report:
    """Control the whole journal on somebody's demand; the result is kept and is an event."""
    return check(by=acting(by))

"""How a message is worded, in plain text and in HTML (ux/spec.md, §8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from notifications.enums import Family
from notifications.kinds import FIELDS, Kind, fill
from notifications.models import Notification, OutgoingMail

BREAKING_SPACES = re.compile(r"[^\S\u00a0\u202f]+")
UNSUBSCRIBE_SALT = "notifications.unsubscribe"


@dataclass(frozen=True)
class Unsubscription:
    """What a signed link « Ne plus recevoir ces rappels » stands for."""

    user_id: int
    family: Family


def one_line(text: str) -> str:
    """Collapse white space, but for French no-break spaces: a subject is one header line."""
    return BREAKING_SPACES.sub(" ", text).strip()


def with_prefix(subject: str) -> str:
    prefix = _("[Demandes de données]")
    return f"{prefix} {one_line(subject)}"[:400]


def absolute(path: str) -> str:
    """Return the address of a page, as a reader outside the service needs it."""
    return path if urlsplit(path).scheme else f"{settings.SITE_URL.rstrip('/')}{path}"


def unsubscribe_url(user_id: int, family: Family) -> str:
    token = signing.dumps({"u": user_id, "f": str(family)}, salt=UNSUBSCRIBE_SALT)
    return absolute(reverse("notifications:unsubscribe", args=[token]))


def read_unsubscription(token: str) -> Unsubscription | None:
    """Return what a signed link stands for; None when it was not made by us."""
    try:
        content = signing.loads(token, salt=UNSUBSCRIBE_SALT)
        return Unsubscription(content["u"], Family(content["f"]))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None


def mail_of(notice: Notification, recipient: User, *, locked: bool) -> OutgoingMail:
    """Return the outbox row that tells a person one thing at once."""
    stop = "" if locked else unsubscribe_url(recipient.pk, Family(notice.family))
    return _mail(
        recipient,
        notice.subject,
        notice.created_at,
        "message",
        stop,
        {"notice": notice, "url": absolute(notice.url)},
    )


def sample_of(kind: Kind, words: Mapping[str, str], reader: User) -> OutgoingMail:
    """Return what these words of a message would send, on the examples of its variables."""
    texts = {field: fill(words[field], kind.samples) for field in FIELDS}
    reference = "DEM-2026-0042"
    notice = Notification(
        recipient=reader,
        family=kind.family,
        reference=reference,
        subject=f"{reference} — {one_line(texts.pop('subject'))}",
        url=f"/demandes/{reference}/",
        created_at=timezone.now(),
        role_label=_("DPD du détenteur"),
        **texts,
    )
    return mail_of(notice, reader, locked=kind.is_locked)


def digest_of(
    notices: list[Notification], recipient: User, *, subject: str, now: datetime
) -> OutgoingMail:
    """Return the outbox row that groups what a person was told since the last digest."""
    lines = [(notice, absolute(notice.url)) for notice in notices]
    return _mail(
        recipient,
        subject,
        now,
        "digest",
        "",
        {"subject": subject, "lines": lines, "url": absolute("/tableau-de-bord/")},
    )


def _mail(
    recipient: User, subject: str, now: datetime, name: str, stop: str, context: dict[str, Any]
) -> OutgoingMail:
    context |= {
        "unsubscribe": stop,
        "preferences": absolute(reverse("notifications:edit_preferences")),
        "service": settings.SERVICE_NAME,
    }
    host = urlsplit(settings.SITE_URL).hostname or "navette.invalid"
    return OutgoingMail(
        recipient=recipient,
        to=recipient.email,
        subject=with_prefix(subject),
        text=render_to_string(f"notifications/mail/{name}.txt", context).strip() + "\n",
        html=render_to_string(f"notifications/mail/{name}.html", context),
        unsubscribe_url=stop,
        message_id=make_msgid(domain=host),
        created_at=now,
        send_after=now,
    )

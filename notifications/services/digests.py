"""The daily digest: one message in the morning instead of one per fact."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.models import User
from notifications.digest import figures_for
from notifications.letters import digest_of
from notifications.models import Notification, OutgoingMail, ReminderSent
from notifications.services.outbox import wake_outbox

DIGEST_HOUR = 8
LINES_AT_MOST = 30


def send_digests(*, now: datetime | None = None) -> int:
    """Write the digest of everybody who has news unread since the last one; return how many.

    Once a day and person, from 8 h in Paris on: a worker that was down at eight makes it up. What
    was read in the application meanwhile is left out, and who has no news is not written to.
    Subject: « 6 dossiers à traiter, dont 2 en retard » (ux/spec.md, §8).
    """
    moment = timezone.localtime(now or timezone.now())
    if moment.hour < DIGEST_HOUR:
        return 0
    waiting = Notification.objects.filter(awaits_digest=True, created_at__lte=moment)
    user_ids = list(waiting.order_by().values_list("recipient_id", flat=True).distinct())
    figures = figures_for(user_ids)
    written = 0
    for user in User.objects.filter(pk__in=user_ids).iterator():
        subject = figures[user.pk].sentence
        written += _send_digest(user, subject, moment)
    if written:
        wake_outbox()
    return written


def _send_digest(user: User, subject: str, moment: datetime) -> bool:
    with transaction.atomic():
        _sent, is_new = ReminderSent.objects.get_or_create(
            key=f"digest:{user.pk}:{moment:%Y-%m-%d}", defaults={"sent_at": moment}
        )
        if not is_new:
            return False
        waiting = Notification.objects.of(user.pk).filter(
            awaits_digest=True, created_at__lte=moment
        )
        notices = list(waiting.select_for_update().order_by("pk"))
        Notification.objects.filter(pk__in=[n.pk for n in notices]).update(awaits_digest=False)
        news = [notice for notice in notices if notice.read_at is None]
        if not news or not user.is_active:
            return False
        subject = subject or ngettext(
            "%(n)d nouvelle sur vos dossiers", "%(n)d nouvelles sur vos dossiers", len(news)
        ) % {"n": len(news)}
        OutgoingMail.objects.bulk_create(
            [digest_of(news[-LINES_AT_MOST:], user, subject=subject, now=moment)]
        )
    return True

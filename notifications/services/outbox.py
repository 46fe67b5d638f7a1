"""The outbox is emptied: each message once, in its order, whatever the mail server does."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from notifications.enums import MailState
from notifications.models import OutgoingMail

logger = logging.getLogger(__name__)

# Minutes to wait after each failure; afterwards the message is given up and the log says so.
BACK_OFF = (1, 5, 15, 30, 60, 120, 240, 240, 360, 360, 720, 720)
TIMEOUT_SECONDS = 20
KEPT_DAYS = 90


class ServerDown(Exception):
    """The mail server does not answer: it is not asked again for each message of this run."""


def wake_outbox() -> None:
    """Ask a worker to empty the outbox soon; harmless when one is already asked."""
    try:
        with transaction.atomic():
            app.configure_task("notifications.send_outbox", queueing_lock="outbox").defer()
    except AlreadyEnqueued:
        logger.debug("outbox already woken")


def send_outbox(*, limit: int = 500, connect: Callable[[], BaseEmailBackend] | None = None) -> int:
    """Send the messages that are due, at most `limit`; return how many left.

    Each message is locked (SKIP LOCKED), sent and marked in one transaction of its own: several
    workers share the work and none sends the same message. A worker killed in between leaves the
    row to be sent again with the same Message-ID. A refusal that will not change is given up at
    once, any other is tried again later and later.
    """
    connection = connect() if connect else mail.get_connection(timeout=TIMEOUT_SECONDS)
    sent = 0
    try:
        for _turn in range(limit):
            state = _send_next(connection)
            if state is None:
                break
            sent += state == MailState.SENT
    except ServerDown:
        logger.warning("the mail server does not answer, the outbox waits")
    finally:
        _close(connection)
    return sent


def purge_outbox() -> int:
    """Delete what left more than ninety days ago: addresses and titles are kept no longer."""
    limit = timezone.now() - timedelta(days=KEPT_DAYS)
    old = OutgoingMail.objects.exclude(state=MailState.PENDING).filter(created_at__lt=limit)
    return old.delete()[0]


def _send_next(connection: BaseEmailBackend) -> MailState | None:
    with transaction.atomic():
        due = OutgoingMail.objects.due(timezone.now()).order_by("send_after", "pk")
        row = due.select_for_update(skip_locked=True).first()
        if row is None:
            return None
        _connect(connection)
        error = _send(row, connection)
        row.attempts += 1
        row.save(update_fields=["state", "sent_at", "last_error", "send_after", "attempts"])
    if error and _is_hang_up(error):
        raise ServerDown from error
    return MailState(row.state)


def _connect(connection: BaseEmailBackend) -> None:
    """Open the connection; a failure here is no fault of the message, which is left as it is."""
    try:
        connection.open()
    except OSError as error:  # the exceptions of SMTP are OSError too
        raise ServerDown from error


def _send(row: OutgoingMail, connection: BaseEmailBackend) -> OSError | ValueError | None:
    try:
        _message(row, connection).send()
    except (OSError, ValueError) as error:  # ValueError: an address that cannot be written
        _mark_failure(row, error)
        return error
    row.state, row.sent_at, row.last_error = MailState.SENT, timezone.now(), ""
    return None


def _is_hang_up(error: OSError | ValueError) -> bool:
    if isinstance(error, smtplib.SMTPException):
        return isinstance(error, smtplib.SMTPServerDisconnected)
    return isinstance(error, OSError)


def _mark_failure(row: OutgoingMail, error: OSError | ValueError) -> None:
    row.last_error = f"{type(error).__name__}: {error}"[:2000]
    if _is_final(error) or row.attempts >= len(BACK_OFF):
        row.state = MailState.FAILED
        logger.error("message %s to %s given up: %s", row.pk, row.to, row.last_error)
    else:
        row.send_after = timezone.now() + timedelta(minutes=BACK_OFF[row.attempts])
        logger.warning("message %s not sent, tried again later: %s", row.pk, row.last_error)


def _is_final(error: OSError | ValueError) -> bool:
    """Tell whether this recipient or message is refused for good (5xx, impossible address)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _reason in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, ValueError)


def _message(row: OutgoingMail, connection: BaseEmailBackend) -> mail.EmailMultiAlternatives:
    headers = {"Message-ID": row.message_id, "Auto-Submitted": "auto-generated"}
    if row.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{row.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = mail.EmailMultiAlternatives(
        subject=row.subject,
        body=row.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[row.to],
        headers=headers,
        connection=connection,
    )
    message.attach_alternative(row.html, "text/html")
    return message


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except OSError:
        logger.debug("the mail server hung up first")

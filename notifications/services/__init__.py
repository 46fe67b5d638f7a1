"""Every write of messages and of what people want to be told."""

from notifications.services.digests import send_digests
from notifications.services.notify import notify, remind_once
from notifications.services.outbox import purge_outbox, send_outbox
from notifications.services.preferences import (
    mark_all_read,
    mark_read,
    mute,
    set_preferences,
    stop_family,
    unmute,
)
from notifications.services.words import check_words, reset_words, set_words

__all__ = [
    "check_words",
    "mark_all_read",
    "mark_read",
    "mute",
    "notify",
    "purge_outbox",
    "remind_once",
    "reset_words",
    "send_digests",
    "send_outbox",
    "set_preferences",
    "set_words",
    "stop_family",
    "unmute",
]

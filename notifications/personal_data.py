"""What becomes of what messages say about people (architecture.md, §4 rule 8).

A message tells what the journal keeps: it need not outlive the case for long.
"""

PERSONAL_DATA = {
    "MessageWords": {
        "code": "none",
        "consequence": "none",
        "sentence": "none",
        "subject": "none",
    },
    "Mute": {
        "reference": "none",
    },
    "Notification": {
        "consequence": "purge:36",
        "reference": "purge:36",
        "role_label": "purge:36",
        "sentence": "purge:36",
        "subject": "purge:36",
        "url": "none",
    },
    "OutgoingMail": {
        "html": "purge:36",
        "last_error": "purge:36",
        "message_id": "none",
        "subject": "purge:36",
        "text": "purge:36",
        "to": "purge:36",
        "unsubscribe_url": "purge:36",
    },
    "ReminderSent": {
        "key": "none",
    },
}

# From which moment the months of `purge` are counted.
PURGED_SINCE = {
    "Notification": "created_at",
    "OutgoingMail": "created_at",
}

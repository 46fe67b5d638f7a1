"""What becomes of what cases say about people (architecture.md, §4 rule 8).

What founded a decision is kept with it; what people wrote to each other is not.
"""

PERSONAL_DATA = {
    "Attachment": {
        "content_type": "none",
        "name": "keep",
        "nature": "none",
        "sha256": "none",
    },
    "CalendarToken": {
        "sha256": "none",
    },
    "Case": {
        "natures": "none",
        "outcome": "none",
        "reference": "none",
        "stage": "none",
        "title": "keep",
    },
    "ClosingDay": {
        "label": "none",
    },
    "Message": {
        "anchor": "none",
        "body": "purge:60",
    },
    "Party": {
        "unit": "none",
    },
    "Process": {
        "data": "keep",
        "flow_class": "none",
    },
    "ReferenceCounter": {
        "prefix": "none",
    },
    "Suspension": {
        "reason": "keep",
    },
    "Task": {
        "data": "keep",
        "external_task_id": "none",
        "flow_task": "none",
        "flow_task_type": "none",
        "owner_permission": "none",
        "owner_permission_obj_pk": "none",
        "token": "none",
    },
}

# From which moment the months of `purge` are counted.
PURGED_SINCE = {
    "Message": "case__closed_at",
}

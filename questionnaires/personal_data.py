"""What becomes of what answers say about people (architecture.md, §4 rule 8).

Answers name the persons of a project: they are part of the file that the act rests upon.
"""

PERSONAL_DATA = {
    "AnswerSet": {
        "authors": "keep",
        "context": "none",
        "definition_code": "none",
        "values": "keep",
        "visited": "none",
    },
    "FieldEdit": {
        "before": "purge:12",
        "editor": "purge:12",
        "field": "none",
    },
}

# From which moment the months of `purge` are counted.
PURGED_SINCE = {
    "FieldEdit": "at",
}

"""What becomes of what the journal says about people (architecture.md, §4 rule 8).

An event is proof: it is kept as long as the act that it proves, and outlives the account.
"""

PERSONAL_DATA = {
    "Event": {
        "chain": "none",
        "kind": "none",
        "actor": "keep",
        "role": "keep",
        "organisation": "keep",
        "subject_type": "none",
        "subject_id": "none",
        "subject": "keep",
        "summary": "keep",
        "reason": "keep",
        "entry": "keep",
        "previous_hash": "none",
        "hash": "none",
    },
    "ChainHead": {"chain": "none", "hash": "none"},
    "Seal": {"root": "none", "previous_root": "none", "leaves": "none", "timestamp_token": "none"},
    "Check": {"findings": "none"},
}

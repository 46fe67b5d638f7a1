"""What becomes of what sharings say about people (architecture.md, §4 rule 8)."""

PERSONAL_DATA = {
    # Annex 3: kept for the term of the act, as who used its data must be known.
    "AuthorisedPerson": {
        "access_role": "none",
        "end_reason": "keep",
        "first_name": "keep",
        "job_title": "keep",
        "last_name": "keep",
        "scope": "none",
        "undertaking": "none",
        "undertaking_sha256": "none",
    },
    "Delivery": {
        "cancelled_reason": "keep",
        "period": "none",
    },
}

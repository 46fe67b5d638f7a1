"""What becomes of what sharings say about people (architecture.md, §4 rule 8)."""

PERSONAL_DATA = {
    "Delivery": {
        "cancelled_reason": "keep",
        "period": "none",
    },
}

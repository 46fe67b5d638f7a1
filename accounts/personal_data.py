"""What becomes of what accounts say about people (architecture.md, §4 rule 8).

The name of who acted stays with what he did; the rest goes with the account.
"""

PERSONAL_DATA = {
    "Organisation": {
        "name": "none",
        "short_name": "none",
        "slug": "none",
        "siret": "none",
        "legal_form": "none",
        "address": "none",
        # A functional address is asked for, but some bodies have one person.
        "contact_email": "scrub",
    },
    "User": {
        "password": "scrub",
        "email": "scrub",
        "first_name": "keep",
        "last_name": "keep",
        "job_title": "scrub",
        "phone": "scrub",
    },
    "Accreditation": {"act_reference": "none"},
    "Delegation": {"reference": "keep", "title": "keep", "act_types": "none"},
}

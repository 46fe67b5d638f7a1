"""What becomes of what acts say about people (architecture.md, §4 rule 8).

A signed act is kept whole, with the names that it bears.
"""

PERSONAL_DATA = {
    "ActFile": {
        "sha256": "none",
    },
    "ActTemplateVersion": {
        "act_type": "none",
        "clauses": "none",
        "label": "none",
        "locked": "none",
        "mandatory": "none",
        "note": "none",
    },
    "Agreement": {
        "facts": "keep",
        "formalities": "keep",
        "opinions": "keep",
        "project_reference": "none",
        "source_reference": "none",
        "values": "keep",
    },
    "AgreementVersion": {
        "content": "keep",
        "reason": "keep",
        "sha256": "none",
    },
    "AnnexContent": {
        "content": "keep",
    },
    "ArchivedAct": {
        "location": "none",
        "reference": "none",
        "seal_level": "none",
        "sha256": "none",
        "sha512": "none",
        "storage_version": "none",
    },
    "Article": {
        "body": "keep",
        "deviation_reason": "keep",
        "key": "none",
        "library_body": "none",
        "removed_reason": "keep",
        "title": "none",
    },
    "ArticlePosition": {
        "comment": "keep",
        "key": "none",
    },
    "Clause": {
        "code": "none",
    },
    "ClauseDraft": {
        "body": "none",
        "condition": "none",
        "mandatory_when": "none",
        "note": "none",
        "purpose": "none",
        "title": "none",
        "types": "none",
    },
    "ClauseVersion": {
        "body": "none",
        "condition": "none",
        "fields": "none",
        "mandatory_when": "none",
        "note": "none",
        "purpose": "none",
        "title": "none",
        "types": "none",
        "validated_by": "keep",
    },
    "LifeConsent": {
        "delegation": "keep",
    },
    "LifeMove": {
        "reason": "keep",
    },
    "Obligation": {
        "code": "none",
        "owner": "keep",
        "proof": "keep",
        "proof_expected": "keep",
        "settlement": "keep",
        "source": "none",
        "text": "keep",
    },
    "Elimination": {
        "certificate_sha256": "none",
        "visa_reference": "keep",
    },
    "IntegrityIncident": {
        "closing_reason": "keep",
        "finding": "none",
        "subject": "none",
    },
    "PartyReview": {
        "comment": "keep",
    },
    "Proposal": {
        "base": "none",
        "body": "none",
        "key": "none",
        "reason": "keep",
        "settlement": "keep",
    },
    "Reserve": {
        "article_key": "none",
        "owner": "keep",
        "proof": "keep",
        "proof_expected": "keep",
        "settlement": "keep",
        "source": "none",
        "text": "keep",
    },
    "RetentionRule": {
        "reference": "none",
    },
    "Signature": {
        "certificate": "keep",
        "delegation": "keep",
        "level": "none",
        "name": "keep",
        "organisation": "keep",
        "quality": "keep",
        "report": "keep",
        "reason": "keep",
    },
}

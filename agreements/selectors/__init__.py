"""Reads about acts."""

from agreements.selectors.desk import ArticleLine, Desk, PositionLine
from agreements.selectors.desk_building import build_desk
from agreements.selectors.evidence import EvidenceUnavailable, evidence_for
from agreements.selectors.library import (
    ClauseRow,
    acts_using,
    clause_rows,
    clause_version,
    current_clauses,
    current_library,
    versions_of,
)
from agreements.selectors.lists import AgreementRow, get_for, list_for, list_of_request, views_for
from agreements.selectors.signing import (
    ArchiveRefused,
    archived_bytes,
    archived_of,
    document_of,
    signed_act,
    signed_sentence,
)

__all__ = [
    "ArchiveRefused",
    "AgreementRow",
    "ArticleLine",
    "ClauseRow",
    "Desk",
    "EvidenceUnavailable",
    "PositionLine",
    "acts_using",
    "archived_bytes",
    "archived_of",
    "build_desk",
    "clause_rows",
    "clause_version",
    "current_clauses",
    "current_library",
    "document_of",
    "evidence_for",
    "get_for",
    "list_for",
    "list_of_request",
    "signed_act",
    "signed_sentence",
    "versions_of",
    "views_for",
]

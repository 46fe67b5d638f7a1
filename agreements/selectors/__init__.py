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
from agreements.selectors.life import (
    MoveLine,
    decision_day,
    life_facts,
    life_lines,
    life_move,
    notice_months,
    suspension_of,
)
from agreements.selectors.lists import AgreementRow, get_for, list_for, list_of_request, views_for
from agreements.selectors.signing import (
    ArchiveRefused,
    archived_bytes,
    archived_of,
    document_of,
    reported_signature,
    signed_act,
    signed_sentence,
)

__all__ = [
    "acts_using",
    "AgreementRow",
    "archived_bytes",
    "archived_of",
    "ArchiveRefused",
    "ArticleLine",
    "build_desk",
    "clause_rows",
    "clause_version",
    "ClauseRow",
    "current_clauses",
    "current_library",
    "decision_day",
    "Desk",
    "document_of",
    "evidence_for",
    "EvidenceUnavailable",
    "get_for",
    "life_facts",
    "life_lines",
    "life_move",
    "list_for",
    "list_of_request",
    "MoveLine",
    "notice_months",
    "PositionLine",
    "reported_signature",
    "signed_act",
    "signed_sentence",
    "suspension_of",
    "versions_of",
    "views_for",
]

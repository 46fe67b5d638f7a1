"""Acts: the library they are made of, their drafts, negotiation, signatures and archive."""

from agreements.models.act import Agreement, AgreementVersion, AnnexContent, Article
from agreements.models.keeping import RetentionRule
from agreements.models.library import Clause, ClauseVersion
from agreements.models.negotiation import ArticlePosition, PartyReview, Reserve
from agreements.models.signing import ActFile, ArchivedAct, Signatory, Signature

__all__ = [
    "ActFile",
    "Agreement",
    "AgreementVersion",
    "AnnexContent",
    "ArchivedAct",
    "Article",
    "ArticlePosition",
    "Clause",
    "ClauseVersion",
    "PartyReview",
    "Reserve",
    "RetentionRule",
    "Signatory",
    "Signature",
]

"""Acts: the library they are made of, their drafts, negotiation, signatures, archive and duties."""

from agreements.models.act import Agreement, AgreementVersion, AnnexContent, Article
from agreements.models.keeping import Elimination, IntegrityIncident, RetentionRule
from agreements.models.library import ActTemplateVersion, Clause, ClauseDraft, ClauseVersion
from agreements.models.life import LifeConsent, LifeMove
from agreements.models.negotiation import ArticlePosition, PartyReview, Proposal, Reserve
from agreements.models.obligations import Obligation
from agreements.models.signing import ActFile, ArchivedAct, Signatory, Signature

__all__ = [
    "ActFile",
    "ActTemplateVersion",
    "Agreement",
    "AgreementVersion",
    "AnnexContent",
    "ArchivedAct",
    "Article",
    "ArticlePosition",
    "Clause",
    "ClauseDraft",
    "ClauseVersion",
    "Elimination",
    "IntegrityIncident",
    "Obligation",
    "LifeConsent",
    "LifeMove",
    "PartyReview",
    "Proposal",
    "Reserve",
    "RetentionRule",
    "Signatory",
    "Signature",
]

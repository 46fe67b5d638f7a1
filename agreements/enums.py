"""Vocabulary of acts."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActType(models.TextChoices):
    """The types of act (domain/clauses.md, §1)."""

    TWO_CONTROLLERS = "a", _("Convention entre deux responsables de traitement")
    NON_PERSONAL = "b", _("Accord sur des données non personnelles")
    L114_8 = "c", _("Protocole d’échange entre administrations (CRPA, art. L. 114-8)")
    LINKAGE = "d", _("Convention multi-parties avec appariement")
    AMENDMENT = "e", _("Avenant")
    INTERNAL = "f", _("Protocole interne")


SHORT_TYPES: dict[str, Any] = {
    ActType.TWO_CONTROLLERS: _("Convention"),
    ActType.NON_PERSONAL: _("Accord"),
    ActType.L114_8: _("Protocole L. 114-8"),
    ActType.LINKAGE: _("Multi-parties"),
    ActType.AMENDMENT: _("Avenant"),
    ActType.INTERNAL: _("Protocole interne"),
}


class AgreementStage(models.TextChoices):
    """The states of an act, in the order of its life (process.md, §3)."""

    DRAFTING = "drafting", _("Rédaction")
    NEGOTIATION = "negotiation", _("Échanges entre parties")
    FINAL = "final", _("Version arrêtée")
    SIGNING = "signing", _("En signature")
    SIGNED = "signed", _("Signée")
    IN_FORCE = "in_force", _("En vigueur")
    SUSPENDED = "suspended", _("Suspendue")
    EXPIRED = "expired", _("Échue")
    TERMINATED = "terminated", _("Résiliée")
    SUPERSEDED = "superseded", _("Remplacée")
    WINDING_UP = "winding_up", _("Fin de partage")
    ARCHIVED = "archived", _("Archivée")
    ABANDONED = "abandoned", _("Abandonnée")


class SignatureLevel(models.TextChoices):
    """What signatures of an act must be (process.md, §9); asked by the legal officer."""

    SIMPLE = "simple", _("simple, avec cachet")
    ADVANCED = "advanced", _("avancée")
    ADVANCED_QUALIFIED_CERTIFICATE = "advanced_qc", _("avancée avec certificat qualifié")
    QUALIFIED = "qualified", _("qualifiée")


class SigningOrder(models.TextChoices):
    PARALLEL = "parallel", _("Toutes les parties en même temps")
    SEQUENTIAL = "sequential", _("L’une après l’autre")


class ReviewVerdict(models.TextChoices):
    """The position of a party on a version, or on one article of it."""

    AGREE = "agree", _("D’accord")
    DISCUSS = "discuss", _("Propose une autre rédaction")
    REFUSE = "refuse", _("Refuse")


class ProposalState(models.TextChoices):
    """What became of the wording that a party proposed."""

    PENDING = "pending", _("À examiner")
    ACCEPTED = "accepted", _("Retenue")
    REJECTED = "rejected", _("Non retenue")


class ReserveStage(models.TextChoices):
    """When a condition must be met (same codes as the conditions of a request)."""

    BEFORE_SIGNATURE = "before_signature", _("Préalable à la signature")
    BEFORE_DELIVERY = "before_delivery", _("Préalable à la première livraison")
    IN_AGREEMENT = "in_agreement", _("À inscrire dans l’acte")
    ONGOING = "ongoing", _("Pendant le partage")


class ReserveState(models.TextChoices):
    OPEN = "open", _("Ouverte")
    PROOF_RECEIVED = "proof_received", _("Preuve reçue")
    LIFTED = "lifted", _("Levée")
    INSCRIBED = "inscribed", _("Inscrite dans l’acte")
    WITHDRAWN = "withdrawn", _("Retirée")


class SignatureState(models.TextChoices):
    EXPECTED = "expected", _("Signature attendue")
    SIGNED = "signed", _("Signé")
    REFUSED = "refused", _("Refus de signer")


class AnnexAudience(models.TextChoices):
    """Who reads an annex."""

    PUBLIC = "public", _("Publique")
    PARTIES = "parties", _("Parties")
    RESTRICTED = "restricted", _("Diffusion restreinte")


class FieldType(models.TextChoices):
    """What may be written in a merge field."""

    TEXT = "text", _("Texte")
    LONG = "long", _("Texte long")
    INTEGER = "integer", _("Nombre entier")
    DECIMAL = "decimal", _("Nombre")
    DATE = "date", _("Date")
    EMAIL = "email", _("Adresse électronique")
    LIST = "list", _("Liste")


class FileKind(models.TextChoices):
    """What a revision of the file of an act adds to the one before."""

    RENDERED = "rendered", _("Version arrêtée")
    SIGNED = "signed", _("Signature")
    SEALED = "sealed", _("Cachet")


class Disposition(models.TextChoices):
    """What becomes of an act once nobody has a use for it (code du patrimoine, L. 212-2)."""

    TO_AGREE = "to_agree", _("À convenir avec le service d’archives")
    KEEP = "keep", _("Conservation définitive")
    SORT = "sort", _("Tri")
    DESTROY = "destroy", _("Élimination")


class LifeMoveKind(models.TextChoices):
    """What parties decide on an act in force (process.md, §8)."""

    SUSPENSION = "suspension", _("Suspension")
    LIFTING = "lifting", _("Levée de la suspension")
    TERMINATION = "termination", _("Résiliation")


class LifeMoveState(models.TextChoices):
    AWAITED = "awaited", _("Accord des parties attendu")
    DECIDED = "decided", _("Décidée, effet à venir")
    DONE = "done", _("En effet")
    WITHDRAWN = "withdrawn", _("Retirée")


class LifeGround(models.TextChoices):
    """Why an act is suspended or terminated (process.md, §8)."""

    INCIDENT = "incident", _("Incident")
    NEW_FACT = "new_fact", _("Fait nouveau")
    AUTHORITY = "authority", _("Demande d’un DPD ou de la CNIL")
    UNPAID = "unpaid", _("Frais non payés")
    QUALITY = "quality", _("Qualité bloquante")
    MUTUAL = "mutual", _("Accord commun")
    NOTICE = "notice", _("Préavis")
    BREACH = "breach", _("Manquement grave, après mise en demeure")
    GENERAL_INTEREST = "general_interest", _("Intérêt général ou changement de loi")


SUSPENSION_GROUNDS = (
    LifeGround.INCIDENT,
    LifeGround.NEW_FACT,
    LifeGround.AUTHORITY,
    LifeGround.UNPAID,
    LifeGround.QUALITY,
)
TERMINATION_GROUNDS = (
    LifeGround.MUTUAL,
    LifeGround.NOTICE,
    LifeGround.BREACH,
    LifeGround.GENERAL_INTEREST,
)


class IncidentKind(models.TextChoices):
    """Where a control found a difference."""

    ACT = "act", _("Acte archivé")
    JOURNAL = "journal", _("Journal")


# Stages in which an act lives on although no flow runs.
ALIVE_STAGES = {
    str(stage)
    for stage in (
        AgreementStage.SIGNED,
        AgreementStage.IN_FORCE,
        AgreementStage.SUSPENDED,
        AgreementStage.EXPIRED,
        AgreementStage.TERMINATED,
        AgreementStage.SUPERSEDED,
        AgreementStage.WINDING_UP,
    )
}
# What must be settled before the act is frozen.
PRIOR_STAGES = frozenset({ReserveStage.BEFORE_SIGNATURE, ReserveStage.IN_AGREEMENT})
EDITABLE_STAGES = frozenset({AgreementStage.DRAFTING, AgreementStage.NEGOTIATION})
BEFORE_SIGNED = frozenset(
    {
        AgreementStage.DRAFTING,
        AgreementStage.NEGOTIATION,
        AgreementStage.FINAL,
        AgreementStage.SIGNING,
    }
)


class ObligationMoment(models.TextChoices):
    """When an obligation of a signed act is due."""

    BEFORE_DELIVERY = "before_delivery", _("Préalable à la première livraison")
    ONGOING = "ongoing", _("Pendant le partage")
    RECURRING = "recurring", _("Récurrente")
    AT_END = "at_end", _("En fin de partage")


class Anchor(models.TextChoices):
    """From which day the delay of an obligation is counted."""

    EFFECT = "effect", _("prise d’effet")
    FIRST_DELIVERY = "first_delivery", _("première livraison")
    END = "end", _("fin de l’acte")


class ObligationState(models.TextChoices):
    OPEN = "open", _("À remplir")
    PROOF_RECEIVED = "proof_received", _("Preuve reçue")
    DISCHARGED = "discharged", _("Remplie")
    SET_ASIDE = "set_aside", _("Sans objet")


# Signed, and not yet at its end.
LIVE_STAGES = frozenset({AgreementStage.SIGNED, AgreementStage.IN_FORCE, AgreementStage.SUSPENDED})
ENDED_STAGES = frozenset(
    {AgreementStage.EXPIRED, AgreementStage.TERMINATED, AgreementStage.SUPERSEDED}
)


class ImportOutcome(models.TextChoices):
    """What became of a file of the clause library."""

    CREATED = "created", _("créé")
    NEW_VERSION = "new_version", _("nouvelle version")
    UPDATED = "updated", _("validation ou état repris")
    UNCHANGED = "unchanged", _("inchangé")
    REFUSED = "refused", _("refusé")

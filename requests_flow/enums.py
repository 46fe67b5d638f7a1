"""Vocabulary of the circuit (domain/process.md, §3 to §6)."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RequestStage(models.TextChoices):
    """Where a request is. The order decides which stage shows while several tasks are open:
    a complement that is awaited first, then the earliest stage."""

    INFO_REQUESTED = "info_requested", _("Complément demandé")
    DRAFT = "draft", _("Brouillon")
    SUBMITTED = "submitted", _("Déposée")
    COMPLETENESS = "completeness", _("Recevabilité en cours")
    STUDY = "study", _("Étude et avis en cours")
    OPINIONS = "opinions", _("Avis en cours")
    HOLDER_DECISION = "holder_decision", _("Décision attendue")
    CONCLUDED = "concluded", _("Conclue")
    FORMALITIES = "formalities", _("Formalités externes")
    AGREEMENT = "agreement", _("Mise en convention")
    RUNNING = "running", _("Partage en cours")
    # Django's own catalogue knows « Close », in English: the context keeps it French.
    CLOSED = "closed", pgettext_lazy("état d’une demande", "Close")
    INADMISSIBLE = "inadmissible", _("Irrecevable")
    REDIRECTED = "redirected", _("Réorientée")
    REJECTED = "rejected", _("Défavorable")
    WITHDRAWN = "withdrawn", _("Retirée")
    LAPSED = "lapsed", _("Classée sans suite")


class DecisionOutcome(models.TextChoices):
    """What may be decided or concluded (process.md, §5)."""

    FAVOURABLE = "favourable", _("Favorable")
    FAVOURABLE_RESERVE = "favourable_reserve", _("Favorable sous réserve")
    PARTIAL = "partial", _("Favorable partiel")
    INFO_REQUEST = "info_request", _("Demande de complément")
    UNFAVOURABLE = "unfavourable", _("Défavorable")
    INADMISSIBLE = "inadmissible", _("Irrecevable")
    REDIRECT_OPEN_DATA = "redirect_open_data", _("Réorientation vers données ouvertes")
    REDIRECT_API = "redirect_api", _("Réorientation vers une API existante")
    REDIRECT_OTHER = "redirect_other", _("Réorientation vers un autre guichet")


POSITIVE = frozenset(
    {DecisionOutcome.FAVOURABLE, DecisionOutcome.FAVOURABLE_RESERVE, DecisionOutcome.PARTIAL}
)
REDIRECTIONS = frozenset(
    {
        DecisionOutcome.REDIRECT_OPEN_DATA,
        DecisionOutcome.REDIRECT_API,
        DecisionOutcome.REDIRECT_OTHER,
    }
)


class RefusalReason(models.TextChoices):
    NO_LEGAL_BASIS = "no_legal_basis", _("Base légale absente")
    PURPOSE_UNCLEAR = "purpose_unclear", _("Finalité imprécise")
    NOT_NECESSARY = "not_necessary", _("Données non nécessaires")
    NOT_MINIMISED = "not_minimised", _("Minimisation insuffisante")
    SECRECY = "secrecy", _("Secret opposable")
    SECURITY_INSUFFICIENT = "security_insufficient", _("Sécurité insuffisante")
    NOT_AVAILABLE = "not_available", _("Données indisponibles")
    QUALITY_UNFIT = "quality_unfit", _("Qualité inadaptée à l’usage")
    UNREASONABLE_BURDEN = "unreasonable_burden", _("Charge déraisonnable")
    THIRD_PARTY_RIGHTS = "third_party_rights", _("Droits de tiers")
    ALTERNATIVE_EXISTS = "alternative_exists", _("Une autre solution existe")
    FORMALITY_REFUSED = "formality_refused", _("Formalité refusée")


def reasons_text(codes: Iterable[str]) -> str:
    """« Base légale absente, Secret opposable » : every coded reason, in the order chosen."""
    return ", ".join(str(RefusalReason(code).label) for code in codes)


class Priority(models.TextChoices):
    """How much a request matters to the body of whoever gives the visa (forms.md)."""

    HIGH = "high", _("Haute")
    NORMAL = "normal", _("Normale")
    LOW = "low", _("Basse")


class ConsultationKind(models.TextChoices):
    VISA = "visa", _("Visa de l’ADDAC ou du référent")
    STUDY = "study", _("Opportunité")
    FEASIBILITY = "feasibility", _("Faisabilité")
    DPO_REQUESTER = "dpo_requester", _("DPD du demandeur")
    DPO_HOLDER = "dpo_holder", _("DPD du détenteur")
    SECURITY = "security", _("Sécurité")
    LEGAL = "legal", _("Juridique")
    EXPERT = "expert", _("Expert ou comité d’éthique")


DPO_KINDS = frozenset({ConsultationKind.DPO_REQUESTER, ConsultationKind.DPO_HOLDER})
OPINION_KINDS = (
    ConsultationKind.DPO_REQUESTER,
    ConsultationKind.DPO_HOLDER,
    ConsultationKind.SECURITY,
    ConsultationKind.LEGAL,
    ConsultationKind.EXPERT,
)


class Verdict(models.TextChoices):
    FAVOURABLE = "favourable", _("Favorable")
    RESERVED = "favourable_reserve", _("Favorable avec réserves")
    UNFAVOURABLE = "unfavourable", _("Défavorable")
    NOT_CONCERNED = "not_applicable", _("Sans objet")
    NOT_GIVEN = "not_given", _("Non rendu dans le délai")
    CANCELLED = "cancelled", _("Annulé")


class ConditionStage(models.TextChoices):
    """When a reserve must be dealt with."""

    BEFORE_SIGNATURE = "before_signature", _("Avant la signature")
    BEFORE_DELIVERY = "before_delivery", _("Avant la première livraison")
    IN_AGREEMENT = "in_agreement", _("À inscrire dans la convention")
    ONGOING = "ongoing", _("En cours de partage")


class ConditionState(models.TextChoices):
    OPEN = "open", _("Ouverte")
    PROOF_RECEIVED = "proof_received", _("Preuve reçue")
    LIFTED = "lifted", _("Levée")
    INSCRIBED = "inscribed", _("Inscrite dans la convention")
    WITHDRAWN = "withdrawn", _("Retirée")


class ComplementState(models.TextChoices):
    ASKED = "asked", _("Demandé")
    ANSWERED = "answered", _("Fourni")
    NOTICED = "noticed", _("Préavis de classement envoyé")
    LAPSED = "lapsed", _("Classé sans suite")
    CANCELLED = "cancelled", _("Annulé")


class ConclusionKind(models.TextChoices):
    INITIAL = "initial", _("Conclusion de l’AMDAC")
    ARBITRATION = "arbitration", _("Arbitrage")
    REEXAMINATION = "reexamination", _("Réexamen")


class FormalityAnswer(models.TextChoices):
    PENDING = "pending", _("En attente")
    FAVOURABLE = "favourable", _("Favorable")
    UNFAVOURABLE = "unfavourable", _("Défavorable")
    FAVOURABLE_RESERVE = "favourable_reserve", _("Favorable avec réserves")
    NOT_NEEDED = "not_required", _("Sans objet")


GRANTED = frozenset(
    {FormalityAnswer.FAVOURABLE, FormalityAnswer.FAVOURABLE_RESERVE, FormalityAnswer.NOT_NEEDED}
)

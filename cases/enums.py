"""Vocabulary of what every case has."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseKind(models.TextChoices):
    REQUEST = "request", _("Demande")
    AGREEMENT = "agreement", _("Convention")


class Side(models.TextChoices):
    """On which side of a case an organisation stands."""

    REQUESTER = "requester", _("Demandeur")
    HOLDER = "holder", _("Détenteur")
    OPERATOR = "operator", _("Opérateur d’appariement")
    CONSULTED = "consulted", _("Consulté")


class Nature(models.TextChoices):
    """What kind of data a case is about (purple badges: nature, never state)."""

    PERSONAL = "personal", _("Données personnelles")
    SENSITIVE = "sensitive", _("Sensible")
    HEALTH = "health", _("Données de santé")
    NIR = "nir", _("NIR")
    LINKAGE = "linkage", _("Appariement")
    OUTSIDE_EU = "outside_eu", _("Hors UE")
    URGENT = "urgent", _("Urgente")


class Room(models.TextChoices):
    """Who reads a message of the thread (ux/spec.md, §3: never two rooms in one composer)."""

    PARTIES = "parties", _("Visible : toutes les parties")
    REQUESTER = "requester", _("Visible : demandeur et cellule")
    REVIEWERS = "reviewers", _("Visible : cellule, détenteurs et personnes consultées")
    CELL = "cell", _("Interne — cellule")
    SIDE = "side", _("Interne — votre organisme")


class ScanState(models.TextChoices):
    PENDING = "pending", _("Analyse en cours")
    CLEAN = "clean", _("Fichier vérifié")
    REFUSED = "refused", _("Fichier refusé : contenu dangereux")
    NOT_SCANNED = "not_scanned", _("Non analysé")


class DayUnit(models.TextChoices):
    WORKING = "working", _("jours ouvrés")
    CALENDAR = "calendar", _("jours calendaires")


class Delay(models.TextChoices):
    """The delays of process.md §7. Their lengths are rows (`DelayRule`), never code."""

    VISA = "visa", _("Visa ADDAC / Référent Données")
    ADMISSIBILITY = "admissibility", _("Recevabilité")
    COMPLEMENT = "complement", _("Complément")
    LAPSE_NOTICE = "lapse_notice", _("Préavis de classement")
    ORIENTATION = "orientation", _("Orientation")
    STUDY = "study", _("Étude d’opportunité et de faisabilité")
    FEASIBILITY = "feasibility", _("Faisabilité du détenteur")
    OPINION_DPO = "opinion_dpo", _("Avis du DPD")
    OPINION_SECURITY = "opinion_security", _("Avis de sécurité")
    OPINION_LEGAL = "opinion_legal", _("Avis juridique")
    OPINION_EXPERT = "opinion_expert", _("Avis d’expert ou d’éthique")
    DECISION = "decision", _("Décision du détenteur")
    CONCLUSION = "conclusion", _("Conclusion de la cellule")
    ARBITRATION = "arbitration", _("Arbitrage")
    FORMALITIES = "formalities", _("Formalités externes")
    DRAFTING = "drafting", _("Rédaction de l’acte")
    NEGOTIATION = "negotiation", _("Échanges entre parties")
    SIGNATURE = "signature", _("Signature")
    ANSWER = "answer", _("Réponse totale depuis la complétude")
    REEXAMINATION = "reexamination", _("Réexamen")
    DRAFT_NOTICE = "draft_notice", _("Brouillon inutilisé : préavis")
    DRAFT_CLOSING = "draft_closing", _("Brouillon inutilisé : clôture")


# code: (days, unit, suspendable, role told when it is exceeded); source: process.md §7.
DEFAULT_DELAYS: dict[str, tuple[int, str, bool, str]] = {
    Delay.VISA: (5, DayUnit.WORKING, False, "amdac_officer"),
    Delay.ADMISSIBILITY: (10, DayUnit.WORKING, True, "amdac"),
    Delay.COMPLEMENT: (30, DayUnit.CALENDAR, False, "amdac_officer"),
    Delay.LAPSE_NOTICE: (30, DayUnit.CALENDAR, False, "amdac_officer"),
    Delay.ORIENTATION: (5, DayUnit.WORKING, True, "amdac"),
    Delay.STUDY: (20, DayUnit.WORKING, True, "amdac"),
    Delay.FEASIBILITY: (15, DayUnit.WORKING, True, "amdac_officer"),
    Delay.OPINION_DPO: (15, DayUnit.WORKING, True, "amdac_officer"),
    Delay.OPINION_SECURITY: (10, DayUnit.WORKING, True, "amdac_officer"),
    Delay.OPINION_LEGAL: (10, DayUnit.WORKING, True, "amdac_officer"),
    Delay.OPINION_EXPERT: (30, DayUnit.CALENDAR, True, "amdac_officer"),
    Delay.DECISION: (10, DayUnit.WORKING, True, "amdac_officer"),
    Delay.CONCLUSION: (5, DayUnit.WORKING, True, "amdac"),
    Delay.ARBITRATION: (20, DayUnit.WORKING, True, "amdac"),
    Delay.FORMALITIES: (120, DayUnit.CALENDAR, True, "amdac_officer"),
    Delay.DRAFTING: (15, DayUnit.WORKING, True, "amdac_officer"),
    Delay.NEGOTIATION: (20, DayUnit.WORKING, True, "amdac_officer"),
    Delay.SIGNATURE: (15, DayUnit.WORKING, True, "amdac_officer"),
    Delay.ANSWER: (60, DayUnit.CALENDAR, True, "amdac"),
    Delay.REEXAMINATION: (20, DayUnit.WORKING, True, "amdac"),
    # Five months without a line written, then six (ux/spec.md, §4).
    Delay.DRAFT_NOTICE: (150, DayUnit.CALENDAR, False, "manager"),
    Delay.DRAFT_CLOSING: (180, DayUnit.CALENDAR, False, "manager"),
}

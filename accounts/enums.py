"""Vocabulary of people and organisations."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may be in an organisation (domain/process.md, §2).

    A DPO is the DPO of an organisation; whether he speaks for the requester or for a holder
    follows from the side of that organisation on the case.
    """

    REQUESTER = "requester", _("Demandeur")
    ADDAC = "addac", _("ADDAC")
    DATA_REFERENT = "data_referent", _("Référent Données")
    OFFICER = "amdac_officer", _("Instructeur (cellule AMDAC)")
    AMDAC = "amdac", _("AMDAC")
    HOLDER = "data_holder", _("Détenteur / producteur")
    DPO = "dpo", _("Délégué à la protection des données (DPD)")
    SECURITY = "security_officer", _("Responsable de la sécurité (RSSI)")
    LEGAL = "legal_officer", _("Juriste")
    EXPERT = "expert", _("Expert ou comité d’éthique")
    SIGNATORY = "signatory", _("Signataire")
    AUTHORISED_PERSON = "authorised_person", _("Personne habilitée")
    MANAGER = "manager", _("Gestionnaire")
    AUDITOR = "auditor", _("Auditeur")
    ARCHIVIST = "archivist", _("Service d’archives")


# Roles held once for the whole service: they see every case (architecture.md, §4 rule 1).
TRANSVERSAL_ROLES = frozenset({Role.OFFICER, Role.AMDAC, Role.MANAGER, Role.AUDITOR})
# Roles that must have a second factor outside demo mode.
SECOND_FACTOR_ROLES = frozenset(
    {Role.SIGNATORY, Role.OFFICER, Role.AMDAC, Role.DPO, Role.MANAGER, Role.AUDITOR}
)


class OrganisationKind(models.TextChoices):
    DIRECTION = "direction", _("Direction d’administration centrale")
    OPERATOR = "operator", _("Opérateur ou établissement public")
    FUND = "fund", _("Caisse nationale de sécurité sociale")
    AGENCY = "agency", _("Agence régionale de santé")
    STATISTICS = "statistics", _("Service statistique")
    OTHER_MINISTRY = "other_ministry", _("Autre ministère")
    LOCAL = "local", _("Collectivité territoriale")
    RESEARCH = "research", _("Organisme de recherche")
    PRIVATE = "private", _("Organisme privé")


# Services of one ministry share one legal person, the State (process.md, F16).
STATE_KINDS = frozenset(
    {OrganisationKind.DIRECTION, OrganisationKind.STATISTICS, OrganisationKind.OTHER_MINISTRY}
)


class AccreditationScope(models.TextChoices):
    """What an accredited organisation may exchange; each scope includes the one before."""

    NON_PERSONAL = "non_personal", _("Données non personnelles")
    PERSONAL = "personal", _("Données à caractère personnel")
    HEALTH = "health", _("Données de santé")

"""Which act a request calls for (domain/clauses.md, §6 rule 1; process.md, §6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.enums import ActType

# Pathways that end elsewhere than in an act of ours, with what to do instead.
_NO_ACT = {
    "gdpr_processor": gettext_lazy("Ce besoin relève d’un contrat de sous-traitance."),
    "open_data": gettext_lazy("Les données sont déjà ouvertes : aucun acte n’est nécessaire."),
    "existing_api": gettext_lazy(
        "Une API existe : la demande se fait par une habilitation DataPass."
    ),
    "snds_permanent": gettext_lazy(
        "L’accès permanent au SNDS relève d’une habilitation interne, sans acte entre parties."
    ),
    "stat_secret": gettext_lazy(
        "Les données sous secret statistique relèvent d’une décision des Archives et du CASD."
    ),
    "ehds": gettext_lazy("Cette utilisation relève d’une autorisation de l’espace européen."),
}


@dataclass(frozen=True)
class Proposal:
    """The act proposed and why; no type when the need calls for something else."""

    act_type: ActType | None
    reason: str


def propose(*, pathway: str, facts: Mapping[str, Any], parties: int) -> Proposal:
    """Propose the type of act from the legal pathway, the facts and the number of parties."""
    if pathway in _NO_ACT:
        return Proposal(None, str(_NO_ACT[pathway]))
    if pathway.startswith("l114_8"):
        return Proposal(ActType.L114_8, _("Échange fondé sur l’article L. 114-8 du CRPA."))
    if parties >= 3:
        return Proposal(ActType.LINKAGE, _("Trois parties ou plus."))
    if facts.get("LINK") and facts.get("THIRD_LINKAGE"):
        return Proposal(ActType.LINKAGE, _("L’appariement est confié à un tiers."))
    if pathway == "non_personal" or facts.get("PD") is False:
        return Proposal(ActType.NON_PERSONAL, _("Aucune donnée à caractère personnel."))
    if pathway == "internal":
        return Proposal(ActType.INTERNAL, _("Un seul responsable de traitement."))
    return Proposal(ActType.TWO_CONTROLLERS, _("Deux responsables de traitement distincts."))

"""The bodies and the people of the three played cases, with who signs for whom."""

from __future__ import annotations

from typing import Any

from accounts.enums import Role
from tests.requests_flow import worlds

PASSWORD = "un mot de passe long"
IDENTITIES = {
    "DGCS": ("administration centrale", "12000016100014"),
    "CNSA": ("établissement public administratif", "18003602100018"),
    "Atih": ("établissement public administratif", "18690015200048"),
    "Cellule AMDAC": ("administration centrale", None),
}


def ministry() -> worlds.Ministry:
    """The ministry of the circuit's tests, whose bodies may sign."""
    made = worlds.ministry()
    for where in (made.requester_org, made.holder, made.other_holder, made.cell):
        where.legal_form, where.siret = IDENTITIES[where.name]
        where.address = "14 avenue Duquesne, 75007 Paris"
        where.contact_email = f"contact@{where.slug}.example"
        where.save()
    made.people |= {
        "requester_signatory": worlds.person("jean", (Role.SIGNATORY, made.requester_org)),
        "holder_signatory": worlds.person("hugo", (Role.SIGNATORY, made.holder)),
        "other_signatory": worlds.person("flore", (Role.SIGNATORY, made.other_holder)),
    }
    worlds.delegate(made.requester_signatory, made.requester_org)
    worlds.delegate(made.holder_signatory, made.holder)
    worlds.delegate(made.other_signatory, made.other_holder)
    return made


def aggregated(made: worlds.Ministry) -> dict[str, dict[str, Any]]:
    """What the requester of the short path types, step by step of the form."""
    return {
        "need": {
            "title": "Suivre l’offre d’hébergement pour personnes âgées",
            "request_kind": "new", "urgency": "normal", "needed_by": "2030-03-01",
        },
        "actors": {
            "requesting_org": made.requester_org.pk, "requesting_unit": "Bureau des études",
            "business_owner": made.requester.pk, "technical_contact": made.requester.pk,
            "requester_referent": made.addac.pk, "holder_org": made.holder.pk,
        },
        "use_case": {
            "context": "Le taux d’équipement est connu trop tard pour piloter l’année.",
            "objective": "Publier un tableau par département, chaque trimestre.",
            "use_category": ["steering", "policy_evaluation"],
            "public_interest": "Mission de pilotage de la direction.",
            "expected_benefits": "Répartir les moyens au plus près des besoins.",
            "alternatives_considered": "Les données ouvertes sont annuelles.",
        },
        "data": {
            "datasets": [{"description": "Places par établissement", "period": "2022-2025"}],
            "variables": [
                {"name": "departement", "label": "Département", "sensitivity": "neutral",
                 "justification": "Niveau du tableau."},
                {"name": "effectif", "label": "Effectif", "sensitivity": "neutral",
                 "justification": "Grandeur suivie."},
            ],
            "population_filter": "Établissements en activité",
            "granularity": "aggregated",
            "period_covered": {"from": "2022-01-01", "to": "2025-12-31"},
            "geographic_scope": "departmental", "frequency": "quarterly",
            "linkage_needed": "no", "has_personal_data": "no",
        },
        "access": {
            "recipients": "Agents du bureau", "authorised_count": 4, "onward_sharing": "no",
            "publication_plan": "public_report",
            "disclosure_control": "Aucun effectif inférieur à 11.", "secrecy": ["none"],
            "delivery_mode": "encrypted_drop", "sharing_duration": 24,
        },
        "outcomes": {
            "expected_outcomes": [
                {"type": "decision", "indicator": "Tableau publié", "target": "4 par an"}
            ],
            "outcome_owner": made.requester.pk,
        },
        "commitments": {"commit_purpose": True, "commit_report": True},
    }  # fmt: skip


def linked_health(made: worlds.Ministry) -> dict[str, dict[str, Any]]:
    """Pseudonymised health data of two holders, matched: what is added to the short path."""
    steps = aggregated(made)
    steps["need"]["title"] = "Suivre le recours à l’APA après une hospitalisation"
    steps["data"] = steps["data"] | {
        "datasets": [
            {"description": "Remontées APA", "period": "2023-2025"},
            {"description": "PMSI MCO", "period": "2023-2025"},
        ],
        "variables": [
            {"name": "id_projet", "label": "Identifiant pseudonymisé",
             "sensitivity": "identifying", "justification": "Relier les étapes du parcours."},
            {"name": "gir", "label": "Perte d’autonomie", "sensitivity": "sensitive",
             "justification": "Variable centrale de l’étude."},
        ],
        "granularity": "individual_pseudonymised",
        "granularity_reason": "Il faut relier les étapes du parcours d’une même personne.",
        "period_covered": {"from": "2023-01-01", "to": "2025-12-31"},
        "geographic_scope": "national", "frequency": "yearly",
        "linkage_needed": "yes",
        "linkage_sources": [
            {"source": "Remontées APA", "holder": "CNSA", "key": "NIR haché"},
            {"source": "PMSI MCO", "holder": "Atih", "key": "NIR haché"},
        ],
        "linkage_method": "hashed_nir", "trusted_third_party": made.other_holder.pk,
        "has_personal_data": "yes",
    }  # fmt: skip
    steps["actors"]["requester_dpo"] = made.dpo_requester.pk
    steps["actors"]["other_parties"] = [
        {"org": made.other_holder.pk, "role": "other_producer", "country": "France"}
    ]
    steps["use_case"]["fraud_use"] = False
    steps["personal"] = {
        "data_subjects": ["patients", "users"], "personal_categories": ["health", "social"],
        "special_categories": ["health"], "legal_exception_art9": ["i", "j"],
        "criminal_data": False, "nir_use": "no", "subject_count": "over_100000",
        "vulnerable": True, "legal_basis_art6": "e",
        "legal_text": [{"reference": "Code de l’action sociale, art. L. 247-2"}],
        "purpose_compat": "L’étude prolonge la gestion de la prestation.",
    }  # fmt: skip
    steps["access"] |= {
        "secrecy": ["medical"], "delivery_mode": "secure_space", "hosting_place": "state",
        "security_measures": "Espace à accès nominatif.", "hosting_country": ["FR"],
        "hds_certified": "yes", "transfers_outside_eu": "no", "retention_months": 36,
        "homologation": [
            {"authority": "HFDS", "start": "2025-02-12", "end": "2029-02-11"}
        ],
        "end_action": "destruction",
    }  # fmt: skip
    steps["outcomes"]["aipd_status"] = "to_do"
    steps["commitments"]["dpo_informed"] = True
    order = ("need", "actors", "use_case", "data", "personal", "access", "outcomes", "commitments")
    return {section: steps[section] for section in order}

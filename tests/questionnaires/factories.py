"""Test data of the forms."""

from __future__ import annotations

from typing import Any

import factory

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation, User
from questionnaires import services
from questionnaires.models import AnswerSet


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Direction numéro {n}")
    short_name = factory.Sequence(lambda n: f"D{n}")
    slug = factory.Sequence(lambda n: f"d{n}")
    kind = OrganisationKind.DIRECTION


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"personne{n}@exemple.fr")
    first_name = "Nadia"
    last_name = factory.Sequence(lambda n: f"Ferrand{n}")


def holding(role: str, organisation: Organisation) -> User:
    """A person who holds a role in an organisation."""
    person = PersonFactory()
    Membership.objects.create(user=person, organisation=organisation, role=role)
    return person


def request_values(organisation: Organisation, **changes: Any) -> dict[str, Any]:
    """Answers to a request without personal data that may be filed."""
    owner = holding(Role.REQUESTER, organisation)
    referent = holding(Role.ADDAC, organisation)
    values: dict[str, Any] = {
        "title": "Suivre le recours à l’APA à domicile",
        "request_kind": "new",
        "urgency": "normal",
        "needed_by": "2027-01-15",
        "requesting_org": organisation.pk,
        "requesting_unit": "Bureau des statistiques",
        "business_owner": owner.pk,
        "requester_referent": referent.pk,
        "context": "Le recours est mal connu.",
        "objective": "Mesurer le recours par département.",
        "use_category": ["steering"],
        "public_interest": "Politique de l’autonomie.",
        "expected_benefits": "Mieux cibler l’aide.",
        "alternatives_considered": "Les données ouvertes s’arrêtent en 2020.",
        "datasets": [{"description": "Bénéficiaires de l’APA", "period": "2020-2024"}],
        "population_filter": "Bénéficiaires de l’APA, 2020-2024",
        "granularity": "aggregated",
        "period_covered": {"from": "2020-01-01", "to": "2024-12-31"},
        "geographic_scope": "national",
        "frequency": "yearly",
        "linkage_needed": "no",
        "has_personal_data": "no",
        "recipients": "Agents du bureau.",
        "onward_sharing": "no",
        "publication_plan": "internal",
        "delivery_mode": "encrypted_drop",
        "sharing_duration": 24,
        "expected_outcomes": [{"type": "publication", "indicator": "Nombre d’études"}],
        "commit_purpose": True,
        "commit_report": True,
    }
    return {**values, **changes}


def personal_values(organisation: Organisation, **changes: Any) -> dict[str, Any]:
    """Answers to a request on pseudonymised health data with linkage, that may be filed."""
    dpo = holding(Role.DPO, organisation)
    values = {
        "requester_dpo": dpo.pk,
        "fraud_use": False,
        "granularity": "individual_pseudonymised",
        "granularity_reason": "Suivre la même personne d’un fichier à l’autre.",
        "linkage_needed": "yes",
        "linkage_sources": [{"source": "PMSI", "holder": "Atih", "key": "NIR haché"}],
        "other_parties": [
            {"other_org": "Cnam", "role": "trusted_third_party", "country": "France"}
        ],
        "has_personal_data": "yes",
        "data_subjects": ["patients"],
        "personal_categories": ["health", "social"],
        "special_categories": ["health"],
        "criminal_data": False,
        "nir_use": "no",
        "subject_count": "over_100000",
        "vulnerable": True,
        "legal_basis_art6": "e",
        "legal_text": [{"reference": "CASF L.247-2", "link": "https://www.legifrance.gouv.fr/x"}],
        "transfers_outside_eu": "no",
        "retention_months": 36,
        "dpo_informed": True,
    }
    return request_values(organisation, **{**values, **changes})


def answers_of(by: User, code: str = "use_case", **given: Any) -> AnswerSet:
    return services.create(code=code, by=by, **given)

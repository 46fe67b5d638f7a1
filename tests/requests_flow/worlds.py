"""A small ministry and requests at each stage, built through the services themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.enums import AccreditationScope, OrganisationKind, Role
from accounts.models import Accreditation, Delegation, Membership, Organisation, User
from cases import selectors as case_selectors
from cases.models import Task
from journal.models import Event
from questionnaires import services as questionnaires
from requests_flow.models import DataRequest
from requests_flow.services import acts, decisions, drafting, filing, opinions, study

LONG_AGO = date(2020, 1, 1)


@dataclass
class Ministry:
    """People by role; two holders, one requester, the cell, and an outsider of each kind."""

    requester_org: Organisation
    holder: Organisation
    other_holder: Organisation
    cell: Organisation
    outsider_org: Organisation
    people: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError as error:
            raise AttributeError(name) from error


def organisation(
    name: str, kind: str, scope: str | None = AccreditationScope.HEALTH
) -> Organisation:
    found = Organisation.objects.create(
        name=name, short_name=name, slug=name.lower().replace(" ", "-"), kind=kind
    )
    if scope:
        Accreditation.objects.create(
            organisation=found, scope=scope, act_reference="arrêté", starts_on=LONG_AGO
        )
    return found


def person(name: str, *roles: tuple[str, Organisation]) -> User:
    user = User.objects.create_user(
        email=f"{name}@navette.test",
        password="un mot de passe long",
        first_name=name.title(),
        last_name="Essai",
    )
    for role, where in roles:
        Membership.objects.create(user=user, organisation=where, role=role, starts_on=LONG_AGO)
    return user


def delegate(user: User, where: Organisation, **dates: Any) -> Delegation:
    return Delegation.objects.create(
        user=user,
        organisation=where,
        reference="décision du 3 janvier 2024",
        title="Directeur",
        **{"starts_on": LONG_AGO, **dates},
    )


def ministry() -> Ministry:
    """Create the people and bodies that the circuit needs."""
    world = Ministry(
        organisation("DGCS", OrganisationKind.DIRECTION),
        organisation("CNSA", OrganisationKind.FUND),
        organisation("Atih", OrganisationKind.OPERATOR),
        organisation("Cellule AMDAC", OrganisationKind.DIRECTION),
        organisation("ARS Bretagne", OrganisationKind.AGENCY),
    )
    dgcs, cnsa, atih, cell, ars = (
        world.requester_org,
        world.holder,
        world.other_holder,
        world.cell,
        world.outsider_org,
    )
    world.people = {
        "requester": person("nadia", (Role.REQUESTER, dgcs)),
        "colleague": person("come", (Role.REQUESTER, dgcs)),
        "addac": person("olivier", (Role.ADDAC, dgcs)),
        "officer": person("claire", (Role.OFFICER, cell)),
        "second_officer": person("yann", (Role.OFFICER, cell)),
        "amdac": person("helene", (Role.AMDAC, cell)),
        "holder_agent": person("samir", (Role.HOLDER, cnsa)),
        "other_holder_agent": person("ines", (Role.HOLDER, atih)),
        "dpo_requester": person("julie", (Role.DPO, dgcs)),
        "dpo_holder": person("karim", (Role.DPO, cnsa)),
        "dpo_other_holder": person("lea", (Role.DPO, atih)),
        "security": person("paul", (Role.SECURITY, cell)),
        "legal": person("lucie", (Role.LEGAL, cell)),
        "expert": person("marc", (Role.EXPERT, cell)),
        "manager": person("anne", (Role.MANAGER, cell)),
        "auditor": person("boris", (Role.AUDITOR, cell)),
        "outsider": person("zoe", (Role.REQUESTER, ars), (Role.HOLDER, ars), (Role.DPO, ars)),
        "nobody": person("rien"),
    }
    delegate(world.holder_agent, cnsa)
    delegate(world.other_holder_agent, atih)
    delegate(world.outsider, ars)
    return world


def answers(world: Ministry, **changes: Any) -> dict[str, Any]:
    """A complete form about data that identify nobody."""
    values: dict[str, Any] = {
        "title": "Suivre l’offre d’hébergement pour personnes âgées",
        "request_kind": "new",
        "urgency": "normal",
        "needed_by": "2030-03-01",
        "requesting_org": world.requester_org.pk,
        "requesting_unit": "Bureau A",
        "business_owner": world.requester.pk,
        "technical_contact": world.requester.pk,
        "requester_referent": world.addac.pk,
        "context": "Le taux d’équipement est mal connu.",
        "objective": "Publier un tableau par département.",
        "use_category": ["steering"],
        "public_interest": "Mission de pilotage.",
        "expected_benefits": "Une meilleure répartition.",
        "alternatives_considered": "Les données ouvertes sont trop anciennes.",
        "datasets": [{"description": "Places par établissement", "period": "2024"}],
        "population_filter": "Établissements ouverts",
        "granularity": "aggregated",
        "period_covered": {"from": "2023-01-01", "to": "2024-12-31"},
        "geographic_scope": "national",
        "frequency": "yearly",
        "linkage_needed": "no",
        "has_personal_data": "no",
        "recipients": "Agents du bureau",
        "onward_sharing": "no",
        "publication_plan": "internal",
        "delivery_mode": "encrypted_drop",
        "sharing_duration": 24,
        "expected_outcomes": [{"type": "decision", "indicator": "Tableau publié", "target": "1"}],
        "commit_purpose": True,
        "commit_report": True,
        "holder_org": world.holder.pk,
        "secrecy": ["none"],
    }
    return {**values, **changes}


def personal_answers(world: Ministry, **changes: Any) -> dict[str, Any]:
    """A complete form about pseudonymised health data."""
    return answers(
        world,
        **{
            "title": "Suivre le recours à l’APA après une hospitalisation",
            "has_personal_data": "yes",
            "granularity": "individual_pseudonymised",
            "granularity_reason": "Il faut suivre les parcours.",
            "fraud_use": False,
            "data_subjects": ["patients"],
            "personal_categories": ["health"],
            "special_categories": ["health"],
            "criminal_data": False,
            "nir_use": "no",
            "subject_count": "over_100000",
            "vulnerable": True,
            "legal_basis_art6": "e",
            "legal_text": [{"reference": "CASF, art. L. 247-2"}],
            "transfers_outside_eu": "no",
            "retention_months": 36,
            "requester_dpo": world.dpo_requester.pk,
            "dpo_informed": True,
            "secrecy": ["medical"],
            **changes,
        },
    )


def draft(world: Ministry, values: dict[str, Any] | None = None, **changes: Any) -> DataRequest:
    made = drafting.start_draft(by=world.requester, organisation=world.requester_org)
    questionnaires.save_values(
        answers=made.answers, values={**(values or answers(world)), **changes}, by=world.requester
    )
    return DataRequest.objects.get(pk=made.pk)


def filed(world: Ministry, values: dict[str, Any] | None = None, **changes: Any) -> DataRequest:
    return filing.submit(data_request=draft(world, values, **changes), by=world.requester)


def task(case: DataRequest, node: str, where: Organisation | None = None) -> Task:
    """Return the open task of a node, that of an organisation when it has several."""
    for one in case_selectors.open_tasks(case):
        if one.node == node and where in (None, one.organisation):
            return one
    raise LookupError(
        f"{node} n’est pas ouvert : {[one.node for one in case_selectors.open_tasks(case)]}"
    )


def oriented(
    world: Ministry, values: dict[str, Any] | None = None, holders: list[Organisation] | None = None
) -> DataRequest:
    case = filed(world, values)
    study.declare_admissible(task=task(case, "check_admissibility"), by=world.officer)
    study.orient(
        task=task(case, "orient"),
        legal_pathway="non_personal" if values is None else "gdpr_c2c",
        act_type="b" if values is None else "a",
        holders=holders or [world.holder],
        by=world.officer,
    )
    return DataRequest.objects.get(pk=case.pk)


def studied(
    world: Ministry, values: dict[str, Any] | None = None, holders: list[Organisation] | None = None
) -> DataRequest:
    case = oriented(world, values, holders)
    for where in holders or [world.holder]:
        agent = world.holder_agent if where == world.holder else world.other_holder_agent
        study.assess_feasibility(
            task=task(case, "assess_feasibility", where),
            verdict="favourable",
            synthesis="Possible.",
            by=agent,
        )
    study.conclude_study(
        task=task(case, "conclude_study"),
        recommendation="favourable",
        synthesis="Utile.",
        by=world.officer,
    )
    return DataRequest.objects.get(pk=case.pk)


def reviewed(
    world: Ministry, values: dict[str, Any] | None = None, holders: list[Organisation] | None = None
) -> DataRequest:
    case = studied(world, values, holders)
    reviewers = {
        ("dpo", world.requester_org.pk): world.dpo_requester,
        ("dpo", world.holder.pk): world.dpo_holder,
        ("dpo", world.other_holder.pk): world.dpo_other_holder,
        ("security_officer", world.cell.pk): world.security,
        ("legal_officer", world.cell.pk): world.legal,
    }
    for one in case_selectors.open_tasks(case):
        if one.node == "give_opinion":
            opinions.give_opinion(
                task=one,
                verdict="favourable",
                synthesis="Rien à signaler.",
                by=reviewers[one.role, one.organisation_id],
            )
    return DataRequest.objects.get(pk=case.pk)


def decided(
    world: Ministry, values: dict[str, Any] | None = None, outcome: str = "favourable"
) -> DataRequest:
    case = reviewed(world, values)
    decisions.decide(
        task=task(case, "decide"),
        outcome=outcome,
        motivation="Conforme aux missions.",
        by=world.holder_agent,
        reason_codes=["not_necessary"] if outcome == "unfavourable" else [],
    )
    return DataRequest.objects.get(pk=case.pk)


def today() -> date:
    return timezone.localdate()


def concluded(
    world: Ministry, values: dict[str, Any] | None = None, outcome: str = "favourable"
) -> DataRequest:
    """A request that the AMDAC concluded as the holder decided (arbitrated when it refused)."""
    case = decided(world, values, outcome)
    if outcome == "unfavourable":
        decisions.arbitrate(
            task=task(case, "arbitrate"), outcome=outcome, motivation="Fondé.", by=world.amdac
        )
    decisions.conclude(
        task=task(case, "conclude"),
        outcome=outcome,
        motivation="Concordant.",
        by=world.amdac,
        reason_codes=["not_necessary"] if outcome == "unfavourable" else [],
    )
    return DataRequest.objects.get(pk=case.pk)


def with_act(world: Ministry) -> DataRequest:
    """A request whose act is being drawn up."""
    case = concluded(world)
    acts.choose_act(task=task(case, "choose_act"), act_type="b", by=world.legal)
    return DataRequest.objects.get(pk=case.pk)


def asked(world: Ministry, case: DataRequest) -> DataRequest:
    """A filed request whose officer asked a complement."""
    study.ask_complement(task=task(case, "check_admissibility"), items=missing(), by=world.officer)
    return DataRequest.objects.get(pk=case.pk)


def missing() -> list[dict[str, str]]:
    return [{"label": "Finalité", "missing": "Le cadre de l’étude.", "why": "Elle est imprécise."}]


def make_late(case: DataRequest, *nodes: str, days: int = 2) -> None:
    """Put the due date of open tasks in the past, as if time had passed."""
    for one in case_selectors.open_tasks(case):
        if one.node in nodes:
            Task.objects.filter(pk=one.pk).update(due_on=today() - timedelta(days=days))


def nodes(case: DataRequest) -> list[str]:
    """The nodes at which a case is open."""
    return sorted(one.node for one in case_selectors.open_tasks(case))


def events(case: DataRequest) -> list[str]:
    """The kinds of the events of a case, in their order."""
    return list(
        Event.objects.filter(chain=case.chain).order_by("id").values_list("kind", flat=True)
    )


def end_role(user: User, role: str) -> None:
    """End a role yesterday, and forget what was read of the person."""
    Membership.objects.filter(user=user, role=role).update(ends_on=today() - timedelta(days=1))
    fresh(user)


def fresh(user: User) -> User:
    """Forget the roles that were read on a person."""
    user.__dict__.pop("held_roles", None)
    return user

"""Organisations, people and acts, built through the services where a state has consequences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import factory
from django.utils import timezone

from accounts.enums import AccreditationScope, OrganisationKind, Role
from accounts.models import Accreditation, Delegation, Membership, Organisation, User
from agreements import files, services
from agreements.assembly import annexes as annex_rules
from agreements.models import Agreement, AgreementVersion
from agreements.selectors import build_desk
from cases.models import Task
from cases.selectors import open_tasks
from tests.agreements.worlds import facts, filled_values

LONG_AGO = date(2020, 1, 1)
PASSWORD = "un mot de passe très long"


class OrganisationFactory(factory.django.DjangoModelFactory):
    """An organisation that may exchange every kind of data, as parties to an act must."""

    class Meta:
        model = Organisation
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Organisme {n}")
    slug = factory.Sequence(lambda n: f"organisme-{n}")
    kind = OrganisationKind.DIRECTION
    legal_form = "administration centrale"
    address = "14 avenue Duquesne, 75007 Paris"
    contact_email = factory.LazyAttribute(lambda o: f"contact@{o.slug}.example")

    @factory.post_generation
    def accreditation(self: Any, create: bool, scope: str | None, **_given: Any) -> None:
        Accreditation.objects.create(
            organisation=self,
            scope=scope or AccreditationScope.HEALTH,
            act_reference="arrêté du 2 janvier 2020",
            starts_on=LONG_AGO,
        )


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@example.fr")
    first_name = "Camille"
    last_name = factory.Sequence(lambda n: f"Durand{n}")
    job_title = "Cheffe de bureau"
    password = factory.django.Password(PASSWORD)


def member(organisation: Organisation, *roles: str, **names: str) -> User:
    user: User = UserFactory(**names)
    for role in roles:
        Membership.objects.create(
            user=user, organisation=organisation, role=role, starts_on=LONG_AGO
        )
    return user


def delegate(user: User, organisation: Organisation, **changed: Any) -> Delegation:
    return Delegation.objects.create(
        user=user,
        organisation=organisation,
        **{
            "reference": "décision du 2 janvier 2024",
            "title": "Directrice générale",
            "starts_on": LONG_AGO,
            **changed,
        },
    )


@dataclass
class World:
    """Two parties, the legal service, and the people who make an act."""

    holder: Organisation
    requester: Organisation
    ministry: Organisation
    legal: User
    officer: User
    auditor: User
    holder_agent: User
    requester_agent: User
    holder_signatory: User
    requester_signatory: User
    holder_dpo: User
    outsider: User


def world() -> World:
    holder = OrganisationFactory(name="Caisse de solidarité", short_name="CNSA", slug="cnsa")
    requester = OrganisationFactory(name="Cohésion sociale", short_name="DGCS", slug="dgcs")
    ministry = OrganisationFactory(name="Secrétariat général", short_name="SGMAS", slug="sgmas")
    made = World(
        holder=holder,
        requester=requester,
        ministry=ministry,
        legal=member(ministry, Role.LEGAL, first_name="Lucie", last_name="Tanguy"),
        officer=member(ministry, Role.OFFICER),
        auditor=member(ministry, Role.AUDITOR),
        holder_agent=member(holder, Role.HOLDER, first_name="Salim", last_name="Haddad"),
        requester_agent=member(requester, Role.REQUESTER, first_name="Nadia", last_name="Ferrand"),
        holder_signatory=member(holder, Role.SIGNATORY, first_name="Hélène", last_name="Aubry"),
        requester_signatory=member(
            requester, Role.SIGNATORY, first_name="Jean", last_name="Abadie"
        ),
        holder_dpo=member(holder, Role.DPO),
        outsider=member(OrganisationFactory(name="Ailleurs"), Role.HOLDER, Role.LEGAL),
    )
    delegate(made.holder_signatory, holder)
    delegate(made.requester_signatory, requester, title="Directeur général")
    return made


def values(parties: int = 2) -> dict[str, Any]:
    """Values for every field but those that the act and its parties tell by themselves."""
    filled = filled_values(("holder",) * parties)
    for number in range(1, parties + 1):
        filled[f"party_{number}"] = {"siret": "13002526500013", "unit": "bureau des données"}
    filled.pop("signature")
    filled.pop("amendment")
    filled["agreement"] = {"effective_on": "2027-03-12", "duration_months": 36, "notice_months": 3,
                           "renewal_decision_months": 6}  # fmt: skip
    filled["security"] |= {"homologation_end": "2029-01-01", "country": "France"}
    filled["fees"] = {}
    return filled


def drafted(made: World, **changed: Any) -> Agreement:
    """A project of type a about personal data, its data known, its annexes empty."""
    return services.draft(
        **{
            "title": "Suivre les parcours des jeunes accueillis en ITEP",
            "act_type": "a",
            "facts": facts(),
            "values": values(),
            "parties": [
                services.PartyValue(made.holder, "holder"),
                services.PartyValue(made.requester, "requester"),
            ],
            "opinions": [
                services.OpinionValue("CNSA", "favourable"),
                services.OpinionValue("DGCS", "favourable"),
            ],
            "by": made.legal,
            **changed,
        }
    )


def annex_content(agreement: Agreement, number: int) -> dict[str, Any]:
    """A content that answers everything an annex of this act asks."""
    desk = build_desk(agreement)
    line = next(line for line in desk.annexes if line.template.number == number)
    content: dict[str, Any] = {}
    for section in line.template.sections:
        if section.kind == "rows":
            content[section.key] = [{c.key: (c.choices or ["x"])[0] for c in section.columns}]
        for question in annex_rules.questions(section, desk.party_names):
            place = content.setdefault(section.key, {})
            if question.row:
                place = place.setdefault(question.row, {})
            place[question.column.key] = (question.column.choices or ["x"])[0]
    return content


def filled_annexes(agreement: Agreement, by: User) -> None:
    for line in build_desk(agreement).annexes:
        if line.missing:
            services.save_annex(
                agreement=agreement,
                number=line.template.number,
                content=annex_content(agreement, line.template.number),
                by=by,
            )


def task_of(agreement: Agreement, node: str, owner: User | None = None) -> Task:
    tasks = [task for task in open_tasks(agreement) if task.node == node]
    if owner is not None:
        tasks = [
            task
            for task in tasks
            if task.owner_id == owner.pk
            or (task.owner_id is None and task.organisation_id in _organisations(owner))
        ]
    assert tasks, f"no open task {node}"
    return tasks[0]


def _organisations(user: User) -> set[int]:
    return set(user.memberships.values_list("organisation_id", flat=True))


def sent_once(made: World, agreement: Agreement) -> Agreement:
    """The project after a first round: from now on its recipient reads it."""
    services.send_round(agreement=agreement, by=made.legal)
    services.end_round(agreement=agreement, reason="Premier tour clos.", by=made.legal)
    return Agreement.objects.get(pk=agreement.pk)


def agreed(made: World, **changed: Any) -> Agreement:
    """A project to which both parties agree: nothing stands before its freezing."""
    agreement = drafted(made, **changed)
    filled_annexes(agreement, made.legal)
    services.send_round(agreement=agreement, by=made.legal)
    for agent in (made.holder_agent, made.requester_agent):
        services.review(task=task_of(agreement, "review_version", agent), verdict="agree", by=agent)
    return Agreement.objects.get(pk=agreement.pk)


def frozen(made: World, **changed: Any) -> tuple[Agreement, AgreementVersion]:
    """A frozen act whose document still has to be made by the worker."""
    agreement = agreed(made, **changed)
    version = services.freeze(agreement=agreement, by=made.legal)
    return Agreement.objects.get(pk=agreement.pk), version


def in_signature(made: World, **changed: Any) -> Agreement:
    """A frozen act, its document made, its signatures expected."""
    agreement, _version = frozen(made, **changed)
    services.render_frozen_version(task=job_of(agreement, "render_document"))
    return Agreement.objects.get(pk=agreement.pk)


def job_of(agreement: Agreement, node: str) -> Task:
    tasks = Task.objects.filter(case_id=agreement.pk, flow_task_type="JOB", status="SCHEDULED")
    return next(task for task in tasks if task.node == node)


def sign_as(agreement: Agreement, signatory: User) -> Any:
    return services.sign(
        task=task_of(agreement, "sign_version", signatory),
        by=signatory,
        has_read=True,
        is_reauthenticated=True,
    )


def signed_elsewhere(agreement: Agreement, data: bytes, signatory: User) -> bytes:
    """What the simple check of the tests takes for the act signed with another tool."""
    field = agreement.signatories.get(user=signatory).field_name
    return data + f"\n%{field} {signatory}".encode()


def deposit_as(agreement: Agreement, signatory: User, **changed: Any) -> Any:
    task = changed.pop("task", None) or task_of(agreement, "sign_version", signatory)
    version = agreement.versions.get(is_final=True)
    newest = files.read(version.files.order_by("-revision").first().sha256)
    given = {"data": signed_elsewhere(agreement, newest, signatory), "by": signatory, **changed}
    return services.deposit_signed_file(
        **{"task": task, "has_read": True, "is_reauthenticated": True, **given}
    )


def registered(made: World, **changed: Any) -> Agreement:
    """An act signed by both parties, numbered, sealed and archived."""
    agreement = in_signature(made, **changed)
    sign_as(agreement, made.holder_signatory)
    sign_as(agreement, made.requester_signatory)
    services.register(task=job_of(agreement, "seal_act"))
    return Agreement.objects.get(pk=agreement.pk)


def in_force(made: World, **changed: Any) -> Agreement:
    """A signed act that takes effect today."""
    given = values()
    given["agreement"]["effective_on"] = timezone.localdate().isoformat()
    return registered(made, **{"values": given, **changed})

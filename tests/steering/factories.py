"""People who look back, and something to look at."""

from __future__ import annotations

from datetime import date, datetime

import factory

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation, User
from agreements.models import Agreement
from cases.enums import CaseKind, Delay, Side
from cases.models import Party, Process, Task
from questionnaires.models import AnswerSet
from requests_flow.flows.circuit_v1 import CircuitV1
from requests_flow.models import Conclusion, DataRequest


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisme {n}")
    short_name = factory.Sequence(lambda n: f"ORG{n}")
    slug = factory.Sequence(lambda n: f"organisme-{n}")
    kind = OrganisationKind.OPERATOR


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"regard{n}@example.fr")
    first_name = "Ana"
    last_name = factory.Sequence(lambda n: f"Lefort {n}")


def person(*roles: str, organisation: Organisation | None = None, **changes) -> User:
    user = UserFactory(**changes)
    organisation = organisation or OrganisationFactory()
    for role in roles:
        Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


def auditor() -> User:
    return person(Role.AUDITOR)


def manager() -> User:
    return person(Role.MANAGER)


def filed(
    title: str = "Suivre le recours à l’APA",
    *,
    requester: Organisation | None = None,
    holders: tuple[Organisation, ...] = (),
    opened: str | None = "2026-03-02T10:00+01:00",
    **changes,
) -> DataRequest:
    """A request as steering reads it: its own row and its parties, in any state."""
    author = UserFactory()
    requester = requester or OrganisationFactory()
    number = DataRequest.objects.count() + 1
    values = {
        "reference": f"DEM-2026-{number:04}" if opened else None,
        "stage": "completeness" if opened else "draft",
        "opened_at": datetime.fromisoformat(opened) if opened else None,
    } | changes
    answers = AnswerSet.objects.create(
        definition_code="use_case", definition_version=1, created_by=author, updated_by=author
    )
    made = DataRequest.objects.create(
        kind=CaseKind.REQUEST,
        title=title,
        answers=answers,
        organisation=requester,
        created_by=author,
        **values,
    )
    Party.objects.create(case=made, organisation=requester, side=Side.REQUESTER)
    for position, holder in enumerate(holders, start=1):
        Party.objects.create(case=made, organisation=holder, side=Side.HOLDER, position=position)
    return made


def act(
    title: str = "Suivre les parcours en ITEP",
    *,
    holder: Organisation | None = None,
    requester: Organisation | None = None,
    signed: str | None = "2026-03-02T10:00+01:00",
    **changes,
) -> Agreement:
    """An act as registers read it."""
    holder, requester = holder or OrganisationFactory(), requester or OrganisationFactory()
    number = Agreement.objects.count() + 1
    values = {
        "reference": f"CONV-2026-{number:03}" if signed else f"PRJ-2026-{number:04}",
        "project_reference": f"PRJ-2026-{number:04}",
        "stage": "in_force" if signed else "drafting",
        "signed_at": datetime.fromisoformat(signed) if signed else None,
        "opened_at": datetime.fromisoformat("2026-01-05T10:00+01:00"),
        "effective_on": date(2026, 4, 1) if signed else None,
        "end_on": date(2029, 3, 31) if signed else None,
        "act_type": "b",
    } | changes
    made = Agreement.objects.create(
        kind=CaseKind.AGREEMENT,
        title=title,
        drafting_organisation=holder,
        created_by=UserFactory(),
        **values,
    )
    Party.objects.create(case=made, organisation=holder, side=Side.HOLDER)
    Party.objects.create(case=made, organisation=requester, side=Side.REQUESTER, position=1)
    return made


def moment(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00+01:00")


def step(
    case: DataRequest | Agreement,
    opened: str,
    due: str,
    *,
    finished: str | None = None,
    delay: str = Delay.ADMISSIBILITY,
    role: str = Role.OFFICER,
) -> Task:
    """A human step of a case, waiting or finished."""
    process = Process.objects.create(flow_class=CircuitV1, case_id=case.pk)
    return Task.objects.create(
        process=process,
        case_id=case.pk,
        flow_task=CircuitV1.check_admissibility,
        flow_task_type="HUMAN",
        status="DONE" if finished else "NEW",
        delay=delay,
        role=role,
        created=moment(opened),
        finished=moment(finished) if finished else None,
        due_on=date.fromisoformat(due),
    )


def concluded(
    on: str, *, complete: str | None = "2026-01-05", outcome: str = "favourable", **changes
) -> DataRequest:
    """A request that the cell concluded on a day."""
    made = filed(
        outcome=outcome,
        complete_on=date.fromisoformat(complete) if complete else None,
        **{"opened": "2026-01-02T10:00+01:00"} | changes,
    )
    Conclusion.objects.create(
        data_request=made,
        kind="initial",
        outcome=outcome,
        motivation="x",
        recorded_at=moment(on),
        recorded_by=UserFactory(),
    )
    return made

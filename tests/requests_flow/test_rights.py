"""Who sees, who acts: one rule in SQL and in Python, near misses, duties kept apart."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.enums import Role
from accounts.models import Absence, Membership, User
from accounts.services import grant_view
from cases import policies, selectors
from cases import services as cases
from cases.enums import Side
from cases.errors import Impossible, NotAllowed
from cases.models import OPEN_STATUSES, Case, Party, Task
from requests_flow.models import DataRequest
from requests_flow.selectors import dashboard
from requests_flow.services import decisions, study
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db
DAYS = st.sampled_from([-400, -1, 0, 1])


def away(user: User, deputy: User, start: int, end: int) -> Absence:
    today = worlds.today()
    return Absence.objects.create(
        user=user,
        deputy=deputy,
        starts_on=today + timedelta(days=start),
        ends_on=today + timedelta(days=end),
    )


class Random:
    """A ministry, two requests, and one thing after the other that changes who may what."""

    def __init__(self, world: worlds.Ministry, listed: list[Case]) -> None:
        self.world, self.cases = world, listed
        self.people = list(world.people.values())
        self.places = [world.requester_org, world.holder, world.cell, world.outsider_org]

    def apply(self, change: tuple[Any, ...]) -> None:
        kind, one, two, role, start, end = change
        user, place = self.people[one % len(self.people)], self.places[two % 4]
        today = worlds.today()
        starts, ends = sorted((start, end))
        if kind == "membership":
            Membership.objects.get_or_create(
                user=user,
                organisation=place,
                role=role,
                starts_on=today + timedelta(days=starts),
                defaults={"ends_on": today + timedelta(days=ends)},
            )
        elif kind == "absence" and user != self.people[two % len(self.people)]:
            away(user, self.people[two % len(self.people)], starts, ends)
        elif kind == "party":
            Party.objects.get_or_create(
                case=self.cases[one % 2],
                organisation=place,
                side=Side.CONSULTED,
                role=role if start < 0 else "",
            )
        elif kind == "owner":
            tasks = list(Task.objects.filter(flow_task_type="HUMAN", status__in=OPEN_STATUSES))
            chosen = tasks[two % len(tasks)]
            Task.objects.filter(pk=chosen.pk).update(owner=user, status="ASSIGNED")
        elif kind == "closed":
            User.objects.filter(pk=user.pk).update(is_active=False)
        elif kind == "end":
            Membership.objects.filter(user=user).update(ends_on=today + timedelta(days=starts))
        elif kind == "grant":
            with transaction.atomic():
                case = Case.objects.get(pk=self.cases[two % 2].pk)
                giver = next(one for one in self.people if one != user)
                grant_view(user=user, obj=case, by=giver)


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["membership", "absence", "party", "owner", "closed", "end", "grant"]),
        st.integers(0, 17),
        st.integers(0, 17),
        st.sampled_from([role.value for role in Role]),
        DAYS,
        DAYS,
    ),
    max_size=6,
)


def test_seeing_and_acting_are_the_same_rule_in_sql_and_in_python() -> None:
    world = worlds.ministry()
    draft = worlds.draft(world)
    filed = worlds.studied(world, worlds.personal_answers(world))
    everybody = [draft, filed]

    @given(changes=CHANGES)
    @settings(max_examples=25, deadline=None)
    def hold(changes: list[tuple[Any, ...]]) -> None:
        mark = transaction.savepoint()
        try:
            ground = Random(world, everybody)
            for change in changes:
                ground.apply(change)
            agree(ground)
        finally:
            transaction.savepoint_rollback(mark)

    hold()


def agree(ground: Random) -> None:
    """Compare the two writings of each rule for everybody."""
    listed = list(Case.objects.filter(pk__in=[one.pk for one in ground.cases]))
    tasks = list(
        Task.objects.filter(flow_task_type="HUMAN", status__in=OPEN_STATUSES).select_related(
            "owner", "organisation", "case"
        )
    )
    for person in User.objects.filter(pk__in=[one.pk for one in ground.people]):
        seen = set(Case.objects.visible_to(person).values_list("pk", flat=True))
        assert seen == {case.pk for case in listed if policies.can_view(person, case)}, person
        mine = set(
            Task.objects.filter(
                policies.mine(person), pk__in=[task.pk for task in tasks]
            ).values_list("pk", flat=True)
        )
        assert mine == {task.pk for task in tasks if policies.is_addressed(person, task)}, person
        others = set(
            Task.objects.filter(pk__in=[task.pk for task in tasks])
            .exclude(policies.mine(person))
            .values_list("pk", flat=True)
        )
        assert others == {task.pk for task in tasks} - mine, person


# node: who may, and near misses who may not.
MATRIX = [
    ("give_visa", "filed", ["addac"], ["officer", "requester", "outsider", "dpo_requester"]),
    (
        "check_admissibility",
        "filed",
        ["officer", "second_officer"],
        ["amdac", "legal", "manager", "auditor", "requester", "addac", "outsider", "nobody"],
    ),
    ("orient", "admissible", ["officer"], ["second_officer", "amdac", "manager", "requester"]),
    (
        "assess_feasibility",
        "oriented",
        ["holder_agent"],
        ["other_holder_agent", "dpo_holder", "officer", "outsider", "requester"],
    ),
    ("conclude_study", "oriented", ["officer"], ["second_officer", "amdac", "holder_agent"]),
    ("give_opinion", "studied", ["legal"], ["officer", "security", "expert", "holder_agent"]),
    (
        "decide",
        "reviewed",
        ["holder_agent"],
        ["other_holder_agent", "dpo_holder", "amdac", "officer", "outsider", "requester"],
    ),
    ("conclude", "decided", ["amdac"], ["officer", "second_officer", "legal", "holder_agent"]),
    ("choose_act", "concluded", ["legal"], ["amdac", "officer", "security", "requester"]),
]


@pytest.fixture
def world() -> worlds.Ministry:
    return worlds.ministry()


def at(world: worlds.Ministry, stage: str) -> DataRequest:
    if stage == "admissible":
        case = worlds.filed(world)
        study.declare_admissible(task=worlds.task(case, "check_admissibility"), by=world.officer)
        return DataRequest.objects.get(pk=case.pk)
    found: DataRequest = getattr(worlds, stage)(world)
    return found


@pytest.mark.parametrize(("node", "stage", "may", "may_not"), MATRIX, ids=[m[0] for m in MATRIX])
def test_each_step_is_for_whom_it_is_meant(
    world: worlds.Ministry, node: str, stage: str, may: list[str], may_not: list[str]
) -> None:
    task = worlds.task(at(world, stage), node)

    assert [name for name in may if not policies.can_act(world.people[name], task)] == []
    assert [name for name in may_not if policies.can_act(world.people[name], task)] == []
    for name in may_not:
        with pytest.raises(NotAllowed) as refusal:
            policies.check_can_act(world.people[name], task)
        assert refusal.value.message.endswith(".")


@pytest.mark.parametrize(("node", "stage", "may", "may_not"), MATRIX, ids=[m[0] for m in MATRIX])
def test_a_role_that_ended_yesterday_acts_no_more(
    world: worlds.Ministry, node: str, stage: str, may: list[str], may_not: list[str]
) -> None:
    task, person = worlds.task(at(world, stage), node), world.people[may[0]]
    worlds.end_role(person, task.role)

    with pytest.raises(NotAllowed, match="a pris fin"):
        policies.check_can_act(person, task)


@pytest.mark.parametrize(
    ("start", "end", "acts"), [(-3, -1, False), (-1, 0, True), (0, 2, True), (1, 3, False)]
)
def test_a_deputy_acts_on_the_days_of_the_absence_only(
    world: worlds.Ministry, start: int, end: int, acts: bool
) -> None:
    case = at(world, "admissible")
    away(world.officer, world.expert, start, end)
    deputy = worlds.fresh(world.expert)

    assert policies.can_act(deputy, worlds.task(case, "orient")) is acts
    assert selectors.inbox(deputy).filter(case=case).exists() is acts


def test_the_step_of_an_officer_who_left_falls_back_to_his_colleagues(
    world: worlds.Ministry,
) -> None:
    case = at(world, "admissible")
    task = worlds.task(case, "orient")
    assert task.owner == world.officer
    assert not policies.can_act(world.second_officer, task)

    worlds.end_role(world.officer, Role.OFFICER)

    task = worlds.task(case, "orient")
    assert policies.can_act(world.second_officer, task)
    assert task in selectors.inbox(world.second_officer)
    study.orient(
        task=task,
        legal_pathway="non_personal",
        act_type="b",
        holders=[world.holder],
        by=world.second_officer,
    )
    assert DataRequest.objects.get(pk=case.pk).officer == world.second_officer
    assert worlds.task(case, "conclude_study").owner == world.second_officer


def test_a_role_that_ends_between_the_page_and_the_click_refuses_the_click(
    world: worlds.Ministry,
) -> None:
    case = worlds.filed(world)
    task = worlds.task(case, "check_admissibility")
    assert policies.can_act(world.officer, task)  # read for the page
    Membership.objects.filter(user=world.officer).update(ends_on=worlds.today() - timedelta(days=1))
    Membership.objects.create(
        user=world.officer,
        organisation=world.requester_org,
        role=Role.DATA_REFERENT,
        starts_on=worlds.LONG_AGO,
    )

    with pytest.raises(NotAllowed, match="a pris fin"):
        study.declare_admissible(task=task, by=world.officer)


def test_nobody_examines_what_he_filed(world: worlds.Ministry) -> None:
    everything = [
        (Role.ADDAC, world.requester_org),
        (Role.OFFICER, world.cell),
        (Role.AMDAC, world.cell),
        (Role.LEGAL, world.cell),
        (Role.HOLDER, world.holder),
    ]
    for role, where in everything:
        Membership.objects.create(
            user=world.requester, organisation=where, role=role, starts_on=worlds.LONG_AGO
        )
    worlds.fresh(world.requester)
    worlds.delegate(world.requester, world.holder)
    for stage, names in (
        ("filed", ["give_visa", "check_admissibility"]),
        ("oriented", ["assess_feasibility"]),
        ("studied", ["give_opinion"]),
        ("reviewed", ["decide"]),
        ("decided", ["conclude"]),
    ):
        case = at(world, stage)
        for node in names:
            with pytest.raises(NotAllowed, match="déposé cette demande"):
                policies.check_can_act(world.requester, worlds.task(case, node))


def test_a_colleague_who_filed_a_version_is_a_requester_too(world: worlds.Ministry) -> None:
    case = worlds.filed(world)
    case.revisions.update(submitted_by=world.second_officer)

    task = worlds.task(case, "check_admissibility")
    assert not policies.can_act(world.second_officer, task)
    assert policies.can_act(world.officer, task)


def test_whoever_wrote_the_study_does_not_conclude(world: worlds.Ministry) -> None:
    case = worlds.decided(world)
    Membership.objects.create(
        user=world.officer, organisation=world.cell, role=Role.AMDAC, starts_on=worlds.LONG_AGO
    )

    with pytest.raises(NotAllowed, match="une autre personne doit conclure"):
        decisions.conclude(
            task=worlds.task(case, "conclude"),
            outcome="favourable",
            motivation="Vu.",
            by=worlds.fresh(world.officer),
        )


def test_a_dpo_never_decides_even_with_a_delegation(world: worlds.Ministry) -> None:
    case = worlds.reviewed(world)
    Membership.objects.create(
        user=world.dpo_holder,
        organisation=world.holder,
        role=Role.HOLDER,
        starts_on=worlds.LONG_AGO,
    )
    worlds.delegate(world.dpo_holder, world.holder)

    with pytest.raises(NotAllowed, match="jamais la décision"):
        policies.check_can_act(worlds.fresh(world.dpo_holder), worlds.task(case, "decide"))


@pytest.mark.parametrize("change", ["ended", "revoked", "future", "none"])
def test_a_decision_needs_a_delegation_of_the_day(world: worlds.Ministry, change: str) -> None:
    case = worlds.reviewed(world)
    delegation = world.holder_agent.delegations.get()
    today = worlds.today()
    if change == "ended":
        delegation.ends_on = today - timedelta(days=1)
    elif change == "revoked":
        delegation.revoked_on = today
    elif change == "future":
        delegation.starts_on = today + timedelta(days=1)
    delegation.save()
    if change == "none":
        delegation.delete()

    with pytest.raises(NotAllowed, match="Aucune délégation en vigueur"):
        policies.check_can_act(world.holder_agent, worlds.task(case, "decide"))


def test_an_officer_never_decides_nor_gives_an_opinion_on_his_case(world: worlds.Ministry) -> None:
    for role, where in ((Role.HOLDER, world.holder), (Role.LEGAL, world.cell)):
        Membership.objects.create(
            user=world.officer, organisation=where, role=role, starts_on=worlds.LONG_AGO
        )
    worlds.delegate(world.officer, world.holder)
    officer = worlds.fresh(world.officer)

    opinion = worlds.task(worlds.studied(world), "give_opinion")
    with pytest.raises(NotAllowed, match="doit rendre l’avis"):
        policies.check_can_act(officer, opinion)
    with pytest.raises(NotAllowed, match="doit décider"):
        policies.check_can_act(officer, worlds.task(worlds.reviewed(world), "decide"))


def test_a_case_is_not_entrusted_to_who_filed_it_or_is_no_officer(world: worlds.Ministry) -> None:
    case = worlds.filed(world)
    for name in ("amdac", "legal", "requester"):
        with pytest.raises(Impossible, match="n’est pas instructeur"):
            cases.assign_officer(case=case, officer=world.people[name], by=world.amdac)
    Case.objects.filter(pk=case.pk).update(created_by=world.second_officer)

    with pytest.raises(Impossible, match="a déposé cette demande"):
        cases.assign_officer(case=case, officer=world.second_officer, by=world.amdac)


def test_only_the_cell_looks_at_the_steps_of_every_case(world: worlds.Ministry) -> None:
    worlds.studied(world)
    outsider = worlds.person("outsider", (Role.REQUESTER, world.requester_org))

    for user, sees in ((world.officer, True), (outsider, False)):
        page = dashboard.dashboard(user, everybody=True)
        assert (bool(page["waiting"]), page["everybody"]) == (sees, sees)

"""« Confier à… » : a step goes to another person who holds its role there, and why."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership
from cases import policies, selectors
from cases import services as cases
from cases.errors import Conflict, Impossible, NotAllowed
from cases.models import Task
from journal.models import Event
from notifications.models import Notification
from requests_flow.models import DataRequest
from requests_flow.services import study
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> worlds.Ministry:
    made = worlds.ministry()
    made.people["dpo_colleague"] = worlds.person("nora", (Role.DPO, made.holder))
    return made


@pytest.fixture
def case(world: worlds.Ministry) -> DataRequest:
    return worlds.studied(world, worlds.personal_answers(world))


def opinion(world: worlds.Ministry, case: DataRequest) -> Task:
    return worlds.task(case, "give_opinion", world.holder)


MAY = {"officer", "second_officer", "amdac", "dpo_holder", "dpo_colleague"}


def test_who_may_entrust_a_step(world: worlds.Ministry, case: DataRequest) -> None:
    task = opinion(world, case)

    assert {who for who, one in world.people.items() if policies.can_reassign(one, task)} == MAY

    cases.reassign(task=task, to=world.dpo_holder, reason="Il suit le sujet.", by=world.officer)
    taken = opinion(world, case)
    assert {
        who for who, one in world.people.items() if policies.can_reassign(one, taken)
    } == MAY - {"dpo_colleague"}
    worlds.end_role(world.dpo_holder, Role.DPO)
    assert not policies.can_reassign(world.dpo_holder, opinion(world, case))
    assert policies.can_reassign(world.dpo_colleague, opinion(world, case))


def test_to_whom_a_step_may_be_entrusted(world: worlds.Ministry, case: DataRequest) -> None:
    task = opinion(world, case)
    assert set(selectors.possible_owners(task)) == {world.dpo_holder, world.dpo_colleague}

    cases.reassign(task=task, to=world.dpo_colleague, reason="Absence.", by=world.dpo_holder)

    assert selectors.possible_owners(opinion(world, case)) == [world.dpo_holder]
    for person in (world.dpo_requester, world.legal, world.outsider):
        with pytest.raises(Impossible, match="ne peut pas recevoir"):
            cases.reassign(task=opinion(world, case), to=person, reason="Non.", by=world.officer)


def test_whom_the_separation_of_duties_keeps_away_is_not_proposed(world: worlds.Ministry) -> None:
    Membership.objects.create(
        user=world.requester, organisation=world.cell, role=Role.OFFICER, starts_on=worlds.LONG_AGO
    )
    worlds.fresh(world.requester)
    task = worlds.task(worlds.filed(world), "check_admissibility")

    assert set(selectors.possible_owners(task)) == {world.officer, world.second_officer}


def test_both_are_told_and_the_reason_is_kept(world: worlds.Ministry, case: DataRequest) -> None:
    cases.reassign(
        task=opinion(world, case), to=world.dpo_holder, reason="Il suit le sujet.", by=world.officer
    )
    Notification.objects.all().delete()

    cases.reassign(
        task=opinion(world, case), to=world.dpo_colleague, reason="  Absence.\n", by=world.officer
    )

    event = Event.objects.filter(chain=case.chain).latest("id")
    assert (event.kind, event.reason, event.audience) == ("task.reassigned", "Absence.", "cell")
    assert "Nora Essai" in event.sentence
    told = {one.recipient: one.subject for one in Notification.objects.all()}
    assert told.keys() == {world.dpo_holder, world.dpo_colleague}
    assert "confiée à une autre personne" in told[world.dpo_holder]
    assert "Avis attendu" in told[world.dpo_colleague]


def test_without_a_reason_twice_or_too_late_nothing_moves(
    world: worlds.Ministry, case: DataRequest
) -> None:
    task = opinion(world, case)
    with pytest.raises(Impossible, match="motif"):
        cases.reassign(task=task, to=world.dpo_holder, reason=" ", by=world.officer)
    with pytest.raises(Impossible, match="déjà confiée"):
        cases.reassign(task=task, to=None, reason="Retour.", by=world.officer)
    with pytest.raises(NotAllowed):
        cases.reassign(task=task, to=world.dpo_colleague, reason="Moi.", by=world.holder_agent)
    with pytest.raises(Http404):
        cases.reassign(task=task, to=world.dpo_colleague, reason="Moi.", by=world.outsider)
    filed = worlds.filed(world)
    done = worlds.task(filed, "check_admissibility")
    study.declare_admissible(task=done, by=world.officer)
    with pytest.raises(Conflict, match="Déjà fait"):
        cases.reassign(task=done, to=world.second_officer, reason="Trop tard.", by=world.officer)

    assert opinion(world, case).owner is None


# --- The pages --------------------------------------------------------------------------------


def test_the_menu_leads_to_the_step_and_the_step_to_a_colleague(
    client: Any, world: worlds.Ministry, case: DataRequest
) -> None:
    task = opinion(world, case)
    choose = reverse("requests_flow:choose_task", args=[case.reference])
    entrust = reverse("requests_flow:entrust", args=[case.reference, task.pk])
    client.force_login(world.officer)
    tab = client.get(reverse("requests_flow:view_instruction", args=[case.reference]))
    assert choose in tab.content.decode()
    assert entrust in client.get(choose).content.decode()
    client.force_login(world.dpo_holder)
    assert client.get(choose)["Location"] == entrust

    sent = {"to": world.dpo_colleague.pk, "reason": "Je suis en congé."}
    response = client.post(entrust, sent)

    assert response.status_code == 302
    assert opinion(world, case).owner == world.dpo_colleague
    client.force_login(world.officer)
    client.post(entrust, {"to": "tous", "reason": "Retour."})
    assert opinion(world, case).owner is None


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"to": "", "reason": "x"}, {"to": "0", "reason": "x"}, {"to": "tous", "reason": "x"},
        {"to": "\x00", "reason": "x"}, {"to": "moi 🙂", "reason": "x"},
    ],
)  # fmt: skip
def test_a_form_that_names_nobody_is_asked_again(
    client: Any, world: worlds.Ministry, case: DataRequest, sent: dict[str, str]
) -> None:
    task = opinion(world, case)
    client.force_login(world.officer)

    response = client.post(reverse("requests_flow:entrust", args=[case.reference, task.pk]), sent)

    assert response.status_code == 422
    assert opinion(world, case).owner is None


def test_a_step_that_only_one_person_can_do_says_so(
    client: Any, world: worlds.Ministry, case: DataRequest
) -> None:
    task = worlds.task(case, "give_opinion", world.cell)
    Membership.objects.filter(role=task.role).exclude(user=world.outsider).delete()
    client.force_login(world.officer)

    page = client.get(reverse("requests_flow:entrust", args=[case.reference, task.pk]))

    assert "Personne d’autre ne peut faire cette étape." in page.content.decode()

"""Moves of any case: thread, files, followers, assignments, reminders by hand."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Absence
from cases import policies, selectors
from cases import services as cases
from cases.announcements import people_of
from cases.enums import Room
from cases.errors import Conflict, Impossible, NotAllowed
from cases.models import Attachment, Case, Task
from journal.models import Event
from notifications.models import Notification
from requests_flow.models import DataRequest
from requests_flow.services import lifecycle
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 note"
REQUESTERS = {"requester", "colleague", "addac", "dpo_requester"}
HOLDERS = {"holder_agent", "dpo_holder"}
CELL = {"officer", "second_officer", "amdac"}
# room: who writes there, and who only reads it.
WRITE = {
    Room.PARTIES: REQUESTERS | HOLDERS | CELL,
    Room.REQUESTER: REQUESTERS | CELL,
    Room.CELL: CELL,
    Room.SIDE: REQUESTERS | HOLDERS,
    Room.REVIEWERS: set(),  # files of the study and of the opinions alone, never messages
}
ONLY_READ = {
    Room.PARTIES: {"manager", "auditor"},
    Room.REQUESTER: {"auditor"},
    Room.CELL: {"auditor"},
    Room.SIDE: set(),
    Room.REVIEWERS: set(),
}


@pytest.fixture
def world() -> worlds.Ministry:
    return worlds.ministry()


@pytest.fixture
def case(world: worlds.Ministry) -> DataRequest:
    return worlds.oriented(world, worlds.personal_answers(world))


@pytest.mark.parametrize("room", list(WRITE))
def test_a_room_is_written_and_read_by_its_own_and_by_nobody_else(
    world: worlds.Ministry, case: DataRequest, room: Room
) -> None:
    wrote = set()
    for name, person in world.people.items():
        with contextlib.suppress(NotAllowed, Http404):
            cases.post_message(case=case, room=room, body=f"de {name}", by=person)
            wrote.add(name)
    assert wrote == WRITE[room]

    seeing = {
        name: [one.body for one in selectors.messages(person, case)]
        for name, person in world.people.items()
        if policies.can_view(person, case)
    }
    if room == Room.SIDE:
        for side in (REQUESTERS, HOLDERS):
            assert all(set(seeing[name]) == {f"de {one}" for one in side} for name in side)
        assert {name for name, read in seeing.items() if read} == REQUESTERS | HOLDERS
    else:
        assert {name for name, read in seeing.items() if read} == WRITE[room] | ONLY_READ[room]
        assert all(len(read) in (0, len(wrote)) for read in seeing.values())


@pytest.mark.parametrize("room", [Room.CELL, Room.SIDE, Room.REQUESTER])
def test_internal_text_never_travels(world: worlds.Ministry, case: DataRequest, room: Room) -> None:
    """Neither in a message nor in an event that somebody of another room reads."""
    author = world.holder_agent if room == Room.SIDE else world.officer
    for person in world.people.values():
        if policies.can_view(person, case):
            cases.follow(case=case, by=person)
    known = set(Notification.objects.values_list("pk", flat=True))

    cases.post_message(case=case, room=room, body="SECRET INTERNE", by=author)

    told = Notification.objects.exclude(pk__in=known)
    assert told.exists()
    assert all("SECRET" not in f"{one.subject} {one.sentence}" for one in told)
    readers = {
        person
        for name, person in world.people.items()
        if name in WRITE[room] | ONLY_READ[room]
        and (room != Room.SIDE or name in HOLDERS)
        and person != author
    }
    assert {one.recipient for one in told} == readers
    event = Event.objects.filter(chain=case.chain).latest("id")
    assert "SECRET" not in event.entry + event.summary


@pytest.mark.parametrize("body", ["", "   ", "\x00", "x" * 4001])
def test_a_message_says_something_and_not_too_much(
    world: worlds.Ministry, case: DataRequest, body: str
) -> None:
    with pytest.raises(Impossible):
        cases.post_message(case=case, room=Room.PARTIES, body=body, by=world.officer)


def test_a_closed_case_is_only_annotated_by_the_cell(
    world: worlds.Ministry, case: DataRequest
) -> None:
    lifecycle.withdraw(data_request=case, by=world.requester)
    for room in (Room.PARTIES, Room.REQUESTER, Room.SIDE):
        with pytest.raises(NotAllowed):
            cases.post_message(case=case, room=room, body="Bonjour", by=world.requester)

    cases.post_message(case=case, room=Room.CELL, body="Pour mémoire.", by=world.officer)


def test_a_file_follows_the_room_in_which_it_is_put(
    world: worlds.Ministry, case: DataRequest
) -> None:
    kept = cases.add_attachment(
        case=case, upload=SimpleUploadedFile("note.pdf", PDF), room=Room.SIDE,
        by=world.holder_agent,
    )  # fmt: skip
    assert kept.organisation == world.holder
    assert kept in selectors.attachments(world.dpo_holder, case)
    for name in ("requester", "officer", "auditor"):
        assert kept not in selectors.attachments(world.people[name], case)
        with pytest.raises(Http404):
            selectors.attachment_for(world.people[name], case, kept.pk)
    with pytest.raises(NotAllowed):
        cases.add_attachment(
            case=case, upload=SimpleUploadedFile("n.pdf", PDF), room=Room.CELL,
            by=world.holder_agent,
        )  # fmt: skip
    assert Attachment.objects.filter(case_id=case.pk).count() == 1


def test_a_file_of_a_draft_is_its_writers(world: worlds.Ministry) -> None:
    draft = worlds.draft(world)
    with pytest.raises(NotAllowed):
        cases.add_attachment(
            case=draft, upload=SimpleUploadedFile("n.pdf", PDF), by=world.colleague
        )
    cases.invite(case=draft, guest=world.colleague, by=world.requester)
    cases.add_attachment(case=draft, upload=SimpleUploadedFile("n.pdf", PDF), by=world.colleague)
    with pytest.raises(NotAllowed):
        cases.add_attachment(
            case=draft, upload=SimpleUploadedFile("n.pdf", PDF), by=world.requester, room=Room.CELL
        )


def test_inviting_is_for_the_author_among_colleagues_once(world: worlds.Ministry) -> None:
    draft = worlds.draft(world)
    with pytest.raises(Impossible):
        cases.invite(case=draft, guest=world.outsider, by=world.requester)
    cases.invite(case=draft, guest=world.colleague, by=world.requester)
    with pytest.raises(NotAllowed):
        cases.invite(case=draft, guest=world.addac, by=world.colleague)

    assert Case.objects.visible_to(world.colleague).filter(pk=draft.pk).exists()
    assert not Case.objects.visible_to(world.addac).filter(pk=draft.pk).exists()


def test_following_twice_is_following_once(world: worlds.Ministry, case: DataRequest) -> None:
    before = len(worlds.events(case))
    for _time in range(2):
        cases.follow(case=case, by=world.auditor)
    for _time in range(2):
        cases.unfollow(case=case, by=world.auditor)

    assert worlds.events(case)[before:] == ["case.followed", "case.unfollowed"]
    with pytest.raises(Http404):
        cases.follow(case=case, by=world.outsider)


def test_a_task_is_taken_once_given_and_given_back(world: worlds.Ministry) -> None:
    case = worlds.filed(world)
    task = worlds.task(case, "check_admissibility")
    with pytest.raises(NotAllowed):
        cases.take_charge(task=task, by=world.manager)
    cases.take_charge(task=task, by=world.officer)
    for by, refusal in ((world.officer, Conflict), (world.second_officer, NotAllowed)):
        with pytest.raises(refusal):
            cases.take_charge(task=task, by=by)
    with pytest.raises(Impossible, match="ne peut pas recevoir"):
        cases.reassign(task=task, to=world.legal, reason="Absence", by=world.amdac)
    with pytest.raises(NotAllowed):
        cases.reassign(task=task, to=world.second_officer, reason="Absence", by=world.manager)

    cases.reassign(task=task, to=world.second_officer, reason="Absence", by=world.officer)
    assert Task.objects.get(pk=task.pk).owner == world.second_officer
    cases.reassign(task=task, to=None, reason="Retour", by=world.officer)

    assert Task.objects.get(pk=task.pk).owner is None
    assert policies.can_act(world.officer, worlds.task(case, "check_admissibility"))


def test_the_tasks_of_the_officer_follow_the_case(world: worlds.Ministry) -> None:
    case = worlds.oriented(world)
    cases.assign_officer(case=case, officer=world.second_officer, by=world.amdac)

    assert worlds.task(case, "conclude_study").owner == world.second_officer
    assert DataRequest.objects.get(pk=case.pk).officer == world.second_officer
    with pytest.raises(NotAllowed):
        cases.assign_officer(case=case, officer=world.officer, by=world.requester)


def test_a_reminder_by_hand_waits_three_working_days(
    world: worlds.Ministry, case: DataRequest
) -> None:
    task = worlds.task(case, "assess_feasibility")
    with pytest.raises(NotAllowed):
        cases.nudge(task=task, by=world.requester)
    cases.nudge(task=task, by=world.officer)
    with pytest.raises(Impossible, match="Déjà relancé"):
        cases.nudge(task=task, by=world.officer)
    Task.objects.filter(pk=task.pk).update(nudged_at=timezone.now() - timedelta(days=8))

    cases.nudge(task=task, by=world.officer)

    assert worlds.events(case).count("task.nudged") == 2


def test_references_have_neither_gap_nor_twin(world: worlds.Ministry) -> None:
    first, draft, second = worlds.filed(world), worlds.draft(world), worlds.filed(world)

    numbers = [int(one.reference.rpartition("-")[2]) for one in (first, second)]
    assert numbers == [1, 2]
    assert draft.reference is None


def test_a_deputy_is_told_too_and_a_role_that_ended_no_more(world: worlds.Ministry) -> None:
    case = worlds.filed(world)
    task = worlds.task(case, "give_visa")
    Absence.objects.create(
        user=world.addac, deputy=world.colleague, starts_on=worlds.today(), ends_on=worlds.today()
    )
    assert set(people_of(task)) == {world.addac, world.colleague}
    Task.objects.filter(pk=task.pk).update(owner=world.addac, status="ASSIGNED")
    assert set(people_of(worlds.task(case, "give_visa"))) == {world.addac, world.colleague}

    worlds.end_role(world.addac, Role.ADDAC)

    assert set(people_of(worlds.task(case, "give_visa"))) == set()

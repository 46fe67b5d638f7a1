"""The calendar of due dates: a secret address, of one person, that can be revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from accounts.models import User
from cases import services_feed
from cases.models import CalendarToken, Task
from journal.models import Event
from tests.accounts.factories import UserFactory
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db
PAGE = "/mon-compte/calendrier/"


@pytest.fixture
def world() -> worlds.Ministry:
    return worlds.ministry()


def read(client: Client, token: str) -> Any:
    return client.get("/echeances/calendrier.ics", {"cle": token})


def events(response: Any) -> list[Any]:
    return list(Calendar.from_ical(response.content).walk("VEVENT"))


def test_the_calendar_tells_number_title_and_day(client: Client, world: worlds.Ministry) -> None:
    case = worlds.filed(world)
    task = worlds.task(case, "check_admissibility")
    token = services_feed.open_calendar(by=world.officer)

    response = read(client, token)

    found = events(response)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "private, no-store"
    assert {str(one["summary"]) for one in found} == {f"{case.reference} — {case.title}"}
    assert task.due_on in {one["dtstart"].dt for one in found}
    assert "recevabilité" not in response.content.decode().lower()


def test_two_steps_of_a_case_on_one_day_are_one_event(
    client: Client, world: worlds.Ministry
) -> None:
    worlds.oriented(world, holders=[world.holder, world.other_holder])
    Task.objects.filter(due_on__isnull=False).update(
        due_on=timezone.localdate() + timedelta(days=3)
    )

    assert len(events(read(client, services_feed.open_calendar(by=world.officer)))) == 1


def test_it_shows_what_its_person_sees_today(client: Client, world: worlds.Ministry) -> None:
    worlds.filed(world)
    token = services_feed.open_calendar(by=world.officer)
    outside = services_feed.open_calendar(by=world.outsider)

    assert events(read(client, outside)) == []
    assert events(read(client, token))
    world.officer.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert events(read(client, token)) == []


def test_a_revoked_or_replaced_address_leads_nowhere(client: Client) -> None:
    person = UserFactory()
    first = services_feed.open_calendar(by=person)
    second = services_feed.open_calendar(by=person)
    assert [read(client, one).status_code for one in (first, second)] == [404, 200]

    services_feed.close_calendar(by=person)
    services_feed.close_calendar(by=person)

    assert read(client, second).status_code == 404
    kinds = Event.objects.filter(chain=f"user:{person.pk}").values_list("kind", flat=True)
    assert list(kinds.order_by("id")) == ["calendar.opened", "calendar.opened", "calendar.closed"]


def test_the_calendar_of_a_closed_account_is_closed(client: Client) -> None:
    person = UserFactory()
    token = services_feed.open_calendar(by=person)
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert read(client, token).status_code == 404


@pytest.mark.parametrize("token", ["", "rien", "\x00", "a" * 3000, "é", "😀"])
def test_an_address_of_nobody_is_not_found(client: Client, token: str) -> None:
    assert read(client, token).status_code == 404


def test_the_secret_is_shown_once_and_not_kept(client: Client) -> None:
    person = UserFactory()
    client.force_login(person)

    made = client.post(PAGE, {"action": "creer"}).content.decode()

    token = made.split("/echeances/calendrier.ics?cle=")[1].split('"')[0]
    assert read(Client(), token).status_code == 200
    assert token not in client.get(PAGE).content.decode()
    assert token not in CalendarToken.objects.get().sha256
    assert token not in "".join(Event.objects.values_list("entry", flat=True))
    assert client.post(PAGE, {"action": "revoquer"}).status_code == 302
    assert not CalendarToken.objects.exists()


def test_the_page_is_linked_from_the_account_and_the_due_dates(client: Client) -> None:
    client.force_login(UserFactory())

    for page in ("/mon-compte/", "/echeances/"):
        assert PAGE in client.get(page).content.decode()
    assert Client().get(PAGE).status_code == 302

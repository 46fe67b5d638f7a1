"""A session lasts an hour without a sign of life, twelve hours at most (ux/spec.md, §8)."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from accounts import sessions
from tests.accounts.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/mon-compte/"


@pytest.fixture
def clock() -> Any:
    with time_machine.travel("2026-03-12 08:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def seated(client: Client, clock: Any) -> Client:
    """A person who has just signed in."""
    client.force_login(UserFactory())
    return client


def is_in(client: Client) -> bool:
    response = client.get(PAGE)
    assert response.status_code in (200, 302)
    return bool(response.status_code == 200)


def later(clock: Any, **span: int) -> None:
    minutes = span.get("hours", 0) * 60 + span.get("minutes", 0)
    clock.shift(60 * minutes + span.get("seconds", 0))


def test_an_hour_without_a_sign_of_life_ends_the_session(seated: Client, clock: Any) -> None:
    later(clock, minutes=59, seconds=59)
    assert is_in(seated)

    later(clock, minutes=60)
    assert not is_in(seated)
    assert not Session.objects.exists()


def test_each_page_gives_an_hour_more(seated: Client, clock: Any) -> None:
    for _ in range(5):
        later(clock, minutes=50)
        assert is_in(seated)


def test_twelve_hours_end_the_session_of_whoever_never_stops(seated: Client, clock: Any) -> None:
    for _ in range(14):
        later(clock, minutes=50)
        assert is_in(seated)

    later(clock, minutes=20)
    assert not is_in(seated)


def test_signing_in_begins_to_count(client: Client, clock: Any) -> None:
    person = UserFactory()

    client.post("/compte/connexion/", {"login": person.email, "password": PASSWORD})

    assert sessions.seconds_left(client.session) == 3600
    assert is_in(client)


def test_staying_signed_in_gives_an_hour_more(seated: Client, clock: Any) -> None:
    later(clock, minutes=56)

    response = seated.post("/session/prolonger/", headers={"X-Requested-With": "fetch"})

    assert response["Session-Seconds"] == "3600"
    later(clock, minutes=59)
    assert is_in(seated)


def test_after_twelve_hours_one_is_told_why_nothing_prolongs(seated: Client, clock: Any) -> None:
    for _hour in range(14):
        later(clock, minutes=50)
        seated.post("/session/prolonger/", headers={"X-Requested-With": "fetch"})
    later(clock, minutes=17)

    response = seated.post("/session/prolonger/", follow=True)
    scripted = seated.post("/session/prolonger/", headers={"X-Requested-With": "fetch"})

    why = "Cette session ne peut pas être prolongée\u00a0: elle dure 12 heures au plus."
    assert response.content.decode().count(why) >= 1
    assert [str(one) for one in response.context["messages"]][0].startswith(why)
    assert scripted["Session-Seconds"] == "180"


def test_nothing_is_said_while_the_session_can_be_prolonged(seated: Client, clock: Any) -> None:
    later(clock, minutes=56)

    response = seated.post("/session/prolonger/", follow=True)

    assert list(response.context["messages"]) == []


def test_the_page_tells_the_script_when_the_session_ends(seated: Client, clock: Any) -> None:
    later(clock, seconds=30)

    page = seated.get(PAGE).content.decode()

    assert '<meta name="cdd-session" content="3570">' in page
    assert "Votre session se termine dans 5 minutes" in page


def test_reading_writes_the_session_once_a_minute_at_most(seated: Client, clock: Any) -> None:
    later(clock, seconds=59)
    seated.get(PAGE)
    assert sessions.seconds_left(seated.session) == 3541

    later(clock, seconds=1)
    seated.get(PAGE)
    assert sessions.seconds_left(seated.session) == 3600


def test_a_session_of_before_begins_to_count(seated: Client, clock: Any) -> None:
    session = seated.session
    del session[sessions.BEGUN], session[sessions.SEEN]
    session.save()

    assert is_in(seated)
    later(clock, minutes=61)
    assert not is_in(seated)


def test_what_is_posted_too_late_is_kept(seated: Client, clock: Any) -> None:
    seated.get("/mon-compte/profil/")
    later(clock, minutes=61)

    answer = seated.post("/mon-compte/profil/", {"job_title": "Cheffe de bureau"})

    assert answer.status_code == 302
    assert answer["Location"].startswith("/compte/connexion/")
    assert seated.session["kept_form"]["fields"] == [["job_title", "Cheffe de bureau"]]

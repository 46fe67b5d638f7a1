"""« Depuis votre dernière visite » : three events of one's cases at most, done by others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import sessions
from accounts.models import User
from cases import services as cases
from cases.enums import Room
from requests_flow.selectors import dashboard
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> worlds.Ministry:
    return worlds.ministry()


def news(user: User, **known: Any) -> list[str]:
    return [one["sentence"] for one in dashboard.dashboard(user, **known)["events"]]


def test_three_events_of_others_the_last_first(world: worlds.Ministry) -> None:
    case = worlds.filed(world)
    for body in ("Un", "Deux", "Trois", "Quatre"):
        cases.post_message(case=case, room=Room.PARTIES, body=body, by=world.officer)
    cases.post_message(case=case, room=Room.CELL, body="Entre nous", by=world.officer)
    cases.post_message(case=case, room=Room.PARTIES, body="Merci", by=world.requester)

    found = dashboard.dashboard(world.requester)["events"]

    assert ["a écrit un message" in one["sentence"] for one in found] == [True] * 3
    assert {one["url"] for one in found} == {case.get_absolute_url()}
    assert {one["reference"] for one in found} == {case.reference}
    assert news(world.colleague) == [], "he neither opened the case, nor follows it"


def test_only_since_the_last_visit(world: worlds.Ministry) -> None:
    case = worlds.filed(world)
    cases.post_message(case=case, room=Room.PARTIES, body="Avant", by=world.officer)
    visit = timezone.now()
    assert news(world.requester, last_visit=visit) == []

    cases.post_message(case=case, room=Room.PARTIES, body="Après", by=world.officer)

    assert len(news(world.requester, last_visit=visit)) == 1


def test_the_session_remembers_the_sign_in_before(client: Any, world: worlds.Ministry) -> None:
    client.force_login(world.requester)
    assert sessions.last_visit(client.session) is None
    before = timezone.now() - timedelta(days=2)
    User.objects.filter(pk=world.requester.pk).update(last_login=before)
    case = worlds.filed(world)
    cases.post_message(case=case, room=Room.PARTIES, body="Bonjour", by=world.officer)

    client.force_login(User.objects.get(pk=world.requester.pk))

    assert sessions.last_visit(client.session) == before
    text = client.get(reverse("requests_flow:dashboard")).content.decode()
    assert "Depuis votre dernière visite" in text
    assert "a écrit un message" in text

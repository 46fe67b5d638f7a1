"""A draft that nobody writes is announced at five months and closed at six (ux/spec.md, §4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from cases import services as cases
from cases import services_calendar
from cases.enums import Delay
from journal.models import Event
from notifications.models import Notification
from requests_flow.models import DataRequest
from requests_flow.services import stale_drafts
from requests_flow.services.stale_drafts import Done, close_stale_drafts
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel("2026-01-12 09:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def world(clock: Any) -> worlds.Ministry:
    return worlds.ministry()


def told(subject: str) -> list[str]:
    found = Notification.objects.filter(subject__contains=subject).order_by("recipient__email")
    return [one.recipient.email for one in found]


def test_the_life_of_a_draft_left_alone(world: worlds.Ministry, clock: Any) -> None:
    made = worlds.draft(world)

    clock.shift(timedelta(days=149))
    assert close_stale_drafts() == Done()
    clock.shift(timedelta(days=1))
    assert close_stale_drafts() == Done(noticed=1)
    assert close_stale_drafts() == Done()
    assert told("bientôt clos") == ["nadia@navette.test"]

    clock.shift(timedelta(days=29))
    assert close_stale_drafts() == Done()
    # The 11th of July is a Saturday: the delay ends on the Monday.
    clock.shift(timedelta(days=3))
    assert close_stale_drafts() == Done(closed=1)
    assert close_stale_drafts() == Done()

    draft = DataRequest.objects.get(pk=made.pk)
    assert draft.is_closed
    assert draft.is_draft
    assert draft.stage == "withdrawn"
    assert draft.reference is None
    assert Event.objects.filter(chain=draft.chain, kind="request.draft_closed").count() == 1
    assert told("Brouillon clos") == ["nadia@navette.test"]


def test_the_notice_names_the_day(world: worlds.Ministry, clock: Any) -> None:
    worlds.draft(world)
    clock.shift(timedelta(days=150))
    close_stale_drafts()

    notice = Notification.objects.get(subject__contains="bientôt clos")
    assert "12 janvier 2026" in notice.sentence
    assert "13 juillet 2026" in notice.consequence


def test_whoever_writes_keeps_the_draft(world: worlds.Ministry, clock: Any) -> None:
    made = worlds.draft(world)
    clock.shift(timedelta(days=151))
    close_stale_drafts()

    cases.invite(case=made, guest=world.colleague, by=world.requester)
    clock.shift(timedelta(days=40))
    assert close_stale_drafts() == Done()
    clock.shift(timedelta(days=111))
    assert close_stale_drafts() == Done(noticed=1)
    assert told("bientôt clos").count("come@navette.test") == 1


def test_nobody_is_closed_without_a_month_of_notice(world: worlds.Ministry, clock: Any) -> None:
    worlds.draft(world)
    clock.shift(timedelta(days=400))

    assert close_stale_drafts() == Done(noticed=1)
    clock.shift(timedelta(days=27))
    assert close_stale_drafts() == Done()
    clock.shift(timedelta(days=6))
    assert close_stale_drafts() == Done(closed=1)


def test_filed_requests_and_drafts_under_legal_hold_are_left(
    world: worlds.Ministry, clock: Any
) -> None:
    worlds.filed(world)
    held = worlds.draft(world)
    DataRequest.objects.filter(pk=held.pk).update(legal_hold=True)
    clock.shift(timedelta(days=400))

    assert close_stale_drafts() == Done()


def test_both_delays_are_those_of_the_managers(world: worlds.Ministry, clock: Any) -> None:
    worlds.draft(world)
    for code, days in ((Delay.DRAFT_NOTICE, 10), (Delay.DRAFT_CLOSING, 20)):
        services_calendar.set_delay(
            code=code, **{**services_calendar.proposal(code), "days": days}, by=world.manager
        )
    clock.shift(timedelta(days=12))

    assert close_stale_drafts() == Done(noticed=1)


def test_a_draft_written_meanwhile_stays(
    world: worlds.Ministry, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = worlds.draft(world)
    clock.shift(timedelta(days=150))
    close_stale_drafts()
    clock.shift(timedelta(days=40))
    seen = list(stale_drafts._unused(timezone.localdate()))
    DataRequest.objects.filter(pk=made.pk).update(updated_at=timezone.now())
    monkeypatch.setattr(stale_drafts, "_unused", lambda _day: seen)

    assert close_stale_drafts() == Done()
    assert not DataRequest.objects.get(pk=made.pk).is_closed


def test_the_command_tells_what_it_did(
    world: worlds.Ministry, clock: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    worlds.draft(world)
    clock.shift(timedelta(days=160))

    call_command("close_stale_drafts")

    assert capsys.readouterr().out.replace("\xa0", " ") == "Préavis : 1. Brouillons clos : 0.\n"

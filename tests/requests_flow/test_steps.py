"""« Voir toutes les étapes », and the median delay that the pre-check announces."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cases import selectors as case_selectors
from cases.models import Suspension, Task
from requests_flow.models import Conclusion, DataRequest
from requests_flow.selectors import precheck, requests
from requests_flow.selectors.case_page import case_page
from requests_flow.services import lifecycle
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> worlds.Ministry:
    return worlds.ministry()


def steps(world: worlds.Ministry, case: DataRequest) -> list[dict[str, Any]]:
    page = case_page(world.officer, requests.get_for(world.officer, str(case.reference)), "answers")
    found: list[dict[str, Any]] = page.stepper["steps"]
    return found


def test_each_stage_tells_when_it_was_over_and_when_the_next_is_due(
    world: worlds.Ministry,
) -> None:
    case = worlds.oriented(world)
    began = timezone.now() - timedelta(days=20)
    Task.objects.filter(case_id=case.pk, flow_task__contains="check_admissibility").update(
        created=began
    )

    found = steps(world, case)

    assert [one["state"] for one in found] == ["done", "done", "current"] + ["todo"] * 4
    assert found[0]["real"] == timezone.localdate(began)
    assert found[1]["real"] == worlds.today()
    assert found[2]["since"] == worlds.today()
    assert found[2]["planned"] == max(
        one.due_on for one in case_selectors.open_tasks(case) if one.due_on
    )
    assert found[3]["planned"] == case.due_on
    assert {one.get("planned") for one in found[4:]} == {None}


def test_a_stopped_clock_plans_nothing(world: worlds.Ministry) -> None:
    found = steps(world, worlds.asked(world, worlds.filed(world)))

    assert {one.get("planned") for one in found} == {None}


def test_the_stages_of_the_act_are_those_of_the_case(world: worlds.Ministry) -> None:
    found = steps(world, worlds.with_act(world))

    assert [one["state"] for one in found] == ["done"] * 4 + ["current"] + ["todo"] * 2
    assert found[4]["since"] == worlds.today()


def test_a_closed_request_shows_what_it_went_through(client: Any, world: worlds.Ministry) -> None:
    case = worlds.oriented(world)
    lifecycle.withdraw(data_request=case, by=world.requester, reason="")

    found = steps(world, case)

    assert [one["state"] for one in found] == ["done"] * len(found)
    assert len(found) < 7
    assert found[-1]["real"] == worlds.today()
    client.force_login(world.requester)
    page = client.get(reverse("requests_flow:view_answers", args=[case.reference]))
    assert "Voir toutes les étapes" in page.content.decode()


# --- The median delay -------------------------------------------------------------------------


def answered(world: worlds.Ministry, complete: date, on: date) -> DataRequest:
    """A request that was complete on a day, and answered on another."""
    case = worlds.filed(world)
    DataRequest.objects.filter(pk=case.pk).update(complete_on=complete)
    noon = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    Conclusion.objects.create(
        data_request=case, kind="initial", outcome="favourable", motivation="Oui.",
        recorded_at=noon, recorded_by=world.amdac,
    )  # fmt: skip
    return case


def test_the_usual_delay_is_a_median_without_suspensions(
    client: Any, world: worlds.Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precheck, "FEWEST_ANSWERS", 3)
    monday = worlds.today() - timedelta(days=worlds.today().weekday() + 140)
    answered(world, monday, monday + timedelta(days=7))
    answered(world, monday, monday + timedelta(days=28))
    assert precheck.usual_delay() is None
    slow = answered(world, monday, monday + timedelta(days=14))
    before = precheck.usual_delay()
    Suspension.objects.create(
        case_id=slow.pk, starts_on=monday, ends_on=monday + timedelta(days=11), reason="Complément"
    )

    after = precheck.usual_delay()

    assert before is not None
    assert after is not None
    assert after < before
    client.force_login(world.requester)
    page = client.get(reverse("requests_flow:precheck")).content.decode()
    assert f"(délai médian constaté\u00a0: {after} jour" in page


def test_answers_of_long_ago_tell_nothing(
    world: worlds.Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precheck, "FEWEST_ANSWERS", 1)
    answered(world, date(2020, 1, 6), date(2020, 2, 3))

    assert precheck.usual_delay() is None

"""Pages of the delays and of the days off, and how many cases use a row."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts import administration
from accounts.enums import Role
from accounts.models import User
from cases import selectors_calendar
from cases.enums import Delay
from cases.models import ClosingDay, DelayRule
from tests.accounts.factories import holder
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db
PAGES = [
    "/administration/delais/",
    "/administration/delais/opinion_dpo/",
    "/administration/delais/opinion_dpo/proposition/",
    "/administration/jours-feries/",
    "/administration/jours-feries/ajouter/",
]


@pytest.fixture
def manager(client: Client) -> User:
    user = holder(Role.MANAGER)
    client.force_login(user)
    return user


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize("page", PAGES)
def test_pages_open_for_managers_alone(client: Client, manager: User, page: str) -> None:
    assert client.get(page).status_code == 200

    client.force_login(holder(Role.AUDITOR))
    assert client.get(page).status_code == 403


def test_an_unknown_stage_is_not_found(client: Client, manager: User) -> None:
    assert client.get("/administration/delais/rien/").status_code == 404
    assert client.post("/administration/delais/rien/proposition/").status_code == 404


def test_a_delay_is_changed_then_reset(client: Client, manager: User) -> None:
    page = "/administration/delais/opinion_dpo/"
    data = {"days": "12", "unit": "calendar", "escalation_role": "amdac"}

    assert "proposition/" not in text(client.get(page))
    assert client.post(page, data).status_code == 302
    rule = DelayRule.objects.get(code=Delay.OPINION_DPO)
    assert (rule.days, rule.unit, rule.is_suspendable) == (12, "calendar", False)
    assert "12 jours calendaires" in text(client.get("/administration/delais/"))
    assert "proposition/" in text(client.get(page))
    assert client.post(f"{page}proposition/").status_code == 302
    assert not DelayRule.objects.exists()


@pytest.mark.parametrize("days", ["", "0", "dix", "9" * 40, "5\x00", "1.5", "😀"])
def test_a_wrong_duration_is_said_at_its_field(client: Client, manager: User, days: str) -> None:
    response = client.post(
        "/administration/delais/visa/",
        {"days": days, "unit": "working", "escalation_role": "amdac"},
    )

    assert response.status_code == 200
    assert "durée de 1 à 730 jours" in text(response)
    assert not DelayRule.objects.exists()


@time_machine.travel("2026-03-12 12:00")
def test_a_day_off_is_added_and_removed(client: Client, manager: User) -> None:
    added = client.post(
        "/administration/jours-feries/ajouter/", {"day": "2027-05-07", "label": "Pont"}
    )
    assert added["Location"] == "/administration/jours-feries/?annee=2027"
    shown = text(client.get(added["Location"]))
    assert "Pont" in shown
    assert "7 mai 2027" in shown
    assert "Pont" not in text(client.get("/administration/jours-feries/"))

    row = ClosingDay.objects.get()
    page = f"/administration/jours-feries/{row.pk}/retirer/"
    assert client.get(page).status_code == 200
    assert ClosingDay.objects.exists()
    assert client.post(page)["Location"] == "/administration/jours-feries/?annee=2027"
    assert not ClosingDay.objects.exists()
    assert client.post(page).status_code == 404


@time_machine.travel("2026-03-12 12:00")
def test_what_the_service_refuses_stands_at_its_field(client: Client, manager: User) -> None:
    response = client.post(
        "/administration/jours-feries/ajouter/", {"day": "2026-07-14", "label": "Pont"}
    )

    assert response.status_code == 200
    assert "déjà un jour férié national" in text(response)
    assert not ClosingDay.objects.exists()


@time_machine.travel("2026-03-12 12:00")
@pytest.mark.parametrize("year", ["", "0", "9999", "deux", "\x00", "-1"])
def test_a_year_that_means_nothing_is_this_one(client: Client, manager: User, year: str) -> None:
    response = client.get("/administration/jours-feries/", {"annee": year})

    assert response.status_code == 200
    assert "Jours fériés nationaux de 2026" in text(response)


def test_rows_tell_in_how_many_cases_they_are_used(django_assert_num_queries: Any) -> None:
    world = worlds.ministry()
    worlds.draft(world)
    worlds.filed(world)
    worlds.oriented(world)
    organisations = [world.requester_org.pk, world.holder.pk, world.outsider_org.pk]
    persons = [world.requester.pk, world.officer.pk, world.nobody.pk]

    with django_assert_num_queries(1):
        used = administration.usage("organisation", organisations)
    with django_assert_num_queries(1):
        known = administration.usage("person", persons)

    assert used is not None
    assert used.get(world.requester_org.pk) == 2
    assert used.get(world.holder.pk, 0) >= 1
    assert used.get(world.outsider_org.pk, 0) == 0
    assert known == {world.requester.pk: 2, world.officer.pk: 1}
    assert selectors_calendar.cases_of_persons([]) == {}

"""Ways through the pages: back a step without loss, rows of tables, the requester's reserves."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from requests_flow.models import DataRequest
from requests_flow.services import acts, conditions
from requests_flow.services.conditions import NewCondition
from tests.catalogue.factories import DatasetFactory
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> worlds.Ministry:
    return worlds.ministry()


def edit(draft: DataRequest, section: str) -> str:
    return reverse("requests_flow:edit_draft", args=[draft.draft_key, section])


# --- The form ---------------------------------------------------------------------------------


def test_the_step_before_keeps_what_is_typed_even_wrong(
    client: Any, world: worlds.Ministry
) -> None:
    draft = worlds.draft(world)
    client.force_login(world.requester)
    assert 'value="retour"' in client.get(edit(draft, "actors")).content.decode()
    sent = {"_fields": ["requesting_unit"], "requesting_unit": "", "action": "retour"}

    response = client.post(edit(draft, "actors"), sent)

    assert response["Location"] == edit(draft, "need")
    draft.answers.refresh_from_db()
    assert not draft.answers.values.get("requesting_unit")


def test_there_is_no_step_before_the_first(client: Any, world: worlds.Ministry) -> None:
    draft = worlds.draft(world)
    client.force_login(world.requester)
    assert 'value="retour"' not in client.get(edit(draft, "need")).content.decode()

    response = client.post(edit(draft, "need"), {"action": "retour"})

    assert response["Location"] == edit(draft, "need")


@pytest.mark.parametrize(
    ("button", "anchor"),
    [
        ({"_add": "processors"}, "#id_processors-2-name"),
        ({"_remove": "processors:0"}, "#id_processors-0-name"),
        ({"_remove": "processors:1"}, "#id_processors"),
    ],
)
def test_without_script_one_comes_back_to_the_row_to_go_on_with(
    client: Any, world: worlds.Ministry, button: dict[str, str], anchor: str
) -> None:
    draft = worlds.draft(world)
    client.force_login(world.requester)
    rows = {"processors-rows": ["0", "1"], "processors-0-name": "A", "processors-1-name": "B"}

    response = client.post(edit(draft, "actors"), {"_fields": "processors", **rows, **button})

    assert response["Location"] == edit(draft, "actors") + anchor


@pytest.mark.parametrize(
    ("button", "mark"),
    [({"_remove": "processors:0"}, "data-cdd-new-row"), ({"_remove": "processors:1"}, "emptied")],
)
def test_the_script_is_told_where_to_put_the_focus(
    client: Any, world: worlds.Ministry, button: dict[str, str], mark: str
) -> None:
    draft = worlds.draft(world)
    client.force_login(world.requester)
    rows = {"processors-rows": ["0", "1"], "processors-0-name": "A", "processors-1-name": "B"}

    page = client.post(
        edit(draft, "actors"),
        {"_fields": "processors", **rows, **button},
        headers={"HX-Request": "true", "HX-Target": "champs"},
    )

    assert mark in page.content.decode()


# --- Reserves ---------------------------------------------------------------------------------


def with_a_reserve(world: worlds.Ministry) -> DataRequest:
    case = worlds.decided(world)
    reserve = NewCondition("Remplacer la date par l’année", "demandeur", "before_signature")
    conditions.add(data_request=case, condition=reserve, by=world.officer)
    return case


def test_the_requester_finds_the_reserve_that_he_must_lift(
    client: Any, world: worlds.Ministry
) -> None:
    case = with_a_reserve(world)
    DataRequest.objects.filter(pk=case.pk).update(outcome="favourable")
    client.force_login(world.requester)

    page = client.get(reverse("requests_flow:view_opinions", args=[case.reference]))

    reserve = case.conditions.get()
    settle = reverse("requests_flow:settle_condition", args=[case.reference, reserve.pk])
    assert settle in page.content.decode()
    assert client.get(settle).status_code == 200
    client.force_login(world.officer)
    page = client.get(reverse("requests_flow:view_opinions", args=[case.reference]))
    assert settle not in page.content.decode(), "he has it on « Instruction »"


def test_once_the_act_took_it_up_the_reserve_is_settled_there(
    client: Any, world: worlds.Ministry
) -> None:
    case = worlds.concluded(world)
    reserve = NewCondition("Remplacer la date par l’année", "demandeur", "before_signature")
    conditions.add(data_request=case, condition=reserve, by=world.officer)
    act = acts.choose_act(task=worlds.task(case, "choose_act"), act_type="b", by=world.legal)
    client.force_login(world.requester)

    page = client.get(reverse("requests_flow:view_opinions", args=[case.reference]))

    assert reverse("agreements:list_reserves", args=[act.reference]) in page.content.decode()


# --- Existing solutions, looked for again -----------------------------------------------------


def test_choosing_a_dataset_that_is_covered_already_says_so(
    client: Any, world: worlds.Ministry
) -> None:
    title = "Une partie du besoin est peut-être déjà couverte"
    open_data = DatasetFactory(
        producer_org=world.holder, api_url="https://api.example/", landing_url="https://a.example/"
    )
    draft = worlds.draft(world)
    client.force_login(world.requester)
    assert title not in client.get(edit(draft, "data")).content.decode()
    sent = {"_fields": "datasets", "datasets-rows": "0", "datasets-0-dataset": str(open_data.pk)}

    saved = client.post(edit(draft, "data"), sent, headers={"HX-Request": "true"})

    assert title in saved.content.decode()
    assert 'id="deja-couvert" aria-live="polite" hx-swap-oob="true"' in saved.content.decode()
    page = client.get(edit(draft, "data")).content.decode()
    assert title in page
    assert 'href="https://api.example/"' in page
    assert title not in client.get(edit(draft, "access")).content.decode()

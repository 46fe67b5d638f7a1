"""What the list and the pre-check lead to: gaps found by the audit."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from agreements.models import Agreement
from cases.models import Task
from catalogue.models import Dataset
from requests_flow.models import DataRequest, ImmediateRedirection, RequestedDataset
from requests_flow.selectors import lists
from tests.catalogue.factories import DatasetFactory
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> worlds.Ministry:
    return worlds.ministry()


def page(client: Any, user: User, url: str) -> str:
    """Open an address as somebody, and return what is read there."""
    client.force_login(user)
    response = client.get(url)
    assert response.status_code == 200
    return str(response.content.decode())


# --- The list, and the pre-check -------------------------------------------------------------


def listed(client: Any, user: User, query: str = "") -> str:
    return page(client, user, reverse("requests_flow:list") + query)


def test_the_list_names_who_works_on_the_act(client: Any, world: worlds.Ministry) -> None:
    case = worlds.with_act(world)
    Task.objects.filter(case_id=case.pk).update(status="DONE")

    assert "Le juriste (Cellule AMDAC)" in listed(client, world.auditor, "?vue=toutes")


def test_the_list_opens_on_what_is_to_be_done_when_something_is(
    client: Any, world: worlds.Ministry
) -> None:
    worlds.filed(world)

    assert lists.opened(world.officer, "", {})[0] == "a-traiter"
    assert lists.opened(world.auditor, "", {})[0] == "toutes"
    assert 'name="vue" value="a-traiter"' in listed(client, world.officer)
    assert 'name="vue" value="toutes"' in listed(client, world.auditor)


def with_an_act_in_force(world: worlds.Ministry) -> tuple[Dataset, Agreement]:
    """A dataset behind an API, that an act in force already covers for the requester."""
    dataset = DatasetFactory(
        producer_org=world.holder,
        landing_url="https://fiche.example/",
        api_url="https://api.example/",
    )
    case = worlds.with_act(world)
    RequestedDataset.objects.create(data_request=case, dataset=dataset)
    DataRequest.objects.filter(pk=case.pk).update(stage="running")
    act = Agreement.objects.get(source_case_id=case.pk)
    Agreement.objects.filter(pk=act.pk).update(stage="in_force")
    return dataset, act


def test_the_api_found_by_the_precheck_is_opened_at_its_own_address(
    client: Any, world: worlds.Ministry
) -> None:
    dataset, _act = with_an_act_in_force(world)
    client.force_login(world.requester)
    sent = {"finding": "api", "jeu": dataset.slug, "organisation": world.requester_org.pk}

    html = client.post(reverse("requests_flow:covered"), sent).content.decode()

    assert 'href="https://api.example/"' in html
    assert "https://fiche.example/" not in html


def test_joining_an_act_in_force_is_counted_and_an_address_is_never_believed(
    client: Any, world: worlds.Ministry
) -> None:
    dataset, act = with_an_act_in_force(world)
    client.force_login(world.requester)
    sent = {
        "finding": "agreement",
        "jeu": dataset.slug,
        "organisation": world.requester_org.pk,
        "url": "https://ailleurs.example/",
    }

    response = client.post(reverse("requests_flow:covered"), sent)

    assert response["Location"] == act.get_absolute_url()
    assert ImmediateRedirection.objects.get().finding == "agreement"


def test_an_extension_is_begun_from_the_act_that_the_precheck_shows(
    client: Any, world: worlds.Ministry
) -> None:
    dataset, act = with_an_act_in_force(world)
    address = reverse("requests_flow:precheck")
    query = f"?organisation={world.requester_org.pk}&jeu={dataset.slug}&need=Savoir&dataset="
    assert "Demander une extension" in page(client, world.requester, address + query)

    sent = {"extension": act.pk, "jeu": dataset.slug, "organisation": world.requester_org.pk}
    client.post(reverse("requests_flow:start_draft"), sent)

    draft = DataRequest.objects.get(opened_at=None)
    assert draft.answers.values["request_kind"] == "extension"
    assert draft.answers.values["parent_agreement"] == act.pk


def test_an_act_that_the_precheck_did_not_show_is_not_extended(
    client: Any, world: worlds.Ministry
) -> None:
    client.force_login(world.requester)
    sent = {"extension": "1", "organisation": world.requester_org.pk}

    client.post(reverse("requests_flow:start_draft"), sent)

    assert DataRequest.objects.get().answers.values["request_kind"] == "new"

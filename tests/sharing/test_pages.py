"""The pages of a sharing: who reads what, what they say, what they cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from agreements import services
from agreements.models import Agreement
from tests.agreements import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fast_documents")]


@pytest.fixture
def act(world: factories.World) -> Agreement:
    return factories.registered(world)


@pytest.fixture
def holder(world: factories.World, client: Client) -> Client:
    client.force_login(world.holder_agent)
    return client


def body(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_the_overview_says_what_stands_before_the_first_delivery(
    act: Agreement, holder: Client
) -> None:
    page = body(holder.get(f"/partages/{act.reference}/"))

    assert "conditions restent à remplir" in page
    assert "Une livraison ne peut pas être enregistrée comme envoyée." in page
    assert "Canal d’échange testé sur des données fictives" in page


def test_a_proof_is_brought_by_a_form(act: Agreement, holder: Client) -> None:
    channel = act.obligations.get(code="channel")
    address = f"/partages/{act.reference}/obligations/{channel.pk}/preuve/"
    assert "Apporter la preuve" in body(holder.get(address))
    assert holder.post(address, {"proof": ""}).status_code == 422
    assert holder.post(address, {"proof": "Essai reçu."}).status_code == 302
    assert "Preuve reçue" in body(holder.get(f"/partages/{act.reference}/obligations/"))


def test_the_other_party_accepts_it(act: Agreement, world: factories.World, client: Client) -> None:
    channel = act.obligations.get(code="channel")
    services.prove_obligation(obligation=channel, proof="Essai.", by=world.holder_agent)
    client.force_login(world.requester_agent)
    address = f"/partages/{act.reference}/obligations/{channel.pk}/constat/"
    assert "Preuve reçue : Essai." in body(client.get(address)).replace("\u00a0", " ")
    assert client.post(address, {"reason": "Vu."}).status_code == 302

    channel.refresh_from_db()
    assert not channel.is_open


def test_an_obligation_of_another_act_does_not_exist(
    act: Agreement, world: factories.World, holder: Client
) -> None:
    other = factories.registered(world).obligations.get(code="channel")
    assert (
        holder.get(f"/partages/{act.reference}/obligations/{other.pk}/preuve/").status_code == 404
    )


def test_a_project_has_no_sharing(world: factories.World, holder: Client) -> None:
    project = factories.agreed(world)
    assert holder.get(f"/partages/{project.reference}/").status_code == 404


def test_the_list_costs_the_same_for_one_and_for_many(
    act: Agreement, world: factories.World, holder: Client, django_assert_max_num_queries: Any
) -> None:
    factories.registered(world)
    with django_assert_max_num_queries(8):
        page = body(holder.get("/partages/?q=ITEP"))
    assert act.reference in page
    assert "CNSA → DGCS" in page
    assert "Aucun partage ne correspond" in body(holder.get("/partages/?q=rien"))


def test_the_tab_of_the_persons_is_for_those_who_may_read_them(
    act: Agreement, world: factories.World, client: Client
) -> None:
    address = f"/partages/{act.reference}/"
    for who, may_read in ((world.holder_agent, True), (world.officer, False)):
        client.force_login(who)
        assert (f"{address}habilites/" in body(client.get(address))) is may_read

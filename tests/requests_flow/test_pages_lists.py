"""The dashboard, the list, the tabs and the summary say what is expected, in French."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cases import services as cases
from cases.models import Message
from questionnaires import services as questionnaires
from requests_flow.models import DataRequest
from requests_flow.services import complements
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> worlds.Ministry:
    return worlds.ministry()


def text_of(client: Any, name: str, *arguments: Any, query: str = "") -> str:
    response = client.get(reverse(f"requests_flow:{name}", args=arguments) + query)
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_first_visit_says_how_to_begin(client: Any, world: worlds.Ministry) -> None:
    client.force_login(world.requester)

    text = text_of(client, "dashboard")

    assert "0 dossier à traiter" in text
    assert "Vous n’avez pas encore de demande." in text
    assert "Commencer une demande" in text


def test_a_draft_says_at_which_step_it_is(client: Any, world: worlds.Ministry) -> None:
    worlds.draft(world)
    client.force_login(world.requester)

    text = text_of(client, "dashboard")

    assert "étape 1 sur 7, enregistré aujourd’hui" in text
    assert "Reprendre" in text


def test_what_waits_is_reminded_once_then_says_when(client: Any, world: worlds.Ministry) -> None:
    case = worlds.asked(world, worlds.filed(world))
    DataRequest.objects.filter(pk=case.pk).update(officer=world.officer)
    case.suspensions.all().delete()
    client.force_login(world.officer)
    assert "Relancer" in text_of(client, "dashboard")

    awaited = worlds.task(case, "provide_complement")

    cases.nudge(task=awaited, by=world.officer)

    text = text_of(client, "dashboard")
    assert "Attendu : fournir le complément demandé" in text
    assert "Relancé le" in text
    assert reverse("requests_flow:nudge", args=[case.reference, awaited.pk]) not in text


def test_the_list_keeps_one_line_for_each_request(client: Any, world: worlds.Ministry) -> None:
    case = worlds.filed(world)
    client.force_login(world.officer)

    text = text_of(client, "list", query="?etat=completeness&voie=")

    assert case.reference in text
    assert "1 demande, triée par échéance" in text
    assert "Retirer le filtre" in text
    assert "0 demande, triée" in text_of(client, "list", query="?q=introuvable")


def test_an_answered_complement_leads_to_what_it_changed(
    client: Any, world: worlds.Ministry
) -> None:
    case = worlds.asked(world, worlds.filed(world))
    questionnaires.save_values(
        answers=case.answers, values={"population_filter": "Tous"}, by=world.requester
    )
    complements.answer(
        task=worlds.task(case, "provide_complement"), answer="Voici.", by=world.requester
    )
    client.force_login(world.officer)

    text = text_of(client, "view_history", case.reference)

    assert reverse("requests_flow:compare_versions", args=[case.reference, 1, 2]) in text
    assert "Le journal n’a pas encore été contrôlé." in text
    compared = text_of(client, "compare_versions", case.reference, 1, 2)
    assert "<ins>" in compared
    assert "Tous" in compared


def test_each_step_of_the_summary_can_be_changed(client: Any, world: worlds.Ministry) -> None:
    draft = worlds.draft(world)
    client.force_login(world.requester)

    text = text_of(client, "review_draft", draft.draft_key)

    for section in ("need", "data", "access"):
        assert reverse("requests_flow:edit_draft", args=[draft.draft_key, section]) in text
    assert "Modifier : Données demandées" in text


def test_requester_and_cell_write_to_each_other(client: Any, world: worlds.Ministry) -> None:
    case = worlds.filed(world)
    client.force_login(world.requester)
    assert "Envoyer à la cellule" in text_of(client, "ask_requester", case.reference)
    client.force_login(world.officer)
    assert "Envoyer au demandeur" in text_of(client, "ask_requester", case.reference)

    client.post(
        reverse("requests_flow:ask_requester", args=[case.reference]), {"body": "Précisez."}
    )

    assert Message.objects.get().room == "requester"

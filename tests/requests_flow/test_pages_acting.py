"""The acting pages: recap first, what comes next, the delegation named, the letter shown before."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cases import selectors as case_selectors
from questionnaires import definitions
from requests_flow.models import Condition, DataRequest, HolderDecision
from requests_flow.selectors.actions import address_of
from requests_flow.services import opinions
from requests_flow.services.conditions import NewCondition
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db
RESERVE = "Remplacer la date de naissance par l’année"


@pytest.fixture
def world() -> worlds.Ministry:
    return worlds.ministry()


def with_a_reserve(world: worlds.Ministry) -> DataRequest:
    """A request that the legal officer reserved: only the holder is still to decide."""
    case = worlds.studied(world)
    opinions.give_opinion(
        task=worlds.task(case, "give_opinion"),
        verdict="favourable_reserve",
        synthesis="Minimiser.",
        conditions=[NewCondition(RESERVE, "Demandeur", "before_signature", "Liste, version 2")],
        by=world.legal,
    )
    return DataRequest.objects.get(pk=case.pk)


def decision(**changes: Any) -> dict[str, Any]:
    """What the page of a decision posts: the reserve of the opinion, taken up."""
    return {
        "_fields": ["decision", "conditions", "motivation", "power_confirmed"],
        "decision": "favourable_reserve",
        "conditions-rows": "0",
        "conditions-0-text": RESERVE,
        "conditions-0-owner": "requester",
        "conditions-0-due": "before_signature",
        "conditions-0-proof": "Liste, version 2",
        "motivation": "La mission est établie.",
        "power_confirmed": "on",
        **changes,
    }


@pytest.fixture
def page(client: Any, world: worlds.Ministry) -> Any:
    """The page of the holder's decision, opened by the person who decides."""
    case = with_a_reserve(world)
    client.force_login(world.holder_agent)
    return address_of(case, worlds.task(case, "decide"))


def test_a_decision_opens_with_what_the_opinions_say(client: Any, page: str) -> None:
    text = client.get(page).content.decode()

    assert text.index("Ce que disent l’étude et les avis") < text.index('name="decision"')
    assert "Favorable, 1 réserve" in text
    assert "Et ensuite ?" in text
    assert "Sous 5 jours ouvrés" in text


def test_a_decision_names_the_delegation_of_the_day(client: Any, page: str) -> None:
    assert "Je décide au nom de CNSA, en vertu de" in client.get(page).content.decode()


def test_the_reserves_of_the_opinions_are_proposed_once(client: Any, page: str) -> None:
    assert RESERVE in client.get(page).content.decode()

    client.post(page, decision(confirm="1"))

    assert HolderDecision.objects.get().outcome == "favourable_reserve"
    assert Condition.objects.filter(text=RESERVE).count() == 1


def test_the_letter_is_shown_before_and_nothing_is_recorded(client: Any, page: str) -> None:
    response = client.post(page, decision(action="apercu"))

    text = response.content.decode()
    assert response.status_code == 200
    assert "sous les réserves suivantes" in text
    assert "La mission est établie." in text
    assert not HolderDecision.objects.exists()


def test_a_decision_is_verified_before_it_is_recorded(client: Any, page: str) -> None:
    first = client.post(page, decision())

    assert "Vérifier avant d’enregistrer" in first.content.decode()
    assert not HolderDecision.objects.exists()


def test_a_faulty_decision_keeps_what_was_typed(client: Any, page: str) -> None:
    response = client.post(page, decision(decision="", confirm="1"))

    text = response.content.decode()
    assert response.status_code == 422
    assert "Choisissez une décision." in text
    assert "La mission est établie." in text


def test_the_letters_are_laid_out_once_decided(
    client: Any, world: worlds.Ministry, page: str
) -> None:
    client.post(page, decision(confirm="1"))
    made = HolderDecision.objects.get()
    address = reverse("requests_flow:decision_letter", args=[made.data_request.reference, made.pk])
    client.force_login(world.amdac)

    letter = client.get(address)

    assert letter.status_code == 200
    assert letter["Content-Type"] == "application/pdf"
    assert letter.content.startswith(b"%PDF")
    tab = reverse("requests_flow:view_opinions", args=[made.data_request.reference])
    assert address in client.get(tab).content.decode()
    client.force_login(world.outsider)
    assert client.get(address).status_code == 404


def test_a_letter_of_another_case_is_not_found(
    client: Any, world: worlds.Ministry, page: str
) -> None:
    client.post(page, decision(confirm="1"))
    other = worlds.filed(world)
    client.force_login(world.amdac)

    for name in ("decision_letter", "conclusion_letter"):
        address = reverse(
            f"requests_flow:{name}", args=[other.reference, HolderDecision.objects.get().pk]
        )
        assert client.get(address).status_code == 404


def test_the_receipt_is_a_pdf_for_whoever_sees_the_case(
    client: Any, world: worlds.Ministry
) -> None:
    case = worlds.filed(world)
    address = reverse("requests_flow:receipt", args=[case.reference])
    client.force_login(world.requester)

    assert client.get(address).content.startswith(b"%PDF")
    client.force_login(world.outsider)
    assert client.get(address).status_code == 404


def test_a_grid_says_how_far_it_is_filled(client: Any, world: worlds.Ministry) -> None:
    case = worlds.studied(world, worlds.personal_answers(world))
    task = worlds.task(case, "give_opinion", world.requester_org)
    client.force_login(world.dpo_requester)
    page = address_of(case, task)
    name = next(
        field.name
        for field in definitions.get("dpo_opinion").fields.values()
        if set(field.labels) == set(definitions.REVIEW_ANSWERS)
    )
    assert "Avancement : 0 sur" in client.get(page).content.decode()

    answer = client.post(
        page, {"_fields": [name], name: "compliant"}, headers={"HX-Request": "true"}
    )

    assert "Avancement : 1 sur" in answer.content.decode()
    task.consultation.answers.refresh_from_db()
    assert task.consultation.answers.values[name] == "compliant"


def test_a_study_shows_the_advice_that_its_marks_suggest(
    client: Any, world: worlds.Ministry
) -> None:
    case = worlds.oriented(world)
    client.force_login(world.officer)

    text = client.get(address_of(case, worlds.task(case, "conclude_study"))).content.decode()

    assert "Conseil calculé" in text


def test_an_answer_to_a_complement_says_what_is_asked(client: Any, world: worlds.Ministry) -> None:
    case = worlds.asked(world, worlds.filed(world))
    client.force_login(world.requester)
    (task,) = [t for t in case_selectors.open_tasks(case) if t.node == "provide_complement"]

    text = client.get(address_of(case, task)).content.decode()

    assert "Le cadre de l’étude." in text
    assert "Votre réponse" in text

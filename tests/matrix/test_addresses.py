"""An address that names something else: unseen and unknown are the same page; a step is done
once, on its own case, by its own page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.urls import reverse

from cases.models import Task
from journal.models import Event
from requests_flow.models import Consultation
from tests.matrix.tries import Trier, patterns

pytestmark = pytest.mark.django_db

STEPS = {
    "filed/give_visa": "addac",
    "filed/check_admissibility": "amdac_officer",
    "admitted/orient": "amdac_officer",
    "studied/conclude_study": "amdac_officer",
    "studied/assess_feasibility": "data_holder",
    "opinions/give_opinion": "legal_officer",
    "deciding/decide": "data_holder",
    "contested/arbitrate": "amdac",
    "concluding/conclude": "amdac",
    "concluded/choose_act": "legal_officer",
    "reexamined/reexamine": "second_officer",
    "reported/conclude_reexamination": "amdac",
}
VISA = {"_fields": ["verdict"], "verdict": "favourable", "confirm": "1"}


def address(place: str, reference: Any, task: Any) -> str:
    return reverse(f"requests_flow:{place.split('/')[1]}", args=[reference, task])


def text_of(response: Any) -> str:
    """A page as it reads, without what is drawn afresh at each request."""
    html = BeautifulSoup(response.content, "html.parser")
    return re.sub(r"\s+", " ", html.get_text(" "))


@pytest.mark.parametrize(
    "name", [one for one, wanted in patterns().items() if wanted == {"reference"}]
)
@pytest.mark.parametrize("actor", ["elsewhere", "no_role", "ended"])
def test_forbidden_and_unknown_references_read_the_same(
    trier: Trier, name: str, actor: str
) -> None:
    if name == "steering:view_published":
        return
    known, unknown = {
        "agreements": ("drafting", "PRJ-1999-9999"),
        "sharing": ("signed", "CONV-1999-999"),
    }.get(name.partition(":")[0], ("opinions", "DEM-1999-9999"))
    seen = trier.client(actor).get(reverse(name, args=[trier.world.places[known]["reference"]]))
    other = trier.client(actor).get(reverse(name, args=[unknown]))

    assert seen.status_code == other.status_code
    assert seen.status_code in (404, 405)
    assert text_of(seen) == text_of(other)


@pytest.mark.parametrize(("place", "actor"), STEPS.items())
def test_a_task_of_another_case_does_not_exist(trier: Trier, place: str, actor: str) -> None:
    own = trier.world.places[place]
    other = "deciding" if not place.startswith("deciding") else "studied"
    elsewhere = trier.world.places[other]["reference"]

    assert trier.get(actor, address(place, elsewhere, own["task_id"])).status == 404
    assert trier.post(actor, address(place, elsewhere, own["task_id"])).status == 404


@pytest.mark.parametrize(("place", "actor"), STEPS.items())
def test_a_step_has_only_its_own_page(trier: Trier, place: str, actor: str) -> None:
    """The number of another step of the same case leads nowhere."""
    own = trier.world.places[place]
    wrong = Task.objects.filter(case__reference=own["reference"]).exclude(pk=own["task_id"]).first()

    seen = trier.get(actor, address(place, own["reference"], wrong.pk))

    assert seen.status in (404, 409)
    assert not seen.changed


@pytest.mark.parametrize("number", [0, 999_999_999, 2**63, 10**30])
def test_a_task_that_never_was_does_not_exist(trier: Trier, number: int) -> None:
    reference = trier.world.places["filed"]["reference"]

    for actor in ("addac", "amdac_officer", "elsewhere"):
        assert trier.get(actor, f"/demandes/{reference}/visa/{number}/").status == 404


def test_a_done_step_is_a_conflict_that_says_who_did_it(trier: Trier) -> None:
    own = trier.world.places["concluding"]
    done = Consultation.objects.filter(
        data_request__reference=own["reference"], kind="security"
    ).get()
    page = address("opinions/give_opinion", own["reference"], done.task_id)

    response = trier.client("security_officer").get(page)

    assert response.status_code == 409
    assert "Paul Essai" in text_of(response)
    assert trier.post("security_officer", page, {"verdict": "unfavourable"}).status == 409
    done.refresh_from_db()
    assert done.verdict == "favourable"


def test_a_double_click_records_once(trier: Trier) -> None:
    own = trier.world.places["filed/give_visa"]
    page = address("filed/give_visa", own["reference"], own["task_id"])
    with transaction.atomic():
        first = trier.client("addac").post(page, VISA)
        second = trier.client("addac").post(page, VISA)
        given = Event.objects.filter(kind="visa.given", subject_id=str(first_case(own)))
        kinds = given.count()
        transaction.set_rollback(True)

    assert (first.status_code, second.status_code) == (302, 409)
    assert kinds == 1


def first_case(own: dict[str, Any]) -> int:
    return Task.objects.get(pk=own["task_id"]).case_id


def test_a_stale_draft_shows_both_texts_and_loses_none(trier: Trier) -> None:
    """Two windows on the same step: the second one that saves is asked which text to keep."""
    page = trier.address("requests_flow:edit_draft", "draft").replace("/need/", "/use_case/")
    with transaction.atomic():
        html = BeautifulSoup(trier.client("requester").get(page).content, "html.parser")
        seen = str(html.select_one('main [name="_revision"]')["value"])
        for text in ("Première fenêtre.", "Seconde fenêtre."):
            sent = {
                "_fields": ["context"],
                "context": text,
                "_revision": seen,
                "action": "continuer",
            }
            response = trier.client("requester").post(page, sent)
        transaction.set_rollback(True)

    assert response.status_code == 409
    assert "Première fenêtre." in text_of(response)
    assert "Seconde fenêtre." in response.content.decode()


def test_the_text_is_closed_to_its_recipient_before_the_first_round(trier: Trier) -> None:
    """The holder and the lawyers prepare it; the requester reads it from the first exchange on."""
    for name in ("open_act", "view_draft", "list_annexes"):
        page = trier.address(f"agreements:{name}", "first draft")
        assert trier.get("requester", page).status == 403, name
        assert trier.get("legal_officer", page).status in (200, 302), name
        assert trier.get("data_holder", page).status in (200, 302), name

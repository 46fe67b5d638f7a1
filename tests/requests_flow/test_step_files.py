"""Files joined to the study, the opinions, the arbitration and the formalities: who reads them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from cases import selectors as case_selectors
from cases.enums import Room
from cases.errors import NotAllowed
from cases.models import Attachment, Case, Task
from journal.models import Event
from requests_flow.acts import ACTS
from requests_flow.models import DataRequest
from requests_flow.selectors import case_files
from requests_flow.services import step_answers
from requests_flow.step_form import StepForm
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 avis"


@pytest.fixture
def world() -> worlds.Ministry:
    return worlds.ministry()


def upload(name: str = "avis.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="application/pdf")


def study_page(world: worlds.Ministry, client: Any) -> tuple[DataRequest, Task, str]:
    case = worlds.oriented(world)
    task = worlds.task(case, "conclude_study")
    client.force_login(world.officer)
    return case, task, f"/demandes/{case.reference}/etude/{task.pk}/"


def post(client: Any, url: str, **data: Any) -> Any:
    """Post the page as a browser does: with what the page said of its fields."""
    fields = [name.removesuffix("-upload") for name in data if not name.startswith("_")]
    return client.post(url, {"_fields": fields, **data})


def reads(user: User, case: Case) -> list[str]:
    fresh = Case.objects.get(pk=case.pk)
    return [one.name for one in case_selectors.attachments(user, fresh)]


def test_a_file_is_kept_with_the_draft(client: Any, world: worlds.Ministry) -> None:
    case, task, url = study_page(world, client)

    response = post(client, url, **{"workshop_minutes-upload": upload(), "action": "save"})

    page = response.content.decode()
    joined = Attachment.objects.get(case_id=case.pk, room=Room.REVIEWERS)
    assert response.status_code == 200
    assert 'enctype="multipart/form-data"' in page
    assert f'name="workshop_minutes" value="{joined.pk}" checked' in page
    assert "avis.pdf" in page
    assert joined.nature == "Compte rendu d’atelier"
    assert task.consultation.answers.values["workshop_minutes"] == [joined.pk]


def test_a_refused_file_is_named_and_nothing_is_lost(client: Any, world: worlds.Ministry) -> None:
    case, task, url = study_page(world, client)

    response = post(
        client,
        url,
        study_context="Le besoin est établi.",
        **{"workshop_minutes-upload": [upload(), upload("notes.exe")], "action": "save"},
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "notes.exe" in page
    assert 'href="#id_workshop_minutes-upload"' in page
    assert "Le besoin est établi." in page
    assert [one.name for one in case.attachments.all()] == ["avis.pdf"]
    assert task.consultation.answers.values["study_context"] == "Le besoin est établi."


def test_the_advice_asked_by_htmx_joins_no_file(client: Any, world: worlds.Ministry) -> None:
    case, _task, url = study_page(world, client)

    client.post(
        url,
        {"_fields": ["workshop_minutes"], "workshop_minutes-upload": upload()},
        headers={"HX-Request": "true"},
    )

    assert not case.attachments.exists()


def test_each_file_leaves_one_event_that_the_requester_does_not_read(
    client: Any, world: worlds.Ministry
) -> None:
    case, _task, url = study_page(world, client)

    post(client, url, **{"workshop_minutes-upload": [upload(), upload("b.pdf")]})

    events = Event.objects.filter(chain=case.chain, kind="attachment.added")
    assert [one.audience for one in events] == ["reviewers", "reviewers"]


def test_who_reads_a_reviewers_file_before_and_after_the_decision(
    client: Any, world: worlds.Ministry
) -> None:
    case, _task, url = study_page(world, client)
    post(client, url, **{"workshop_minutes-upload": upload(), "action": "save"})
    readers = [world.officer, world.amdac, world.holder_agent, world.auditor]
    waiting = [world.requester, world.colleague]

    assert [reads(one, case) for one in readers] == [["avis.pdf"]] * 4
    assert [reads(one, case) for one in waiting] == [[]] * 2
    joined = case.attachments.get()
    client.force_login(world.requester)
    address = f"/demandes/{case.reference}/pieces/{joined.pk}/"
    assert client.get(address).status_code == 404

    Case.objects.filter(pk=case.pk).update(outcome="favourable")
    assert [reads(one, case) for one in waiting] == [["avis.pdf"]] * 2
    assert client.get(address).content == PDF
    assert reads(world.outsider, case) == []


def test_a_form_names_no_file_of_another_room(world: worlds.Ministry) -> None:
    case = worlds.oriented(world)
    secret = Attachment.objects.create(
        case_id=case.pk, room=Room.CELL, name="note.pdf", size=1, content_type="application/pdf",
        sha256="0" * 64, scan_state="clean", uploaded_by=world.officer,
    )  # fmt: skip

    for found in (case_files.of_the_request(case), case_files.of_the_reviews(case)):
        assert found.labels([secret.pk, "1", True]) == {}
        assert found.options() == []


def test_nobody_joins_a_file_to_the_step_of_another(world: worlds.Ministry) -> None:
    case = worlds.oriented(world)
    task = worlds.task(case, "conclude_study")

    with pytest.raises(NotAllowed):
        step_answers.keep_files(
            task=task, uploads={"workshop_minutes": [upload()]}, labels={}, by=world.holder_agent
        )

    assert not case.attachments.exists()


def test_the_files_of_an_arbitration_go_through_the_verification(
    client: Any, world: worlds.Ministry
) -> None:
    case = worlds.oriented(world)
    kept = step_answers.keep_files(
        task=worlds.task(case, "conclude_study"),
        uploads={"minutes": [upload("relevé.pdf")]},
        labels={"minutes": "Relevé de décision"},
        by=world.officer,
    )
    form = StepForm.of(
        case, worlds.task(case, "conclude_study"), ACTS["arbitrate"], {"_fields": ["minutes"]},
        kept.files,
    )  # fmt: skip

    assert kept.hidden == [("minutes", str(case.attachments.get().pk))]
    assert form.values["minutes"] == [case.attachments.get().pk]
    assert form.upload_names == "minutes-upload"


def test_two_writers_of_one_opinion_lose_nothing(client: Any, world: worlds.Ministry) -> None:
    _case, task, url = study_page(world, client)
    opened = {"_revision": "0", "_editor": "page-a"}
    post(client, url, study_context="Le texte de Claire.", _revision="0", _editor="page-b")

    response = post(client, url, study_context="Le texte de Yann.", **opened)

    page = response.content.decode()
    assert response.status_code == 409
    assert "Le texte de Claire." in page
    assert "Le texte de Yann." in page
    assert f'action="{url}"' in page

    seen = {"_seen": "1", "_resolve": "1", "keep-study_context": "mine"}
    solved = post(client, url, study_context="Le texte de Yann.", **opened, **seen)
    assert solved.status_code == 302
    task.consultation.answers.refresh_from_db()
    assert task.consultation.answers.values["study_context"] == "Le texte de Yann."


def test_a_page_does_not_conflict_with_itself(client: Any, world: worlds.Ministry) -> None:
    _case, _task, url = study_page(world, client)
    same = {"_revision": "0", "_editor": "page-a", "action": "save"}

    first = post(client, url, study_context="Un.", **same)
    second = post(client, url, study_context="Un, puis deux.", **same)

    assert [first.status_code, second.status_code] == [200, 200]
    assert 'name="_editor" value="page-a"' in second.content.decode()


def test_a_conflict_resolved_on_a_step_without_draft_is_a_plain_post(
    client: Any, world: worlds.Ministry
) -> None:
    case = worlds.filed(world)
    task = worlds.task(case, "check_admissibility")
    client.force_login(world.officer)

    response = client.post(f"/demandes/{case.reference}/recevabilite/{task.pk}/", {"_resolve": "1"})

    assert response.status_code == 422


def test_the_added_row_of_a_draft_is_the_one_to_fill(client: Any, world: worlds.Ministry) -> None:
    made = worlds.draft(world)
    client.force_login(world.requester)

    response = client.post(
        f"/demandes/brouillons/{made.draft_key}/data/",
        {"_fields": "datasets", "_add": "datasets", "datasets-rows": "0",
         "datasets-0-description": "Places"},
        headers={"HX-Request": "true", "HX-Target": "champs"},
    )  # fmt: skip

    assert response.content.decode().count("data-cdd-new-row") == 1


@pytest.mark.parametrize(("name", "kept"), [("avis.pdf", 1), ("avis.exe", 0)])
def test_the_document_of_a_formality(
    client: Any, world: worlds.Ministry, name: str, kept: int
) -> None:
    case = worlds.oriented(world)
    client.force_login(world.requester)

    response = client.post(
        f"/demandes/{case.reference}/formalites/",
        {"f-authority": "CNIL", "f-answer": "pending", "f-document": upload(name)},
    )

    assert response.status_code == (302 if kept else 422)
    assert case.attachments.filter(room=Room.PARTIES, nature="CNIL").count() == kept
    assert case.formalities.filter(document__isnull=False).count() == kept
    shown = client.get(f"/demandes/{case.reference}/formalites/") if kept else response
    assert name in shown.content.decode()

"""What the audit of the circuit found missing, one rule a test."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from agreements.models import Agreement
from agreements.services import life
from cases import services as cases
from journal.models import Event
from requests_flow import policies
from requests_flow.models import DataRequest
from requests_flow.services import lifecycle, opinions
from requests_flow.services.conditions import NewCondition
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> worlds.Ministry:
    return worlds.ministry()


def page(client: Any, user: User, url: str, status: int = 200) -> str:
    """Open an address as somebody, and return what is read there."""
    client.force_login(user)
    response = client.get(url)
    assert response.status_code == status
    return str(response.content.decode())


def tab(case: DataRequest, name: str = "view_answers") -> str:
    return reverse(f"requests_flow:{name}", args=[case.reference])


def with_a_reserved_opinion(world: worlds.Ministry) -> DataRequest:
    case = worlds.studied(world, worlds.personal_answers(world))
    opinions.give_opinion(
        task=worlds.task(case, "give_opinion", world.holder),
        verdict="favourable_reserve",
        synthesis="Sous réserve.",
        conditions=[
            NewCondition(text="Réduire la durée", due_stage="in_agreement", owner="Demandeur")
        ],
        by=world.dpo_holder,
    )
    return DataRequest.objects.get(pk=case.pk)


# --- Opinions before the decision ------------------------------------------------------------


def test_a_requester_reads_neither_verdict_nor_reviewer_before_the_decision(
    client: Any, world: worlds.Ministry
) -> None:
    case = with_a_reserved_opinion(world)

    html = page(client, world.requester, tab(case))

    assert "Rendu" in html
    assert "Favorable" not in html
    assert str(world.dpo_holder) not in html


def test_the_cell_reads_verdict_and_reviewer_with_a_singular(
    client: Any, world: worlds.Ministry
) -> None:
    case = with_a_reserved_opinion(world)

    html = page(client, world.officer, tab(case, "view_instruction"))

    assert "Favorable, 1 réserve<" in html
    assert str(world.dpo_holder) in html


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        (Role.HOLDER, True),
        (Role.DPO, True),
        (Role.SECURITY, True),
        (Role.LEGAL, True),
        (Role.SIGNATORY, True),
        (Role.REQUESTER, False),
        (Role.AUTHORISED_PERSON, False),
        (Role.ADDAC, False),
    ],
)
def test_only_who_takes_part_in_the_decision_of_a_holder_reads_the_opinions(
    world: worlds.Ministry, role: Role, reads: bool
) -> None:
    case = worlds.studied(world)
    somebody = worlds.person("quelquun", (role, world.holder))

    assert policies.can_read_opinions(somebody, case) is reads
    assert policies.can_read_instruction(somebody, case) is reads


# --- Who acted, in the journal ---------------------------------------------------------------


def actors(case: DataRequest) -> set[tuple[str, str, str]]:
    return set(Event.objects.filter(chain=case.chain).values_list("kind", "role", "organisation"))


def test_every_event_of_a_person_names_his_role_and_his_organisation(
    world: worlds.Ministry,
) -> None:
    case = worlds.filed(world)
    for room, person in (("parties", world.requester), ("parties", world.officer)):
        cases.post_message(case=case, room=room, body="Bonjour", by=person)
    lifecycle.withdraw(data_request=case, by=world.requester, reason="")

    asker = (str(Role.REQUESTER.label), str(world.requester_org))
    cell = (str(Role.OFFICER.label), str(world.cell))
    assert {
        ("request.drafted", *asker),
        ("request.submitted", *asker),
        ("message.posted", *asker),
        ("message.posted", *cell),
        ("request.withdrawn", *asker),
    } <= actors(case)


def test_a_holder_speaks_for_his_body_and_a_dpo_as_such(world: worlds.Ministry) -> None:
    case = worlds.oriented(world, worlds.personal_answers(world))
    for person in (world.holder_agent, world.dpo_holder):
        cases.post_message(case=case, room="parties", body="Bonjour", by=person)

    assert {
        ("message.posted", str(Role.HOLDER.label), str(world.holder)),
        ("message.posted", str(Role.DPO.label), str(world.holder)),
    } <= actors(case)


def test_every_event_of_the_drafting_of_an_act_names_the_role(world: worlds.Ministry) -> None:
    case = worlds.with_act(world)
    act = Agreement.objects.get(source_case_id=case.pk)
    life.record_read(agreement=act, what="l’annexe 3", by=world.legal)
    cases.record_reading(
        case=case,
        attachment=cases.add_attachment(
            case=case,
            upload=SimpleUploadedFile("note.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf"),
            by=world.requester,
        ),
        by=world.holder_agent,
    )

    told = Event.objects.filter(chain__in=[case.chain, act.chain], actor_id__isnull=False)
    assert not list(told.filter(role="").values_list("kind", flat=True))
    assert ("act.read", str(Role.LEGAL.label), str(world.cell)) in {
        (one.kind, one.role, one.organisation) for one in told
    }


# --- Addresses that no database could hold -----------------------------------------------------


@pytest.mark.parametrize("after", ["2026-99-99_1", "2026-01-01_²²", "_", "x_1", "\x00_1", "1_\x00"])
def test_a_wrong_page_key_shows_the_first_page(
    client: Any, world: worlds.Ministry, after: str
) -> None:
    case = worlds.filed(world)

    client.force_login(world.officer)
    response = client.get(reverse("requests_flow:list"), {"apres": after, "vue": "toutes"})

    assert response.status_code == 200
    assert case.reference in response.content.decode()


@pytest.mark.parametrize("path", ["/demandes/%00/", "/demandes/%00/avis/", "/conventions/A%00/"])
def test_a_nul_byte_in_a_reference_is_an_unknown_reference(
    client: Any, world: worlds.Ministry, path: str
) -> None:
    page(client, world.officer, path, status=404)


def test_a_nul_byte_in_a_dataset_of_the_precheck_names_no_dataset(
    client: Any, world: worlds.Ministry
) -> None:
    page(client, world.requester, reverse("requests_flow:precheck") + "?jeu=%00", status=200)


def test_a_nul_byte_in_what_the_precheck_found_loses_nothing(
    client: Any, world: worlds.Ministry
) -> None:
    client.force_login(world.requester)
    sent = {"organisation": world.requester_org.pk, "finding": "du\x00plicate", "need": "Savoir"}

    started = client.post(reverse("requests_flow:start_draft"), sent)
    covered = client.post(reverse("requests_flow:covered"), sent)

    assert (started.status_code, covered.status_code) == (302, 200)
    assert DataRequest.objects.get().precheck["findings"] == ["duplicate"]

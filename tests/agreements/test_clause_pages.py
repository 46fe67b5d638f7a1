"""The pages where lawyers write the library: wiring, what is said where, no error of the server."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from agreements import selectors, services
from agreements.library import shipped
from agreements.models import Clause, ClauseDraft
from tests.agreements import factories
from tests.agreements.test_clause_writing import CLAUSES, clause, wording

pytestmark = pytest.mark.django_db


def typed(**changed: Any) -> dict[str, Any]:
    given = wording()
    return {
        "title": given.title, "purpose": given.purpose, "types": list(given.types),
        "condition": given.condition, "mandatory_when": given.mandatory_when,
        "order": str(given.order), "body": "Conservées [retention.months] mois.", "note": "",
        "revision": "0", **changed,
    }  # fmt: skip


def test_a_lawyer_writes_a_clause_in_the_browser_only(
    client: Client, world: factories.World
) -> None:
    factories.drafted(world)
    client.force_login(world.legal)
    page = f"{CLAUSES}C29/rediger/"

    assert "[retention.months]" in client.get(page).content.decode()
    shown = client.post(page, typed(action="apercu", condition="QUEST")).content.decode()
    assert "Conservées 36 mois." in shown
    assert "QUEST" in shown
    assert not ClauseDraft.objects.exists()
    assert client.post(page, typed(action="enregistrer")).status_code == 302
    refused = client.post(page, typed(condition="QUEST", revision="1"))
    assert (refused.status_code, ClauseDraft.objects.get().revision) == (422, 2)
    assert 'name="revision" value="2"' in refused.content.decode()
    accepted = client.post(page, typed(revision="2"))
    assert accepted["Location"] == f"{CLAUSES}C29/publier/"
    compared = client.get(f"{CLAUSES}C29/comparer/?de=1&a=brouillon").content.decode()
    assert "<del>" in compared
    assert client.post(accepted["Location"], {"revision": "3"})["Location"] == f"{CLAUSES}C29/"
    assert selectors.clause_version("C29").body == "Conservées {{ retention.months }} mois."
    assert "Version 2" in client.get(f"{CLAUSES}C29/").content.decode()
    assert "<ins>" in client.get(f"{CLAUSES}C29/comparer/").content.decode()
    assert client.get(f"{CLAUSES}C29/comparer/?de=9&a=1").status_code == 404


def test_a_new_clause_is_written_in_the_browser(client: Client, world: factories.World) -> None:
    client.force_login(world.legal)
    page = f"{CLAUSES}nouvelle/"

    assert client.post(page, typed(code="C01")).status_code == 422
    held = client.post(page, typed(code="C48", condition="QUEST"))
    assert held["Location"] == f"{CLAUSES}C48/rediger/"
    assert "QUEST" in client.get(held["Location"]).content.decode()
    assert "C48" in client.get(CLAUSES).content.decode()
    assert client.get(f"{CLAUSES}C48/").status_code == 404
    assert client.get(f"{CLAUSES}C48/publier/").status_code == 200
    assert client.post(f"{CLAUSES}C48/publier/", {"revision": "1"}).status_code == 200
    assert client.post(f"{CLAUSES}C48/abandonner/").status_code == 302
    assert not Clause.objects.filter(code="C48").exists()
    assert client.get(f"{CLAUSES}C40/publier/").status_code == 409


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "\0"}, {"body": "\0"}, {"title": "x" * 300}, {"condition": "(" * 900},
        {"order": "99999999999999"}, {"order": "🙂"}, {"revision": "-1"}, {"revision": "x"},
        {"types": ["z"]}, {"sample": "PRJ-1"}, {"body": "x" * 30_000},
    ],
)  # fmt: skip
def test_no_input_of_the_form_is_an_error_of_the_server(
    client: Client, world: factories.World, changed: dict[str, Any]
) -> None:
    client.force_login(world.legal)

    for action in ("apercu", "enregistrer", ""):
        response = client.post(f"{CLAUSES}C29/rediger/", typed(**changed, action=action))
        assert response.status_code in (200, 302, 409, 422)


def test_the_list_is_filtered(client: Client, world: factories.World) -> None:
    client.force_login(world.legal)
    services.set_clause_active(clause=clause("C40"), is_active=False, reason="x", by=world.legal)
    services.save_clause_draft(clause=clause("C29"), wording=wording(), revision=0, by=world.legal)

    def found(query: str) -> set[str]:
        rows = client.get(f"{CLAUSES}?{query}").context["table"]["rows"]
        return {row[0]["text"] for row in rows}

    assert found("etat=inactive") == {"C40"}
    assert found("etat=draft") == {"C29"}
    assert found("q=REIDENTIFICATION") >= {"C22"}
    assert found("type=e") == set(shipped().templates["e"].clauses)
    assert found("etat=validated") == set()
    assert len(found("etat=n’importe&type=z")) == len(shipped().clauses)


def test_a_template_is_changed_in_the_browser(client: Client, world: factories.World) -> None:
    client.force_login(world.legal)
    page = f"{CLAUSES}modeles/e/modifier/"
    codes = shipped().templates["e"].clauses
    given = {f"rank-{code}": str(rank) for rank, code in enumerate(codes, start=1)}
    sent = {**given, "rank-A08": "", "rank-C03": "0", "locked-A01": "1", "based_on": "1"}

    assert "A08" in client.get(page).content.decode()
    assert client.post(page, {**sent, "note": ""}).status_code == 200
    wrong = client.post(page, {**sent, "note": "x", "rank-A07": "sept"}).content.decode()
    assert "A07" in wrong
    assert "nombre entier" in wrong
    assert client.post(page, {**sent, "note": "Sans A08."}).status_code == 302
    row = selectors.current_templates()["e"]
    assert (row.clauses[0], row.locked, "A08" in row.clauses) == ("C03", ["A01"], False)
    shown = client.get(f"{CLAUSES}modeles/e/").content.decode()
    assert "Sans A08." in shown
    assert client.get(f"{CLAUSES}modeles/z/").status_code == 404
    assert client.get(f"{CLAUSES}modeles/").status_code == 200


def test_a_clause_is_deactivated_in_the_browser(client: Client, world: factories.World) -> None:
    factories.drafted(world)
    client.force_login(world.legal)

    assert "figure dans 1 acte" in client.get(f"{CLAUSES}C40/").content.decode()
    assert client.post(f"{CLAUSES}C40/etat/", {"reason": ""}).status_code == 200
    assert client.post(f"{CLAUSES}C40/etat/", {"reason": "Inutile."}).status_code == 302
    assert "Désactivée" in client.get(f"{CLAUSES}C40/").content.decode()
    assert client.post(f"{CLAUSES}C40/etat/", {"reason": "Utile."}).status_code == 302
    assert clause("C40").is_active


def test_whoever_waits_for_the_document_sees_where_it_stands(
    client: Client, world: factories.World, fast_documents: None
) -> None:
    agreement, _version = factories.frozen(world)
    client.force_login(world.legal)
    page = f"/conventions/{agreement.reference}/signature/"

    waiting = client.get(page).content.decode()
    assert 'hx-trigger="every 3s"' in waiting
    assert "en cours" in waiting
    services.render_frozen_version(task=factories.job_of(agreement, "render_document"))
    assert "every 3s" not in client.get(page).content.decode()

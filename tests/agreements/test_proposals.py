"""Negotiation: wordings proposed by parties, deviations, what leaves the service to be read."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.test import Client
from docx import Document

from agreements import selectors, services
from agreements.assembly.checks import CheckState
from agreements.models import Agreement, Article, Proposal
from cases.errors import Conflict, Impossible, NotAllowed
from journal.models import Event
from tests.agreements import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fast_documents")]
NEW = "Les Données sont conservées {{ retention.months }} mois, puis détruites."


@pytest.fixture
def act(world: factories.World) -> Agreement:
    return factories.sent_once(world, factories.drafted(world))


def proposed(act: Agreement, world: factories.World, body: str = NEW) -> Proposal:
    return services.propose(
        agreement=act, key="C29", body=body, reason="Trop long.", by=world.requester_agent
    )


def article(act: Agreement) -> Article:
    return act.articles.get(key="C29")


def test_a_party_proposes_and_the_drafter_takes_it(act: Agreement, world: factories.World) -> None:
    proposal = proposed(act, world)

    line = selectors.build_desk(act).line("C29")
    assert line is not None
    assert line.is_discussed
    assert line.needs_work
    check = next(one for one in selectors.build_desk(act).checks if one.code == "discussion")
    assert check.state == CheckState.BLOCKING
    assert article(act).body != NEW

    services.accept_proposal(proposal=proposal, by=world.legal)

    assert article(act).body == NEW
    assert article(act).deviation_reason == "Proposition de DGCS\u00a0: Trop long."
    assert not selectors.build_desk(act).line("C29").pending
    with pytest.raises(Conflict):
        services.accept_proposal(proposal=proposal, by=world.legal)
    with pytest.raises(Conflict):
        services.reject_proposal(proposal=proposal, reason="Non.", by=world.legal)


def test_a_second_proposal_of_a_party_takes_the_place_of_the_first(
    act: Agreement, world: factories.World
) -> None:
    first = proposed(act, world)
    second = proposed(act, world, "Les Données sont conservées un an.")

    assert first.pk == second.pk
    assert act.proposals.get().body == "Les Données sont conservées un an."


def test_a_proposal_is_not_taken_once_the_text_changed(
    act: Agreement, world: factories.World
) -> None:
    proposal = proposed(act, world)
    services.edit_article(
        agreement=act, key="C29", title="Conservation", body="Autre.", reason="Revu.",
        by=world.legal,
    )  # fmt: skip

    with pytest.raises(Conflict, match="a changé"):
        services.accept_proposal(proposal=proposal, by=world.legal)
    services.reject_proposal(proposal=proposal, reason="Texte revu.", by=world.legal)
    assert Proposal.objects.get().state == "rejected"
    assert article(act).body == "Autre."


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "Motif"),
        (NEW, ""),
        ("Un {{ champ.inconnu }}", "Motif"),
        ("a\x00b", "Motif"),
        ("a" * 30_000, "Motif"),
    ],
)
def test_a_proposal_is_refused(
    act: Agreement, world: factories.World, body: str, reason: str
) -> None:
    with pytest.raises(Impossible):
        services.propose(
            agreement=act, key="C29", body=body, reason=reason, by=world.requester_agent
        )


def test_who_proposes_and_when(act: Agreement, world: factories.World) -> None:
    given = {"key": "C29", "body": NEW, "reason": "Motif"}
    for person in (world.legal, world.officer):
        with pytest.raises(NotAllowed):
            services.propose(agreement=act, by=person, **given)
    with pytest.raises(NotAllowed):
        services.propose(agreement=factories.drafted(world), by=world.holder_agent, **given)
    with pytest.raises(Impossible, match="déjà"):
        proposed(act, world, article(act).body)
    proposal = proposed(act, world)
    with pytest.raises(NotAllowed):
        services.accept_proposal(proposal=proposal, by=world.holder_agent)
    with pytest.raises(NotAllowed):
        services.reject_proposal(proposal=proposal, reason="Non.", by=world.holder_agent)


def test_the_pages_of_proposals(act: Agreement, world: factories.World, client: Client) -> None:
    root = f"/conventions/{act.reference}/"
    client.force_login(world.requester_agent)
    refused = client.post(f"{root}redaction/C29/proposer/", {"body": "[champ.inconnu]"})
    assert refused.status_code == 422
    typed = {
        "body": "Les Données sont conservées [retention.months] mois.",
        "reason": "Plus clair.",
    }
    assert client.post(f"{root}redaction/C29/proposer/", typed).status_code == 302
    proposal = Proposal.objects.get()
    assert "{{ retention.months }}" in proposal.body
    shown = client.get(f"{root}redaction/?article=C29").content.decode()
    assert "Rédactions proposées" in shown
    assert "Ne pas retenir" not in shown

    client.force_login(world.legal)
    assert "Ne pas retenir" in client.get(f"{root}redaction/?article=C29").content.decode()
    assert client.post(f"{root}propositions/{proposal.pk}/refus/", {}).status_code == 422
    assert client.post(f"{root}propositions/{proposal.pk}/retenir/").status_code == 302
    assert client.post(f"{root}propositions/999999/retenir/").status_code == 404
    page = client.get(f"{root}versions/ecarts/").content.decode()
    assert "Plus clair." in page


def test_deviations_hold_what_was_changed_removed_and_added(
    act: Agreement, world: factories.World
) -> None:
    services.edit_article(
        agreement=act, key="C29", title="Conservation", body="Autre.", reason="Accord.",
        by=world.legal,
    )  # fmt: skip
    services.remove_article(agreement=act, key="C33", reason="Sans objet.", by=world.legal)
    services.insert_article(agreement=act, after="C29", title="Propre", body="Oui.", by=world.legal)

    found = selectors.deviations(selectors.build_desk(act))

    assert [line.key for line, _text in found.changed] == ["C29"]
    assert [row.key for row in found.removed] == ["C33"]
    assert [line.title for line in found.added] == ["Propre"]
    assert found.count == 3


def test_a_version_is_exported_and_remembered(
    act: Agreement, world: factories.World, client: Client
) -> None:
    root = f"/conventions/{act.reference}/versions/"
    client.force_login(world.requester_agent)

    answer = client.post(f"{root}1/export/")

    text = "\n".join(one.text for one in Document(BytesIO(answer.content)).paragraphs)
    assert act.title in text
    assert "Copie de lecture" in text
    assert "Article 1" in text
    assert Event.objects.filter(chain=act.chain, kind="version.exported").count() == 1
    assert "a exporté la version 1" in client.get(root).content.decode()
    assert client.post(f"{root}9/export/").status_code == 404
    assert client.get(f"{root}1/export/").status_code == 405


def test_a_comparison_is_printed_for_the_meeting(
    act: Agreement, world: factories.World, client: Client
) -> None:
    services.edit_article(
        agreement=act, key="C29", title="Conservation", body="Autre.", reason="Accord.",
        by=world.legal,
    )  # fmt: skip
    client.force_login(world.holder_agent)
    root = f"/conventions/{act.reference}/versions/comparer/"

    printed = client.get(f"{root}pdf/", {"de": "1", "a": "redaction"})

    assert printed["Content-Type"] == "application/pdf"
    assert "<ins>" in printed.content.decode()
    assert client.get(f"{root}pdf/", {"de": "9"}).status_code == 404

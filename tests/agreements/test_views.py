"""The pages of acts are wired: who opens them, what they show, what they call."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import User
from agreements import files, services
from agreements.models import ActFile, Agreement
from cases.models import Message
from cases.selectors import open_tasks
from journal.models import Event
from tests.agreements import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def act(world: factories.World) -> Agreement:
    return factories.drafted(
        world,
        reserves=[services.ReserveValue("Chiffrer les envois", "DGCS", source="RSSI")],
    )


def url(act: Agreement, page: str = "") -> str:
    reference = Agreement.objects.get(pk=act.pk).reference
    return f"/conventions/{reference}/{page}"


def get(client: Client, user: User, address: str, status: int = 200, **query: str) -> str:
    client.force_login(user)
    response = client.get(address, query)
    assert response.status_code == status, address
    return words(response)


def words(response: Any) -> str:
    """The text of a page, its no-break spaces read as spaces."""
    text = BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def post(client: Client, user: User, address: str, status: int = 302, **data: Any) -> Any:
    client.force_login(user)
    response = client.post(address, data)
    assert response.status_code == status, words(response)[:600]
    return response


PAGES = [
    "redaction/", "retires/", "annexes/", "annexes/1/", "versions/", "versions/comparer/",
    "reserves/", "signature/", "historique/",
]  # fmt: skip
DRAFTER_PAGES = [
    "redaction/C29/modifier/", "redaction/C29/ajouter/", "redaction/C29/retirer/",
    "champs/retention.months/", "annexes/1/modifier/", "annexes/2/modifier/",
    "annexes/6/modifier/", "reserves/ajouter/", "signature/modalites/", "tour/", "arret/",
    "abandon/",
]  # fmt: skip


@pytest.mark.parametrize("part", PAGES)
def test_readers_open_the_tabs(
    client: Client, world: factories.World, act: Agreement, part: str
) -> None:
    factories.sent_once(world, act)
    for who in (world.legal, world.holder_agent, world.requester_agent, world.auditor):
        assert act.title in get(client, who, url(act, part))
    get(client, world.outsider, url(act, part), 404)


@pytest.mark.parametrize("part", DRAFTER_PAGES)
def test_only_drafters_open_the_pages_that_write(
    client: Client, world: factories.World, act: Agreement, part: str
) -> None:
    status = 404 if part.startswith("annexes/6") else 200
    get(client, world.legal, url(act, part), status)
    get(client, world.holder_agent, url(act, part), 404 if status == 404 else 403)
    get(client, world.outsider, url(act, part), 404)


def test_anonymous_readers_sign_in_first(client: Client, act: Agreement) -> None:
    for page in ("", "redaction/", "signature/", "acte/fichier/"):
        assert client.get(url(act, page)).status_code == 302


def test_unknown_addresses_are_not_found(
    client: Client, world: factories.World, act: Agreement
) -> None:
    for page in (
        "redaction/ZZZ/modifier/", "champs/nothing.here/", "annexes/6/", "annexes/99/",
        "versions/7/", "versions/comparer/?de=12", "reserves/99/preuve/", "relecture/1/",
        "signature/signataires/1/", "signature/document/", "acte/", "acte/fichier/",
        "redaction/?article=Z9", "redaction/C99/note/",
    ):  # fmt: skip
        get(client, world.legal, url(act, page), 404)
    get(client, world.legal, "/conventions/PRJ-1999-0001/", 404)
    get(client, world.legal, "/conventions/%00/", 404)


def test_list_shows_what_one_sees(client: Client, world: factories.World, act: Agreement) -> None:
    shown = get(client, world.holder_agent, "/conventions/", vue="redaction")

    assert "PRJ-2026-0001" in shown
    assert "CNSA → DGCS" in shown
    assert "1 acte affiché, trié par échéance" in shown
    assert "Aucune convention en vigueur." in get(
        client, world.holder_agent, "/conventions/", vue="vigueur"
    )
    none = get(client, world.legal, "/conventions/", q="introuvable", type="a")
    assert "Aucune convention ne correspond à ces filtres." in none


def test_project_address_leads_to_the_workbench(
    client: Client, world: factories.World, act: Agreement
) -> None:
    client.force_login(world.legal)

    assert client.get(url(act)).headers["Location"] == url(act, "redaction/")


def test_workbench_shows_checks_articles_gaps_and_banner(
    client: Client, world: factories.World, act: Agreement
) -> None:
    services.fill_field(agreement=act, path="retention.months", value="", by=world.legal)

    shown = get(client, world.legal, url(act, "redaction/"), article="C29", base="aucune")

    assert "Avant d’arrêter la version : 4 contrôles à satisfaire" in shown
    assert "Clause non validée par la direction des affaires juridiques" in shown
    assert "[à compléter : durée de conservation, en mois]" in shown
    assert "À traiter (1)" in shown
    assert "1 réserve préalable ouverte" in shown
    assert "Modifier cette rédaction" in shown
    reader = get(client, world.holder_agent, url(act, "redaction/"), article="C29")
    assert "Modifier cette rédaction" not in reader


def test_each_check_leads_to_a_page_that_opens(client: Client, world: factories.World) -> None:
    agreement = factories.drafted(
        world, values={}, reserves=[services.ReserveValue("Chiffrer", "DGCS")], opinions=[]
    )
    client.force_login(world.legal)
    page = BeautifulSoup(client.get(url(agreement, "redaction/")).content, "html.parser")

    links = [link["href"] for link in page.select(".cdd-checks a")]

    assert len(links) == 7
    for link in links:
        assert client.get(link).status_code == 200, link


def test_edit_an_article_and_see_the_redline(
    client: Client, world: factories.World, act: Agreement
) -> None:
    address = url(act, "redaction/C29/modifier/")
    shown = get(client, world.legal, address)
    assert "[retention.months]" in shown
    assert "[article C30]" in shown

    refused = post(
        client, world.legal, address, 422, title="Conservation", body="[retention.years] mois"
    )
    assert "Champ de fusion inconnu" in refused.content.decode()
    assert "[retention.years] mois" in refused.content.decode()

    preview = post(
        client, world.legal, address, 422, title="Conservation", body="Durée : [retention.months]",
        action="apercu",
    )  # fmt: skip
    assert "Durée : 36" in preview.content.decode()

    post(
        client, world.legal, address, title="Conservation",
        body="Conservées [retention.months] mois (article [article C30]).", reason="Plus simple.",
    )  # fmt: skip
    shown = get(client, world.legal, url(act, "redaction/"), article="C29", base="bibliotheque")
    assert "Écart à la bibliothèque : Plus simple." in shown
    assert "retiré" in shown


def test_move_insert_remove_reinstate_restore(
    client: Client, world: factories.World, act: Agreement
) -> None:
    post(client, world.legal, url(act, "redaction/C29/monter/"))
    post(client, world.legal, url(act, "redaction/C29/descendre/"))
    post(client, world.legal, url(act, "redaction/C01/monter/"))
    made = post(
        client, world.legal, url(act, "redaction/C29/ajouter/"), title="Formation", body="Formés."
    )
    assert made.headers["Location"].endswith("?article=X1")
    post(client, world.legal, url(act, "redaction/C35/retirer/"), 422, reason="")
    post(client, world.legal, url(act, "redaction/C35/retirer/"), reason="Sans objet.")
    assert "Sans objet." in get(client, world.legal, url(act, "retires/"))
    post(client, world.legal, url(act, "redaction/C35/remettre/"))
    post(client, world.legal, url(act, "redaction/C35/retablir/"))

    kinds = list(Event.objects.filter(chain=act.chain).values_list("kind", flat=True))
    assert kinds[1:] == [
        "article.moved", "article.moved", "article.inserted", "article.removed",
        "article.reinstated", "article.restored",
    ]  # fmt: skip
    client.force_login(world.holder_agent)
    assert client.post(url(act, "redaction/C29/monter/")).status_code == 403
    assert client.get(url(act, "redaction/C29/monter/")).status_code == 405


def test_fill_the_missing_field(client: Client, world: factories.World, act: Agreement) -> None:
    address = url(act, "champs/retention.months/")
    assert "Cette donnée figure dans les articles" in get(client, world.legal, address)

    refused = post(client, world.legal, address, 422, value="longtemps")
    assert "Indiquez un nombre entier" in refused.content.decode()

    post(client, world.legal, address, value="12")
    assert "conservées 12 mois" in get(
        client, world.legal, url(act, "redaction/"), article="C29", base="aucune"
    )


def test_comment_and_internal_note(client: Client, world: factories.World, act: Agreement) -> None:
    factories.sent_once(world, act)
    address = url(act, "redaction/?article=C29")
    post(client, world.holder_agent, address, 422, body=" ")
    post(client, world.holder_agent, address, body="<b>36 mois</b> suffisent.")
    post(client, world.holder_agent, url(act, "redaction/C29/note/"), body="Entre nous.")

    mine = get(client, world.holder_agent, address)
    theirs = get(client, world.requester_agent, address)
    assert "<b>36 mois</b> suffisent." in mine
    assert "Entre nous." in mine
    assert "suffisent." in theirs
    assert "Entre nous." not in theirs
    assert "suffisent." not in get(client, world.legal, url(act, "redaction/?article=C28"))
    assert Message.objects.get(room="side").anchor == "article:C29"


def test_annex_is_read_filled_and_its_reading_remembered(
    client: Client, world: factories.World, act: Agreement
) -> None:
    factories.sent_once(world, act)
    address = url(act, "annexes/3/modifier/")
    more = post(client, world.requester_agent, address, 200, action="lignes", **{
        "a-persons-1-last_name": "Martin", "a-persons-2-last_name": "Petit",
    })  # fmt: skip
    assert "a-persons-5-last_name" in more.content.decode()
    assert "Petit" in more.content.decode()

    refused = post(
        client, world.requester_agent, address, 422, **{"a-persons-1-last_name": "M" * 5001}
    )
    assert "#a-persons-1-last_name" in refused.content.decode()

    post(client, world.requester_agent, address, **{
        "a-persons-1-last_name": "<i>Martin</i>", "a-persons-1-first_name": "Zoé",
    })  # fmt: skip
    shown = get(client, world.requester_agent, url(act, "annexes/3/"))
    assert "<i>Martin</i>" in shown
    assert "Diffusion restreinte" in shown
    assert Event.objects.filter(kind="act.read", is_read=True).count() == 1
    get(client, world.officer, url(act, "annexes/3/"), 403)
    get(client, world.legal, url(act, "annexes/8/modifier/"), 404)


def test_annex_of_questions_and_grid(
    client: Client, world: factories.World, act: Agreement
) -> None:
    post(client, world.legal, url(act, "annexes/2/modifier/"), **{
        "a-level-level": "standard", "a-measures-logs-answer": "12 mois",
    })  # fmt: skip
    refused = post(
        client, world.legal, url(act, "annexes/2/modifier/"), 422, **{"a-level-level": "nul"}
    )

    assert "choisissez une valeur de la liste" in refused.content.decode()
    assert "12 mois" in get(client, world.legal, url(act, "annexes/2/"))


def test_reserves_are_added_proved_lifted_inscribed(
    client: Client, world: factories.World, act: Agreement
) -> None:
    reserve = act.reserves.get()
    post(client, world.legal, url(act, "reserves/ajouter/"), text="Former", owner="DGCS",
         stage="before_signature", proof="Attestation")  # fmt: skip
    post(client, world.requester_agent, url(act, f"reserves/{reserve.pk}/preuve/"), proof="Note 3")
    get(client, world.requester_agent, url(act, f"reserves/{reserve.pk}/levee/"), 403)
    post(client, world.legal, url(act, f"reserves/{reserve.pk}/levee/"), 422, reason="")
    post(client, world.legal, url(act, f"reserves/{reserve.pk}/levee/"), reason="Note conforme.")
    other = act.reserves.exclude(pk=reserve.pk).get()
    post(client, world.legal, url(act, f"reserves/{other.pk}/inscription/"), 422, key="")
    post(client, world.legal, url(act, f"reserves/{other.pk}/inscription/"), key="C15")

    shown = get(client, world.holder_agent, url(act, "reserves/"))
    assert "Note conforme." in shown
    assert "Inscrite à l’article" in shown
    get(client, world.legal, url(act, f"reserves/{other.pk}/inscription/"), 404)


def test_round_review_and_versions(client: Client, world: factories.World, act: Agreement) -> None:
    post(client, world.legal, url(act, "tour/"), reason="Premier tour")
    task = factories.task_of(act, "review_version", world.holder_agent)
    address = url(act, f"relecture/{task.pk}/")
    assert "Répondre à la version 1" in get(client, world.holder_agent, address)
    get(client, world.requester_agent, address, 403)

    refused = post(
        client, world.holder_agent, address, 422,
        **{"verdict": "agree", "position-C29": "discuss", "comment-C29": "36 mois."},
    )  # fmt: skip
    assert "vous discutez des articles" in refused.content.decode()
    assert "36 mois." in refused.content.decode()
    discussed = {"verdict": "discuss", "position-C29": "discuss", "comment-C29": "36 mois."}
    post(client, world.holder_agent, address, **discussed)
    get(client, world.holder_agent, address, 409)

    shown = get(client, world.legal, url(act, "redaction/"), article="C29")
    assert "Propose une autre rédaction 36 mois." in shown
    post(client, world.legal, url(act, "tour/cloture/"), reason="Retard.")
    services.fill_field(agreement=act, path="retention.months", value="12", by=world.legal)
    assert "Premier tour" in get(client, world.legal, url(act, "versions/"))
    assert "Article 1 — Parties" in get(client, world.legal, url(act, "versions/1/"))
    compared = get(client, world.legal, url(act, "versions/comparer/"), de="1", a="redaction")
    assert "1 article modifié" in compared
    same = get(client, world.legal, url(act, "versions/comparer/"), de="1", a="1")
    assert "Ces deux versions sont identiques." in same


def test_freeze_page_says_what_is_missing(
    client: Client, world: factories.World, act: Agreement
) -> None:
    assert "1 réserve préalable ouverte" in get(client, world.legal, url(act, "arret/"))

    refused = post(client, world.legal, url(act, "arret/"), 422)

    assert "1 réserve préalable ouverte" in refused.content.decode()


def test_designate_signatory_and_terms(
    client: Client, world: factories.World, act: Agreement
) -> None:
    party = act.parties.get(organisation=world.holder)
    second = factories.member(world.holder, "signatory")
    address = url(act, f"signature/signataires/{party.pk}/")

    refused = post(client, world.legal, address, 422, signatory=second.pk)
    assert "n’a pas de délégation" in refused.content.decode()
    post(client, world.legal, address, 422, signatory=world.legal.pk)
    factories.delegate(second, world.holder)
    post(client, world.legal, address, signatory=second.pk)
    post(client, world.legal, url(act, "signature/modalites/"), level="qualified",
         order="sequential")  # fmt: skip

    shown = get(client, world.holder_agent, url(act, "signature/"))
    assert str(second) in shown
    assert "L’une après l’autre" in shown


def test_from_freezing_to_the_signed_act(
    client: Client, world: factories.World, fast_documents: None
) -> None:
    agreement = factories.agreed(world)
    assert "Tout est prêt" in get(client, world.legal, url(agreement, "redaction/"))
    post(client, world.legal, url(agreement, "arret/"))
    assert "en préparation" in get(client, world.legal, url(agreement, "signature/"))
    services.render_frozen_version(task=factories.job_of(agreement, "render_document"))

    address = url(agreement, "signature/")
    shown = get(client, world.holder_signatory, address)
    assert "Vous signez pour « Caisse de solidarité », en vertu de : décision du 2 janvier" in shown
    assert "J’ai lu l’acte et ses 9 annexes" in shown
    assert "Votre signature" not in get(client, world.holder_agent, address)
    post(client, world.holder_agent, address, 403, has_read="on", password=factories.PASSWORD)

    wrong = post(client, world.holder_signatory, address, 422, has_read="on", password="non")
    assert "Ce mot de passe n’est pas le vôtre." in wrong.content.decode()
    unread = post(client, world.holder_signatory, address, 422, password=factories.PASSWORD)
    assert "Déclarez avoir lu l’acte." in unread.content.decode()
    post(client, world.holder_signatory, address, has_read="on", password=factories.PASSWORD)
    assert "Il reste 1 signature." in get(client, world.holder_signatory, address)
    post(client, world.requester_signatory, address, has_read="on", password=factories.PASSWORD)
    services.register(task=factories.job_of(agreement, "seal_act"))

    client.force_login(world.legal)
    moved = client.get("/conventions/PRJ-2026-0001/")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/conventions/CONV-2026-001/")
    shown = get(client, world.requester_agent, "/conventions/CONV-2026-001/acte/")
    assert "Hélène Aubry" in shown
    client.force_login(world.requester_agent)
    file = client.get("/conventions/CONV-2026-001/acte/fichier/")
    assert file.headers["Content-Type"] == "application/pdf"
    assert file.headers["Content-Disposition"] == 'attachment; filename="CONV-2026-001.pdf"'
    assert file.content.startswith(b"%PDF")
    assert "a enregistré et scellé l’acte" in get(
        client, world.legal, "/conventions/CONV-2026-001/historique/"
    )


def test_a_damaged_archive_is_not_handed_out(
    client: Client, world: factories.World, fast_documents: None, settings: Any
) -> None:
    from pathlib import Path

    agreement = factories.registered(world)
    path = Path(settings.ARCHIVE_ROOT) / agreement.archived.location
    path.chmod(0o644)
    path.write_bytes(b"%PDF autre chose")

    shown = get(client, world.legal, url(agreement, "acte/fichier/"), 409)

    assert "ne correspond plus à l’acte scellé" in shown


def test_document_is_read_by_the_parties(
    client: Client, world: factories.World, fast_documents: None
) -> None:
    agreement = factories.in_signature(world)
    client.force_login(world.holder_signatory)

    response = client.get(url(agreement, "signature/document/"), {"lire": "1"})

    assert response.content.startswith(b"%PDF")
    assert response.headers["Content-Disposition"].startswith("inline")
    client.force_login(world.officer)  # the cell reads what the parties are about to sign
    assert client.get(url(agreement, "signature/document/")).content.startswith(b"%PDF")

    file = ActFile.objects.get()
    default_storage.delete(files.path_of(file.sha256))
    default_storage.save(files.path_of(file.sha256), ContentFile(b"%PDF autre"))
    shown = get(client, world.holder_signatory, url(agreement, "signature/document/"), 409)
    assert "endommagé" in shown


def test_refuse_return_and_abandon(
    client: Client, world: factories.World, fast_documents: None
) -> None:
    agreement = factories.in_signature(world)
    get(client, world.holder_agent, url(agreement, "signature/refus/"), 403)
    post(client, world.holder_signatory, url(agreement, "signature/refus/"), 422, reason="")
    post(client, world.holder_signatory, url(agreement, "signature/refus/"), reason="À revoir.")
    assert [task.node for task in open_tasks(agreement)] == ["draft_version"]

    services.freeze(agreement=agreement, by=world.legal)
    services.render_frozen_version(task=factories.job_of(agreement, "render_document"))
    post(client, world.legal, url(agreement, "signature/retour/"), reason="Erreur de date.")
    post(client, world.legal, url(agreement, "abandon/"), reason="Besoin disparu.")

    assert Agreement.objects.get(pk=agreement.pk).stage == "abandoned"
    get(client, world.legal, url(agreement, "abandon/"), 403)


def test_a_power_that_ended_is_said_on_the_page(
    client: Client, world: factories.World, fast_documents: None
) -> None:
    agreement = factories.in_signature(world)
    world.holder_signatory.delegations.update(ends_on="2025-12-31")

    shown = get(client, world.holder_signatory, url(agreement, "signature/"))

    assert "délégation échue le 31 décembre 2025" in shown
    assert "Votre signature" not in shown


def test_html_in_every_text_is_shown_as_text(client: Client, world: factories.World) -> None:
    agreement = factories.drafted(world, title="<script>alert(1)</script> 😀 ‮")
    services.fill_field(agreement=agreement, path="case.context", value="<img src=x>",
                        by=world.legal)  # fmt: skip
    client.force_login(world.legal)

    for page in ("redaction/?article=C02&base=aucune", "annexes/1/", "versions/", "signature/"):
        content = client.get(url(agreement, page)).content.decode()
        assert "<script>alert" not in content
        assert "<img src=x>" not in content


def test_stored_file_paths_follow_the_digest() -> None:
    digest = files.keep(b"%PDF essai")

    assert files.keep(b"%PDF essai") == digest
    assert files.read(digest) == b"%PDF essai"
    default_storage.delete(files.path_of(digest))
    default_storage.save(files.path_of(digest), ContentFile(b"x"))
    with pytest.raises(files.FileDamaged):
        files.read(digest)

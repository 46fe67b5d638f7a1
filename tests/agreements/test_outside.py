"""Signing with another tool: the file leaves, comes back signed, and the circuit goes on."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agreements import files, services
from agreements.documents.verification import Outcome, verify
from agreements.models import ActFile, Agreement, ArchivedAct, Signature
from agreements.selectors import archived_bytes
from agreements.services import signing
from cases.errors import Conflict, Impossible, NotAllowed
from journal.models import Event
from tests.agreements import factories
from tests.agreements.documents import outside, pki
from tests.agreements.test_views import get, post, url, words

pytestmark = pytest.mark.django_db


def newest() -> bytes:
    file = ActFile.objects.order_by("-revision").first()
    assert file
    return files.read(file.sha256)


def upload(data: bytes) -> Any:
    return SimpleUploadedFile("acte.pdf", data, "application/pdf")


def test_deposit_advances_the_circuit_like_a_signature(
    world: factories.World, fast_documents: None
) -> None:
    agreement = factories.in_signature(world)

    signature = factories.deposit_as(agreement, world.holder_signatory)

    assert (signature.level, signature.certificate) == ("PAdES B-B", "ABADIE Jean, Autorité")
    assert signature.report["verdict"]["verdict"] == "authentic"
    assert signature.report["sentences"][0] == "Signature valide, certificat de ABADIE Jean."
    assert files.read(signature.file.sha256) == newest()
    event = Event.objects.filter(kind="act.signed").latest("pk")
    assert event.data["elsewhere"] is True
    factories.sign_as(agreement, world.requester_signatory)
    services.register(task=factories.job_of(agreement, "seal_act"))
    assert ArchivedAct.objects.get().reference.startswith("CONV-")


def test_deposit_is_refused_with_what_differs(world: factories.World, fast_documents: None) -> None:
    agreement = factories.in_signature(world)
    first = newest()

    with pytest.raises(Impossible, match="diffère de l’acte"):
        factories.deposit_as(agreement, world.holder_signatory, data=b"%PDF autre")
    with pytest.raises(Impossible, match="avoir lu"):
        factories.deposit_as(agreement, world.holder_signatory, has_read=False)
    with pytest.raises(Impossible, match="identité"):
        factories.deposit_as(agreement, world.holder_signatory, is_reauthenticated=False)
    assert not Signature.objects.exists()

    task = factories.task_of(agreement, "sign_version", world.requester_signatory)
    with pytest.raises(NotAllowed):
        factories.deposit_as(agreement, world.holder_signatory, task=task)
    factories.sign_as(agreement, world.holder_signatory)
    with pytest.raises(Impossible, match="Une autre signature a été apposée depuis"):
        factories.deposit_as(agreement, world.requester_signatory, data=first + b"\n%signed")
    factories.deposit_as(agreement, world.requester_signatory)
    with pytest.raises(Conflict):
        factories.deposit_as(agreement, world.requester_signatory, task=task)


def test_deposit_needs_a_power_of_the_day(world: factories.World, fast_documents: None) -> None:
    agreement = factories.in_signature(world)
    world.holder_signatory.delegations.update(ends_on="2025-12-31")

    with pytest.raises(NotAllowed, match="délégation échue"):
        factories.deposit_as(agreement, world.holder_signatory)


def test_level_asked_is_enforced_on_both_ways(
    world: factories.World, fast_documents: None, client: Client
) -> None:
    agreement = factories.in_signature(world, signature_level="qualified")

    with pytest.raises(Impossible, match="signature qualifiée, que l’application ne produit pas"):
        factories.sign_as(agreement, world.holder_signatory)
    with pytest.raises(Impossible, match="demande une signature qualifiée.; celle-ci est avancée"):
        factories.deposit_as(agreement, world.holder_signatory)

    shown = get(client, world.holder_signatory, url(agreement, "signature/"))
    assert "téléchargez-le, signez-le avec votre certificat" in shown
    assert "Votre mot de passe" not in shown


def test_deputy_signs_by_delegation(world: factories.World, fast_documents: None) -> None:
    agreement = factories.in_signature(world)
    signatory = agreement.signatories.get(user=world.holder_signatory)
    power = factories.delegate(world.holder_agent, world.holder, title="Directeur adjoint")

    assert signing.quality_of(world.holder_agent, signatory, power) == (
        "Directeur adjoint, par délégation"
    )
    assert signing.quality_of(world.holder_signatory, signatory, power) == "Directeur adjoint"


def test_pages_from_download_to_report(
    client: Client, world: factories.World, fast_documents: None
) -> None:
    agreement = factories.in_signature(world)
    shown = get(client, world.holder_signatory, url(agreement, "signature/"))
    assert "Télécharger pour signer ailleurs" in shown
    address = url(agreement, "signature/depot/")
    field = agreement.signatories.get(user=world.holder_signatory).field_name
    assert f"dans le champ « {field} »" in get(client, world.holder_signatory, address)
    given = {"has_read": "on", "password": factories.PASSWORD}

    empty = post(client, world.holder_signatory, address, 422, **given)
    assert "Choisissez un fichier." in words(empty)
    other = post(client, world.holder_signatory, address, 422, upload=upload(b"%PDF x"), **given)
    assert "Le fichier diffère de l’acte arrêté." in words(other)
    signed = factories.signed_elsewhere(agreement, newest(), world.holder_signatory)
    wrong = {**given, "password": "non"}
    post(client, world.holder_signatory, address, 422, upload=upload(signed), **wrong)
    post(client, world.holder_agent, address, 403, upload=upload(signed), **given)
    post(client, world.holder_signatory, address, upload=upload(signed), **given)

    signature = Signature.objects.get()
    report = url(agreement, f"signature/rapports/{signature.pk}/")
    assert "Rapport de validation" in get(
        client, world.requester_agent, url(agreement, "signature/")
    )
    assert "certificat de ABADIE Jean" in get(client, world.requester_agent, report)
    client.force_login(world.requester_agent)
    assert client.get(report, {"format": "json"}).json()["verdict"] == "authentic"
    get(client, world.outsider, report, 404)
    get(client, world.requester_agent, url(agreement, "signature/rapports/999999/"), 404)


def test_too_large_a_file_is_refused(
    client: Client, world: factories.World, fast_documents: None, settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = 10
    agreement = factories.in_signature(world)

    refused = post(
        client, world.holder_signatory, url(agreement, "signature/depot/"), 422,
        upload=upload(b"%PDF-1.7 too much"), has_read="on", password=factories.PASSWORD,
    )  # fmt: skip

    assert "Le fichier dépasse" in words(refused)


def test_act_signed_here_and_elsewhere_is_sealed_and_authentic(
    world: factories.World, settings: Any, tmp_path: Any
) -> None:
    """The whole chain with real documents: in the application, then with an agent's card."""
    authorities = pki.architecture(tmp_path)
    roots = tmp_path / "racines.pem"
    roots.write_bytes(outside.trusted(authorities))
    settings.TRUST_ROOTS_PATH, settings.KEYS_ROOT = str(roots), tmp_path / "keys"
    agreement: Agreement = factories.in_signature(world)
    factories.sign_as(agreement, world.holder_signatory)
    field = agreement.signatories.get(user=world.requester_signatory).field_name
    card = outside.agent(authorities, "ABADIE Jean 0042")

    factories.deposit_as(
        agreement, world.requester_signatory, data=outside.signed(newest(), field, card)
    )
    services.register(task=factories.job_of(agreement, "seal_act"))

    archived = ArchivedAct.objects.get()
    verdict = verify(archived_bytes(archived), expected_sha256=archived.sha256)
    assert verdict.verdict is Outcome.AUTHENTIC
    assert [one.signer for one in verdict.signatures] == [
        "Hélène Aubry", "ABADIE Jean 0042", "Navette — cachet",
    ]  # fmt: skip

"""« Vérifier un acte » : what anybody is told, and what nobody is."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from agreements.models import Agreement
from agreements.selectors import verifying
from agreements.selectors.signing import archived_bytes
from agreements.snapshots import act_document
from tests.agreements import factories

pytestmark = pytest.mark.django_db
AT = "/verifier/"


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> None:
    cache.clear()


@pytest.fixture
def act(world: factories.World, fast_documents: None) -> Agreement:
    return factories.registered(world)


def sent(client: Client, data: bytes, name: str = "acte.pdf") -> str:
    answer = client.post(AT, {"upload": SimpleUploadedFile(name, data), "code": ""})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_sealed_act_is_authentic_and_named_without_a_name(act: Agreement, client: Client) -> None:
    page = sent(client, archived_bytes(act.archived))

    assert "Document authentique" in page
    assert "CONV-2026-001" in page
    assert "Directrice générale, Caisse de solidarité" in page
    assert act.archived.sha256 in page
    for name in ("Aubry", "Abadie", "Tanguy", "décision du 2 janvier"):
        assert name not in page


@pytest.mark.parametrize("change", [b" ", b"\n%%EOF"])
def test_changed_act_is_unknown(act: Agreement, client: Client, change: bytes) -> None:
    page = sent(client, archived_bytes(act.archived) + change)

    assert "Document inconnu ou modifié" in page
    assert "cette empreinte ne correspond à aucun acte scellé".lower() in page.lower()
    assert "CONV-2026-001" not in page


def test_revision_before_the_seal_is_not_the_act(act: Agreement, client: Client) -> None:
    from agreements import files

    revision = act.archived.version.files.order_by("revision")[1]

    assert "Document inconnu ou modifié" in sent(client, files.read(revision.sha256))


def test_code_of_the_foot_names_the_act_but_not_the_file(act: Agreement, client: Client) -> None:
    code = act_document(act.archived.version).verification_code

    for typed in (code, f"  {code.lower()} "):
        page = client.post(AT, {"code": typed}).content.decode()
        assert "Acte connu" in page
        assert "CONV-2026-001" in page
        assert "Document authentique" not in page


def test_nothing_is_said_of_a_project(
    world: factories.World, fast_documents: None, client: Client
) -> None:
    agreement = factories.in_signature(world)
    version = agreement.versions.get(is_final=True)

    page = client.post(AT, {"code": act_document(version).verification_code}).content.decode()

    assert "Ce code ne correspond à aucun acte scellé" in page
    assert agreement.title not in page


def test_replaced_act_is_an_old_version(act: Agreement, client: Client) -> None:
    Agreement.objects.filter(pk=act.pk).update(stage="superseded")

    page = sent(client, archived_bytes(act.archived))

    assert "Ancienne version" in page
    assert "Document authentique" not in page


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF", b"\0" * 5000, "été 😀".encode(), b"%PDF-1.7\n" + b"1 0 obj " * 2000],
    ids=["empty", "short", "zeros", "text", "broken"],
)
def test_any_bytes_get_an_answer(client: Client, data: bytes) -> None:
    assert "Document inconnu ou modifié" in sent(client, data)


@pytest.mark.parametrize(
    "code", ["a\0b", "x" * 61, "PRJ-2026-0001", "😀", "PRJ-2026-0001-" + "0" * 12, "%", "' OR 1=1"]
)
def test_any_code_gets_an_answer(client: Client, code: str) -> None:
    assert client.post(AT, {"code": code}).status_code in (200, 422)


def test_one_of_the_two_is_asked(client: Client, settings: object) -> None:
    both = {"upload": SimpleUploadedFile("a.pdf", b"%PDF"), "code": "PRJ-2026-0001-000000000000"}

    assert client.get(AT).status_code == 200
    assert client.post(AT, {}).status_code == 422
    assert client.post(AT, both).status_code == 422


def test_too_big_a_file_is_refused_before_it_is_read(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    settings.UPLOAD_MAX_BYTES = 1000  # type: ignore[attr-defined]
    monkeypatch.setattr(verifying, "answer_to_file", lambda _data: pytest.fail("read"))

    answer = client.post(AT, {"upload": SimpleUploadedFile("a.pdf", b"%PDF" * 1000)})

    assert answer.status_code == 422
    assert "dépasse" in answer.content.decode()


def test_nothing_is_kept(act: Agreement, client: Client) -> None:
    def kept() -> set[Path]:
        roots = [Path(settings.MEDIA_ROOT), Path(settings.ARCHIVE_ROOT)]
        return {path for root in roots for path in root.rglob("*") if path.is_file()}

    before = kept()
    sent(client, b"%PDF" + b"x" * 3_000_000)

    assert kept() == before


def test_too_many_tries_are_slowed_down(client: Client) -> None:
    answers = [client.post(AT, {"code": f"{n}"}).status_code for n in range(31)]

    assert (answers[29], answers[30]) == (200, 429)
    assert client.get(AT).status_code == 200


def test_unreadable_authorities_are_no_error_of_the_server(client: Client, tmp_path: Path) -> None:
    with override_settings(TRUST_ROOTS_PATH=str(tmp_path / "absent.pem")):
        page = sent(client, b"%PDF-1.7\nrien")

    assert "ne correspond à aucun acte scellé" in page

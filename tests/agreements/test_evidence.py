"""The evidence of an act: made once for real, then changed in every way, and controlled alone."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import pem
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client, override_settings

from agreements import policies, services
from agreements.evidence import pieces
from agreements.models import Agreement, ArchivedAct
from agreements.selectors.evidence import evidence_for, whole_evidence
from cases.errors import NotAllowed
from journal.models import Event
from journal.services import seal as seal_journal
from tests.agreements import factories
from tests.agreements.documents import pki

ACT, JOURNAL, SEALS = "acte/CONV-2026-001.pdf", "journal/acte.jsonl", "journal/scelles.json"
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def evidence(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Files:
    """The files of the evidence of an act signed by two persons, sealed, timestamped."""
    home = tmp_path_factory.mktemp("pki")
    config = pki.architecture(home)
    root = home / "roots.pem"
    root.write_bytes(pem.armor("CERTIFICATE", pki.certificate(config, "root").dump()))
    with (
        pki.served(config) as address,
        override_settings(TIMESTAMP_URLS=[f"{address}/tsa"], TRUST_ROOTS_PATH=str(root)),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        agreement = factories.registered(factories.world())
        seal_journal()
        made = unpacked(whole_evidence(agreement.archived))
        transaction.set_rollback(True)
    return made


def unpacked(data: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def control(files: Files, home: Path, *arguments: str) -> tuple[int, str]:
    """Run the script of the evidence as its reader does: alone, in a directory of its own."""
    for name, data in files.items():
        path = home / "dossier" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    script = home / "dossier" / "verify.py"
    done = subprocess.run(
        [sys.executable, "-I", str(script), *arguments], capture_output=True, text=True, cwd=home,
        env={"PATH": "/usr/bin:/bin"}, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


# The layout and signature libraries leave files to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_sound_evidence_is_intact(evidence: Files, tmp_path: Path) -> None:
    code, told = control(evidence, tmp_path)

    assert code == 0, told
    assert "Dossier de preuve intact." in told
    assert "signature «\u00a0Hélène Aubry\u00a0»" in told
    assert "FAUX" not in told
    assert len(re.findall("^RACINE [0-9a-f]{64}$", told, re.M)) == 2


def test_evidence_holds_what_stands_behind_the_act(evidence: Files) -> None:
    assert set(evidence) >= {
        "LISEZMOI.txt", "verify.py", "manifeste.json", "manifeste.p7s", "autorites/racines.pem",
        ACT, "acte/rapport-de-validation.json", "acte/rapport-de-validation.txt",
        "avis/avis-sur-l-acte.json", "pouvoirs/pouvoirs.json", JOURNAL, SEALS,
        "signatures/signature-1.p7s", "signatures/signature-3.p7s",
        "horodatages/signature-1.tst", "horodatages/signature-3.tst",
    }  # fmt: skip
    report = json.loads(evidence["acte/rapport-de-validation.json"])
    assert (report["intact"], report["verdict"]) == (True, "authentic")
    assert "authentique" in evidence["acte/rapport-de-validation.txt"].decode()
    powers = json.loads(evidence["pouvoirs/pouvoirs.json"])
    assert [one["pouvoir"] for one in powers] == ["décision du 2 janvier 2024"] * 2
    assert powers[0]["valable_du"] == "2020-01-01"
    assert json.loads(evidence[SEALS])[0]["timestamp_token"]


def test_zip_is_controlled_without_being_opened(evidence: Files, tmp_path: Path) -> None:
    path = tmp_path / "preuve.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in evidence.items():
            packed.writestr(name, data)

    assert control({"verify.py": evidence["verify.py"]}, tmp_path, str(path))[0] == 0

    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as packed:
        packed.writestr(ACT, b"%PDF autre")
    code, told = control({"verify.py": evidence["verify.py"]}, tmp_path, str(path))

    assert code == 1
    assert f"{ACT}\u00a0: ce nom figure deux fois" in told


def test_torn_zip_is_named(evidence: Files, tmp_path: Path) -> None:
    path, packed = tmp_path / "preuve.zip", io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in evidence.items():
            archive.writestr(name, data)
        start = archive.getinfo(ACT).header_offset + 30 + len(ACT)
    torn = packed.getvalue()
    path.write_bytes(torn[:start] + b"\xff\xff" + torn[start + 2 :])

    code, told = control({"verify.py": evidence["verify.py"]}, tmp_path, str(path))

    assert code == 1
    assert f"{ACT}\u00a0: illisible dans le fichier ZIP" in told


def flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def all_names(evidence: Files) -> list[str]:
    return sorted(set(evidence) - {"verify.py"})


@pytest.mark.parametrize("change", ["changed", "removed", "emptied"])
def test_every_file_that_is_touched_is_named(evidence: Files, tmp_path: Path, change: str) -> None:
    for number, name in enumerate(all_names(evidence)):
        files = dict(evidence)
        if change == "removed":
            del files[name]
        else:
            data = files[name]
            files[name] = b"" if change == "emptied" else flip(data, len(data) // 2)
        code, told = control(files, tmp_path / str(number))

        if name == "manifeste.json" and change == "removed":
            assert (code, "manifeste.json" in told) == (2, True), told
        else:
            assert code == 1, (name, told)
            assert any(name in line for line in told.splitlines() if "FAUX" in line), (name, told)


def test_added_and_swapped_files_are_named(evidence: Files, tmp_path: Path) -> None:
    code, told = control({**evidence, "avis/autre.json": b"{}"}, tmp_path / "added")
    assert (code, "avis/autre.json\u00a0: fichier ajouté" in told) == (1, True), told

    one, two = "signatures/signature-1.p7s", "signatures/signature-2.p7s"
    swapped = {**evidence, one: evidence[two], two: evidence[one]}
    code, told = control(swapped, tmp_path / "swapped")
    assert code == 1
    assert f"{one}\u00a0: fichier modifié ou échangé" in told
    assert f"{two}\u00a0: fichier modifié ou échangé" in told


def resealed(files: Files) -> Files:
    """What a forger does who has no key: a manifest that agrees with his files."""
    manifest = json.loads(files["manifeste.json"])
    for name in list(manifest["files"]):
        if name in files:
            manifest["files"][name]["sha256"] = hashlib.sha256(files[name]).hexdigest()
    pdf = files[ACT]
    manifest["act"]["sha256"] = hashlib.sha256(pdf).hexdigest()
    manifest["act"]["sha512"] = hashlib.sha512(pdf).hexdigest()
    return {**files, "manifeste.json": json.dumps(manifest).encode()}


def middle(pdf: bytes) -> bytes:
    return flip(pdf, pdf.index(b"stream") + 40)


PDF_CHANGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a byte of a page": (middle, "la signature «\u00a0Hélène Aubry\u00a0» est fausse"),
    "bytes after the end": (lambda pdf: pdf + b"\n% ajout", "ne couvre pas tout le fichier"),
    "another revision": (
        lambda pdf: pdf + b"\n1 0 obj\n<<>>\nendobj\n%%EOF\n", "ne couvre pas tout le fichier"
    ),
    "seal stripped": (
        lambda pdf: pdf[: pdf.rindex(b"%%EOF", 0, len(pdf) - 8) + 6], "a disparu"
    ),
    "signature emptied": (
        lambda pdf: re.sub(rb"/Contents <[0-9a-f]{64}", b"/Contents <" + b"0" * 64, pdf, count=1),
        "est fausse",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PDF_CHANGES)
def test_tampered_act_is_named_even_when_the_manifest_follows(
    evidence: Files, tmp_path: Path, name: str
) -> None:
    change, expected = PDF_CHANGES[name]
    files = resealed({**evidence, ACT: change(evidence[ACT])})

    code, told = control(files, tmp_path)

    assert code == 1
    assert expected in "".join(line for line in told.splitlines() if "FAUX" in line), told
    assert "manifeste.json ou manifeste.p7s\u00a0: modifié, le cachet est faux" in told


def events(files: Files) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files[JOURNAL].decode().splitlines()]


def rewritten(files: Files, change: Callable[[list[dict[str, Any]]], object]) -> Files:
    lines = events(files)
    change(lines)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return resealed({**files, JOURNAL: text.encode()})


def edit(lines: list[dict[str, Any]]) -> None:
    lines[2]["entry"] = lines[2]["entry"].replace('"summary":"a ', '"summary":"a bien ')


def rechain(lines: list[dict[str, Any]]) -> None:
    """An event rewritten, and every hash after it recomputed."""
    from journal.chain import link

    edit(lines)
    for number in range(2, len(lines)):
        lines[number]["previous_hash"] = lines[number - 1]["hash"]
        lines[number]["hash"] = link(
            lines[number]["previous_hash"], number + 1, lines[number]["entry"]
        )


JOURNAL_CHANGES: dict[str, tuple[Callable[[list[dict[str, Any]]], object], str]] = {
    "edited": (edit, "événement 3\u00a0: modifié"),
    "removed": (lambda lines: lines.pop(2), "événement 3\u00a0: retiré, ajouté ou déplacé"),
    "moved": (lambda lines: lines.insert(1, lines.pop(3)), "retiré, ajouté ou déplacé"),
    "cut": (lambda lines: lines.pop(), "la fin de la chaîne"),
    "rewritten whole": (rechain, "n’est plus celui du scellé"),
    "emptied": (lambda lines: lines.clear(), "la fin de la chaîne"),
}  # fmt: skip


@pytest.mark.parametrize("name", JOURNAL_CHANGES)
def test_tampered_journal_is_named_even_when_the_manifest_follows(
    evidence: Files, tmp_path: Path, name: str
) -> None:
    change, expected = JOURNAL_CHANGES[name]

    code, told = control(rewritten(evidence, change), tmp_path)

    assert code == 1
    assert expected in told


def test_tampered_seal_is_named_even_when_the_manifest_follows(
    evidence: Files, tmp_path: Path
) -> None:
    seals = json.loads(evidence[SEALS])
    seals[0]["manifest"] = seals[0]["manifest"].replace("navette", "Navette")
    code, told = control(
        resealed({**evidence, SEALS: json.dumps(seals).encode()}), tmp_path / "text"
    )
    assert (code, "a été modifié" in told, "l’horodatage du scellé" in told) == (1, True, True)

    seals[0]["root"] = hashlib.sha256(seals[0]["manifest"].encode()).hexdigest()
    code, told = control(
        resealed({**evidence, SEALS: json.dumps(seals).encode()}), tmp_path / "root"
    )
    assert (code, "l’horodatage du scellé" in told) == (1, True)


def test_reader_may_bring_his_own_authorities(evidence: Files, tmp_path: Path) -> None:
    """A forger who signs everything again with keys of his own is not believed."""
    mine = tmp_path / "mine.pem"
    mine.write_bytes(evidence["autorites/racines.pem"])
    assert control(evidence, tmp_path, "--racines", str(mine))[0] == 0

    config = pki.architecture(tmp_path)
    mine.write_bytes(pem.armor("CERTIFICATE", pki.certificate(config, "root").dump()))
    code, told = control(evidence, tmp_path, "--racines", str(mine))
    assert (code, "le cachet est faux" in told) == (1, True)


def test_control_that_cannot_be_made_says_so(evidence: Files, tmp_path: Path) -> None:
    assert control({"verify.py": evidence["verify.py"]}, tmp_path)[0] == 2
    done = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "dossier" / "verify.py")], capture_output=True,
        text=True, env={"PATH": "/nowhere"}, check=False,
    )  # fmt: skip
    assert (done.returncode, "openssl" in done.stdout) == (2, True)


# Who may have it, and what is withheld


@pytest.mark.django_db
def test_evidence_is_for_the_parties_the_lawyers_and_the_auditors(
    world: factories.World, fast_documents: None
) -> None:
    agreement = factories.registered(world)

    for who in (world.legal, world.auditor, world.holder_agent, world.requester_agent):
        assert policies.can_take_evidence(who, agreement)
    manager = factories.member(world.ministry, "manager")
    with pytest.raises(NotAllowed, match="parties"):
        policies.check_can_take_evidence(manager, agreement)
    assert not policies.can_take_evidence(world.outsider, agreement)


@pytest.fixture
def sealed_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Evidence of documents that cost nothing: their signatures are not real."""
    from agreements.documents.verification import Outcome, Verdict
    from agreements.evidence import packing

    monkeypatch.setattr(packing, "verify", lambda *_a, **_g: Verdict(Outcome.AUTHENTIC, True, "0"))


@pytest.mark.django_db
def test_what_a_party_may_not_read_keeps_only_its_hash(
    world: factories.World, fast_documents: None, sealed_quickly: None
) -> None:
    agreement = factories.registered(world)
    services.record_read(agreement=agreement, what="le plan de secours", by=world.auditor)

    mine = unpacked(evidence_for(world.requester_agent, agreement)[1])
    theirs = unpacked(evidence_for(world.auditor, agreement)[1])

    assert "plan de secours" not in mine[JOURNAL].decode()
    assert "plan de secours" in theirs[JOURNAL].decode()
    assert [one["hash"] for one in events(mine)] == [one["hash"] for one in events(theirs)]


@pytest.mark.django_db
def test_download_is_a_read_and_is_remembered(
    world: factories.World, fast_documents: None, sealed_quickly: None, client: Client
) -> None:
    agreement = factories.registered(world)
    client.force_login(world.legal)

    page = client.get(f"/conventions/{agreement.reference}/acte/").content.decode()
    answer = client.get(f"/conventions/{agreement.reference}/acte/preuve/")

    assert "Télécharger le dossier de preuve" in page
    assert answer["Content-Type"] == "application/zip"
    assert "CONV-2026-001-dossier-de-preuve.zip" in answer["Content-Disposition"]
    told = Event.objects.of_chain(agreement.chain).last()
    assert told is not None
    assert (told.kind, told.is_read, told.summary) == (
        "act.read", True, "a consulté\u00a0: le dossier de preuve"
    )  # fmt: skip


# Commands


@pytest.mark.django_db
def test_commands_name_and_export_acts(
    world: factories.World, fast_documents: None, sealed_quickly: None, tmp_path: Path
) -> None:
    agreement = factories.registered(world)
    factories.drafted(world)

    def listed(*arguments: str) -> list[str]:
        out = io.StringIO()
        call_command("list_acts", *arguments, stdout=out)
        return out.getvalue().splitlines()

    assert listed() == ["CONV-2026-001"]
    assert listed("--state", "drafting") == ["PRJ-2026-0002"]
    assert listed("--state", agreement.stage, "--limit", "1") == ["CONV-2026-001"]
    assert listed("--limit", "0") == []
    path = tmp_path / "preuve.zip"
    call_command("export_evidence", "CONV-2026-001", str(path), stdout=io.StringIO())
    assert ACT in unpacked(path.read_bytes())
    with pytest.raises(CommandError, match="Aucun acte"):
        call_command("export_evidence", "CONV-2026-999", str(path))


@pytest.mark.django_db
def test_another_app_adds_its_pieces_once(
    world: factories.World, fast_documents: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "_contributors", [])

    def add(agreement: Agreement, audiences: Any) -> dict[str, Any]:
        return {"autre.json": [agreement.reference, *audiences]}

    pieces.register(add)
    pieces.register(add)
    factories.registered(world)

    found = pieces.collect(ArchivedAct.objects.get(), ["everyone"])

    assert json.loads(found["autre.json"]) == ["CONV-2026-001", "everyone"]

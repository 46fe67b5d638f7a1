"""The library travels as files: nothing lost, nothing changed twice, each refusal said."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from agreements import selectors, services
from agreements.enums import ImportOutcome
from agreements.library import DATA, packing, parse_clause, write_clause
from agreements.models import Clause, ClauseVersion
from cases.errors import NotAllowed
from journal.models import Event
from tests.agreements import factories
from tests.agreements.test_clause_writing import clause, published

pytestmark = pytest.mark.django_db
PAGE = "/administration/clauses/import/"


def outcome(files: dict[str, bytes], file: str) -> tuple[ImportOutcome, str]:
    report = services.import_library(files=files, by=None)
    line = next(line for line in report.lines if line.file == file)
    return line.outcome, " ".join(line.messages)


def edited(path: str, *changes: tuple[str, str]) -> dict[str, bytes]:
    text = selectors.library_files()[path].decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return {path: text.encode()}


def emptied() -> None:
    """A database whose library holds nothing: what a new house starts from."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SET session_replication_role = replica;"
            "DELETE FROM agreements_clauseversion; DELETE FROM agreements_clause;"
            "DELETE FROM agreements_acttemplateversion;"
            "SET session_replication_role = DEFAULT"
        )


def changed_library(world: factories.World) -> None:
    """Two versions of a clause, one validated, a clause deactivated, a template changed."""
    version = published(world, body="Deux lignes.\n\n« Fin » {{ retention.months }}", note="Neuf")
    services.validate_clause(
        version=version, legal_name="A", legal_on=date(2026, 3, 1), dpo_name="B",
        dpo_on=date(2026, 3, 2), by=world.legal,
    )  # fmt: skip
    services.set_clause_active(clause=clause("C40"), is_active=False, reason="x", by=world.legal)
    codes = selectors.current_templates()["e"].clauses
    services.publish_template(
        act_type="e", clauses=codes[::-1], mandatory=["A01"], locked=["A02"], note="À l’envers",
        based_on=1, by=world.legal,
    )  # fmt: skip


def test_the_export_of_the_shipped_library_is_the_shipped_files() -> None:
    files = selectors.library_files()

    shipped = {f"clauses/{path.name}": path.read_bytes() for path in (DATA / "clauses").iterdir()}
    assert files == {**shipped, "templates.yaml": (DATA / "templates.yaml").read_bytes()}


def test_the_library_goes_and_comes_back_without_loss(
    world: factories.World, tmp_path: Path
) -> None:
    changed_library(world)
    before = selectors.library_files()
    assert {"historique/C29-1.md", "historique/e-1.yaml"} <= set(before)
    call_command("export_clauses", tmp_path)
    emptied()

    report = services.import_library(files=packing.read_folder(tmp_path), by=None)

    assert not report.is_refused
    assert selectors.library_files() == before
    again = services.import_library(files=packing.read_folder(tmp_path), by=None)
    assert {line.outcome for line in again.lines} == {ImportOutcome.UNCHANGED}
    assert Event.objects.filter(kind="clauses.imported").count() == 1
    assert packing.read_zip(io.BytesIO(packing.write_zip(before))) == before
    assert packing.write_zip(before) == packing.write_zip(selectors.library_files())


def test_a_version_is_added_by_its_file(world: factories.World) -> None:
    files = edited("clauses/C29.md", ("version: 1", "version: 2"), ("Les Données", "Toutes"))

    assert outcome(files, "clauses/C29.md") == (ImportOutcome.NEW_VERSION, "")
    assert outcome(files, "clauses/C29.md") == (ImportOutcome.UNCHANGED, "")
    row = selectors.clause_version("C29")
    assert (row.version, row.is_local, row.body[:6]) == (2, True, "Toutes")


def test_validation_and_state_come_with_the_file(world: factories.World) -> None:
    files = edited(
        "clauses/C29.md",
        ('validated_by: ""', 'validated_by: "DAJ et DPD"'),
        ("validated_on: null", "validated_on: 2026-03-02\nactive: false"),
    )

    assert outcome(files, "clauses/C29.md")[0] == ImportOutcome.UPDATED
    assert outcome(files, "clauses/C29.md")[0] == ImportOutcome.UNCHANGED
    row = selectors.clause_version("C29")
    assert (row.validated_by, row.clause.is_active) == ("DAJ et DPD", False)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ([("Les Données", "Toutes")], "donnez-lui le numéro 2"),
        ([("version: 1", "version: 2"), ('"PD"', '"PDX"')], "PDX"),
        ([("version: 1", "version: 2"), ("ref:C30", "ref:C99")], "C99"),
        (
            [("version: 1", "version: 2"), ("fields: [retention.months, ", "fields: [")],
            "mêmes champs",
        ),
        ([("version: 1", "version: 2"), ("types: [a, ", "types: [")], "retirez-la d’abord"),
        ([("version: 1", "version: 2"), ("Les Données", "[[si PD]]Les")], "[[fin]]"),
        ([("code: C29", "code: C30")], "clauses/C30.md"),
        ([("---\ncode", "code")], "l’en-tête"),
        ([("title", "colour: red\ntitle")], "colour"),
    ],
)
def test_a_wrong_file_is_refused_and_says_why(changes: list[tuple[str, str]], why: str) -> None:
    found, message = outcome(edited("clauses/C29.md", *changes), "clauses/C29.md")

    assert found == ImportOutcome.REFUSED
    assert why in message
    assert ClauseVersion.objects.filter(clause__code="C29").count() == 1


def test_a_refused_clause_takes_down_what_names_it_only() -> None:
    text = parse_clause(selectors.library_files()["clauses/C29.md"].decode(), "x")

    def new(code: str, body: str, **more: Any) -> bytes:
        given = {"code": code, "body": body, "fields": [], **more}
        return write_clause(text.model_copy(update=given)).encode()

    files = {
        "clauses/C50.md": new("C50", "Bon."),
        "clauses/C51.md": new("C51", "Voir {{ ref:C52 }}."),
        "clauses/C52.md": new("C52", "Voir {{ ref:C51 }}.", condition="QUEST"),
        "clauses/C53.md": b"\xff\xfe",
        "historique/C50-9.md": new("C50", "Ancien.", version=8),
    }
    report = services.import_library(files=files, by=None)

    found = {line.file: line.outcome for line in report.lines}
    assert found.pop("clauses/C50.md") == ImportOutcome.CREATED
    assert set(found.values()) == {ImportOutcome.REFUSED}
    assert Clause.objects.filter(code__startswith="C5").count() == 1


def test_an_older_version_is_refused_once_a_newer_one_is_published(
    world: factories.World,
) -> None:
    published(world, title="Deux")
    newest = edited("clauses/C29.md", ("version: 2", "version: 4"), ('"Deux"', '"Quatre"'))
    older = edited("clauses/C29.md", ("version: 2", "version: 3"), ('"Deux"', '"Trois"'))

    assert outcome(newest, "clauses/C29.md")[0] == ImportOutcome.NEW_VERSION
    assert "plus ancienne" in outcome(older, "clauses/C29.md")[1]


def test_a_template_comes_with_its_clauses() -> None:
    text = parse_clause(selectors.library_files()["clauses/C29.md"].decode(), "x")
    given = {"code": "C50", "types": ["e"], "fields": [], "body": "Bon."}
    files = {
        **edited("templates.yaml", ("[C01, A01", "[C50, C01, A01")),
        "clauses/C50.md": write_clause(text.model_copy(update=given)).encode(),
    }
    report = services.import_library(files=files, by=None)
    line = next(line for line in report.lines if line.what == "e v1")
    assert line.outcome == ImportOutcome.REFUSED

    body = files["templates.yaml"].decode().split("\ne:\n")
    files["templates.yaml"] = "\ne:\n".join(
        [body[0], body[1].replace("version: 1", "version: 2", 1)]
    ).encode()
    report = services.import_library(files=files, by=None)
    assert [line.what for line in report.lines if line.outcome == ImportOutcome.NEW_VERSION] == [
        "e v2"
    ]
    assert selectors.current_templates()["e"].clauses[0] == "C50"


def test_the_import_is_for_lawyers_and_managers(world: factories.World) -> None:
    files = selectors.library_files()

    with pytest.raises(NotAllowed):
        services.import_library(files=files, by=world.officer)
    with pytest.raises(ValidationError):
        services.import_library(files={}, by=world.legal)


def test_commands_report_each_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("export_clauses", tmp_path)
    (tmp_path / "README.md").write_text("À nous.")
    call_command("import_clauses", tmp_path)
    assert "clauses/C29.md (C29 v1)" in capsys.readouterr().out

    path = tmp_path / "clauses" / "C29.md"
    path.write_text(path.read_text().replace("Les Données", "Toutes"))
    with pytest.raises(CommandError, match="refusés"):
        call_command("import_clauses", tmp_path)
    assert "donnez-lui le numéro 2" in capsys.readouterr().out
    for wrong in (tmp_path / "ailleurs", path):
        with pytest.raises(CommandError):
            call_command("import_clauses", wrong)
    with pytest.raises(CommandError, match="inconnue"):
        call_command("import_clauses", tmp_path, by="personne@example.fr")
    with pytest.raises(CommandError, match="impossible"):
        call_command("export_clauses", path)


def sent(client: Client, data: bytes) -> Any:
    return client.post(PAGE, {"archive": SimpleUploadedFile("b.zip", data)})


def test_the_zip_of_the_pages_goes_and_comes_back(client: Client, world: factories.World) -> None:
    client.force_login(world.legal)
    data = client.get("/administration/clauses/export/").content

    assert data == packing.write_zip(selectors.library_files())
    assert "84 inchangé" in sent(client, data).content.decode()
    files = edited("clauses/C29.md", ("version: 1", "version: 2"), ("Les Données", "Toutes"))
    inside = {f"biblio-main/{name}": one for name, one in files.items()}
    shown = sent(client, packing.write_zip(inside)).content.decode()
    assert "nouvelle version" in shown
    assert "C29 v2" in shown


def test_a_hostile_zip_is_refused(client: Client, world: factories.World) -> None:
    client.force_login(world.legal)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("clauses/C29.md", b"a" * 4_000_000)
    good = packing.write_zip({"clauses/C29.md": b"---\nx: &a [*a]\n---\n"})
    # The bytes after the name of the first file: no block of a deflated stream begins so.
    torn = good.replace(b"clauses/C29.md" + good[44:46], b"clauses/C29.md\xff\xff", 1)
    assert torn != good
    empty = packing.write_zip({})
    for data in (b"", b"PK", b"\0" * 100, bomb.getvalue(), good[:-30], torn, empty):
        response = sent(client, data)
        assert response.status_code == 200
        assert "fr-alert--error" in response.content.decode()
    for name in ("../../clauses/C29.md", "/clauses/C29.md", "clauses/../C29.md"):
        assert sent(client, packing.write_zip({name: b"x"})).status_code == 200
    assert sent(client, good).status_code == 200
    assert client.post(PAGE, {}).status_code == 200
    assert not Event.objects.filter(kind="clauses.imported").exists()

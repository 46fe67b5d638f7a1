"""A report tells how good a file is, and nothing of what is in it."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from cases.errors import Impossible
from sharing.quality_reports import MAX_BYTES, measure, read_measures
from tests.agreements import factories as act_factories
from tests.sharing import factories

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "schema_commun"
SCHEMA = {
    "fields": [
        {"name": "finess", "type": "string", "constraints": {"required": True}},
        {"name": "places", "type": "integer"},
    ],
    "primaryKey": ["finess"],
}


@pytest.fixture
def table(tmp_path: Path) -> tuple[Path, Path]:
    data, schema = tmp_path / "places.csv", tmp_path / "schema.json"
    data.write_text("finess,places\nSECRET1,12\nSECRET1,13\nSECRET2,douze\nSECRET3,\n")
    schema.write_text(json.dumps(SCHEMA))
    return data, schema


def test_a_file_is_measured(table: tuple[Path, Path]) -> None:
    report = measure(*table)

    assert report["lines"] == 4
    assert report["measures"] == {
        "q_completeness": 87.5, "q_conformity": 50.0, "q_uniqueness": 1,
    }  # fmt: skip
    assert {"type": "type-error", "field": "places", "count": 1} in report["errors"]


def test_nothing_of_a_row_is_in_it(table: tuple[Path, Path]) -> None:
    text = json.dumps(measure(*table))

    assert "SECRET" not in text
    assert "douze" not in text


def test_the_command_writes_it(table: tuple[Path, Path], tmp_path: Path) -> None:
    written = tmp_path / "rapport.json"
    call_command("quality_report", str(table[0]), schema=table[1], output=written)
    out = StringIO()
    call_command("quality_report", str(table[0]), schema=table[1], stdout=out)

    assert json.loads(written.read_text())["sha256"] == json.loads(out.getvalue())["sha256"]
    with pytest.raises(CommandError, match="illisible"):
        call_command("quality_report", "/nulle/part.csv", schema=table[1])
    with pytest.raises(CommandError, match="illisible"):
        call_command("quality_report", str(table[0]), schema=table[0])


@pytest.mark.skipif(not SHARED.exists(), reason="the real files are not on this machine")
@pytest.mark.parametrize(
    ("name", "is_good"),
    [
        ("exemple-valide.csv", True),
        ("drees_osol_schema_commun.csv", None),
        ("derived_invalid_date.csv", False),
        ("derived_invalid_missing_required.csv", False),
    ],
)
def test_real_files_are_measured(name: str, is_good: bool | None) -> None:
    report = measure(SHARED / name, SHARED / "schema.json")

    assert report["lines"] >= 1
    if is_good is not None:
        assert (report["measures"]["q_conformity"] == 100) == is_good


def test_its_measures_are_read_again(table: tuple[Path, Path]) -> None:
    raw = json.dumps(measure(*table)).encode()

    assert read_measures(raw) == {
        "q_completeness": "87.5", "q_conformity": "50.0", "q_uniqueness": "1",
    }  # fmt: skip


def test_a_report_of_frictionless_gives_what_it_knows() -> None:
    errors = [
        {"type": "type-error", "rowNumber": 3, "cells": ["x"]},
        {"type": "type-error", "rowNumber": 3, "cells": ["x"]},
        {"type": "primary-key", "rowNumber": 4, "cells": ["x"]},
    ]
    task = {"stats": {"rows": 8, "errors": 3}, "errors": errors}

    for report in ({"tasks": [task]}, {"report": {"tasks": [task]}}):
        assert read_measures(json.dumps(report).encode()) == {
            "q_conformity": "75.0", "q_uniqueness": "1",
        }  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00\xff", b"[]", b"{}", b"3", b'{"tasks": 3}', b'{"tasks": [3, {"stats": []}]}',
        b'{"kind": "navette-quality-report", "measures": {"q_conformity": "99"}}',
        b'{"kind": "navette-quality-report", "measures": [1]}',
        b'{"tasks": [{"stats": {"rows": true}, "errors": [1]}]}',
        b" " * (MAX_BYTES + 1), b"[" * 900_000,
    ],
)  # fmt: skip
def test_anything_else_is_refused(raw: bytes) -> None:
    with pytest.raises(Impossible):
        read_measures(raw)


@pytest.mark.django_db
@pytest.mark.usefixtures("fast_documents")
def test_a_report_fills_the_check_of_a_delivery(
    world: act_factories.World, client: Client, table: tuple[Path, Path]
) -> None:
    act = factories.cleared(world)
    delivery = factories.received(world, act)
    client.force_login(world.requester_agent)
    address = f"/partages/{act.reference}/qualite/{delivery.number}/"

    def send(raw: bytes) -> Any:
        sent = {"action": "lire", "_fields": ["dl_verdict"], "dl_verdict": "accepted"}
        return client.post(address, {**sent, "report": SimpleUploadedFile("r.json", raw)})

    page = send(json.dumps(measure(*table)).encode())
    assert page.status_code == 200
    assert 'value="87' in page.content.decode()
    assert "Mesures reprises du rapport" in page.content.decode()
    assert send(b"{}").status_code == 422
    sent = {"action": "lire", "_fields": ["dl_verdict"], "dl_verdict": "refused"}
    page = client.post(address, sent)
    assert (page.status_code, "Choisissez le fichier" in page.content.decode()) == (422, True)
    delivery.refresh_from_db()
    assert delivery.state == "received"

"""`make bench` at a small size, from the empty database to the figures: so that it cannot rot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection

from bench.copies import dependants
from cases.models import Case, Party, Task
from questionnaires.models import AnswerSet
from requests_flow.models import Consultation, DataRequest
from tests.architecture.project import ROOT

SECONDS = 900


def server_url() -> str:
    """The server of the suite; the run makes and drops a database of its own beside ours."""
    if url := os.environ.get("DATABASE_URL"):
        return url
    raise AssertionError("the settings of the suite give DATABASE_URL")


def databases() -> set[str]:
    with psycopg.connect(server_url(), autocommit=True) as server:
        found = server.execute("SELECT datname FROM pg_database WHERE datname LIKE '%_bench_%'")
        return {name for (name,) in found}


def test_what_hangs_from_a_request_is_copied(db: None) -> None:
    found = dependants()

    assert {Case, DataRequest, Party, Task, Consultation, AnswerSet} <= set(found)
    assert Task.previous.through in found
    assert len(found) == len(set(found))
    tables = set(connection.introspection.table_names())
    assert {model._meta.db_table for model in found} <= tables


def test_a_small_run(tmp_path: Path) -> None:
    before = databases()
    environment = {
        **os.environ, "BENCH_SIZES": "100,200", "NAVETTE_VAR": str(tmp_path),
        "DATABASE_URL": server_url(), "BENCH_STATIC": "plain",
    }  # fmt: skip
    environment.pop("BENCH_RECORD", None)
    done = subprocess.run(
        [sys.executable, "-m", "bench"], cwd=ROOT, env=environment, capture_output=True,
        text=True, timeout=SECONDS,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((tmp_path / "bench" / "latest.json").read_text())
    assert found["pages"]["list"].keys() == {"100", "200"}
    for sizes in found["pages"].values():
        assert all(line["p50_ms"] > 0 and line["queries"] > 3 for line in sizes.values())
    for step in found["steps"].values():
        assert step["p95_ms"] >= step["p50_ms"] > 0
        assert step["per_second"] > 0
        assert step["queries"] > 10
    assert found["documents"]["60"]["seconds"] > found["documents"]["12"]["seconds"] > 0
    assert found["documents"]["12"]["peak_mb"] > 50
    assert "Tableau de bord" in done.stdout
    assert databases() == before
    assert settings.ROOT_URLCONF == "config.urls"

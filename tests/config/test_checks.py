"""Production refuses to start on an incomplete environment; flows must be safe."""

from __future__ import annotations

import os
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from viewflow.workflow.lock import SelectForUpdateLock, no_lock

from config import checks
from config.settings.base import BASE_DIR

COMPLETE = {
    "NAVETTE_MODE": "production",
    "SECRET_KEY": "k" * 60,
    "ALLOWED_HOSTS": "navette.example",
    "SITE_URL": "https://navette.example",
    "DATABASE_URL": "postgres://navette@db.invalid/navette",
    "EMAIL_URL": "smtp://mail.invalid:25",
    "DEFAULT_FROM_EMAIL": "navette@navette.example",
    "STORAGE_KIND": "local",
    "STORAGE_ROOT": "/srv/navette/files",
    "ARCHIVE_KIND": "s3",
    "ARCHIVE_BUCKET": "archive",
    "SEAL_PKCS12_PATH": "/run/secrets/seal.p12",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_complete_environment_lacks_nothing(environment: pytest.MonkeyPatch) -> None:
    assert checks.missing_variables() == []


@pytest.mark.parametrize("variable", [name for name in COMPLETE if name != "NAVETTE_MODE"])
@pytest.mark.parametrize("absent", [True, False])
def test_each_variable_is_asked_for(
    environment: pytest.MonkeyPatch, variable: str, absent: bool
) -> None:
    if absent:
        environment.delenv(variable)
    else:
        environment.setenv(variable, "")

    sentences = checks.missing_variables()

    assert len(sentences) == 1
    assert sentences[0].startswith(f"{variable} n’est pas défini\u00a0: ")


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY est trop courte"),
        ("STORAGE_KIND", "ftp", "STORAGE_KIND vaut «\u00a0ftp\u00a0»"),
        ("SIGNING_LEVEL", "fort", "SIGNING_LEVEL vaut «\u00a0fort\u00a0»"),
        ("ARCHIVE_KIND", "local", "ARCHIVE_ROOT n’est pas défini"),
        ("STORAGE_KIND", "s3", "STORAGE_BUCKET n’est pas défini"),
    ],
)
def test_unusable_value_is_told(
    environment: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    environment.setenv(variable, value)

    assert [text for text in checks.missing_variables() if text.startswith(sentence)]


def test_incomplete_production_does_not_start(
    environment: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.PRODUCTION = True
    checks.refuse_an_incomplete_configuration()
    environment.delenv("EMAIL_URL")
    environment.delenv("SITE_URL")

    with pytest.raises(ImproperlyConfigured, match=r"SITE_URL.*\n- EMAIL_URL"):
        checks.refuse_an_incomplete_configuration()
    assert [error.id for error in checks.production_is_configured(None)] == ["config.E001"] * 2


def test_a_laptop_needs_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in COMPLETE:
        monkeypatch.delenv(name, raising=False)

    checks.refuse_an_incomplete_configuration()
    assert checks.production_is_configured(None) == []


@pytest.mark.parametrize("complete", [True, False])
def test_web_process_of_production(complete: bool) -> None:
    """The WSGI server stops at once, with a sentence for each variable; it runs no command."""
    environment = {"PATH": os.environ["PATH"], **COMPLETE}
    if not complete:
        del environment["ALLOWED_HOSTS"]

    done = subprocess.run(
        [sys.executable, "-c", "import config.wsgi"],
        cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode == 0) is complete, done.stderr
    assert ("ALLOWED_HOSTS n’est pas défini" in done.stderr) is not complete


@pytest.mark.parametrize(
    ("lock", "app", "found"),
    [
        (SelectForUpdateLock(nowait=False, attempts=1), "cases", []),
        (SelectForUpdateLock(), "cases", ["config.E002"]),
        (no_lock, "cases", ["config.E002"]),
        (SelectForUpdateLock(nowait=False), "viewflow", ["config.E003", "config.E003"]),
    ],
)
def test_flows_must_wait_and_use_our_tables(
    monkeypatch: pytest.MonkeyPatch, lock: Any, app: str, found: list[str]
) -> None:
    table = SimpleNamespace(_meta=SimpleNamespace(app_label=app))
    flow = type("Flow", (), {"lock_impl": lock, "process_class": table, "task_class": table})
    monkeypatch.setattr("config.flows.our_flows", lambda: [flow])

    assert [error.id for error in checks.flows_are_safe(None)] == found


def test_replica_views_must_exist(settings: Any) -> None:
    settings.REPLICA_VIEWS = ["healthz", "account_login"]
    assert checks.replica_views_exist(None) == []

    settings.REPLICA_VIEWS = ["nothing", "cases:nothing", "nowhere:list"]
    assert [error.id for error in checks.replica_views_exist(None)] == ["config.E004"] * 3

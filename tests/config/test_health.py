"""/healthz says whether this process may receive requests, and what it lacks."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from config import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def living_worker() -> None:
    """A worker that gave a sign of life just now."""
    heartbeat(timedelta(seconds=5))


def heartbeat(ago: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [timezone.now() - ago]
        )


def test_health_is_public_and_ok(client: Client, living_worker: None) -> None:
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok", "database": "ok", "storage": "ok", "worker": "ok", "failed": [],
        "version": "0.1.0",
    }  # fmt: skip
    assert "no-store" in response["Cache-Control"]


def test_health_without_worker_is_503(client: Client) -> None:
    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json()["failed"] == ["worker"]
    assert response.json()["worker"] == "no heartbeat"


def test_health_with_a_late_worker_is_503(client: Client) -> None:
    heartbeat(timedelta(days=1, seconds=90))

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json()["worker"] == "last heartbeat 86490 s ago"


def test_health_without_storage_is_503(
    client: Client, living_worker: None, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "missing" / "files"

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json()["failed"] == ["storage"]
    assert response.json()["storage"] == "default: not writable"


def test_health_without_database_is_503(
    client: Client, living_worker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable() -> None:
        raise DatabaseError("no route to host db-1.internal")

    monkeypatch.setattr(health, "check_database", unreachable)

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json()["database"] == "unreachable"
    assert b"db-1.internal" not in response.content


def test_health_is_read_only(client: Client) -> None:
    assert client.post("/healthz").status_code == 405

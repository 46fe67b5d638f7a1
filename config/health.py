"""/healthz: is this process ready to serve, and if not, what is missing."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import FileSystemStorage, storages
from django.db import connections
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from procrastinate.contrib.django.models import ProcrastinateWorker

# A living worker writes its heartbeat every ten seconds.
WORKER_IS_LATE = timedelta(seconds=60)

logger = logging.getLogger(__name__)


@never_cache
@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 when everything is ready, else 503 naming what is not."""
    checks = {"database": check_database, "storage": check_storage, "worker": check_worker}
    results = {name: _outcome(name, check) for name, check in checks.items()}
    failed = [name for name, outcome in results.items() if outcome != "ok"]
    answer = {
        "status": "unavailable" if failed else "ok",
        **results,
        "failed": failed,
        "version": settings.VERSION,
    }
    return JsonResponse(answer, status=503 if failed else 200)


def check_database() -> str | None:
    """The primary and each replica answer."""
    for alias in connections:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
    return None


def check_storage() -> str | None:
    """Files and the archive can be written; nothing is written to know it."""
    for alias in ("default", "archive"):
        store = storages[alias]
        if isinstance(store, FileSystemStorage):
            directory = Path(store.location)
            place = directory if directory.exists() else directory.parent
            if not os.access(place, os.W_OK | os.X_OK):
                return f"{alias}: not writable"
        else:
            _ask_the_bucket(store)
    return None


def _ask_the_bucket(store: Any) -> None:
    store.connection.meta.client.head_bucket(Bucket=store.bucket_name)


def check_worker() -> str | None:
    """A worker gave a sign of life less than a minute ago (procrastinate's own heartbeat)."""
    latest = (
        ProcrastinateWorker.objects.order_by("-last_heartbeat")
        .values_list("last_heartbeat", flat=True)
        .first()
    )
    if latest is None:
        return "no heartbeat"
    late = timezone.now() - latest
    return f"last heartbeat {late.total_seconds():.0f} s ago" if late > WORKER_IS_LATE else None


def _outcome(name: str, check: Callable[[], str | None]) -> str:
    try:
        return check() or "ok"
    except Exception:
        logger.exception("health: %s", name)
        return "unreachable"

"""Reads of list pages go to a streaming replica, when some are configured.

Only the pages named in REPLICA_VIEWS are concerned, only on GET, and not during the seconds that
follow something the person did: who has just written must see what he wrote, and a replica is a
little late. Everything else (steps, locks, sign-in) stays on the primary.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse

COOKIE = "navette_a_ecrit"
OWN_WRITES_SECONDS = 10

_replica: ContextVar[str | None] = ContextVar("replica", default=None)


class ReplicaRouter:
    """Send reads where the current page may read; writes and migrations to the primary."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str | None:
        return _replica.get()

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str | None:
        return "default"

    def allow_relation(self, obj1: models.Model, obj2: models.Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"


class ReplicaMiddleware:
    """Choose a replica for the length of a list page, and remember who has just written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.replicas = [name for name in settings.DATABASES if name != "default"]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _replica.set(None)
        try:
            response = self.get_response(request)
        finally:
            _replica.reset(token)
        if self.replicas and request.method not in ("GET", "HEAD", "OPTIONS"):
            response.set_cookie(
                COOKIE, str(int(time.time())), max_age=OWN_WRITES_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
            )  # fmt: skip
        return response

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        if not self.replicas or request.method != "GET" or COOKIE in request.COOKIES:
            return
        match = request.resolver_match
        if match is not None and match.view_name in settings.REPLICA_VIEWS:
            _replica.set(random.choice(self.replicas))  # noqa: S311

"""Lists may be read from a replica, except by who has just written."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from accounts.models import User
from config.replicas import COOKIE, ReplicaMiddleware, ReplicaRouter


@pytest.fixture
def visit(settings: Any) -> Callable[..., tuple[str | None, HttpResponse]]:
    """Visit a page and tell which database its reads went to."""
    settings.REPLICA_VIEWS = ["cases:list"]

    def go(
        view: str,
        method: str = "GET",
        *,
        replicas: tuple[str, ...] = ("replica_1",),
        **cookies: str,
    ) -> tuple[str | None, HttpResponse]:
        seen = []

        def page(request: HttpRequest) -> HttpResponse:
            middleware.process_view(request, None, (), {})
            seen.append(ReplicaRouter().db_for_read(User))
            return HttpResponse()

        middleware = ReplicaMiddleware(page)
        middleware.replicas = list(replicas)
        request = RequestFactory().generic(method, "/")
        request.COOKIES.update(cookies)
        request.resolver_match = SimpleNamespace(view_name=view)  # type: ignore[assignment]
        response = middleware(request)
        assert ReplicaRouter().db_for_read(User) is None, "the next request starts afresh"
        return seen[0], response

    return go


def test_list_is_read_from_a_replica(visit: Callable[..., Any]) -> None:
    database, response = visit("cases:list")

    assert database == "replica_1"
    assert COOKIE not in response.cookies


def test_other_pages_are_read_from_the_primary(visit: Callable[..., Any]) -> None:
    assert visit("cases:detail")[0] is None
    assert visit("cases:list", "POST")[0] is None


def test_who_has_just_written_reads_his_own_writes(visit: Callable[..., Any]) -> None:
    _, response = visit("cases:submit", "POST")
    assert response.cookies[COOKIE]["max-age"] == 10

    assert visit("cases:list", **{COOKIE: response.cookies[COOKIE].value})[0] is None


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_replica_nothing_changes(visit: Callable[..., Any], method: str) -> None:
    database, response = visit("cases:list", method, replicas=())

    assert database is None
    assert COOKIE not in response.cookies


def test_writes_and_migrations_stay_on_the_primary() -> None:
    router = ReplicaRouter()

    assert router.db_for_write(User) == "default"
    assert router.allow_migrate("default", "accounts")
    assert not router.allow_migrate("replica_1", "accounts")

"""A site with a file at every stage, served to browsers for a whole module of checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.browser.conftest import Visitor
from tests.browser.in_flight import answered_before_leaving

T = TypeVar("T")


@dataclass
class Site:
    """What is served, and who may sit in front of it."""

    browser: Browser
    url: str
    world: Any

    @contextmanager
    def visit(
        self, user: User | None = None, *, width: int = 1280, height: int = 900, script: bool = True
    ) -> Iterator[Visitor]:
        """Somebody's browser, closed at the end."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="light",
            reduced_motion="reduce",
            java_script_enabled=script,
            locale="fr-FR",
            timezone_id="Europe/Paris",
        )
        if user is not None:
            cookie = {"name": "sessionid", "value": signed_in(user), "url": self.url}
            context.add_cookies([cookie])
        try:
            yield Visitor(context, self.url, script=script)
        finally:
            context.close()


def signed_in(user: User) -> str:
    """Open a session that the server sees: outside the transaction of the test."""
    client = Client()
    aside(lambda: client.force_login(user))
    return client.cookies["sessionid"].value


def aside(work: Callable[[], T]) -> T:
    """Work in another thread: this one holds the browser's loop, and the test's transaction."""

    def and_leave() -> T:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as worker:
        return worker.submit(and_leave).result()


@contextmanager
def served(browser: Browser, blocker: Any, build: Any) -> Iterator[Site]:
    """Build a world in the database of the tests, serve it, then leave the database empty."""
    with blocker.unblock():
        made = aside(build)
        server = LiveServer("localhost")
        server._live_server_modified_settings.enable()
        try:
            with answered_before_leaving():
                yield Site(browser, server.url, made)
        finally:
            server.stop()
            server._live_server_modified_settings.disable()
            call_command("flush", verbosity=0, interactive=False)


@contextmanager
def quick_documents() -> Iterator[None]:
    """Documents that cost nothing: these checks are about pages."""
    from tests.agreements.conftest import fast_documents

    with pytest.MonkeyPatch.context() as patch:
        fast_documents.__wrapped__(patch)
        yield

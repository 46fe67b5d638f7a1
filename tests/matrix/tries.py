"""Trying an address as somebody: what it answers, and which tables it wrote to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RoutePattern

from journal.models import Event
from tests.matrix.world import World
from tests.strict_html import assert_strict_html

ANONYMOUS = "anonymous"
# Live counts of the current transaction, those of rolled back savepoints included.
WRITES = """
    SELECT relname, n_tup_ins + n_tup_upd + n_tup_del
    FROM pg_stat_xact_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
"""
JOURNAL = {"journal_event", "journal_chainhead"}
SESSIONS = {"django_session"}


@lru_cache
def patterns() -> dict[str, frozenset[str]]:
    """Every name of an address, from the resolver, with the arguments it takes."""
    return dict(_walk(get_resolver(), "", frozenset()))


def _walk(
    resolver: URLResolver, namespace: str, above: frozenset[str]
) -> Iterator[tuple[str, frozenset[str]]]:
    for one in resolver.url_patterns:
        taken = above | _arguments(one)
        if isinstance(one, URLPattern):
            yield f"{namespace}{one.name}", taken
        else:
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from _walk(one, inner, taken)


def _arguments(one: URLPattern | URLResolver) -> frozenset[str]:
    if isinstance(one.pattern, RoutePattern):
        return frozenset(one.pattern.converters)
    return frozenset(one.pattern.regex.groupindex)


def address(world: World, name: str, place: str) -> str:
    """The address of this name at this place of the world."""
    wanted = patterns()[name]
    given = world.places.get(place, {})
    assert wanted <= set(given), f"{name} : {place!r} ne donne pas {wanted - set(given)}"
    return reverse(name, kwargs={key: given[key] for key in wanted})


@dataclass(frozen=True)
class Try:
    """What one try gave."""

    status: int
    location: str
    written: frozenset[str]
    only_readings: bool

    @property
    def path(self) -> str:
        return urlsplit(self.location).path

    @property
    def changed(self) -> frozenset[str]:
        """The tables changed beside sessions, and beside events of reading."""
        kept = self.written - SESSIONS
        return kept - JOURNAL if self.only_readings else kept


class Trier:
    """Everybody signed in once; each try has a fresh browser with that session."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sessions = {ANONYMOUS: ""}
        for name, user in world.actors.items():
            client = Client()
            client.force_login(user)
            self.sessions[name] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def address(self, name: str, place: str) -> str:
        """The address of this name at this place of the world."""
        wanted = patterns()[name]
        given = self.world.places.get(place, {})
        assert wanted <= set(given), (
            f"{name} : le lieu {place!r} ne donne pas {wanted - set(given)}"
        )
        return reverse(name, kwargs={key: given[key] for key in wanted})

    def client(self, actor: str) -> Client:
        """A browser with this person's session."""
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[actor]
        return client

    def get(self, actor: str, address: str) -> Try:
        return self._try(actor, "get", address)

    def post(self, actor: str, address: str, data: Any = None) -> Try:
        return self._try(actor, "post", address, data or {})

    def _try(self, actor: str, method: str, address: str, *args: Any) -> Try:
        client = self.client(actor)
        cache.clear()
        before, last = _writes(), _last_event()
        with transaction.atomic():
            response = getattr(client, method)(address, *args)
            written = frozenset(table for table, n in _writes().items() if n != before.get(table))
            readings = not Event.objects.filter(pk__gt=last, is_read=False).exists()
            transaction.set_rollback(True)
        assert_strict_html(response)
        if response.streaming:
            b"".join(response.streaming_content)
        return Try(response.status_code, response.get("Location", ""), written, readings)


def _writes() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(WRITES)
        return dict(cursor.fetchall())


def _last_event() -> int:
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

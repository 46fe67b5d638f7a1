from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from accounts.enums import Role
from accounts.models import User
from journal.models import Event
from tests.accounts.factories import holder


@pytest.fixture(autouse=True)
def _throttle_forgets() -> Iterator[None]:
    """Each test begins with no failed try."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def manager(db) -> User:
    return holder(Role.MANAGER, first_name="Marc", last_name="Deschamps")


@pytest.fixture
def manager_client(client, manager):
    client.force_login(manager)
    return client


class Journal:
    """The events added since the fixture was asked for."""

    def __init__(self) -> None:
        self.last = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0

    def kinds(self) -> list[str]:
        return list(
            Event.objects.filter(id__gt=self.last).order_by("id").values_list("kind", flat=True)
        )

    def one(self) -> Event:
        (event,) = Event.objects.filter(id__gt=self.last)
        return event


@pytest.fixture
def journal(db) -> type[Journal]:
    return Journal

"""What holds for every test: strictness of the house (style.md, §3.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import factory.random
import pytest
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.strict_html import assert_strict_html

hypothesis_settings.register_profile(
    "suite",
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.load_profile("suite")


class StrictClient(Client):
    """A browser that refuses what the content security policy would refuse."""

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        assert_strict_html(response)
        return response


@pytest.fixture
def client() -> StrictClient:
    return StrictClient()


@pytest.fixture(autouse=True, scope="session")
def _flush_in_spite_of_triggers() -> Iterator[None]:
    """The database refuses to empty the journal: only the flush between two tests may do it."""
    original = DatabaseOperations.execute_sql_flush

    def execute_sql_flush(self: DatabaseOperations, sql_list: list[str]) -> None:
        original(self, ["SET LOCAL session_replication_role = replica", *sql_list])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", execute_sql_flush)
        yield


@pytest.fixture(autouse=True)
def _same_draws_every_time() -> None:
    """Whatever a factory draws is the same in each run."""
    factory.random.reseed_random("navette")

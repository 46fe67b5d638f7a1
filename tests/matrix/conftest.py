"""The world of the matrix, made once per process and never changed by a try."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.agreements.conftest import fast_documents
from tests.matrix import world as worlds
from tests.matrix.tries import Trier


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[worlds.World]:
    """Everything in one transaction, taken back at the end."""
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        fast_documents.__wrapped__(patch)
        yield worlds.build()
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def trier(world: worlds.World) -> Trier:
    return Trier(world)

"""People of the catalogue's tests, and the real files that stand outside the project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from accounts.enums import Role
from accounts.models import Organisation, User
from tests.accounts.factories import MembershipFactory, OrganisationFactory, UserFactory

REAL_FILES = Path(settings.BASE_DIR).parent / "shared" / "data"


@pytest.fixture
def real() -> Callable[[str], Path]:
    """Give a file of the shared collection; skip the test where the collection is absent."""

    def path_of(name: str) -> Path:
        if not REAL_FILES.is_dir():
            pytest.skip(f"the collection of real files ({REAL_FILES}) is absent")
        return REAL_FILES / name

    return path_of


@pytest.fixture
def producer(db: None) -> Organisation:
    return OrganisationFactory(name="Direction des études", short_name="Dees")


def member(role: str, organisation: Organisation | None = None, **period: object) -> User:
    """A person who holds a role in an organisation."""
    organisation = organisation or OrganisationFactory()
    return MembershipFactory(role=role, organisation=organisation, **period).user


@pytest.fixture
def manager(db: None) -> User:
    return member(Role.MANAGER)


@pytest.fixture
def holder(producer: Organisation) -> User:
    return member(Role.HOLDER, producer)


@pytest.fixture
def referent(producer: Organisation) -> User:
    return member(Role.DATA_REFERENT, producer)


@pytest.fixture
def agent(db: None) -> User:
    return member(Role.REQUESTER)


@pytest.fixture
def person_without_role(db: None) -> User:
    return UserFactory()

"""People and answers shared by the tests of the forms."""

from __future__ import annotations

import pytest

from accounts.models import Organisation, User
from questionnaires.models import AnswerSet
from tests.questionnaires.factories import (
    OrganisationFactory,
    PersonFactory,
    answers_of,
    personal_values,
    request_values,
)


@pytest.fixture
def organisation(db: None) -> Organisation:
    return OrganisationFactory()


@pytest.fixture
def nadia(db: None) -> User:
    return PersonFactory(first_name="Nadia", last_name="Ferrand")


@pytest.fixture
def olivier(db: None) -> User:
    return PersonFactory(first_name="Olivier", last_name="Petit")


@pytest.fixture
def draft(nadia: User) -> AnswerSet:
    return answers_of(nadia)


@pytest.fixture
def complete(nadia: User, organisation: Organisation) -> AnswerSet:
    return answers_of(nadia, values=request_values(organisation))


@pytest.fixture
def personal(nadia: User, organisation: Organisation) -> AnswerSet:
    return answers_of(nadia, values=personal_values(organisation))

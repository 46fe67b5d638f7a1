"""The score: required fields weigh 2, optional ones 1."""

from __future__ import annotations

import pytest

from catalogue import completeness, services
from catalogue.fieldsets import SECTIONS, all_lines, editable_columns
from catalogue.models import Dataset
from journal.services import SYSTEM
from tests.catalogue.factories import DatasetFactory, with_variables

pytestmark = pytest.mark.django_db


def test_every_column_is_in_one_section():
    kept = {
        "id", "identifier", "slug", "details", "completeness", "retired_on", "retirement_reason",
        "source_identifier", "source_digest", "created_at", "updated_at", "sort_title",
        "search_text", "search",
    }  # fmt: skip
    columns = [c for line in all_lines() for c in line.columns]

    assert len(columns) == len(set(columns))
    assert editable_columns() | kept == {f.name for f in Dataset._meta.concrete_fields}


def test_a_required_answer_weighs_twice_an_optional_one():
    dataset = DatasetFactory()
    total = (
        sum(2 if completeness.is_required(dataset, line) else 1 for line in all_lines())
        + 2
        + 1
        + 1
        + 1
    )

    services.update_dataset(dataset=dataset, by=SYSTEM, values={"alt_title": "X"})
    services.update_dataset(dataset=dataset, by=SYSTEM, values={"description": "Y"})
    dataset.refresh_from_db()

    # Title, producer and description are required; acronym and language (French by default) not.
    assert dataset.completeness == (2 + 2 + 2 + 1 + 1) * 100 // total


@pytest.mark.parametrize(
    ("values", "label"),
    [
        ({"personal_data": "yes"}, "finalité d’origine"),
        ({"personal_data": "unknown"}, "finalité d’origine"),
        ({"access_rights": "PUBLIC"}, "licence"),
        ({"themes": ["HEAL"]}, "catégorie EEDS (art. 51)"),
        ({"request_route": "api"}, "adresse de l’API"),
    ],
)
def test_an_answer_may_require_another(values, label):
    plain = DatasetFactory(themes=["SOCI"])
    asked = DatasetFactory(**{"themes": ["SOCI"], **values})

    assert label not in completeness.missing_required(plain, has_distributions=True)
    assert label in completeness.missing_required(asked, has_distributions=True)


def test_no_is_an_answer():
    dataset = DatasetFactory(hvd=False, trusted_holder=False, personal_data="no", record_count=0)
    bare = DatasetFactory()

    assert dataset.completeness > bare.completeness


def test_resources_and_variables_count():
    dataset = DatasetFactory()
    bare = dataset.completeness

    services.replace_distributions(dataset=dataset, by=SYSTEM, rows=[{"format": "CSV"}])
    dataset.refresh_from_db()
    with_resources = dataset.completeness
    with_variables(dataset, "A")
    dataset.refresh_from_db()

    assert bare < with_resources < dataset.completeness


def test_sections_have_unique_codes():
    assert len({section.code for section in SECTIONS}) == len(SECTIONS)

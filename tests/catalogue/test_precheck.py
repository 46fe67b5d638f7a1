"""What the catalogue answers before a request."""

from __future__ import annotations

import pytest

from catalogue import selectors
from catalogue.selectors import FindingKind, precheck
from tests.accounts.factories import OrganisationFactory
from tests.catalogue.factories import DatasetFactory

pytestmark = pytest.mark.django_db


def kinds(datasets, organisation=None) -> list[FindingKind]:
    return [finding.kind for finding in precheck(datasets, organisation)]


def test_open_data_is_said_with_its_licence_and_address():
    dataset = DatasetFactory(title="Vaccins", open_data=True, frequency="QUARTERLY")

    (finding,) = precheck([dataset], None)

    assert finding.kind == FindingKind.OPEN
    assert finding.text == (
        "«\u00a0Vaccins\u00a0» est publié sous Licence Ouverte 2.0, "
        "mise à jour\u00a0: trimestrielle."
    )
    assert finding.url == "https://data.example.fr/jeu"


@pytest.mark.parametrize(
    "lacking",
    [{"licence": ""}, {"licence": "none"}, {"landing_url": ""}, {"access_rights": "RESTRICTED"}],
)
def test_open_needs_access_licence_and_address(lacking):
    assert kinds([DatasetFactory(open_data=True, **lacking)]) == []


def test_an_api_is_said_with_its_desk():
    dataset = DatasetFactory(
        request_route="datapass",
        api_url="https://a.example/api",
        api_documentation="https://a.example/doc",
    )

    (finding,) = precheck([dataset], None)

    assert finding.kind == FindingKind.API
    assert "habilitation par DataPass" in finding.text
    assert finding.url == "https://a.example/doc"


def test_held_by_ones_own_organisation_as_producer_or_controller(producer):
    controller = OrganisationFactory()
    dataset = DatasetFactory(
        producer_org=producer, data_controller=controller, contact_email="boite@dees.example"
    )

    for organisation in (producer, controller):
        (finding,) = precheck([dataset], organisation)
        assert finding.kind == FindingKind.HELD
        assert finding.contact == "boite@dees.example"
    assert kinds([dataset], OrganisationFactory()) == []
    assert kinds([dataset], None) == []


def test_strongest_first_and_nothing_is_nothing(producer):
    held = DatasetFactory(producer_org=producer)
    api = DatasetFactory(api_url="https://a.example/api")
    free = DatasetFactory(open_data=True)

    assert kinds([held, api, free], producer) == ["open", "api", "held"]
    assert precheck([], producer) == []


def test_no_query_on_records_that_were_selected_for_it(producer, django_assert_num_queries):
    slugs = [DatasetFactory(open_data=True, producer_org=producer).slug for _number in range(4)]
    datasets = selectors.list_by_slugs(reversed(slugs))

    with django_assert_num_queries(0):
        assert len(precheck(datasets, producer)) == 8
    assert [d.slug for d in datasets] == slugs[::-1]


def test_similar_records_share_words():
    one = DatasetFactory(title="Retraites complémentaires", keywords=["pension"])
    two = DatasetFactory(title="Pensions de retraite", keywords=["retraite"])
    DatasetFactory(title="Accueil du jeune enfant")

    assert selectors.similar(one) == [two]

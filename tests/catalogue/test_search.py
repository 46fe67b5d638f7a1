"""The search: words, accents, near spellings, filters, pages, cost."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from catalogue import selectors, services
from catalogue.models import Dataset
from catalogue.search import fold, terms
from catalogue.selectors.search import FILTERS, PAGE_SIZE, Filters
from journal.services import SYSTEM
from tests.accounts.factories import OrganisationFactory
from tests.catalogue.factories import DatasetFactory, with_variables

pytestmark = pytest.mark.django_db


def titles(user, query="", **filters) -> list[str]:
    return [d.title for d in selectors.search(user, query, Filters(**filters)).datasets]


@pytest.fixture
def catalogue(db):
    cnaf = OrganisationFactory(
        name="Caisse nationale des allocations familiales", short_name="Cnaf"
    )
    DatasetFactory(
        title="Médecins généralistes", keywords=["démographie médicale"], social_theme="health"
    )
    DatasetFactory(
        title="Bénéficiaires de l’allocation aux adultes handicapés",
        alt_title="AAH",
        producer_org=cnaf,
        sensitivity="sensitive",
        access_rights="RESTRICTED",
        spatial_resolution="town",
        social_theme="disability",
    )
    retreats = DatasetFactory(
        title="Âges de départ à la retraite",
        open_data=True,
        social_theme="pension",
        description="Œuvres et pensions des assurés.",
    )
    with_variables(retreats, "AGE_LIQ", "MT_PENSION")
    return cnaf


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("médecin", "Médecins généralistes"),
        ("medecin", "Médecins généralistes"),
        ("MÉDECINS", "Médecins généralistes"),
        ("medec", "Médecins généralistes"),
        ("demographie medicale", "Médecins généralistes"),
        ("adulte handicapé", "Bénéficiaires de l’allocation aux adultes handicapés"),
        ("aah", "Bénéficiaires de l’allocation aux adultes handicapés"),
        ("cnaf", "Bénéficiaires de l’allocation aux adultes handicapés"),
        ("allocations familiales", "Bénéficiaires de l’allocation aux adultes handicapés"),
        ("age liq", "Âges de départ à la retraite"),
        ("MT_PENSION", "Âges de départ à la retraite"),
        ("oeuvre", "Âges de départ à la retraite"),
        ("l’âge de la retraite", "Âges de départ à la retraite"),
    ],
)
def test_words_are_found_without_regard_to_accents(catalogue, agent, query, expected):
    results = selectors.search(agent, query)

    assert [d.title for d in results.datasets] == [expected]
    assert results.total == 1
    assert not results.is_approximate


@pytest.mark.parametrize("query", ["medcins generalistes", "hanidcapés", "retraitte"])
def test_near_spellings_are_found_and_said_so(catalogue, agent, query):
    results = selectors.search(agent, query)

    assert results.total == 1
    assert results.is_approximate


def test_nothing_is_nothing(catalogue, agent):
    results = selectors.search(agent, "zzzzqqqq")

    assert (results.total, results.datasets, results.is_approximate) == (0, [], False)


def test_a_title_weighs_more_than_a_description(agent):
    DatasetFactory(title="Autre jeu", description="Il parle de vaccination.")
    DatasetFactory(title="Vaccination")

    assert titles(agent, "vaccination") == ["Vaccination", "Autre jeu"]


@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        ({"champ": ("health",)}, 1),
        ({"champ": ("health", "pension")}, 2),
        ({"ouverture": ("PUBLIC",)}, 1),
        ({"ouverture": ("non-renseigne",)}, 1),
        ({"sensibilite": ("sensitive",), "maille": ("town",)}, 1),
        ({"sensibilite": ("sensitive",), "maille": ("iris",)}, 0),
        ({"champ": ("n’importe quoi",)}, 0),
        ({"producteur": ("abc",)}, 0),
        ({"producteur": ("9" * 30,)}, 0),
    ],
)
def test_filters(catalogue, agent, chosen, count):
    assert selectors.search(agent, "", Filters(**chosen)).total == count


def test_filter_by_producer(catalogue, agent):
    assert len(titles(agent, producteur=(str(catalogue.pk),))) == 1


def test_counts_of_a_filter_ignore_its_own_choice(catalogue, agent):
    results = selectors.search(agent, "", Filters(champ=("health",)))

    by_name = {facet.name: facet for facet in results.facets}
    assert {v.value: v.count for v in by_name["champ"].values} == {
        "health": 1, "disability": 1, "pension": 1,
    }  # fmt: skip
    assert [v.value for v in by_name["champ"].values if v.is_chosen] == ["health"]
    assert [(v.label, v.count) for v in by_name["ouverture"].values] == [("Non renseigné", 1)]


def test_retired_records_are_out_of_the_list_and_keep_their_page(catalogue, agent):
    dataset = Dataset.objects.get(alt_title="AAH")
    services.retire_dataset(dataset=dataset, by=SYSTEM, reason="Fusion")

    assert selectors.search(agent, "aah").total == 0
    assert selectors.get_for(agent, dataset.slug) == dataset
    assert selectors.list_by_slugs([dataset.slug]) == []
    assert selectors.list_by_ids([dataset.pk]) == [dataset]


def test_the_index_follows_a_change(agent):
    dataset = DatasetFactory(title="Ancien titre")

    services.update_dataset(dataset=dataset, by=SYSTEM, values={"title": "Tout neuf"})

    assert titles(agent, "ancien") == []
    assert titles(agent, "neuf") == ["Tout neuf"]


@pytest.mark.parametrize("query", ["", "jeu"])
def test_pages_by_key_show_each_record_once_both_ways(agent, query):
    for number in range(PAGE_SIZE * 2 + 3):
        DatasetFactory(title=f"Jeu {number % 7}", producer_org=OrganisationFactory())
    seen: list[int] = []
    first = page = selectors.search(agent, query)
    while page.next_key is not None:
        seen += [d.pk for d in page.datasets]
        previous, page = page, selectors.search(agent, query, after=page.next_key)
    seen += [d.pk for d in page.datasets]

    back = selectors.search(agent, query, before=page.previous_key)
    assert len(seen) == len(set(seen)) == page.total == PAGE_SIZE * 2 + 3
    assert [d.pk for d in back.datasets] == [d.pk for d in previous.datasets]
    start = selectors.search(agent, query, before=back.previous_key)
    assert [d.pk for d in start.datasets] == [d.pk for d in first.datasets]
    assert start.previous_key is None
    assert first.previous_key is None


def test_an_unknown_page_key_shows_the_first_page(catalogue, agent):
    assert len(selectors.search(agent, after=10**12).datasets) == 3


def test_signed_out_search_is_refused(db):
    with pytest.raises(PermissionDenied):
        selectors.search(AnonymousUser())


@pytest.mark.parametrize(("query", "ceiling"), [("", 2), ("jeu", 2), ("jeux", 4), ("jue", 4)])
def test_queries_do_not_grow_with_the_catalogue(
    agent, query, ceiling, django_assert_max_num_queries
):
    for records in (1, 9):
        for number in range(records):
            DatasetFactory(title=f"Jeu {records} {number}")
        with django_assert_max_num_queries(ceiling):
            selectors.search(agent, query, Filters(champ=("health", "non-renseigne")))


@given(st.text(max_size=300))
def test_any_words_are_an_answer(agent, query):
    assert selectors.search(agent, query).datasets == []


@given(st.text(max_size=60))
def test_terms_hold_only_words(query):
    assert all(re.fullmatch(r"\w+", word) for word in terms(query))
    assert len(terms(query)) <= 12


def test_fold():
    assert fold("Œuvre de l’Été à Nîmes") == "oeuvre de l'ete a nimes"


def test_every_filter_has_a_choice_in_filters():
    assert {spec.name for spec in FILTERS} == set(Filters.__dataclass_fields__)

"""The search bar: a reference leads to its case, words to grouped results, each its own scope."""

import pytest

from accounts.enums import Role
from tests.steering import factories

pytestmark = pytest.mark.django_db
URL = "/recherche/"


@pytest.fixture
def officer(client):
    user = factories.person(Role.OFFICER)
    client.force_login(user)
    return user


@pytest.mark.parametrize("typed", ["DEM-2026-0001", "dem-2026-0001", "  DEM-2026-0001 "])
def test_exact_reference_leads_to_the_case(client, officer, typed):
    case = factories.filed()

    response = client.get(URL, {"q": typed})

    assert response.url == case.get_absolute_url() == "/demandes/DEM-2026-0001/"


def test_signed_act_answers_to_both_its_references(client, officer):
    act = factories.act()

    assert client.get(URL, {"q": "CONV-2026-001"}).url == act.get_absolute_url()
    assert client.get(URL, {"q": "prj-2026-0001"}).url == act.get_absolute_url()


def test_words_find_grouped_results(client, officer, text_of):
    factories.filed("Recours à l’APA")
    factories.act("Recours aux soins")
    factories.filed("Autre sujet")

    text = text_of(client.get(URL, {"q": "recours"}))

    assert "2 résultats affichés" in text
    assert "Demandes Recours à l’APA" in text
    assert "Conventions Recours aux soins" in text
    assert "Autre sujet" not in text


def test_what_is_not_visible_is_not_found(client, text_of):
    factories.filed("Recours à l’APA")
    factories.act("Recours aux soins")
    client.force_login(factories.person(Role.HOLDER))

    assert "Aucun dossier" in text_of(client.get(URL, {"q": "recours"}))
    assert "Aucun dossier" in text_of(client.get(URL, {"q": "DEM-2026-0001"}))
    assert "Aucun dossier" in text_of(client.get(URL, {"q": "PRJ-2026-0001"}))


def test_own_case_is_found(client):
    holder = factories.OrganisationFactory()
    factories.filed(holders=(holder,))
    client.force_login(factories.person(Role.HOLDER, organisation=holder))

    assert client.get(URL, {"q": "DEM-2026-0001"}).status_code == 302


def test_empty_search_shows_the_field(client, officer, text_of):
    response = client.get(URL)

    assert response.status_code == 200
    assert "résultat" not in text_of(response).split("Rechercher")[-1]


@pytest.mark.parametrize("typed", ["x" * 300, "a\0b"])
def test_impossible_text_is_explained(client, officer, typed, text_of):
    assert "Ce texte" in text_of(client.get(URL, {"q": typed}))


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "' OR 1=1 --", "%_\\", "😀", "‮ltr"])
def test_odd_text_is_shown_as_text(client, officer, typed):
    response = client.get(URL, {"q": typed})

    assert response.status_code == 200
    assert b"<script>alert" not in response.content


def test_search_needs_a_sign_in(client):
    assert client.get(URL, {"q": "x"}).status_code == 302


def test_queries_do_not_grow_with_results(client, officer):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(URL, {"q": "recours"})
        return len(captured)

    factories.filed("Recours 1")
    queries()
    few = queries()
    for number in range(8):
        factories.filed(f"Recours {number}")
        factories.act(f"Recours {number}")

    assert queries() == few

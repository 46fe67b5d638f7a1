"""« Mon compte »: wiring of its pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Absence
from tests.accounts.factories import (
    AbsenceFactory,
    DelegationFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    holder,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def person():
    return holder(Role.LEGAL, OrganisationFactory(name="Direction du droit"))


@pytest.fixture
def mine(client, person):
    client.force_login(person)
    return client


def text(response) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def test_it_shows_what_one_is_and_may_do(mine, person):
    DelegationFactory(user=person, title="Directrice adjointe")
    AbsenceFactory(deputy=person, user=UserFactory(first_name="Yann", last_name="Le Gall"))

    page = text(mine.get("/mon-compte/"))

    for word in (
        person.email,
        "Juriste",
        "Direction du droit",
        "Directrice adjointe",
        "Yann Le Gall",
    ):
        assert word in page
    assert "Agir pour cet organisme" not in page


def test_a_person_without_role_is_told_whom_to_ask(client):
    client.force_login(UserFactory())

    assert "Demandez-le à un gestionnaire" in text(client.get("/mon-compte/"))


def test_the_profile_is_saved(mine, person):
    response = mine.post("/mon-compte/profil/", {"job_title": "Juriste", "phone": ""}, follow=True)

    assert "Votre profil est enregistré" in text(response)
    person.refresh_from_db()
    assert person.job_title == "Juriste"


@pytest.mark.parametrize("typed", ["x" * 161, "a\0b", "🙂" * 200])
def test_a_profile_that_is_refused_keeps_what_was_typed(mine, typed):
    response = mine.post("/mon-compte/profil/", {"job_title": typed, "phone": ""})

    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 200
    assert page.select_one("#resume-erreurs a")["href"] == "#id_job_title"
    assert page.select_one("[name=job_title]")["aria-invalid"] == "true"


def test_declaring_then_cancelling_an_absence(mine, person):
    colleague = holder(Role.REQUESTER, person.memberships.get().organisation)
    today = timezone.localdate()
    typed = {"deputy": colleague.pk, "starts_on": today.isoformat(), "ends_on": f"{today:%d/%m/%Y}"}

    saved = mine.post("/mon-compte/absence/", typed, follow=True)
    assert colleague.get_full_name() in text(saved)
    absence = Absence.objects.get(user=person)
    page = mine.get(f"/mon-compte/absence/{absence.pk}/annuler/")
    assert colleague.get_full_name() in text(page)
    mine.post(f"/mon-compte/absence/{absence.pk}/annuler/")

    assert not Absence.objects.exists()


def test_an_absence_is_refused_at_its_field(mine, person):
    colleague = holder(Role.REQUESTER, person.memberships.get().organisation)
    today = timezone.localdate()
    typed = {
        "deputy": colleague.pk,
        "starts_on": today.isoformat(),
        "ends_on": (today - DAY).isoformat(),
    }

    response = mine.post("/mon-compte/absence/", typed)

    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one("#resume-erreurs a")["href"] == "#id_ends_on"
    assert page.select_one("#id_deputy option[selected]")["value"] == str(colleague.pk)


@pytest.mark.parametrize("typed", ["", "0", "abc", "9" * 40, "1\0"])
def test_a_stranger_is_no_deputy(mine, typed):
    stranger = UserFactory()
    day = timezone.localdate().isoformat()

    for deputy in (typed, stranger.pk):
        response = mine.post(
            "/mon-compte/absence/", {"deputy": deputy, "starts_on": day, "ends_on": "31/02/2026"}
        )
        assert response.status_code == 200
        assert b'href="#id_deputy"' in response.content
        assert "Indiquez un jour qui existe" in text(response)


def test_the_absence_of_another_is_not_found(mine):
    absence = AbsenceFactory()

    assert mine.get(f"/mon-compte/absence/{absence.pk}/annuler/").status_code == 404
    assert mine.post(f"/mon-compte/absence/{absence.pk}/annuler/").status_code == 404
    assert Absence.objects.exists()


def test_acting_for_is_kept_in_the_session_and_comes_back_to_the_page(mine, person):
    other = MembershipFactory(user=person, role=Role.DPO).organisation

    page = text(mine.get("/mon-compte/"))
    response = mine.post("/mon-compte/agir-pour/", {"organisation": other.pk, "next": "/compte/"})

    assert "Agir pour cet organisme" in page
    assert response["Location"] == "/compte/"
    assert mine.session["acting_for"] == other.pk
    assert mine.get("/mon-compte/").wsgi_request.acting_for_id == other.pk


def test_a_choice_that_is_not_ones_own_any_more_counts_for_nothing(mine, person):
    held = MembershipFactory(user=person)
    mine.post("/mon-compte/agir-pour/", {"organisation": held.organisation_id})
    held.ends_on = timezone.localdate() - DAY
    held.save()

    first = person.memberships.exclude(pk=held.pk).get().organisation_id
    assert mine.get("/mon-compte/").wsgi_request.acting_for_id == first


@pytest.mark.parametrize("typed", ["", "abc", "9" * 5000, "-1", "²", "1\0"])
def test_acting_for_nothing_known_changes_nothing(mine, typed):
    response = mine.post("/mon-compte/agir-pour/", {"organisation": typed}, follow=True)

    assert "aucun rôle dans cet organisme" in text(response)
    assert "acting_for" not in mine.session


def test_acting_for_never_leads_to_another_site(mine, person):
    typed = {
        "organisation": person.memberships.get().organisation_id,
        "next": "https://ailleurs.example/",
    }

    assert mine.post("/mon-compte/agir-pour/", typed)["Location"] == "/mon-compte/"
    assert mine.get("/mon-compte/agir-pour/").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/mon-compte/",
        "/mon-compte/profil/",
        "/mon-compte/absence/",
        "/mon-compte/absence/1/annuler/",
    ],
)
def test_a_visitor_signs_in_first(client, path):
    assert client.get(path)["Location"] == f"/compte/connexion/?next={path}"


def test_its_queries_do_not_grow(mine, person, django_assert_max_num_queries):
    MembershipFactory.create_batch(10, user=person)
    DelegationFactory.create_batch(10, user=person)

    with django_assert_max_num_queries(14):
        mine.get("/mon-compte/")

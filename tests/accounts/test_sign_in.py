"""Sign-in by address and password: throttled, journaled, without sign-up."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse

from accounts.enums import Role
from tests.accounts.factories import PASSWORD, UserFactory, holder

pytestmark = pytest.mark.django_db

LOGIN = "/compte/connexion/"


def enter(client, person, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": person.email, "password": password, **more})


def test_the_right_password_opens_a_session_and_writes_one_event(client, journal):
    person, before = UserFactory(), journal()

    response = enter(client, person)

    assert (response.status_code, response["Location"]) == (302, "/tableau-de-bord/")
    assert client.session["_auth_user_id"] == str(person.pk)
    assert client.session.get_expire_at_browser_close()
    assert before.one().kind == "session.opened"


def test_the_address_is_accepted_in_any_case(client):
    person = UserFactory(email="nadia@dgcs.example")

    response = client.post(LOGIN, {"login": "Nadia@DGCS.example", "password": PASSWORD})

    assert response["Location"] == "/tableau-de-bord/"
    assert client.session["_auth_user_id"] == str(person.pk)


def test_one_goes_on_where_one_was_going_but_never_elsewhere(client):
    person = UserFactory()

    assert enter(client, person, next="/catalogue/")["Location"] == "/catalogue/"
    client.logout()
    away = enter(client, person, next="https://ailleurs.example/")
    assert away["Location"] == "/tableau-de-bord/"


@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_password_says_nothing_of_who_has_an_account(client, known, journal):
    person, before = UserFactory(), journal()
    if not known:
        person.email = "inconnue@dgcs.example"

    page = enter(client, person, "faux").content.decode()

    assert "n’est pas le bon" in page
    assert f'value="{person.email}"' in page
    assert "_auth_user_id" not in client.session
    assert before.kinds() == []


def test_five_failed_tries_close_the_door_even_to_the_right_password(client):
    person = UserFactory()
    for _ in range(5):
        enter(client, person, "faux")

    page = enter(client, person).content.decode()

    assert "Trop d’essais ont échoué" in page
    assert "_auth_user_id" not in client.session


def test_the_door_of_another_address_stays_open(client):
    aimed_at = UserFactory()
    for _ in range(5):
        enter(client, aimed_at, "faux")

    assert enter(client, UserFactory())["Location"] == "/tableau-de-bord/"


def test_twenty_failed_tries_from_one_machine_close_it(client):
    for number in range(20):
        enter(client, UserFactory.build(email=f"inconnue-{number}@dgcs.example"), "faux")

    enter(client, UserFactory())

    assert "_auth_user_id" not in client.session


def test_a_closed_account_does_not_enter(client):
    response = enter(client, UserFactory(is_active=False), PASSWORD)

    assert "_auth_user_id" not in client.session
    page = client.get(response["Location"]) if response.status_code == 302 else response
    assert "n’est pas le bon" in page.content.decode() or "fermé" in page.content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"login": "", "password": ""},
        {"login": "pas une adresse", "password": "x"},
        {"login": "a\0@b.example", "password": "x\0"},
        {"login": "é" * 5000 + "@b.example", "password": "x" * 5000},
        {"login": "🙂@b.example", "password": "🙂"},
    ],
)
def test_whatever_is_typed_the_answer_is_a_page(client, typed):
    response = client.post(LOGIN, typed)

    assert response.status_code == 200
    assert 'id="resume-erreurs"' in response.content.decode()


def test_an_auditor_lands_on_the_audit_once_it_exists(client, monkeypatch):
    monkeypatch.setattr("accounts.adapters._is_mounted", lambda path: True)

    assert enter(client, holder(Role.AUDITOR))["Location"] == "/audit/"
    client.logout()
    both = holder(Role.AUDITOR)
    holder(Role.MANAGER)
    both.memberships.create(organisation=both.memberships.get().organisation, role=Role.EXPERT)
    assert enter(client, both)["Location"] == "/tableau-de-bord/"


def test_signing_out_needs_a_post(client):
    client.force_login(UserFactory())

    assert client.get("/compte/deconnexion/").status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post("/compte/deconnexion/")["Location"] == LOGIN
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_confirm_email"])
def test_what_navette_does_not_use_is_not_mounted(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("path", ["/compte/signup/", "/compte/login/", "/compte/email/"])
def test_the_addresses_of_allauth_do_not_answer(client, path):
    client.force_login(UserFactory())

    assert client.get(path).status_code == 404


def test_forgetting_a_password_answers_the_same_to_all_and_is_throttled(client):
    known = UserFactory()
    answers = {
        client.post("/compte/mot-de-passe-oublie/", {"email": email})["Location"]
        for email in (known.email, "inconnue@dgcs.example")
    }

    assert answers == {"/compte/mot-de-passe-oublie/envoye/"}
    assert "messagerie" in client.get(answers.pop()).content.decode()
    for _ in range(5):
        last = client.post("/compte/mot-de-passe-oublie/", {"email": known.email})
    assert last.status_code == 429
    assert "Trop d’essais" in last.content.decode()


def test_changing_ones_password(client, journal):
    person, before = UserFactory(), journal()
    client.force_login(person)
    new = "un-autre-secret-long"

    wrong = client.post(
        "/compte/mot-de-passe/", {"oldpassword": "faux", "password1": new, "password2": new}
    )
    assert "mot de passe actuel" in wrong.content.decode()
    short = client.post(
        "/compte/mot-de-passe/", {"oldpassword": PASSWORD, "password1": "abc", "password2": "abc"}
    )
    assert "12 caractères" in short.content.decode()
    done = client.post(
        "/compte/mot-de-passe/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )

    assert done["Location"] == "/mon-compte/"
    assert client.get("/mon-compte/").status_code == 200
    assert before.kinds() == ["account.password_changed"]
    person.refresh_from_db()
    assert person.check_password(new)


def test_confirming_who_one_is(client):
    person = UserFactory()
    client.force_login(person)
    where = "/compte/confirmer/?next=/mon-compte/"

    assert "pas le bon" in client.post(where, {"password": "faux"}).content.decode()
    assert client.post(where, {"password": PASSWORD})["Location"] == "/mon-compte/"


def test_the_form_speaks_french_and_asks_for_little(client):
    page = BeautifulSoup(client.get(LOGIN).content, "html.parser")

    labels = [label.get_text(" ", strip=True) for label in page.select("main label")]
    assert [label.split("Format")[0].strip() for label in labels] == [
        "Adresse électronique",
        "Mot de passe",
    ]
    assert page.select_one("main").get_text().count("Mot de passe oublié") == 1
    for field in page.select("main input.fr-input"):
        assert field["autocomplete"] in ("email", "current-password")


def test_pages_of_the_sign_in_are_french_and_reachable(client):
    cache.clear()
    for path, title in [
        (LOGIN, "Se connecter"),
        ("/compte/ferme/", "Ce compte est fermé"),
        ("/compte/mot-de-passe-oublie/", "Mot de passe oublié"),
        ("/compte/mot-de-passe-oublie/envoye/", "Consultez votre messagerie"),
        ("/compte/mot-de-passe-oublie/choisi/", "Votre mot de passe est enregistré"),
        ("/compte/mot-de-passe-oublie/lien/1-faux/", "Lien périmé"),
    ]:
        page = client.get(path).content.decode()
        assert f"<title>{title}" in page
        assert "Password" not in page
        assert "placeholder" not in page

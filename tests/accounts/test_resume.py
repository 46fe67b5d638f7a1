"""A session that ends in the middle of a form loses nothing, and gives nothing to anybody else."""

from __future__ import annotations

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.enums import Role
from accounts.resume import middleware
from accounts.resume.filling import fill
from tests.accounts.factories import PASSWORD, MembershipFactory, UserFactory, holder

pytestmark = pytest.mark.django_db

PROFILE = "/mon-compte/profil/"
TYPED = {"job_title": "Cheffe <b>de</b> bureau", "phone": "01 02 03"}


def lose_session(client) -> None:
    """The session ends on the server; the browser keeps its other cookies."""
    client.session.flush()
    client.cookies.pop("sessionid", None)


def enter(client, person, **more):
    return client.post("/compte/connexion/", {"login": person.email, "password": PASSWORD, **more})


def interrupted(client, person, path=PROFILE, typed=None, **more):
    """Sign in, open a page, let the session end, post, sign in again."""
    client.force_login(person)
    client.get("/mon-compte/")
    lose_session(client)
    return client.post(path, TYPED if typed is None else typed, **more)


def fields_of(response) -> dict[str, str]:
    soup = BeautifulSoup(response.content, "html.parser")
    form = soup.select_one("main form")
    return {one["name"]: one.get("value", "") for one in form.select("input[name]")}


def test_the_page_comes_back_with_what_was_typed(client, journal):
    person, before = UserFactory(job_title="Juriste"), journal()

    away = interrupted(client, person)
    assert away["Location"] == f"/compte/connexion/?next={PROFILE}"
    assert enter(client, person, next=PROFILE)["Location"] == PROFILE
    page = client.get(PROFILE)

    assert "Votre saisie est conservée" in page.content.decode()
    assert TYPED.items() <= fields_of(page).items()
    assert page.content.startswith(b"<!DOCTYPE html>")
    person.refresh_from_db()
    assert person.job_title == "Juriste"
    assert before.kinds() == ["session.opened"]


def test_what_came_back_is_sent_with_a_fresh_token():
    client, person = Client(enforce_csrf_checks=True), UserFactory()
    client.force_login(person)
    old = fields_of(client.get(PROFILE))["csrfmiddlewaretoken"]
    lose_session(client)
    client.post(PROFILE, {**TYPED, "csrfmiddlewaretoken": old})
    token = fields_of(client.get("/compte/connexion/"))["csrfmiddlewaretoken"]
    enter(client, person, csrfmiddlewaretoken=token)
    fields = fields_of(client.get(PROFILE))

    assert client.post(PROFILE, {**TYPED, "csrfmiddlewaretoken": old}).status_code == 403
    sent = client.post(PROFILE, fields)

    assert sent["Location"] == "/mon-compte/"
    person.refresh_from_db()
    assert person.job_title == TYPED["job_title"]
    assert "Votre saisie est conservée" not in client.get(PROFILE).content.decode()


def test_a_post_without_csrf_token_keeps_nothing():
    client, person = Client(enforce_csrf_checks=True), UserFactory()
    client.force_login(person)
    client.get(PROFILE)
    lose_session(client)

    assert client.post(PROFILE, TYPED).status_code == 403

    assert middleware.KEY not in client.session


def test_a_page_read_again_still_holds_the_text(client):
    person = UserFactory()
    interrupted(client, person)
    enter(client, person)

    client.get(PROFILE)

    assert TYPED.items() <= fields_of(client.get(PROFILE)).items()


def test_nobody_else_sees_it(client):
    interrupted(client, UserFactory())
    enter(client, UserFactory())

    page = client.get(PROFILE).content.decode()

    assert "bureau" not in page
    assert client.get("/compte/reprendre/")["Location"] == "/tableau-de-bord/"
    assert middleware.KEY not in client.session


@pytest.mark.parametrize("cookie", [None, "1", "1:faux", "é"])
def test_nothing_is_kept_without_the_signed_name_of_the_session_before(client, cookie):
    person = UserFactory()
    client.force_login(person)
    client.get("/mon-compte/")
    lose_session(client)
    client.cookies.pop(middleware.COOKIE)
    if cookie is not None:
        client.cookies[middleware.COOKIE] = cookie

    client.post(PROFILE, TYPED)

    assert middleware.KEY not in client.session


def test_it_is_kept_for_an_hour(client):
    person = UserFactory()
    with time_machine.travel("2026-03-17T08:00:00+00:00", tick=False):
        interrupted(client, person)
    with time_machine.travel("2026-03-17T09:00:01+00:00", tick=False):
        enter(client, person)

        assert "conservée" not in client.get(PROFILE).content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        {"job_title": "x" * (middleware.MAX_CHARACTERS + 1)},
        {f"champ-{number}": "x" for number in range(middleware.MAX_FIELDS + 1)},
    ],
)
def test_what_is_too_big_is_not_kept(client, typed):
    interrupted(client, UserFactory(), typed=typed)

    assert middleware.KEY not in client.session


def test_passwords_are_never_kept(client):
    person = UserFactory()

    away = interrupted(client, person, "/compte/mot-de-passe/", {"oldpassword": "secret"})

    assert away["Location"].startswith("/compte/connexion/")
    assert middleware.KEY not in client.session


def test_files_are_not_kept_and_the_person_is_told(client):
    person = UserFactory()
    file = SimpleUploadedFile("note.txt", b"octets du fichier")
    interrupted(client, person, typed={**TYPED, "piece": file})
    enter(client, person)

    page = client.get(PROFILE).content.decode()

    assert "Les fichiers joints sont à choisir de nouveau" in page
    assert "octets du fichier" not in page


def test_what_the_page_does_not_show_travels_along(client):
    person = UserFactory()
    interrupted(client, person, typed={**TYPED, "question_cachee": "à garder"})
    enter(client, person)

    assert fields_of(client.get(PROFILE))["question_cachee"] == "à garder"


def test_a_page_that_cannot_come_back_offers_what_was_typed(client):
    person = holder(Role.REQUESTER)
    other = MembershipFactory(user=person).organisation
    path = "/mon-compte/agir-pour/"
    interrupted(client, person, path, {"organisation": other.pk, "motif": "long texte 🙂"})
    enter(client, person, next=path)

    assert client.get(path)["Location"] == "/compte/reprendre/"
    page = client.get("/compte/reprendre/")
    assert "long texte 🙂" in page.content.decode()
    fields = fields_of(page)
    assert BeautifulSoup(page.content, "html.parser").select_one("main form")["action"] == path
    client.post(path, fields)

    assert client.session["acting_for"] == other.pk
    assert middleware.KEY not in client.session


def test_giving_up_goes_back_to_the_page(client):
    person = UserFactory()
    interrupted(client, person)
    enter(client, person)

    assert client.post("/compte/reprendre/")["Location"] == PROFILE
    assert "conservée" not in client.get(PROFILE).content.decode()


def test_htmx_leaves_the_page_for_the_sign_in_and_comes_back_to_it(client):
    person = UserFactory()

    away = interrupted(
        client,
        person,
        "/mon-compte/agir-pour/",
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{PROFILE}?a=1"},
    )

    assert away.status_code == 204
    assert away["HX-Redirect"] == "/compte/connexion/?next=%2Fmon-compte%2Fprofil%2F%3Fa%3D1"
    enter(client, person)
    assert TYPED.items() <= fields_of(client.get(f"{PROFILE}?a=1")).items()


def test_htmx_does_not_lead_to_another_site(client):
    away = interrupted(
        client,
        UserFactory(),
        headers={"HX-Request": "true", "HX-Current-URL": "https://ailleurs.example/x"},
    )

    assert "ailleurs" not in away["HX-Redirect"]


def test_a_visitor_who_never_signed_in_is_simply_sent_to_the_sign_in(client):
    assert client.post(PROFILE, TYPED)["Location"] == f"/compte/connexion/?next={PROFILE}"
    assert middleware.KEY not in client.session


PAGE = """<!DOCTYPE html><html lang="fr"><head><title>Été</title></head><body>
<form method="get"><input name="q"></form>
<main id="contenu"><form method="post">
<input type="hidden" name="csrfmiddlewaretoken" value="neuf">
<input type="hidden" name="v" value="2">
<textarea name="t">ancien</textarea><input name="l" value="a"><input name="l" value="b">
<input type="checkbox" name="c" value="1" checked><input type="checkbox" name="c" value="2">
<input type="radio" name="r" value="x" checked><input type="radio" name="r" value="y">
<select name="s"><option value="1" selected>un</option><option>deux</option></select>
<input type="password" name="p"><button name="action" value="corriger">Corriger</button>
</form></main></body></html>"""


def filled(*fields):
    kept = {"fields": [list(field) for field in fields], "had_files": False}
    result = fill(PAGE, kept)
    return result and BeautifulSoup(result, "html.parser").select_one("main form")


def test_every_kind_of_field_is_filled():
    form = filled(
        ("csrfmiddlewaretoken", "vieux"), ("v", "1"), ("t", "\n ligne <i>\n"), ("l", "premier"),
        ("l", "second"), ("c", "2"), ("r", "y"), ("s", "deux"), ("p", "secret"), ("action", "x"),
    )  # fmt: skip

    assert form.select_one("[name=csrfmiddlewaretoken]")["value"] == "neuf"
    assert form.select_one("[name=v]")["value"] == "1"
    assert form.textarea.get_text() == "\n\n ligne <i>\n"  # the first line break is not text
    assert [one["value"] for one in form.select("[name=l]")] == ["premier", "second"]
    assert [one.has_attr("checked") for one in form.select("[name=c]")] == [False, True]
    assert [one.has_attr("checked") for one in form.select("[name=r]")] == [False, True]
    assert [one.has_attr("selected") for one in form.select("option")] == [False, True]
    assert not form.select_one("[name=p]").has_attr("value")
    assert form.select_one("button")["value"] == "corriger"
    assert len(form.select("[name=action]")) == 1


def test_control_characters_do_not_break_the_page():
    form = filled(("t", "a\0b\x0b\ud800c"))

    assert form.textarea.get_text().strip() == "abc"


def test_a_page_without_such_a_form_is_not_filled():
    assert filled(("inconnu", "x")) is None
    assert filled(("action", "x")) is None
    assert fill("<html><body><p>rien</p></body></html>", {"fields": [], "had_files": False}) is None

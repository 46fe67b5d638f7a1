"""The pages of the service itself: text, errors, session, source, navigation by role."""

from __future__ import annotations

import io
import logging
import tarfile
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from accounts.enums import OrganisationKind
from accounts.models import Membership, Organisation, User
from config import pages, source
from config.urls import urlpatterns as real_urls
from tests.french_lint import french_faults

STATIC = [
    "/",
    "/aide/",
    "/plan-du-site/",
    "/accessibilite/",
    "/mentions-legales/",
    "/donnees-personnelles/",
]
COMPONENTS = sorted((settings.BASE_DIR / "templates/components").glob("*.html"))


def refuse(request: Any) -> Any:
    raise PermissionDenied("Cette page est réservée aux juristes. Votre rôle\u00a0: instructrice.")


def fail(request: Any) -> Any:
    raise RuntimeError("broken on purpose")


def too_big(request: Any) -> Any:
    raise RequestDataTooBig


urlpatterns = [
    path("refus/", pages.login_not_required(refuse)),
    path("panne/", pages.login_not_required(fail)),
    path("trop-lourd/", pages.login_not_required(too_big)),
    *real_urls,
]
handler400 = pages.bad_request
handler403 = pages.permission_denied
handler404 = pages.not_found
handler500 = pages.server_error


def make_user(
    *roles: str, organisation: str = "DGCS", email: str = "claire@navette.invalid"
) -> User:
    user = User.objects.filter(email=email).first() or User.objects.create_user(
        email, first_name="Claire", last_name="Morvan"
    )
    place, _ = Organisation.objects.get_or_create(
        slug=organisation.lower(),
        defaults={
            "name": organisation,
            "short_name": organisation,
            "kind": OrganisationKind.DIRECTION,
        },
    )
    for role in roles:
        Membership.objects.create(user=user, organisation=place, role=role)
    return user


def soup(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content.decode(), "html.parser")


@pytest.mark.parametrize("url", STATIC)
def test_a_page_of_text_is_public_and_in_french(client: Client, url: str) -> None:
    response = client.get(url)
    page = soup(response)

    assert response.status_code == 200
    assert len(page.find_all("h1")) == 1
    assert page.html["lang"] == "fr"  # type: ignore[index]
    assert french_faults(response.content.decode()) == []


def test_titles_are_unique(client: Client) -> None:
    titles = [soup(client.get(url)).title.string for url in [*STATIC, "/composants/"]]  # type: ignore[union-attr]

    assert len(set(titles)) == len(titles)
    assert all(str(title).endswith(" — Navette") for title in titles)


def test_the_lint_finds_faults() -> None:
    assert len(french_faults("<p>L'avis : « oui »</p><a title='Submit'>x</a><p>14h32</p>")) >= 4
    assert french_faults("<p>L’avis\u00a0: «\u00a0oui\u00a0» à 14\u00a0h\u00a032</p>") == []


def test_accessibility_says_not_compliant_until_an_audit(client: Client) -> None:
    page = soup(client.get("/accessibilite/"))

    assert "non conforme" in page.find("h1").get_text()  # type: ignore[union-attr]
    link = page.find("footer").find("a", href="/accessibilite/")  # type: ignore[union-attr]
    assert link.get_text() == "Accessibilité\u00a0: non conforme"  # type: ignore[union-attr]


@override_settings(
    MINISTRY_NAME=["Ministère", "de l’Essai"],
    LEGAL_NOTICE={
        "director": "Jeanne Essai",
        "host": "Hébergeur d’essai, Paris",
        "contact_email": "aide@navette.invalid",
        "dpo_email": "dpd@navette.invalid",
    },
)
def test_a_deployment_gives_its_own_names(client: Client) -> None:
    notice = soup(client.get("/mentions-legales/")).get_text()

    assert "Jeanne Essai" in notice
    assert "Hébergeur d’essai" in notice
    assert "Ministèrede l’Essai" in notice
    assert "aide@navette.invalid" in soup(client.get("/aide/")).get_text()
    assert "dpd@navette.invalid" in soup(client.get("/donnees-personnelles/")).get_text()


def test_the_gallery_shows_every_component(client: Client) -> None:
    response = client.get("/composants/")

    used = {str(template.name) for template in response.templates}
    assert [c.name for c in COMPONENTS if f"components/{c.name}" not in used] == []
    assert french_faults(response.content.decode()) == []
    assert "{#" not in response.content.decode()


@override_settings(DEMO_MODE=False)
def test_the_gallery_is_only_for_demonstrations(client: Client) -> None:
    assert client.get("/composants/").status_code == 404


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_says_what_it_reads(component: Path) -> None:
    head = (
        component.read_text().split("\n", 2)[1]
        if component.read_text().startswith("{% load")
        else component.read_text()
    )

    assert head.startswith(("{#", "{% comment %}"))


def test_an_unknown_page_has_the_whole_frame(client: Client) -> None:
    response = client.get("/nulle-part/")
    page = soup(response)

    assert response.status_code == 404
    assert "n’existe pas ou vous n’y avez pas accès" in page.get_text()
    assert page.find("header", attrs={"role": "banner"})
    assert french_faults(response.content.decode()) == []


@pytest.mark.urls(__name__)
def test_a_refusal_gives_its_reason(client: Client) -> None:
    response = client.get("/refus/")

    assert response.status_code == 403
    assert "réservée aux juristes" in response.content.decode()
    assert french_faults(response.content.decode()) == []


@pytest.mark.urls(__name__)
def test_too_much_data_is_refused_with_the_limit(client: Client) -> None:
    response = client.get("/trop-lourd/")

    assert response.status_code == 413
    assert "10\u00a0Mo" in response.content.decode()


@pytest.mark.urls(__name__)
def test_a_failure_gives_a_reference_that_the_log_holds(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        response = Client(raise_request_exception=False).get("/panne/")

    reference = soup(response).find("p", class_="fr-text--lead").get_text().split()[-1].rstrip(".")  # type: ignore[union-attr]
    assert response.status_code == 500
    assert len(reference) == 4
    assert reference in caplog.text


@pytest.mark.urls(__name__)
def test_a_failure_of_the_frame_itself_still_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_frame(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("no database")

    monkeypatch.setattr(pages, "render", no_frame)

    response = Client(raise_request_exception=False).get("/panne/")

    assert response.status_code == 500
    assert "Référence à donner à l’assistance" in response.content.decode()


@pytest.mark.django_db
def test_a_malformed_request_is_told(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()

    assert pages.bad_request(request).status_code == 400


@pytest.mark.django_db
def test_a_lost_token_says_that_the_session_ended() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())

    response = client.post("/session/prolonger/")

    assert response.status_code == 403
    assert "Votre session a expiré" in response.content.decode()
    assert "Votre texte n’est pas perdu" in response.content.decode()


@pytest.mark.django_db
def test_staying_signed_in_answers_the_new_length(client: Client) -> None:
    client.force_login(make_user())

    response = client.post("/session/prolonger/", headers={"X-Requested-With": "fetch"})

    assert response.status_code == 204
    assert 0 <= settings.SESSION_IDLE_SECONDS - int(response["Session-Seconds"]) < 60


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/aide/", "http://testserver/aide/"),
        ("https://ailleurs.invalid/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_without_script_one_comes_back_to_the_page(client: Client, referer: str, back: str) -> None:
    client.force_login(make_user())

    response = client.post("/session/prolonger/", headers={"Referer": referer})

    assert (response.status_code, response["Location"]) == (302, back)


@pytest.mark.django_db
def test_only_somebody_signed_in_extends_a_session(client: Client) -> None:
    assert client.get("/session/prolonger/").status_code in (302, 405)
    assert client.post("/session/prolonger/").status_code == 302


def test_the_source_is_the_source_and_nothing_else(client: Client) -> None:
    response = client.get("/code-source/")

    with tarfile.open(fileobj=io.BytesIO(response.content)) as archive:
        names = archive.getnames()
        root = f"navette-{settings.VERSION}"
        settings_text = archive.extractfile(f"{root}/config/pages.py").read()  # type: ignore[union-attr]
    assert settings_text == (settings.BASE_DIR / "config/pages.py").read_bytes()
    assert f"{root}/templates/base.html" in names
    assert not [n for n in names if "/var/" in n or "/.venv/" in n or "__pycache__" in n]


def test_what_lies_beside_the_source_is_left_out(tmp_path: Path) -> None:
    for name in (
        "config/a.py", "config/.env", "config/seal.key", "config/__pycache__/a.pyc",
        "deploy/prod.env", "var/data", "secrets.txt", ".env", ".ci/run", "README.md",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "config/link.py").symlink_to(tmp_path / "secrets.txt")

    assert {str(one) for one in source.files(tmp_path)} == {"README.md", "config/a.py", ".ci/run"}

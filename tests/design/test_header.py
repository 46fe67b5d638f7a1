"""Who sees what in the header, and what it costs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from config import context_processors
from tests.design.test_pages import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _everything_is_mounted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context_processors, "is_mounted", lambda path: True)


def header(client: Client, user: Any = None, url: str = "/aide/") -> BeautifulSoup:
    if user is not None:
        client.force_login(user)
    page = BeautifulSoup(client.get(url).content.decode(), "html.parser")
    found = page.find("header", attrs={"role": "banner"})
    return BeautifulSoup(str(found), "html.parser")


def labels(page: BeautifulSoup, selector: str) -> list[str]:
    return [link.get_text(" ", strip=True) for link in page.select(selector)]


NAVIGATION = ".fr-nav__link"
TOOLS = ".fr-header__tools-links > ul > li > a"


def test_a_visitor_sees_public_pages_only(client: Client) -> None:
    page = header(client)

    assert labels(page, NAVIGATION) == ["Accueil", "Registre public", "Vérifier un acte"]
    assert labels(page, TOOLS) == ["Aide", "Se connecter"]
    assert page.find("form") is None


def test_everybody_signed_in_sees_the_circuit(client: Client) -> None:
    page = header(client, make_user(Role.REQUESTER))

    assert labels(page, NAVIGATION) == [
        "Mon tableau de bord", "Demandes", "Conventions", "Partages", "Catalogue",
        "Registre public",
    ]  # fmt: skip
    assert labels(page, TOOLS) == ["Notifications", "Aide"]
    assert page.find("form", id="recherche")["action"] == "/recherche/"  # type: ignore[index]


@pytest.mark.parametrize(
    ("role", "entries", "tools"),
    [
        (Role.OFFICER, {"Pilotage"}, set()),
        (Role.AMDAC, {"Pilotage"}, set()),
        (Role.MANAGER, {"Pilotage"}, {"Administration", "Audit"}),
        (Role.AUDITOR, {"Pilotage"}, {"Audit"}),
        (Role.LEGAL, set(), {"Administration"}),
        (Role.ARCHIVIST, {"Archives"}, set()),
        (Role.HOLDER, set(), set()),
        (Role.DPO, set(), set()),
    ],
)
def test_some_entries_belong_to_a_role(
    client: Client, role: str, entries: set[str], tools: set[str]
) -> None:
    page = header(client, make_user(role))

    assert set(labels(page, NAVIGATION)) & {"Pilotage", "Archives"} == entries
    assert set(labels(page, TOOLS)) & {"Administration", "Audit"} == tools


def test_the_entry_of_the_page_is_current(client: Client) -> None:
    page = header(client, url="/")

    assert page.select_one(".fr-nav__link[aria-current='page']").get_text() == "Accueil"  # type: ignore[union-attr]


def test_a_page_below_an_entry_marks_it(rf: Any) -> None:
    request = rf.get("/demandes/DEM-2026-0042/")

    entries = context_processors.navigation(request, make_user(Role.REQUESTER))

    assert {one["url"]: one["current"] for one in entries if one["current"]} == {
        "/demandes/": "true"
    }


def test_a_person_of_one_organisation_reads_her_role(client: Client) -> None:
    page = header(client, make_user(Role.OFFICER))

    assert labels(page, ".cdd-menu--tool summary") == [
        "Claire Morvan — Instructeur (cellule AMDAC)"
    ]
    assert "Agir pour" not in page.get_text()


def test_a_person_of_two_organisations_chooses(client: Client) -> None:
    user = make_user(Role.REQUESTER, organisation="DGCS")
    make_user(Role.LEGAL, organisation="CNSA")

    page = header(client, user)

    shown = labels(page, ".cdd-menu--tool summary")[0]
    other = "CNSA" if shown.endswith("DGCS") else "DGCS"
    assert shown in ("Claire Morvan — DGCS", "Claire Morvan — CNSA")
    assert labels(page, ".cdd-menu--tool form[action='/mon-compte/agir-pour/'] button") == [
        f"Agir pour {other}"
    ]


def test_a_person_without_role_reads_her_name(client: Client) -> None:
    page = header(client, make_user())

    assert labels(page, ".cdd-menu--tool summary") == ["Claire Morvan"]


def test_one_leaves_by_a_post(client: Client) -> None:
    page = header(client, make_user())

    forms = [form for form in page.find_all("form") if "Se déconnecter" in form.get_text()]
    assert {form["method"] for form in forms} == {"post"}


def test_unread_notices_are_counted(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context_processors, "unread_count", lambda user: 3)

    page = header(client, make_user())

    assert labels(page, TOOLS)[0] == "Notifications 3 non lues"


def test_the_frame_costs_one_count(client: Client) -> None:
    client.force_login(make_user(Role.OFFICER))

    with CaptureQueriesContext(connection) as done:
        client.get("/aide/")

    # The session, the person and her roles belong to the sign-in; the frame adds the count.
    tables = [re.search(r'FROM "(\w+)"', one["sql"]).group(1) for one in done]  # type: ignore[union-attr]
    assert tables.count("notifications_notification") == 1
    assert "accounts_organisation" not in tables
    assert len(tables) <= 5

"""The frame of the pages and every component: accessible, without overflow, with and without
script, in both themes (ux/spec.md, §9: checks 1 to 7, 11, 12, 17)."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/",
    "/aide/",
    "/plan-du-site/",
    "/accessibilite/",
    "/mentions-legales/",
    "/donnees-personnelles/",
    "/composants/",
    "/cette-page-n-existe-pas/",
]


@pytest.fixture
def claire() -> User:
    """An officer who belongs to two organisations."""
    user = User.objects.create_user(
        "claire@navette.invalid", first_name="Claire", last_name="Morvan"
    )
    for name, role in (("DGCS", Role.OFFICER), ("CNSA", Role.LEGAL)):
        organisation = Organisation.objects.create(
            name=name, short_name=name, slug=name.lower(), kind=OrganisationKind.DIRECTION
        )
        Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


def complaints(someone: Any) -> list[str]:
    # The browser notes the 404 itself: it is the point of one of the pages.
    return [one for one in someone.complaints if "404" not in one]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_satisfies_axe(visitor: Any, width: int, theme: str) -> None:
    someone = visitor(width=width, theme=theme)

    found = {path: someone.axe() for path in PAGES if someone.open(path)}

    assert {path: rules for path, rules in found.items() if rules} == {}
    assert complaints(someone) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_stands_out(visitor: Any, claire: User, theme: str) -> None:
    someone = visitor(claire, theme=theme)

    for path in ("/", "/composants/", "/aide/"):
        page = someone.open(path)
        expect(page.locator("html")).to_have_attribute("data-fr-theme", theme)
        assert someone.pale_texts() == [], path

    page.locator("h1").evaluate(
        "title => Object.assign(title.style, { transition: 'none', color: 'rgb(128, 128, 128)',"
        " backgroundColor: 'rgb(120, 120, 120)' })"
    )
    assert len(someone.pale_texts()) == 1


def test_axe_sees_a_fault(visitor: Any) -> None:
    """The checks above can fail: a nameless button is found."""
    someone = visitor()
    page = someone.open("/aide/")
    page.evaluate("document.querySelector('main h1').after(document.createElement('button'))")

    assert [rule.split(" ")[0] for rule in someone.axe()] == ["button-name"]


def test_pages_fit_a_screen_of_320_pixels(visitor: Any, claire: User) -> None:
    someone = visitor(claire, width=320)

    assert {path: someone.overflow() for path in PAGES if someone.open(path)} == dict.fromkeys(
        PAGES, 0
    )


def test_ids_are_unique_and_references_exist(visitor: Any, claire: User) -> None:
    someone = visitor(claire)

    for path in PAGES:
        someone.open(path)
        assert someone.duplicate_ids() == [], path
        assert someone.broken_references() == [], path


def test_a_signed_in_page_satisfies_axe(visitor: Any, claire: User) -> None:
    for width in (1280, 390):
        someone = visitor(claire, width=width)
        someone.open("/composants/")
        assert someone.axe() == []
        assert complaints(someone) == []


def test_the_first_tab_leads_to_the_content(visitor: Any) -> None:
    page = visitor().open("/aide/")

    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_text("Contenu")
    expect(focused).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.locator("#contenu")).to_be_focused()


def test_every_skip_link_has_its_target(visitor: Any, claire: User) -> None:
    page = visitor(claire).open("/aide/")

    targets = page.locator(".fr-skiplinks a").evaluate_all("links => links.map(l => l.hash)")

    assert targets == ["#contenu", "#menu-principal", "#recherche", "#pied"]
    for target in targets:
        expect(page.locator(target)).to_have_count(1)


def test_the_action_menu_closes_on_escape_and_gives_the_focus_back(
    visitor: Any, claire: User
) -> None:
    page = visitor(claire).open("/composants/")
    summary = page.locator(".cdd-band summary")

    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Conclure l’étude")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")

    expect(page.get_by_role("link", name="Conclure l’étude")).to_be_hidden()
    expect(summary).to_be_focused()


def test_a_menu_closes_when_the_focus_leaves_it(visitor: Any, claire: User) -> None:
    page = visitor(claire).open("/composants/")
    page.locator(".cdd-band summary").click()

    page.locator("h1").click()

    assert page.locator(".cdd-band details").evaluate("menu => menu.open") is False


def test_an_impossible_action_is_a_text_with_its_reason(visitor: Any, claire: User) -> None:
    page = visitor(claire).open("/composants/")
    page.locator(".cdd-band summary").click()

    line = page.locator(".cdd-band .cdd-menu__text")

    expect(line).to_contain_text("impossible : l’avis bloquant du DPD du détenteur manque")
    expect(line.locator("a, button")).to_have_count(0)


def test_the_error_summary_has_the_focus_and_leads_to_each_field(visitor: Any) -> None:
    page = visitor().open("/composants/")

    expect(page.locator("#resume-erreurs")).to_be_focused()
    assert page.title().startswith("Erreur — ")
    for link in page.locator("#resume-erreurs a").all():
        target = str(link.get_attribute("href"))
        link.click()
        expect(page.locator(target)).to_be_focused()


def test_the_character_counter_follows_the_text(visitor: Any) -> None:
    page = visitor().open("/composants/")

    page.locator("#id_purpose").fill("x" * 3999)

    expect(page.locator("#id_purpose-counter")).to_have_text("1 caractère restant")


def test_the_theme_can_be_chosen(visitor: Any) -> None:
    page = visitor().open("/")

    page.get_by_role("button", name="Paramètres d’affichage").click()
    page.locator("label[for='fr-radios-theme-dark']").click()

    expect(page.locator("html")).to_have_attribute("data-fr-theme", "dark")


def test_without_script_menus_and_breadcrumb_stay_reachable(visitor: Any, claire: User) -> None:
    page = visitor(claire, width=390, script=False).open("/composants/")

    expect(page.get_by_role("navigation", name="Menu principal")).to_have_count(1)
    expect(page.locator("#modale-menu").get_by_role("link", name="Aide")).to_be_visible()
    expect(page.locator("#fil-ariane").get_by_role("link", name="Accueil")).to_be_visible()
    expect(page.get_by_role("button", name="Paramètres d’affichage")).to_be_hidden()
    page.locator(".cdd-band summary").click()
    expect(page.get_by_role("link", name="Conclure l’étude")).to_be_visible()


def test_staying_signed_in_closes_the_warning(visitor: Any, claire: User) -> None:
    someone = visitor(claire)
    page = someone.open("/aide/")
    expect(page.locator("html")).to_have_attribute("data-fr-js", "true")
    page.evaluate("window.dsfr(document.getElementById('session-fin')).modal.disclose()")

    page.get_by_role("button", name="Rester connecté").click()

    expect(page.locator("#session-fin")).to_be_hidden()
    assert someone.complaints == []


def test_print_hides_controls_and_opens_what_is_folded(visitor: Any, claire: User) -> None:
    page = visitor(claire).open("/composants/")

    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")

    for control in (
        ".fr-header__tools-links",
        ".fr-nav",
        ".cdd-menu",
        ".cdd-actions",
        ".fr-footer",
    ):
        expect(page.locator(control).first).to_be_hidden()
    expect(page.get_by_text("L’Atih propose un atelier le 19 mars.")).to_be_hidden()
    expect(page.locator(".cdd-printfoot")).to_contain_text("Claire Morvan — document de travail")
    assert page.locator("main details:not(.cdd-menu)").evaluate_all(
        "all => all.every(one => one.open)"
    )

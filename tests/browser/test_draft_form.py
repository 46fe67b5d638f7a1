"""The form of a request as people use it: errors, leaving and coming back, two editors, keyboard,
no script (ux/spec.md, §9: checks 12 to 16)."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cases import services as cases
from requests_flow.models import DataRequest
from tests.browser import world
from tests.browser.personas import Persona
from tests.requests_flow import worlds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ministry() -> worlds.Ministry:
    return world.ministry()


@pytest.fixture
def draft(ministry: worlds.Ministry) -> DataRequest:
    return worlds.draft(ministry)


def address(draft: DataRequest, section: str) -> str:
    return f"/demandes/brouillons/{draft.draft_key}/{section}/"


def stored(draft: DataRequest) -> dict[str, Any]:
    return dict(DataRequest.objects.get(pk=draft.pk).answers.values)


def faulty(page: Page) -> list[str]:
    return page.locator("main [aria-invalid=true]").evaluate_all("all => all.map(e => e.name)")


def test_a_failed_step_says_what_is_wrong_and_keeps_what_was_typed(
    visitor: Any, ministry: worlds.Ministry, draft: DataRequest
) -> None:
    someone = Persona(visitor, ministry.requester)
    page = someone.open(address(draft, "use_case"))
    someone.fill({"context": "", "objective": "Un objectif saisi <b>ici</b>."})

    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer et continuer").last.click()

    expect(page.locator("#resume-erreurs")).to_be_focused()
    assert page.title().startswith("Erreur — ")
    assert faulty(page) == ["context"]
    expect(page.locator("[name=objective]")).to_have_value("Un objectif saisi <b>ici</b>.")
    for link in page.locator("#resume-erreurs a").all():
        target = str(link.get_attribute("href"))
        link.click()
        expect(page.locator(target)).to_be_focused()
    assert someone.seat.axe() == []


def test_autosave_keeps_what_does_not_hold(
    visitor: Any, ministry: worlds.Ministry, draft: DataRequest
) -> None:
    """A date that is none, a number that is none: kept as typed, and shown again."""
    someone = Persona(visitor, ministry.requester)
    page = someone.open(address(draft, "access"))
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("[name=sharing_duration]").fill("deux ans")
        page.locator("[name=sharing_duration]").blur()

    page.reload()

    expect(page.locator("[name=sharing_duration]")).to_have_value("deux ans")
    assert stored(draft)["sharing_duration"] == "deux ans"
    assert someone.seat.complaints == []


def test_the_step_before_saves_what_was_just_typed(
    visitor: Any, ministry: worlds.Ministry, draft: DataRequest
) -> None:
    someone = Persona(visitor, ministry.requester)
    page = someone.open(address(draft, "access"))
    page.locator("[name=sharing_duration]").fill("beaucoup")

    someone.press("Étape précédente")
    someone.open(address(draft, "access"))

    expect(page.locator("[name=sharing_duration]")).to_have_value("beaucoup")


def test_what_is_typed_while_the_form_is_drawn_again_is_kept(
    visitor: Any, ministry: worlds.Ministry, draft: DataRequest
) -> None:
    """A row is asked for; before it comes, one goes on typing elsewhere."""
    someone = Persona(visitor, ministry.requester)
    page = someone.open(address(draft, "data"))
    held: list[Any] = []
    page.route("**/data/", lambda route: held.append(route))
    page.locator('main button[name="_add"][value="variables"]').click()
    page.wait_for_timeout(200)
    page.locator("[name=volume_estimate]").fill("Deux millions de lignes")
    someone.answer("frequency", "monthly")
    for route in held:
        route.continue_()
    page.unroute("**/data/")

    expect(page.locator("[name=variables-0-name]")).to_be_visible()

    expect(page.locator("[name=volume_estimate]")).to_have_value("Deux millions de lignes")
    expect(page.locator("[name=frequency][value=monthly]")).to_be_checked()


def test_two_editors_of_one_step_lose_nothing(
    visitor: Any, ministry: worlds.Ministry, draft: DataRequest
) -> None:
    cases.invite(case=draft, guest=ministry.colleague, by=ministry.requester)
    first, second = (Persona(visitor, one) for one in (ministry.requester, ministry.colleague))
    for someone in (first, second):
        someone.open(address(draft, "use_case"))
    first.fill({"context": "Le texte de la première."})
    first.press("Enregistrer et quitter")

    second.fill({"context": "Le texte de la seconde."})
    with second.page.expect_navigation():
        second.page.get_by_role("button", name="Enregistrer et quitter").click()

    page = second.page
    expect(page.locator("main")).to_contain_text("Le texte de la première.")
    expect(page.locator("main")).to_contain_text("Le texte de la seconde.")
    assert stored(draft)["context"] == "Le texte de la première."
    assert second.seat.axe() == []


@pytest.mark.parametrize(
    ("section", "name", "value", "revealed"),
    [
        ("need", "urgency", "urgent", "urgency_reason"),
        ("need", "request_kind", "extension", "parent_agreement"),
        ("data", "linkage_needed", "yes", "linkage_method"),
        ("data", "granularity", "individual_pseudonymised", "granularity_reason"),
        ("access", "publication_plan", "public_report", "disclosure_control"),
    ],
)
def test_a_question_appears_right_after_the_answer_that_asks_it(
    visitor: Any,
    ministry: worlds.Ministry,
    draft: DataRequest,
    section: str,
    name: str,
    value: str,
    revealed: str,
) -> None:
    someone = Persona(visitor, ministry.requester)
    page = someone.open(address(draft, section))
    question = page.locator(f"main [name^='{revealed}']:not([type=hidden])").first
    expect(question).to_be_hidden()

    someone.answer(name, value)

    expect(question).to_be_visible()
    asking = page.locator(f"main [name='{name}']").last
    following = asking.evaluate(
        "(a, b) => a.compareDocumentPosition(document.querySelector(b)) & 4",
        f"main [name^='{revealed}']:not([type=hidden])",
    )
    assert following


def test_personal_data_add_a_step(
    visitor: Any, ministry: worlds.Ministry, draft: DataRequest
) -> None:
    someone = Persona(visitor, ministry.requester)
    page = someone.open(address(draft, "data"))
    expect(page.locator(".fr-stepper")).to_contain_text("sur 7")
    someone.fill({"has_personal_data": "yes"})

    someone.press("Enregistrer et continuer")

    assert someone.path.endswith("/personal/")
    expect(page.locator(".fr-stepper")).to_contain_text("sur 8")


def test_the_whole_form_without_script(visitor: Any, ministry: worlds.Ministry) -> None:
    someone = Persona(visitor, ministry.requester, script=False)
    someone.open("/demandes/nouvelle/")
    someone.press("Continuer")
    someone.press("Commencer la demande")
    for section, values in world.aggregated(ministry).items():
        assert someone.path.endswith(f"/{section}/"), (section, someone.path)
        someone.fill(values)
        someone.press("Enregistrer et continuer")
    someone.press("Déposer la demande")

    case = DataRequest.objects.get()
    assert case.reference in someone.page.content()
    assert not case.is_draft


def test_the_keyboard_reaches_every_control(
    visitor: Any, ministry: worlds.Ministry, draft: DataRequest
) -> None:
    """Tab walks through the form in its order, with a visible outline, and comes out of it."""
    someone = Persona(visitor, ministry.requester)
    page = someone.open(address(draft, "need"))
    page.locator("#contenu").focus()
    seen: list[str] = []
    for _press in range(60):
        page.keyboard.press("Tab")
        where = page.evaluate(
            "() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return { name: e.name ?? '', inside: !!e.closest('main'),"
            " outline: s.outlineStyle !== 'none' || s.boxShadow !== 'none' ||"
            " getComputedStyle(e.nextElementSibling ?? e, '::before').outlineStyle !== 'none' }; }"
        )
        if not where["inside"]:
            break
        assert where["outline"], where
        seen.append(where["name"])
    named = [one for one in dict.fromkeys(seen) if one and one != "action"]

    assert not where["inside"]
    assert named == ["title", "request_kind", "urgency", "needed_by"]

"""Every page as its readers see it: accessible in both themes, at 1280, 390 and 320 pixels, in
French, without a complaint of the browser (ux/spec.md, §9: checks 1 to 3, 6, 7, 9, 11, 24)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Visitor
from tests.browser.site import Site, quick_documents, served
from tests.french_lint import french_faults
from tests.matrix import world as worlds
from tests.matrix.tries import address
from tests.strict_html import forbidden_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PAGES: dict[str, list[tuple[str, str]]] = {
    "anonymous": [
        ("home", ""), ("help", ""), ("guide", "guide"), ("site_map", ""), ("account_login", ""),
        ("account_reset_password", ""), ("steering:list_published", ""),
        ("steering:view_published", "published"), ("verification:verify", ""),
    ],
    "requester": [
        ("requests_flow:dashboard", ""), ("requests_flow:list", ""),
        ("requests_flow:deadlines", ""), ("requests_flow:precheck", ""),
        ("requests_flow:edit_draft", "draft"), ("requests_flow:edit_draft", "draft data"),
        ("requests_flow:edit_draft", "draft access"), ("requests_flow:review_draft", "draft"),
        ("requests_flow:invite", "draft"), ("requests_flow:delete_draft", "draft"),
        ("requests_flow:filed", "filed"), ("requests_flow:view_answers", "filed"),
        ("requests_flow:view_thread", "filed"), ("requests_flow:view_files", "opinions"),
        ("requests_flow:view_history", "opinions"), ("requests_flow:withdraw", "filed"),
        ("requests_flow:answer_complement", "complement/provide_complement"),
        ("requests_flow:view_formalities", "formalities"), ("agreements:list_acts", ""),
        ("catalogue:list_datasets", ""), ("catalogue:view_dataset", "dataset"),
        ("notifications:list_notifications", ""), ("notifications:edit_preferences", ""),
        ("accounts:my_account", ""),
    ],
    "amdac_officer": [
        ("requests_flow:dashboard", ""), ("requests_flow:view_instruction", "opinions"),
        ("requests_flow:view_opinions", "concluding"), ("requests_flow:view_thread", "opinions"),
        ("requests_flow:check_admissibility", "filed/check_admissibility"),
        ("requests_flow:request_complement", "filed/check_admissibility"),
        ("requests_flow:orient", "admitted/orient"),
        ("requests_flow:conclude_study", "studied/conclude_study"),
        ("requests_flow:add_note", "filed"),
        ("requests_flow:choose_task", "filed"), ("requests_flow:entrust", "filed/give_visa"),
        ("requests_flow:add_condition", "concluding"),
        ("steering:dashboard", ""), ("steering:list_requests", ""),
    ],
    "dpo": [
        ("requests_flow:dashboard", ""), ("requests_flow:view_instruction", "opinions"),
        ("requests_flow:give_opinion", "opinions/give_opinion/dpo/cnsa"),
        ("requests_flow:read_opinion", "concluding"),
    ],
    "legal_officer": [
        ("requests_flow:dashboard", ""), ("requests_flow:choose_act", "concluded/choose_act"),
        ("requests_flow:settle_condition", "concluding"), ("agreements:view_draft", "drafting"),
        ("agreements:edit_article", "drafting"), ("agreements:list_annexes", "drafting"),
        ("agreements:edit_annex", "drafting"), ("agreements:view_annex", "drafting"),
        ("agreements:list_reserves", "drafting"), ("agreements:compare_versions", "agreed"),
        ("agreements:freeze", "agreed"), ("agreements:view_history", "drafting"),
        ("accounts:administration", ""), ("clauses:list_clauses", ""),
        ("clauses:view_clause", "drafted clause"), ("clauses:create_clause", ""),
        ("clauses:write_clause", "drafted clause"), ("clauses:publish_clause", "drafted clause"),
        ("clauses:compare_clause", "drafted clause"), ("clauses:list_templates", ""),
        ("clauses:import_library", ""), ("clauses:view_template", "template"),
        ("clauses:edit_template", "template"),
        ("agreements:list_deviations", "drafting"), ("agreements:reject_proposal", "proposal"),
    ],
    "data_holder": [
        ("sharing:list_sharings", ""), ("sharing:view_sharing", "signed"),
        ("sharing:list_obligations", "proved duty"), ("sharing:prove_obligation", "asked duty"),
        ("sharing:list_deliveries", "planned delivery"),
        ("sharing:send_delivery", "planned delivery"),
        ("sharing:view_delivery", "received delivery"), ("sharing:list_persons", "ready person"),
        ("sharing:view_person", "ready person"),
    ],
    "signatory": [
        ("requests_flow:dashboard", ""), ("agreements:view_signature", "signing"),
        ("agreements:refuse_to_sign", "signing"), ("agreements:view_act", "signed"),
        ("agreements:propose", "drafting"), ("agreements:view_life", "lifting"),
        ("agreements:suspend", "in force"),
        ("agreements:terminate", "in force"), ("agreements:agree_to_move", "lifting"),
        ("agreements:deposit_signed_file", "signing"),
        ("agreements:view_report", "signed elsewhere"),
    ],
    "archivist": [
        ("archives:list_kept", ""), ("archives:view_kept", "signed"),
    ],
    "manager": [
        ("retention:list_retention", ""), ("retention:update_retention", "act type"),
        ("requests_flow:dashboard", ""), ("accounts:administration", ""),
        ("accounts:list_persons", ""), ("accounts:view_person", "requester"),
        ("accounts:grant_membership", "requester"), ("accounts:list_organisations", ""),
        ("accounts:view_organisation", "organisation"), ("cases:list_delays", ""),
        ("messages:list_messages", ""), ("messages:edit_message", "message"),
        ("steering:search_journal", ""), ("steering:view_event", "event"),
        ("steering:check_journal", ""), ("steering:list_agreements", ""),
        ("catalogue:create_dataset", ""), ("archives:list_incidents", ""),
        ("archives:view_incident", "incident"),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def site(browser: Browser, django_db_setup: None, django_db_blocker: Any) -> Iterator[Site]:
    with quick_documents(), served(browser, django_db_blocker, worlds.build) as made:
        draft = made.world.places["draft"]
        for section in ("data", "access"):
            made.world.places[f"draft {section}"] = {**draft, "section": section}
        yield made


@pytest.mark.parametrize("actor", PAGES)
def test_pages_of(site: Site, actor: str) -> None:
    titles: dict[str, str] = {}
    faults: dict[str, list[str]] = {}
    with site.visit(site.world.actors.get(actor)) as someone:
        for name, place in PAGES[actor]:
            path = address(site.world, name, place)
            someone.complaints.clear()
            someone.open(path)
            found = list(_faults(someone))
            title = someone.page.title()
            if titles.setdefault(title, path) != path:
                found.append(f"same title as {titles[title]}: {title}")
            reference = str(site.world.places.get(place, {}).get("reference") or "")
            if reference and "published" not in name and reference not in title:
                found.append(f"title without {reference}: {title}")
            if found:
                faults[path] = found

    assert faults == {}, "\n".join(f"{path}: {one}" for path in faults for one in faults[path])


def _faults(someone: Visitor) -> Iterator[str]:
    page = someone.page
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    yield from someone.axe()
    yield from _structure(someone)
    sent = page.request.get(page.url).text()
    yield from french_faults(sent)
    yield from forbidden_in(sent)
    yield from (f"pale in light: {one}" for one in someone.pale_texts())
    page.emulate_media(color_scheme="dark")
    page.locator("html[data-fr-theme='dark']").wait_for(state="attached")
    someone.settle()
    yield from (f"pale in dark: {one}" for one in someone.pale_texts())
    yield from (f"dark: {one}" for one in someone.axe_colours())
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 900})
    page.locator("html[data-fr-theme='light']").wait_for(state="attached")
    someone.settle()
    yield from (f"390: {one}" for one in someone.axe())
    page.set_viewport_size({"width": 320, "height": 900})
    if someone.overflow():
        yield f"320: wider by {someone.overflow()} pixels"
    yield from someone.complaints


def _structure(someone: Visitor) -> Iterator[str]:
    """One title, levels in order, each landmark once, ids that exist and are unique."""
    page = someone.page
    levels = page.locator(":is(h1, h2, h3, h4, h5, h6):visible").evaluate_all(
        "all => all.map(e => Number(e.tagName[1]))"
    )
    if levels.count(1) != 1:
        yield f"{levels.count(1)} h1"
    main = page.locator("main :is(h1, h2, h3, h4, h5, h6):visible").evaluate_all(
        "all => all.map(e => Number(e.tagName[1]))"
    )
    for before, after in zip(main, main[1:], strict=False):
        if after > before + 1:
            yield f"h{after} after h{before}"
    for landmark in ("banner", "main", "contentinfo"):
        if page.get_by_role(landmark).count() != 1:
            yield f"{page.get_by_role(landmark).count()} landmarks {landmark}"
    yield from (f"id twice: {one}" for one in someone.duplicate_ids())
    yield from (f"no such id: {one}" for one in someone.broken_references())

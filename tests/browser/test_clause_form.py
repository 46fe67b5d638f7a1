"""Writing a clause with script: the preview follows what is typed, a button keeps the draft."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from agreements.models import ClauseDraft
from tests.agreements import factories
from tests.browser.conftest import OpenBrowser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_preview_follows_what_is_typed(visitor: OpenBrowser) -> None:
    world = factories.world()
    agreement = factories.drafted(world)
    someone = visitor(world.legal)
    page = someone.open("/administration/clauses/C29/rediger/")
    page.locator("[name=body]").fill("Conservées [retention.months] mois.")
    page.locator("[name=condition]").fill("PD and QUEST")
    preview = page.locator("#apercu")
    expect(preview).to_contain_text("Conservées 36 mois.")
    expect(preview).to_contain_text("QUEST")
    page.locator("[name=condition]").fill("PD")
    expect(preview).to_contain_text(agreement.reference)
    expect(preview).to_contain_text("retenue")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    expect(page.get_by_text("Le brouillon est enregistré.")).to_be_visible()
    someone.settle()
    assert someone.complaints == []

    assert ClauseDraft.objects.get().condition == "PD"

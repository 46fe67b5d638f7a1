"""The browser of the tests works: Debian's Chromium, on the live server, alone with it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Error, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_chromium_opens_a_page_of_the_live_server(page: Page, live_server: Any) -> None:
    response = page.goto(f"{live_server.url}/healthz")

    assert response is not None
    assert response.status == 503
    assert '"failed": ["worker"]' in page.content()
    assert page.evaluate("navigator.language") == "fr-FR"


def test_chromium_cannot_reach_the_outside(page: Page) -> None:
    with pytest.raises(Error, match="ERR_"):
        page.goto("http://navette.invalid/")

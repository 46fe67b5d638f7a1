"""Debian's Chromium, people signed in by their session cookie, axe-core and the console."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.in_flight import answered_before_leaving

# Playwright drives the browser from a loop of its own; Django's guard would take it for async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What the browser says by itself and that is no fault of a page: DSFR's own greetings.
HARMLESS = ("dsfr :",)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    return {**browser_type_launch_args, "executable_path": path, "args": CHROMIUM_ARGS}


class Visitor:
    """Somebody in front of a browser: opens pages and notes what the browser complains about."""

    def __init__(self, context: BrowserContext, base: str, *, script: bool = True) -> None:
        self.context, self.base, self.script = context, base, script
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning") and not any(h in message.text for h in HARMLESS):
            self.complaints.append(f"{message.type}: {message.text}")

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path)
        if self.script:
            self.settle()
        return self.page

    def settle(self) -> None:
        """Wait for the design system to start and for colours to reach their theme."""
        self.page.locator("html[data-fr-js='true'][data-fr-theme]").wait_for(state="attached")
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate(
            "Promise.allSettled(document.getAnimations().map(one => one.finished)).then(() => 0)"
        )

    def axe_colours(self) -> list[str]:
        """Return what axe-core finds wrong in the colours alone (another theme)."""
        return self._axe({"type": "rule", "values": ["color-contrast", "link-in-text-block"]})

    def axe(self, **context: Any) -> list[str]:
        """Return what axe-core finds wrong, one line per rule with the first faulty elements."""
        return self._axe({"type": "tag", "values": AXE_TAGS}, **context)

    def _axe(self, run_only: dict[str, Any], **context: Any) -> list[str]:
        options = {"runOnly": run_only, "resultTypes": ["violations"]}
        found = Axe().run(self.page, options=options, **context).response["violations"]
        return [
            f"{one['id']} ({one['impact']}): {one['help']} — "
            + " | ".join(str(node["html"])[:160] for node in one["nodes"][:3])
            for one in found
        ]

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))

    def duplicate_ids(self) -> list[str]:
        return list(
            self.page.evaluate(
                "() => [...document.querySelectorAll('[id]')].map(e => e.id)"
                ".filter((id, i, all) => all.indexOf(id) !== i)"
            )
        )

    def broken_references(self) -> list[str]:
        """Return the ids that an ARIA attribute or a label names and that do not exist."""
        return list(
            self.page.evaluate(
                "() => ['aria-labelledby', 'aria-describedby', 'aria-controls', 'for'].flatMap("
                "name => [...document.querySelectorAll('[' + name + ']')].flatMap(e => "
                "e.getAttribute(name).split(/\\s+/).filter(id => !document.getElementById(id))"
                ".map(id => name + '=' + id)))"
            )
        )

    def pale_texts(self) -> list[str]:
        """Return the texts whose contrast is too weak: axe leaves many links undecided.

        Colours may still be on their way from one theme to the other: looked at until they rest.
        """
        found = list(self.page.evaluate(PALE_TEXTS))
        for _look in range(10):
            if not found:
                break
            self.page.wait_for_timeout(300)
            found = list(self.page.evaluate(PALE_TEXTS))
        return found


# Contrast of each text with the nearest opaque background behind it (WCAG 1.4.3).
PALE_TEXTS = """() => {
  const parse = (c) => (c.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => v / 255).map(
      (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (node) => {
    for (let e = node; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim().slice(0, 60);
    if (!text || !e.checkVisibility({ visibilityProperty: true })) continue;
    if (e.closest('.fr-sr-only, [disabled], [aria-disabled="true"], script, dialog')) continue;
    const style = getComputedStyle(e);
    const [a, b] = [light(parse(style.color)), light(behind(e))].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize);
    const big = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (big ? 3 : 4.5)) found.push(`${ratio.toFixed(2)} ${text}`);
  }
  return found;
}"""
OpenBrowser = Callable[..., Visitor]


@pytest.fixture
def visitor(browser: Browser, live_server: Any) -> Iterator[OpenBrowser]:
    """Open a browser: `visitor(user, width=390, theme="dark", script=False)`."""
    contexts: list[BrowserContext] = []

    def open_browser(
        user: Any = None, *, width: int = 1280, theme: str = "light", script: bool = True
    ) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            java_script_enabled=script,
            locale="fr-FR",
            timezone_id="Europe/Paris",
        )
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            value = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        return Visitor(context, live_server.url, script=script)

    with answered_before_leaving():
        yield open_browser
        for context in contexts:
            context.close()

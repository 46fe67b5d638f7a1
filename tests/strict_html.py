"""What a page must not hold, whatever the browser lets through."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

# Types of scripts that no browser runs: they only carry data.
DATA_TYPES = {"application/json", "application/ld+json"}


class InlineFinder(HTMLParser):
    """Collect what the content security policy forbids, and template code shown as text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside_data = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        place = f"<{tag}> line {self.getpos()[0]}"
        if tag == "script" and "src" not in given and given.get("type") not in DATA_TYPES:
            self.found.append(f"inline script: {place}")
        if tag == "style":
            self.found.append(f"inline style sheet: {place}")
        for name, value in attrs:
            if name == "style":
                self.found.append(f"inline style: {place}")
            if name.startswith("on"):
                self.found.append(f"inline handler {name}: {place}")
            if (value or "").strip().lower().startswith("javascript:"):
                self.found.append(f"javascript: address in {name}: {place}")

    def handle_data(self, data: str) -> None:
        for mark in ("{{", "{%"):
            if mark in data:
                self.found.append(f"template code shown: {data.strip()[:60]!r}")


def forbidden_in(html: str) -> list[str]:
    """Return what is forbidden in a page, in the order of the page."""
    finder = InlineFinder()
    finder.feed(html)
    return finder.found


def assert_strict_html(response: Any) -> None:
    """Fail when an HTML response holds something forbidden."""
    if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
        return
    found = forbidden_in(response.content.decode(response.charset))
    assert not found, f"{response.request['PATH_INFO']}: {'; '.join(found)}"

"""French typography of what a page shows (ux/spec.md, §8 and check 24)."""

from __future__ import annotations

import re
from html.parser import HTMLParser

RULES = {
    "straight apostrophe": re.compile(r"\w'\w"),
    "ordinary space before punctuation": re.compile(r"\w [:;?!»](?:\s|$)"),
    "ordinary space after «": re.compile(r"« "),
    "straight quotation marks": re.compile(r"[\"“”](?=\w)"),
    "English hour or date": re.compile(r"\b\d{1,2}h\d{2}\b|\b\d{4}-\d{2}-\d{2}\b"),
    "word of the framework": re.compile(
        r"\b(?:Submit|This field|Please|Required|Sign in|Log out|Next page|None|True|False)\b"
    ),
}
UNSPOKEN = frozenset({"script", "style", "code", "pre", "kbd", "samp"})
# Attributes that people see or hear.
SPOKEN_ATTRIBUTES = frozenset({"aria-label", "title", "alt", "placeholder", "data-label"})


class TextFinder(HTMLParser):
    """Collect the texts that people read or hear, with the number of their line."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[tuple[int, str]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in UNSPOKEN
        for name, value in attrs:
            if name in SPOKEN_ATTRIBUTES and value:
                self.texts.append((self.getpos()[0], value))

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in UNSPOKEN

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.texts.append((self.getpos()[0], " ".join(data.split(" "))))


def french_faults(html: str) -> list[str]:
    """Return what is not French typography in a page, with the words around it."""
    finder = TextFinder()
    finder.feed(html)
    return [
        f"line {line}, {name}: …{text[max(0, hit.start() - 20) : hit.end() + 20].strip()}…"
        for line, text in finder.texts
        for name, rule in RULES.items()
        if (hit := rule.search(text))
    ]

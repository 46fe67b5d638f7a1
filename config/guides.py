"""The guides of `docs/guides`, as pages of the help: one text, read here and in the repository."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

FOLDER = settings.BASE_DIR / "docs" / "guides"
INDEX = "README"
OTHERS = {"glossaire": FOLDER.parent / "glossaire.md"}
_ROW = re.compile(r"^\| (.+?) \| \[(.+?)\]\((.+?)\.md\) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Guide:
    """A guide as a page shows it; its title is the heading of the page."""

    title: str
    html: SafeString


@dataclass(frozen=True)
class Entry:
    """A line of the index: whom a guide is for."""

    reader: str
    label: str
    url: str


@cache
def index() -> list[Entry]:
    """Return the guides in the order of their index."""
    text = (FOLDER / f"{INDEX}.md").read_text(encoding="utf-8")
    return [
        Entry(reader, label, reverse("guide", args=[slug]))
        for reader, label, slug in _ROW.findall(text)
    ]


@cache
def _paths() -> dict[str, Path]:
    return {path.stem: path for path in FOLDER.glob("*.md") if path.stem != INDEX} | OTHERS


def get(slug: str) -> Guide:
    """Return a guide; 404 when there is none of that name."""
    if slug not in _paths():
        raise Http404
    return _rendered(slug)


@cache
def _rendered(slug: str) -> Guide:
    """Turn a guide into HTML: no HTML of its own passes, its pictures and links lead here."""
    heading, _newline, text = _paths()[slug].read_text(encoding="utf-8").partition("\n")
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    for token in tokens:
        for child in token.children or []:
            _lead_here(child)
    html = _with_scrolling_tables(parser.renderer.render(tokens, parser.options, {}))
    return Guide(heading.removeprefix("# ").strip(), mark_safe(html))  # noqa: S308 - no raw HTML


def _with_scrolling_tables(html: str) -> str:
    """Let wide tables scroll by keyboard too, each region with a name of its own."""
    pieces = html.replace("</table>", "</table></div>").split("<table>")
    found = pieces[:1]
    for number, piece in enumerate(pieces[1:], start=1):
        name = _("Tableau %(number)s") % {"number": number}
        found.append(
            f'<div class="cdd-scrollx" tabindex="0" role="region" aria-label="{name}">'
            f'<table class="cdd-vars">{piece}'
        )
    return "".join(found)


def _lead_here(token: Token) -> None:
    if token.type == "image":
        name = str(token.attrs["src"]).rpartition("/")[2]
        token.attrs["src"] = static(f"guides/{name}")
        token.attrs["class"] = "fr-responsive-img"
        token.attrs["loading"] = "lazy"
    elif token.type == "link_open":
        target = str(token.attrs["href"])
        name, _dot, anchor = target.rpartition("/")[2].partition(".md")
        if "://" not in target and name in _paths():
            token.attrs["href"] = reverse("guide", args=[name]) + anchor

"""The guides say what the screens say: words, links and pictures that exist."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.french import mistakes
from tests.architecture.project import APPS, ROOT, report

GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
PAGES = [*GUIDES, ROOT / "docs" / "glossaire.md", ROOT / "docs" / "performance.md"]
QUOTED = re.compile("«\u00a0([^»]+)\u00a0»")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)]+)\)")
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
# Said of a page, but not written on it: an example, a message with a name in it, a mail.
NOT_ON_A_SCREEN = {
    "Remplacer la date de naissance par l’année", "Homologuer l’espace projet",
    "signature attendue", "à compléter", "introuvable",
}  # fmt: skip
WORDS = 900


def plain(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


@cache
def screens() -> str:
    """Everything that a page may show."""
    files = [*(ROOT / "templates").rglob("*.html")]
    for app in APPS:
        files += [*(ROOT / app).rglob("*.py"), *(ROOT / app).rglob("*.yaml")]
    return plain(" ".join(path.read_text() for path in files))


@pytest.mark.parametrize("path", PAGES, ids=lambda one: one.stem)
def test_french(path: Path) -> None:
    found = mistakes(CODE.sub("x", path.read_text()))

    report(found, f"French typography of {path.name}:")


@pytest.mark.parametrize("path", GUIDES, ids=lambda one: one.stem)
def test_words_are_those_of_the_screens(path: Path) -> None:
    quoted = {plain(one) for one in QUOTED.findall(path.read_text())} - NOT_ON_A_SCREEN

    report(
        sorted(one for one in quoted if one not in screens()),
        f"{path.name} quotes words that no screen shows:",
    )


@pytest.mark.parametrize("path", PAGES, ids=lambda one: one.stem)
def test_links_lead_somewhere(path: Path) -> None:
    targets = [one.partition("#")[0] for one in LINK.findall(path.read_text())]
    broken = [
        one
        for one in targets
        if one and "://" not in one and not (path.parent / one).resolve().exists()
    ]

    report(broken, f"{path.name} links to nothing:")


@pytest.mark.parametrize("path", GUIDES, ids=lambda one: one.stem)
def test_a_guide_is_two_pages(path: Path) -> None:
    assert len(path.read_text().split()) <= WORDS


def test_each_guide_is_in_the_index() -> None:
    index = (ROOT / "docs" / "guides" / "README.md").read_text()

    assert [one.name for one in GUIDES if one.name != "README.md" and one.name not in index] == []

"""The guides of the repository are the pages of the help."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from config import guides
from tests.french_lint import french_faults

SLUGS = sorted(
    path.stem
    for path in (settings.BASE_DIR / "docs" / "guides").glob("*.md")
    if path.stem != "README"
)


def test_help_leads_to_each_guide_and_to_the_glossary(client: Client) -> None:
    soup = BeautifulSoup(client.get("/aide/").content, "html.parser")

    links = {link["href"] for link in soup.select("a[href^='/aide/guides/']")}
    assert links == {f"/aide/guides/{slug}/" for slug in [*SLUGS, "glossaire"]}


@pytest.mark.parametrize("slug", [*SLUGS, "glossaire"])
def test_a_guide_is_a_page_of_the_service(client: Client, slug: str) -> None:
    response = client.get(f"/aide/guides/{slug}/")

    soup = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 200
    assert len(soup.select("h1")) == 1
    assert french_faults(response.content.decode()) == []
    for image in soup.select("main img"):
        assert image["alt"]
        assert finders.find(image["src"].removeprefix("/static/"))
    for link in soup.select("main a[href]"):
        assert ".md" not in link["href"]


@pytest.mark.parametrize("slug", ["rien", "README", "index"])
def test_another_name_is_not_found(client: Client, slug: str) -> None:
    assert client.get(f"/aide/guides/{slug}/").status_code == 404


def test_no_html_of_a_guide_passes() -> None:
    assert "<script" not in "".join(guides.get(slug).html for slug in SLUGS)

"""Templates are used, exist where they are named, and link to pages that exist."""

from __future__ import annotations

import re

import pytest
from django.template.loader import get_template
from django.urls import Resolver404, resolve

from tests.architecture.project import APPS, ROOT, python_files, report, templates

NAMED = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""")
LINK = re.compile(r"""(?:href|action|hx-get|hx-post)="(/[^"{}#?]*)["#?]""")
# A name made in the code: f"pages/{name}.html".
COMPOSED = re.compile(r"""f["']([\w-]+/[\w/-]*\{[^}"']+\}[\w./{}-]*)["']""")
# Found by their names by Django and the libraries: error pages, overrides of their templates.
BY_CONVENTION = re.compile(
    r"^(\d{3}\w*\.html|(account|mfa|dsfr|django|registration|usersessions)/.*)$"
)


def names() -> dict[str, str]:
    """The source of each template of ours by the name that Django knows it by."""
    return {
        str(path.relative_to(ROOT / "templates")): path.read_text()
        for path in templates()
        if path.suffix in (".html", ".txt", ".css", ".svg", ".xml")
    }


def test_no_template_is_unused() -> None:
    sources = names()
    code = "\n".join(path.read_text() for path in python_files())
    yaml = "\n".join(p.read_text() for app in APPS for p in (ROOT / app).rglob("*.yaml"))
    composed = [
        re.compile(re.sub(r"\\\{.*?\\\}", r"[\\w/-]+", re.escape(text)) + r"(\.\w+)?")
        for text in COMPOSED.findall(code)
    ]
    found = []
    for name in sources:
        if any(pattern.fullmatch(name) for pattern in composed):
            continue
        elsewhere = [code, yaml, *(source for other, source in sources.items() if other != name)]
        mentioned = any(name in text or name.rpartition(".")[0] in text for text in elsewhere)
        if not mentioned and not BY_CONVENTION.match(name):
            found.append(name)

    report(found, "A template that nothing shows is removed:")


def test_named_templates_exist() -> None:
    found = []
    for name, source in names().items():
        for other in NAMED.findall(source):
            try:
                get_template(other)
            except Exception as error:  # noqa: BLE001 - a syntax error counts as well
                found.append(f"{name}: {other} ({error})")

    report(found, "A template includes or extends one that cannot be loaded:")


def test_every_template_compiles() -> None:
    found = []
    for name in names():
        if name.endswith(".html"):
            try:
                get_template(name)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with it
                found.append(f"{name}: {error}")

    report(found, "A template does not compile:")


def test_links_written_in_full_lead_somewhere() -> None:
    found = []
    for name, source in names().items():
        for address in LINK.findall(source):
            try:
                resolve(address)
            except Resolver404:
                found.append(f"{name}: {address}")

    report(sorted(set(found)), "A link leads nowhere:")


@pytest.mark.parametrize("address", ["/nulle-part/", "/compte"])
def test_an_address_that_leads_nowhere_is_told(address: str) -> None:
    with pytest.raises(Resolver404):
        resolve(address)

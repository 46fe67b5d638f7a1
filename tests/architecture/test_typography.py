"""The French that people read follows the rules of French typography (ux/spec.md)."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.architecture.french import mistakes
from tests.architecture.project import APPS, ROOT, parse, place, python_files, report, templates

COMMENT = re.compile(r"{#.*?#}|{% comment.*?{% endcomment %}|<!--.*?-->|<!DOCTYPE[^>]*>", re.DOTALL)
TRANSLATED = re.compile(r"""{% *(?:translate|trans) +(?:"([^"]*)"|'([^']*)')[^%]*%}""")
CODE = re.compile(r"<(?:script|style|code|pre)\b.*?</(?:script|style|code|pre)>", re.DOTALL)
READ_ATTRIBUTE = re.compile(r"""\b(?:aria-label|title|placeholder|alt)="([^"]*)\"""")
TAG = re.compile(r"<[^>]*>")
DJANGO = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "_n"}


def texts_of(template: str) -> list[str]:
    """What a template shows: its text, what it translates, and the attributes that are read."""
    source = COMMENT.sub("", template)
    texts = [first or second for first, second in TRANSLATED.findall(source)]
    # A value stands for a word: what touches it is judged as if a word stood there.
    source = DJANGO.sub(lambda match: "x" if match[0].startswith("{{") else "", source)
    texts += READ_ATTRIBUTE.findall(source)
    texts += TAG.split(CODE.sub("", source))
    return [html.unescape(text) for text in texts if text.strip()]


def strings_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings_of(inner)


def translated_strings(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(parse(path)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        for argument in node.args if name in GETTEXT else []:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield node.lineno, argument.value


def test_templates() -> None:
    found = [
        f"{path.relative_to(ROOT)} {mistake}"
        for path in templates()
        if path.suffix in (".html", ".txt")
        for text in texts_of(path.read_text())
        for mistake in mistakes(text)
    ]

    report(found, "French typography:")


def test_yaml() -> None:
    found = [
        f"{path.relative_to(ROOT)} {mistake}"
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.y*ml"))
        for text in strings_of(yaml.safe_load(path.read_text()))
        for mistake in mistakes(text)
    ]

    report(found, "French typography:")


def test_messages_of_the_code() -> None:
    found = [
        f"{place(path, line)} {mistake}"
        for path in python_files()
        for line, text in translated_strings(path)
        for mistake in mistakes(text)
    ]

    report(found, "French typography:")


@pytest.mark.parametrize(
    "text",
    [
        "l'acte", "Qui ?", "Objet : données", "Objet\n: données", "Non!", "« acte »", "«acte»",
        "Suite...", "le coeur",
    ],
)  # fmt: skip
def test_a_mistake_is_found(text: str) -> None:
    assert mistakes(text)


@pytest.mark.parametrize(
    "text",
    [
        "l’acte", "Qui\u00a0?", "Objet\u00a0: données", "«\u00a0acte\u00a0»", "https://x.fr/?a=1",
        "10:30", "a == 'b'", "Suite…", "PD and SENS",
    ],
)  # fmt: skip
def test_sound_french_passes(text: str) -> None:
    assert mistakes(text) == []


def test_texts_of_a_template() -> None:
    source = (
        '{# l\'auteur #}<p class="a:b" title="Ouvrir ?">Voir l\'acte {{ a }} !</p>'
        '{% translate "Qui ?" %}'
    )

    assert texts_of(source) == ["Qui ?", "Ouvrir ?", "Voir l'acte x !"]

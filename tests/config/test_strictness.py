"""The suite's own strictness works: what it should refuse is refused."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.template import Context, Engine, Template
from django.template.loader import render_to_string

from config.settings.base import BASE_DIR
from config.settings.strict_templates import UnknownVariable
from journal.models import Event
from journal.services import SYSTEM, Subject, record
from tests.strict_html import assert_strict_html, forbidden_in


def render(directory: Path, source: str, **context: object) -> str:
    """Render a template file of that directory with the suite's engine options."""
    (directory / "page.html").write_text(source)
    engine = Engine(dirs=[str(directory)], string_if_invalid=UnknownVariable("%s"))
    return engine.get_template("page.html").render(Context(context))


@pytest.fixture
def our_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that counts as the project's."""
    monkeypatch.setattr("config.settings.strict_templates.OURS", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "source",
    [
        "{{ nobody }}",
        "{{ case.nothing }}",
        "{{ nobody|default:'-' }}",
        "{% if 1 %}{{ no }}{% endif %}",
    ],
)
def test_unknown_variable_in_our_template_fails(our_directory: Path, source: str) -> None:
    with pytest.raises(AssertionError, match=r"unknown template variable: .* in page\.html"):
        render(our_directory, source, case=SimpleNamespace(title="x"))


def test_known_variables_and_questions_about_unknown_ones_pass(our_directory: Path) -> None:
    source = "{{ case.title }}{% if nobody %}never{% else %}!{% endif %}"

    assert render(our_directory, source, case=SimpleNamespace(title="x")) == "x!"


def test_unknown_variable_in_a_library_template_is_empty(tmp_path: Path) -> None:
    assert render(tmp_path, "[{{ nobody }}]") == "[]"


def test_unknown_variable_of_an_included_library_template_is_empty() -> None:
    """Django's own widgets rely on the empty string, even inside our pages."""
    widget = {"name": "n", "type": "text", "attrs": {}, "value": None}

    assert 'name="n"' in render_to_string("django/forms/widgets/input.html", {"widget": widget})


def test_template_made_from_a_string_is_not_ours() -> None:
    assert Template("[{{ nobody }}]").render(Context()) == "[]"


@pytest.mark.parametrize(
    "html",
    [
        "<script>go()</script>",
        '<p style="color: red">x</p>',
        "<style>p {}</style>",
        '<button onclick="go()">x</button>',
        '<a href=" JavaScript:go()">x</a>',
        "<p>{{ case.title }}</p>",
        "<p>{% if x %}</p>",
    ],
)
def test_page_with_something_inline_fails(html: str) -> None:
    response = HttpResponse(html)
    response.request = {"PATH_INFO": "/page/"}  # type: ignore[attr-defined]

    with pytest.raises(AssertionError, match="/page/"):
        assert_strict_html(response)


def test_sound_page_passes() -> None:
    html = (
        '<script src="/static/x.js" defer></script><a href="/x/">x</a>'
        '<script type="application/json">{"a": 1}</script>'
    )

    assert forbidden_in(html) == []
    assert_strict_html(HttpResponse("<script>shown as text", content_type="text/plain"))


def record_something() -> Event:
    return record(
        chain="test:1", kind="test.done", by=SYSTEM, summary="a essayé",
        subject=Subject(type="test", id="1", label="essai"),
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_turn", [1, 2])
def test_journal_is_emptied_between_two_tests_and_only_then(_turn: int) -> None:
    """The first turn leaves an event that the database refuses to erase; the second finds none."""
    # A fresh database has the events of what migrations load: ours are those of this chain.
    assert not Event.objects.of_chain("test:1").exists()

    record_something()

    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE journal_event")
    assert Event.objects.of_chain("test:1").count() == 1


def test_project_directory_is_found() -> None:
    assert (BASE_DIR / "manage.py").exists()

"""Anything may be typed in any field of any form: a clear answer, shown as text, nothing lost."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import transaction

from tests.matrix.rows import GROUPS, MAY
from tests.matrix.test_permissions import ROWS
from tests.matrix.tries import ANONYMOUS, Trier
from tests.strict_html import assert_strict_html

pytestmark = pytest.mark.django_db

TEXTS = {
    "nul": "avant\x00après",
    "long": "é" * 5000,
    "emoji": "🧑🏽‍⚕️ réponse 👍",
    "right to left": "\u202eأهلا وسهلا\u202c",
    "markup": "<script id=\"hostile\">alert(1)</script><b id='hostile'>gras</b> &amp;",
}
TYPED = {"text", "email", "url", "tel", "search", "date", "number", ""}


def writer_of(name: str) -> str:
    """Somebody who may send the form of this address."""
    found = ROWS[name]
    if found.public:
        return ANONYMOUS
    first = found.post.split(" | ")[0].split()
    if first[0] == MAY and len(first) > 1:
        return GROUPS.get(first[1], (first[1],))[0]
    return "requester"


FORMS = sorted(
    name for name, found in ROWS.items() if MAY in found.post and found.get.startswith("200")
)


@pytest.mark.parametrize("name", FORMS)
def test_whatever_is_typed(trier: Trier, name: str) -> None:
    address, actor = trier.address(name, ROWS[name].at), writer_of(name)
    with transaction.atomic():
        page = soup_of(trier.client(actor).get(address))
        transaction.set_rollback(True)

    for form in page.select('main form[method="post"]'):
        target = str(form.get("action") or address)
        for kind, text in TEXTS.items():
            sent, typed = filled(form, text)
            with transaction.atomic():
                response = trier.client(actor).post(target, sent)
                check(response, f"{kind} → {target}", typed if kind != "nul" else {})
                transaction.set_rollback(True)


def soup_of(response: Any) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def filled(form: Tag, text: str) -> tuple[dict[str, Any], dict[str, str]]:
    """What a browser sends of this form once its text fields hold `text`; and those fields."""
    sent: dict[str, Any] = {}
    typed: dict[str, str] = {}
    for control in form.find_all(["input", "select", "textarea"]):
        name, kind = str(control.get("name") or ""), str(control.get("type") or "")
        if not name or control.has_attr("disabled"):
            continue
        if control.name == "textarea" or (control.name == "input" and kind in TYPED):
            sent[name] = typed[name] = text
        elif control.name == "select":
            options = [str(one.get("value", "")) for one in control.find_all("option")]
            sent[name] = options[-1] if options else ""
        elif kind in ("radio", "checkbox"):
            sent.setdefault(name, []).append(str(control.get("value", "on")))
        elif kind not in ("file", "submit"):
            sent.setdefault(name, []).append(str(control.get("value", "")))
    return sent, typed


def check(response: Any, what: str, typed: dict[str, str]) -> None:
    assert response.status_code in (200, 302, 400, 404, 409, 422), (what, response.status_code)
    if not response.get("Content-Type", "").startswith("text/html"):
        return
    assert_strict_html(response)
    page = BeautifulSoup(response.content, "html.parser")
    assert page.find(id="hostile") is None, what
    if response.status_code == 422:
        # A byte that no database keeps is dropped, or refused: the rest is there.
        kept = {str(one["name"]): value_of(one) for one in page.select("main form [name]")}
        lost = sorted(name for name, text in typed.items() if kept.get(name, text) != text)
        assert lost == [], what
        assert not typed or set(typed) & set(kept), f"{what} : plus rien de ce qui a été saisi"


def value_of(control: Tag) -> str:
    if control.name == "textarea":
        # A browser drops the first line end of a text area.
        return control.get_text().removeprefix("\n")
    return str(control.get("value") or "")

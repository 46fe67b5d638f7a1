"""Pages of forms as browsers see them."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory

from questionnaires.pages import SectionForm
from tests.strict_html import assert_strict_html


def render(template: str, **context: Any) -> BeautifulSoup:
    request = RequestFactory().get("/")
    html = render_to_string(f"questionnaires/{template}", context, request=request)
    return BeautifulSoup(html, "html.parser")


def page(form: SectionForm, **context: Any) -> BeautifulSoup:
    return render("section_form.html", form=form, **context)


def control(soup: BeautifulSoup, name: str) -> Tag:
    found = soup.find(attrs={"name": name})
    assert isinstance(found, Tag), name
    return found


def submitted(soup: BeautifulSoup) -> QueryDict:
    """What a browser posts when nothing is touched: the page must be able to save itself."""
    data = QueryDict(mutable=True)
    for tag in soup.find_all(["input", "select", "textarea"]):
        name, kind = tag.get("name"), tag.get("type", "")
        if not name or kind == "file":
            continue
        if tag.name == "select":
            chosen = [
                option["value"] for option in tag.find_all("option") if option.has_attr("selected")
            ]
            first = [option["value"] for option in tag.find_all("option")][:1]
            for value in chosen or first:
                data.appendlist(name, value)
        elif tag.name == "textarea":
            # A browser drops the first line end of a text area.
            data.appendlist(name, tag.get_text().removeprefix("\n"))
        elif kind not in ("radio", "checkbox") or tag.has_attr("checked"):
            default = "on" if kind in ("radio", "checkbox") else ""
            data.appendlist(name, tag.get("value", default))
    return data


__all__ = ["assert_strict_html", "control", "page", "render", "submitted"]

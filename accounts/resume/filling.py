"""Put kept text back into the fields of a page (see `resume`)."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from django.template.loader import render_to_string
from lxml import html

# What XML cannot carry; no field of ours accepts it either.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NEVER = frozenset({"password", "file", "submit", "button", "image", "reset"})


def fill(page: str, kept: dict[str, Any]) -> str | None:
    """Return the page with kept text in its form, or None when it holds no such form.

    The form is the one that knows most of the names. A name that it does not show (a conditional
    question, a row added since) travels as a hidden field, so that nothing is lost.
    """
    values: dict[str, list[str]] = defaultdict(list)
    for name, value in kept["fields"]:
        values[_FORBIDDEN.sub("", name)].append(_FORBIDDEN.sub("", value))
    document = html.document_fromstring(page)
    posting = [form for form in document.forms if (form.get("method") or "").lower() == "post"]
    form = max(posting, key=lambda one: len(_names(one) & values.keys()), default=None)
    main = document.get_element_by_id("contenu", None)
    if form is None or main is None or not _text_names(form) & values.keys():
        return None
    _fill_form(form, values)
    notice = html.fragment_fromstring(
        render_to_string("accounts/_resumed.html", {"had_files": kept["had_files"]})
    )
    main.insert(0, notice)
    return html.tostring(document, encoding="unicode", doctype="<!DOCTYPE html>")


def _controls(form: Any) -> list[Any]:
    found = form.iter("input", "textarea", "select", "button")
    return [one for one in found if one.get("name") and one.get("name") != "csrfmiddlewaretoken"]


def _names(form: Any) -> set[str]:
    return {one.get("name") for one in _controls(form)}


def _text_names(form: Any) -> set[str]:
    return {
        one.get("name")
        for one in _controls(form)
        if one.tag != "button" and (one.get("type") or "text") not in {*_NEVER, "hidden"}
    }


def _fill_form(form: Any, values: dict[str, list[str]]) -> None:
    left = {name: list(items) for name, items in values.items()}
    for control in _controls(form):
        name = control.get("name")
        if control.tag == "select":
            _choose(control, values.get(name, []))
        elif control.tag == "textarea":
            # A browser drops the first line break of a text area.
            control.text = "\n" + (left[name].pop(0) if left.get(name) else "")
        elif control.tag == "input":
            _fill_input(control, values.get(name, []), left.get(name, []))
    for name in values.keys() - _names(form):
        for value in values[name]:
            form.append(html.Element("input", type="hidden", name=name, value=value))


def _fill_input(control: Any, values: list[str], left: list[str]) -> None:
    kind = (control.get("type") or "text").lower()
    if kind in ("checkbox", "radio"):
        _mark(control, "checked", (control.get("value") or "on") in values)
    elif kind not in _NEVER and left:
        control.set("value", left.pop(0))


def _choose(select: Any, values: list[str]) -> None:
    for option in select.iter("option"):
        value = option.get("value")
        _mark(option, "selected", (option.text_content() if value is None else value) in values)


def _mark(element: Any, attribute: str, on: bool) -> None:
    if on:
        element.set(attribute, attribute)
    elif attribute in element.attrib:
        del element.attrib[attribute]

"""Forgiving inputs of the components: absent keys are allowed, several shapes are accepted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.template.defaultfilters import linebreaksbr
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.templatetags.badges import badge, due_badge
from config.templatetags.french import datetime_text, local_day, time_text

_ACTION_CLASSES = {
    "primary": "fr-btn",
    "secondary": "fr-btn fr-btn--secondary",
    "tertiary": "fr-btn fr-btn--tertiary",
    "link": "fr-link fr-link--sm",
}


def read(item: Any, key: str, default: Any = None) -> Any:
    """Read a key of a mapping or an attribute of an object, or the default."""
    if isinstance(item, Mapping):
        return item.get(key, default)
    return getattr(item, key, default)


def or_dash(value: Any) -> Any:
    """Show « – », read « non renseigné », for what is not known. Zero is known."""
    if value is None or value == "":
        return format_html(
            '<span aria-hidden="true">–</span><span class="fr-sr-only">{}</span>',
            _("non renseigné"),
        )
    return value


def badge_of(item: Any, small: bool = True) -> Any:
    """Write a badge given as {text, variant, icon}, (text, variant), a text, or already written."""
    if isinstance(item, SafeString):
        return item
    if isinstance(item, (tuple, list)):
        return badge(*item[:2], small=small)
    if isinstance(item, str) or not (text := read(item, "text")):
        return badge(item, small=small)
    return badge(text, read(item, "variant", ""), icon=read(item, "icon"), small=small)


def due_of(line: Any) -> Any:
    """Write the badge of a line of work: its own, else the one of its due date."""
    if own := read(line, "badge"):
        return badge_of(own)
    return due_badge(read(line, "due"), bool(read(line, "suspended")))


def action_class(action: Any) -> str:
    """Return the classes of a button; small ones stand in lists."""
    variant = read(action, "variant", "primary")
    classes = _ACTION_CLASSES.get(variant, _ACTION_CLASSES["primary"])
    small = read(action, "small") and variant != "link"
    return f"{classes} fr-btn--sm" if small else classes


def menu_of(menu: Any) -> dict[str, Any]:
    """Sort out a menu of actions: its lines, or the single action it comes down to."""
    lines = list(read(menu, "items") or ())
    if len(lines) == 1 and not read(lines[0], "impossible"):
        variant = "secondary" if read(menu, "secondary") else "primary"
        only = lines[0]
        action = {key: read(only, key) for key in ("label", "url", "post")}
        return {"items": [], "single": {**action, "variant": variant}}
    return {"items": lines, "single": None}


def value_of(value: Any) -> Any:
    """Write an answer: lists as lists, texts with their line breaks, « – » for nothing."""
    if isinstance(value, (list, tuple, set, frozenset)):
        if not value:
            return or_dash(None)
        return format_html(
            "<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((v,) for v in value))
        )
    if isinstance(value, bool):
        return _("Oui") if value else _("Non")
    if isinstance(value, SafeString) or not isinstance(value, str):
        return or_dash(value)
    return linebreaksbr(value) if value else or_dash(value)


def _cell(cell: Any, column: dict[str, Any]) -> dict[str, Any]:
    if isinstance(cell, Mapping):
        return {"text": "", "url": "", "small": "", "badge": None, **cell, "column": column}
    return {"text": cell, "url": "", "small": "", "badge": None, "column": column}


def table_of(columns: Iterable[Any], rows: Iterable[Any]) -> dict[str, Any]:
    """Give every column and every cell of a table the same shape."""
    blank = {"label": "", "numeric": False, "hidden": False, "sort_url": "", "sort": ""}
    heads = [{**blank, **(one if isinstance(one, Mapping) else {"label": one})} for one in columns]
    lines = []
    for row in rows:
        cells = row["cells"] if isinstance(row, Mapping) else row
        off = bool(isinstance(row, Mapping) and row.get("off"))
        shaped = [_cell(cell, head) for cell, head in zip(cells, heads, strict=True)]
        lines.append({"cells": shaped, "off": off})
    return {"columns": heads, "rows": lines}


def crumbs_of(*pairs: Any) -> list[dict[str, Any]]:
    """Return the crumbs of a breadcrumb, written label then address, the nearest last."""
    return [
        {"label": label, "url": url} for label, url in zip(pairs[::2], pairs[1::2], strict=True)
    ]


def saved_text(moment: Any) -> str:
    """Say when a draft was saved: « aujourd’hui à 14 h 32 »."""
    day = local_day(moment)
    if day is None:
        return ""
    if day == timezone.localdate():
        return _("aujourd’hui à %(hour)s") % {"hour": time_text(moment)}
    return _("le %(moment)s") % {"moment": datetime_text(moment)}

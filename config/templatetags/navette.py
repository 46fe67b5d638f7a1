"""French dates, numbers, badges and small pieces of HTML shared by every page (ux/spec.md, §8).

Filters answer "" to an absent value, so that `{{ value|date_text|or_dash }}` reads « – ».
"""

from __future__ import annotations

import datetime

from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.templatetags import badges, diffs, fields, french, pieces

register = template.Library()

register.filter("date_text", french.date_text)
register.filter("date_long", french.date_long)
register.filter("date_short", french.date_short)
register.filter("date_day", french.date_day)
register.filter("date_month", french.date_month)
register.filter("time_text", french.time_text)
register.filter("datetime_text", french.datetime_text)
register.filter("datetime_short", french.datetime_short)
register.filter("filesize", french.filesize)
register.filter("fr_number", french.fr_number)
register.filter("percent", french.percent)
register.filter("nbsp", french.nbsp)
register.filter("ordinal", french.ordinal)
register.filter("count_of", french.count_of)
register.filter("and_list", french.and_list)
register.filter("focus_id", fields.focus_id)
register.filter("widget_kind", fields.widget_kind)
register.filter("counter_limit", fields.counter_limit)
register.filter("is_optional", fields.is_optional)
register.filter("has_optional", fields.has_optional)
register.filter("option_hint", fields.option_hint)
register.filter("or_dash", pieces.or_dash)
register.filter("saved_text", pieces.saved_text)
register.simple_tag(pieces.badge_of, name="badge_of")
register.simple_tag(pieces.due_of, name="due_of")
register.simple_tag(pieces.action_class, name="action_class")
register.simple_tag(pieces.menu_of, name="menu_of")
register.simple_tag(pieces.crumbs_of, name="crumbs_of")
register.simple_tag(pieces.value_of, name="value_of")
register.simple_tag(pieces.table_of, name="table_of")
register.simple_tag(fields.field_widget, name="field_widget")
register.simple_tag(diffs.word_diff, name="word_diff")
register.simple_tag(badges.badge, name="badge")
register.simple_tag(badges.due_badge, name="due_badge")
register.simple_tag(badges.stage_badge, name="stage_badge")
register.simple_tag(badges.nature_badge, name="nature_badge")


@register.simple_tag(name="time")
def time_tag(value: datetime.date | None, style: str = "text") -> SafeString | str:
    """Write a moment as `<time>`: `text`, `long`, `short`, `day` or `datetime`."""
    if value is None or value == "":
        return ""
    written = {
        "text": french.date_text,
        "long": french.date_long,
        "short": french.date_short,
        "day": french.date_day,
        "datetime": french.datetime_text,
        "hour": french.time_text,
    }[style](value)
    local = timezone.localtime(value) if isinstance(value, datetime.datetime) else value
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), written)


@register.simple_tag
def bar(value: float, maximum: float = 100, variant: str = "") -> SafeString:
    """Draw a bar that only repeats a figure written beside it: `late`, `ok` or plain."""
    width = 0.0 if not maximum else max(0.0, min(100.0, 100 * float(value) / float(maximum)))
    return format_html(
        '<svg class="cdd-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" '
        'focusable="false"><rect class="cdd-bar__bg" width="100" height="6"/>'
        '<rect class="cdd-bar__fg{}" width="{}" height="6"/></svg>',
        f" cdd-bar__fg--{variant}" if variant else "",
        f"{width:.1f}",
    )


@register.simple_tag(takes_context=True)
def without_params(context: Context, *names: str) -> str:
    """Return the query string of this page without some parameters (« Retirer le filtre »)."""
    query = context["request"].GET.copy()
    for name in names:
        query.pop(name, None)
    return "?" + query.urlencode()


@register.simple_tag(takes_context=True)
def error_entries_of(context: Context) -> list[dict[str, str]]:
    """List what the summary says: the entries given by the page, else those of its forms."""
    if given := context.get("errors"):
        return [one if isinstance(one, dict) else {"text": one, "target": ""} for one in given]
    return fields.error_entries(context.get("form"))


@register.simple_tag(takes_context=True)
def form_is_wrong(context: Context) -> bool:
    """Tell whether the form of a page was refused: its title then starts with « Erreur — »."""
    found = [context.get("form"), context.get("formset"), *(context.get("forms") or ())]
    return any(
        getattr(one, "is_bound", False) and not one.is_valid() for one in found if one is not None
    )

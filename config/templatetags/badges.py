"""Badges: the text is the information, the colour only repeats it (ux/spec.md, §8)."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cases.clock import national_holidays
from config.templatetags.french import date_text, local_day

VARIANTS = frozenset(
    {"info", "success", "warning", "error", "blue-ecume", "purple-glycine", "yellow-tournesol"}
)
# Colour says what is expected of the reader: grey nothing, blue under way, green positive,
# orange attention. Red stays for what is late or non-compliant.
_UNDER_WAY = (
    "submitted completeness study opinions holder_decision concluded formalities agreement "
    "drafting negotiation final signing sent received"
)
_POSITIVE = "favourable favourable_reserve partial running signed in_force accepted"
_ATTENTION = "info_requested info_request suspended winding_up accepted_reserve not_given"
_NEGATIVE = "inadmissible rejected unfavourable terminated refused"
_ELSEWHERE = "redirected redirect_open_data redirect_api redirect_other"
STAGE_VARIANTS: dict[str, str] = {
    **dict.fromkeys(_UNDER_WAY.split(), "info"),
    **dict.fromkeys(_POSITIVE.split(), "success"),
    **dict.fromkeys(_ATTENTION.split(), "warning"),
    **dict.fromkeys(_NEGATIVE.split(), "error"),
    **dict.fromkeys(_ELSEWHERE.split(), "blue-ecume"),
}
# Results carry their icon, states do not.
_WITH_ICON = frozenset({"refused", "accepted", "accepted_reserve"})


def working_days(start: datetime.date, end: datetime.date) -> int:
    """Count the working days after `start`, up to `end` included.

    A label knows the public holidays of France; the closing days of an organisation are in the
    due date itself (`cases.clock`) and are not read again for each line of a list.
    """
    day, count = start, 0
    while day < end:
        day += datetime.timedelta(days=1)
        if day.weekday() < 5 and day not in national_holidays(day.year):
            count += 1
    return count


def badge(
    text: Any, variant: str = "", *, icon: bool | None = None, small: bool = True, tag: str = "p"
) -> SafeString:
    """Write a DSFR badge. `icon` says whether it shows (by default: on a success only).

    `internal` is the yellow badge with a padlock. An unknown variant is written in grey.
    """
    tag = "span" if tag == "span" else "p"
    classes = ["fr-badge"]
    if small:
        classes.append("fr-badge--sm")
    if variant == "internal":
        classes += ["fr-badge--yellow-tournesol", "fr-icon-lock-line", "fr-badge--icon-left"]
    else:
        if variant in VARIANTS:
            classes.append(f"fr-badge--{variant}")
        shows = variant == "success" if icon is None else icon
        if not shows:
            classes.append("fr-badge--no-icon")
    return format_html('<{} class="{}">{}</{}>', tag, " ".join(classes), text, tag)


def stage_badge(stage: Any, text: Any = None, *, small: bool = True, tag: str = "p") -> SafeString:
    """Write the badge of a state: a case, or a code and its label."""
    code = str(getattr(stage, "stage", stage))
    label = text if text is not None else getattr(stage, "stage_label", code)
    variant = STAGE_VARIANTS.get(code, "")
    return badge(label, variant, icon=code in _WITH_ICON, small=small, tag=tag)


def nature_badge(text: Any, *, small: bool = True, tag: str = "p") -> SafeString:
    """Write what kind of data a case is about; purple is never a state."""
    return badge(text, "purple-glycine", icon=False, small=small, tag=tag)


def due_badge(
    day: datetime.date | None, suspended: bool = False, *, today: datetime.date | None = None
) -> SafeString | str:
    """Write « Retard 2 j », « Aujourd’hui », « Dans 4 j » or « Délai suspendu ».

    The badge counts working days; a hidden text says the whole: « 2 jours ouvrés de retard,
    échéance le 13 mars 2026 ».
    """
    if suspended:
        return badge(_("Délai suspendu"))
    due = local_day(day)
    if due is None:
        return ""
    now = today or timezone.localdate()
    text, variant = _("Aujourd’hui"), "warning"
    full = _("échéance aujourd’hui, %(day)s") % {"day": date_text(due)}
    if due != now:
        text, variant, full = _due_words(due, now)
    inner = format_html(
        '<span aria-hidden="true">{}</span><span class="fr-sr-only">{}</span>', text, full
    )
    return badge(inner, variant, icon=variant in ("error", "warning"))


def _due_words(due: datetime.date, now: datetime.date) -> tuple[str, str, str]:
    late = due < now
    days = working_days(due, now) if late else working_days(now, due)
    # Over a week-end the working clock has not moved, yet the day is past or still to come.
    days = max(days, 1)
    values = {"n": days, "day": date_text(due)}
    unit = _("jour ouvré") if days == 1 else _("jours ouvrés")
    values["unit"] = unit
    if late:
        full = _("%(n)s %(unit)s de retard, échéance le %(day)s") % values
        return _("Retard %(n)s j") % values, "error", full
    full = _("échéance dans %(n)s %(unit)s, le %(day)s") % values
    return _("Dans %(n)s j") % values, "", full

"""Two versions of a text, word by word, told in words as well as in colours."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

# Past this size word matching grows too slow to serve a page: the change is shown whole.
LONGEST = 3000


def _words(text: str) -> list[str]:
    return re.findall(r"\S+\s*", text)


def _part(tag: str, spoken: str, text: str) -> SafeString:
    if not text.strip():
        return mark_safe("")
    return format_html(
        '<{0}><span class="fr-sr-only">{1} </span>{2}</{0}> ', tag, spoken, text.strip()
    )


def word_diff(old: Any, new: Any) -> SafeString:
    """Mark what was removed (`<del>`) and what was added (`<ins>`) between two texts."""
    before, after = _words(str(old or "")), _words(str(new or ""))
    removed, added = _("retiré\u00a0:"), _("ajouté\u00a0:")
    if len(before) + len(after) > LONGEST:
        whole = [("del", removed, "".join(before)), ("ins", added, "".join(after))]
        return format_html_join("", "{}", ((_part(*one),) for one in whole))
    pieces: list[SafeString] = []
    keys = [word.strip() for word in before], [word.strip() for word in after]
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(format_html("{}", "".join(after[j1:j2])))
            continue
        pieces.append(_part("del", removed, "".join(before[i1:i2])))
        pieces.append(_part("ins", added, "".join(after[j1:j2])))
    return format_html_join("", "{}", ((piece,) for piece in pieces))

"""The small markup of clause texts: conditional sentences and passages repeated for each party.

`[[si CONDITION]]…[[sinon]]…[[fin]]`, `[[par partie]]…[[fin]]`. A text is resolved once, when an act
is drawn up: what is left is plain text with merge fields, which lawyers and parties read and edit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

# Never tried twice from one place: whatever is typed is read in linear time.
_TAG = re.compile(r"\[\[\s*+((?:(?!\[\[|\]\]).)*+)\s*+\]\]")
MAX_DEPTH = 20
_PARTY_FIELD = re.compile(r"\{\{\s*party\.")


class MarkupError(ValueError):
    """A text whose tags do not open and close properly."""


@dataclass
class _Block:
    """A passage: texts and blocks, under a condition, or repeated for each party."""

    condition: str = ""
    per_party: bool = False
    then: list[str | _Block] = field(default_factory=list)
    otherwise: list[str | _Block] | None = None

    @property
    def current(self) -> list[str | _Block]:
        return self.then if self.otherwise is None else self.otherwise


def _parse(text: str) -> _Block:
    root = _Block()
    stack = [root]
    position = 0
    for tag in _TAG.finditer(text):
        stack[-1].current.append(text[position : tag.start()])
        position = tag.end()
        _apply(tag.group(1).strip(), stack)
    if len(stack) != 1:
        raise MarkupError(_("Il manque un [[fin]]."))
    root.current.append(text[position:])
    return root


def _apply(tag: str, stack: list[_Block]) -> None:
    if tag.startswith("si "):
        _require_room(stack)
        stack.append(_Block(condition=tag[3:].strip()))
        stack[-2].current.append(stack[-1])
    elif tag == "par partie":
        _require_room(stack)
        if any(block.per_party for block in stack):
            raise MarkupError(_("Un [[par partie]] ne peut pas en contenir un autre."))
        stack.append(_Block(per_party=True))
        stack[-2].current.append(stack[-1])
    elif tag == "sinon":
        if not stack[-1].condition or stack[-1].otherwise is not None:
            raise MarkupError(_("Un [[sinon]] ne suit aucun [[si …]]."))
        stack[-1].otherwise = []
    elif tag == "fin":
        if len(stack) == 1:
            raise MarkupError(_("Un [[fin]] ne ferme rien."))
        stack.pop()
    else:
        raise MarkupError(_("Balise inconnue : [[%s]]") % tag)


def _require_room(stack: list[_Block]) -> None:
    if len(stack) > MAX_DEPTH:
        raise MarkupError(_("Trop de passages les uns dans les autres."))


def _blocks(block: _Block) -> Iterator[_Block]:
    for item in (*block.then, *(block.otherwise or ())):
        if isinstance(item, _Block):
            yield item
            yield from _blocks(item)


def conditions(text: str) -> list[str]:
    """Return the conditions that a text is written under. Errors: MarkupError."""
    return [block.condition for block in _blocks(_parse(text)) if block.condition]


def plain_text(text: str) -> str:
    """Return a text without its tags, every alternative kept. Errors: MarkupError."""
    _parse(text)
    return _TAG.sub("", text)


def resolve(text: str, holds: Callable[[str], bool], parties: int) -> str:
    """Keep what applies: `holds` decides a condition; `party.x` becomes `party_1.x`, `party_2.x`…

    What a dropped sentence leaves behind (two spaces, one at the end) goes too.
    """
    resolved = _resolve(_parse(text), holds, parties)
    lines = [re.sub(r" {2,}", " ", line).strip() for line in resolved.split("\n")]
    return "\n".join(lines).strip()


def _resolve(block: _Block, holds: Callable[[str], bool], parties: int) -> str:
    chosen = block.then
    if block.condition and not holds(block.condition):
        chosen = block.otherwise or []
    text = "".join(
        item if isinstance(item, str) else _resolve(item, holds, parties) for item in chosen
    )
    if not block.per_party:
        return text
    copies = [_PARTY_FIELD.sub(f"{{{{ party_{n}.", text) for n in range(1, parties + 1)]
    return " ".join(copies)


# What people edit: `[retention.months]`, `[article C30]` instead of the double braces.
_EDITED_FIELD = re.compile(r"\[([a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)\]")
_EDITED_REFERENCE = re.compile(r"\[article ([A-Z][A-Z0-9]*)\]")
_FIELD = re.compile(r"\{\{\s*([a-z][a-z0-9_.]*)\s*\}\}")
_REFERENCE = re.compile(r"\{\{\s*ref:\s*([A-Z][A-Z0-9]*)\s*\}\}")


def to_editor(body: str) -> str:
    """Write a text as lawyers edit it: fields and references between square brackets."""
    return _REFERENCE.sub(r"[article \1]", _FIELD.sub(r"[\1]", body))


def from_editor(text: str) -> str:
    """Read back a text edited by a lawyer."""
    fields = _EDITED_FIELD.sub(r"{{ \1 }}", text)
    return _EDITED_REFERENCE.sub(r"{{ ref:\1 }}", fields)

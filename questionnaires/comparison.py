"""Two versions of the same answers, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from django.utils.translation import gettext as _

Kind = Literal["kept", "removed", "added"]
_TOKEN: Final = re.compile(r"\s+|\w+|[^\w\s]")
# Past this size matching words is too slow for a page: the texts are shown one after the other.
MAX_TOKENS: Final = 4000
CONTEXT: Final = 80  # characters kept on each side of a change, about one line


@dataclass(frozen=True)
class Segment:
    kind: Kind
    text: str


@dataclass(frozen=True)
class FieldChange:
    """What changed in the answer to one question: words of a text, or lines of a list."""

    section: str
    section_title: str
    name: str
    label: str
    segments: tuple[Segment, ...] = ()
    short: tuple[Segment, ...] = ()  # the same with what did not change cut to one line a side
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def is_list(self) -> bool:
        return bool(self.added or self.removed)

    @property
    def is_shortened(self) -> bool:
        return self.short != self.segments


@dataclass(frozen=True)
class Comparison:
    """What changed between two versions, among how many questions."""

    changes: tuple[FieldChange, ...]
    total: int

    @property
    def summary(self) -> str:
        """« 3 champs sur 64 »."""
        count = len(self.changes)
        text = (
            _("%(count)d champ sur %(total)d") if count < 2 else _("%(count)d champs sur %(total)d")
        )
        return text % {"count": count, "total": self.total}


def words(old: str, new: str) -> tuple[Segment, ...]:
    """Return what was kept, removed and added. Kept and removed make the old text, kept and
    added the new one, character for character."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(before) + len(after) > MAX_TOKENS:
        whole = (Segment("removed", old), Segment("added", new))
        return (Segment("kept", old),) if old == new else tuple(s for s in whole if s.text)
    found: list[Segment] = []
    for op, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if op == "equal":
            found.append(Segment("kept", "".join(before[i1:i2])))
            continue
        if i2 > i1:
            found.append(Segment("removed", "".join(before[i1:i2])))
        if j2 > j1:
            found.append(Segment("added", "".join(after[j1:j2])))
    return tuple(found)


def shorten(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Cut what did not change to one line on each side of a change."""
    return tuple(_shorten(segments))


def _shorten(segments: Sequence[Segment]) -> Iterator[Segment]:
    last = len(segments) - 1
    for rank, segment in enumerate(segments):
        head = CONTEXT if rank > 0 else 0
        tail = CONTEXT if rank < last else 0
        if segment.kind != "kept" or len(segment.text) <= head + tail + CONTEXT:
            yield segment
            continue
        start = segment.text[:head]
        end = segment.text[len(segment.text) - tail :] if tail else ""
        yield Segment("kept", f"{start} […] {end}".strip(" ") if head and tail else
                      (f"{start} […]" if head else f"[…] {end}"))  # fmt: skip


def lines(old: Iterable[str], new: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the lines added and removed; a line that only moved is neither."""
    before, after = list(old), list(new)
    added, gone = list(after), list(before)
    for line in before:
        if line in added:
            added.remove(line)
    for line in after:
        if line in gone:
            gone.remove(line)
    return tuple(added), tuple(gone)

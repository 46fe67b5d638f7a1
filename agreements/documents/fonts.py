"""The one family of characters that an act is set in, and what it can print.

An act must not depend on the fonts of the machine that lays it out, and PDF/A forbids a character
without its drawing: a text is reduced to what the family holds before it is laid out, and a sign
that it cannot draw is spelled out, never dropped.
"""

from __future__ import annotations

import functools
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTFont

FACES = {"Regular": (400, "normal"), "Italic": (400, "italic"), "Bold": (700, "normal")} | {
    "BoldItalic": (700, "italic")
}

# Signs that people paste and that Marianne has under another form.
_REPLACEMENTS = {
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "–",
    "\u2015": "—",
    "\u202f": "\u00a0",
    "\u2007": "\u00a0",
    "\u2028": "\n",
    "\u2029": "\n",
    "\u00ad": "",
    "\u2032": "’",
    "\u2033": "”",
    "\u25a1": "[ ]",
    "\u2610": "[ ]",
    "\u2611": "[x]",
    "\u2612": "[x]",
    "\u2713": "[x]",
    "\u2714": "[x]",
    "\u2717": "[ ]",
    "\u25cf": "•",
    "\u25aa": "•",
    "\u25e6": "•",
    "\u2043": "•",
}


@dataclass(frozen=True, slots=True)
class FontFamily:
    """A family found on disk; `faces` maps « Regular »… to its file."""

    name: str
    directory: Path
    faces: dict[str, Path]


@functools.cache
def _family(name: str, directory: Path) -> FontFamily:
    found = {face: directory / f"{name}-{face}.ttf" for face in FACES}
    missing = [path.name for path in found.values() if not path.is_file()]
    if missing:
        raise FileNotFoundError(f"{directory}: {', '.join(missing)}")
    return FontFamily(name, directory, found)


def family() -> FontFamily:
    """The configured family (`DOCUMENT_FONT_FAMILY`, `DOCUMENT_FONT_DIR`); Marianne by default.

    Raises FileNotFoundError naming the files that are missing."""
    return _family(settings.DOCUMENT_FONT_FAMILY, Path(settings.DOCUMENT_FONT_DIR))


@functools.cache
def _repertoire(faces: tuple[Path, ...]) -> frozenset[int]:
    held: set[int] | None = None
    for path in faces:
        with TTFont(path, lazy=True) as font:
            cmap = set(font.getBestCmap() or {})
        held = cmap if held is None else held & cmap
    return frozenset(held or ()) | {0x0A, 0x09, 0x20}


def repertoire() -> frozenset[int]:
    """Code points that every face of the family can draw."""
    return _repertoire(tuple(family().faces.values()))


def printable(text: str) -> str:
    """The text with nothing in it that the family cannot draw.

    Composed first; then equivalents (non-breaking hyphen, check boxes, narrow spaces),
    compatibility forms (ligatures, superscripts), and for what is left `[U+1F600]`. Controls, marks
    of direction and variation selectors have no drawing and are removed."""
    text = unicodedata.normalize("NFC", text)
    held = repertoire()
    if all(ord(char) in held for char in text):
        return text
    return "".join(_printable_char(char, held) for char in text)


def _printable_char(char: str, held: frozenset[int]) -> str:
    replacement = _REPLACEMENTS.get(char)
    if replacement is not None:
        return replacement
    if char not in "\n\t" and (
        unicodedata.category(char) in {"Cc", "Cf", "Cs"} or 0xFE00 <= ord(char) <= 0xFE0F
    ):
        return ""
    if ord(char) in held:
        return char
    plain = unicodedata.normalize("NFKC", char)
    if plain != char and all(ord(part) in held for part in plain):
        return plain
    return f"[U+{ord(char):04X}]"

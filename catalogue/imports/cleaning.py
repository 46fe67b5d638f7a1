"""Repairs of imported text, each of them seen in real files."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from html.parser import HTMLParser

from django.utils.translation import gettext as _

# Punctuation that Windows writes in the range 0x80-0x9F and that latin-1 readers turned into
# control characters (« dun système » of the DREES catalogue).
_WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_FORMULA = re.compile(r"^\s*[=+@\t\r]|^\s*-\s*[A-Za-z(=+@]")
_FORMULA_SIGNS = " \t\r\n=+@-"
_BLOCKS = frozenset({"p", "br", "li", "div", "tr", "ul", "ol", "h1", "h2", "h3", "h4"})
_TAG = re.compile(r"<(?:/?[a-zA-Z][^<>]*|!--)")
_DAY_FIRST = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
_YEAR_FIRST = re.compile(r"^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?(?:T.*|\s.*)?$")


class _TextOnly(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.is_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_code = tag in ("script", "style")
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.is_code = False

    def handle_data(self, data: str) -> None:
        if not self.is_code:
            self.parts.append(data)


def clean_text(value: object) -> str:
    """Return text the database and a reader can take: no NUL, no control, no lone surrogate."""
    text = str(value).translate(_WINDOWS)
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (char for char in text if char in "\n\t" or unicodedata.category(char) != "Cc")
    return "".join(kept).strip()


def plain_text(value: object) -> str:
    """Return the words of a text that may be HTML; a lone « < » is not a tag."""
    text = clean_text(value)
    if _TAG.search(text):
        parser = _TextOnly()
        parser.feed(text)
        parser.close()
        text = clean_text("".join(parser.parts))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def neutralise(text: str) -> tuple[str, bool]:
    """Take away what would make a spreadsheet run a cell; tell whether there was something."""
    if not _FORMULA.match(text):
        return text, False
    return text.lstrip(_FORMULA_SIGNS), True


def split_list(text: str) -> list[str]:
    """Read a list typed in one cell, without its doubles."""
    parts = (clean_text(part) for part in re.split(r"[,;|\n]", text))
    return list(dict.fromkeys(part for part in parts if part))


def read_date(text: str, *, last_day: bool = False) -> tuple[date | None, str]:
    """Read a day, a month or a year; return it with a remark in French when there is one.

    The French order (31/12/2020) is read with a remark. What is no date gives None and a remark.
    """
    text = text.strip()
    if not text:
        return None, ""
    remark = ""
    if match := _DAY_FIRST.match(text):
        day, month, year = (int(part) for part in match.groups())
        remark = _("date « %(text)s » lue jour/mois/année ; le format attendu est AAAA-MM-JJ")
    elif match := _YEAR_FIRST.match(text):
        year = int(match[1])
        month = int(match[2] or (12 if last_day else 1))
        day = int(match[3] or (31 if last_day and not match[2] else 1))
    else:
        return None, _("date illisible « %(text)s », ignorée") % {"text": text[:40]}
    try:
        return date(year, month, day), remark and remark % {"text": text}
    except ValueError:
        return None, _("date impossible « %(text)s », ignorée") % {"text": text[:40]}

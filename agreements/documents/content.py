"""What a fragment may hold before it is laid out: plain structure, nothing that fetches or styles.

PDF/UA asks for headings without a gap, regular tables and lists of items: a fragment is brought to
that shape here, so that the text a person typed can never make an act non-conforming.
"""

from __future__ import annotations

import html as html_lib
import re
from collections.abc import Iterable, Set
from urllib.parse import urlsplit

from lxml import etree
from lxml import html as lxml_html

from agreements.documents.fonts import printable

_INLINE = frozenset(
    "a abbr b br code del em i ins mark small span strong sub sup u".split()
)  # fmt: skip
_BLOCKS = frozenset(
    "blockquote caption dd div dl dt h1 h2 h3 h4 h5 h6 li ol p section table tbody td tfoot th "
    "thead tr ul".split()
)
_DROPPED_WITH_CONTENT = frozenset(
    "script style template iframe object embed noscript head title svg math audio video select "
    "textarea form button".split()
)
_CLASSES = frozenset({"gap", "nowrap", "number", "note", "facts"})
_SPACE = " \t\n\r\f"
_MAX_DEPTH = 24
_MAX_SPAN = 40
WIDE_COLUMNS = 7


def clean(html: str, *, first_heading: int = 3, anchors: Set[str] = frozenset()) -> str:
    """The fragment reduced to what an act may print, as well-formed HTML.

    Headings are shifted to start at `first_heading` and never skip a level; links lead to an anchor
    of the act or to http(s) and mailto addresses; tables are made regular. Never raises on bad
    markup."""
    root = _parse(html)
    _keep_known(root)
    for table in list(root.iter("table")):
        _make_regular(table)
    _repair_lists(root)
    _level_headings(root, first_heading)
    _clean_attributes(root, anchors)
    _print_texts(root)
    return _inner_html(root)


def has_wide_table(html: str) -> bool:
    """True when a table of the fragment needs the width of a landscape page."""
    return any(_width(table) >= WIDE_COLUMNS for table in _parse(html).iter("table"))


def plain(text: str) -> str:
    """A plain text as it can be printed, on one line."""
    return " ".join(printable(text).split(" ")).replace("\n", " ").strip()


def _parse(html: str) -> etree._Element:
    text = "".join(char for char in html if char in "\t\n\r" or ord(char) >= 0x20)
    text = text.encode("utf-8", "ignore").decode()
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    try:
        root = lxml_html.fragment_fromstring(f"<div>{text}</div>", parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        # Nothing of it is markup: print it as it was typed.
        root = lxml_html.fragment_fromstring(f"<div><p>{html_lib.escape(text)}</p></div>")
    return root


def _keep_known(root: etree._Element) -> None:
    for element in list(root.iterdescendants()):
        if not isinstance(element.tag, str) or element.tag in _DROPPED_WITH_CONTENT:
            element.drop_tree()
        elif element.tag not in _INLINE | _BLOCKS or _depth(element) > _MAX_DEPTH:
            element.drop_tag()


def _depth(element: etree._Element) -> int:
    return sum(1 for _ in element.iterancestors())


# ------------------------------------------------------------------------------------------- tables


def _rows(table: etree._Element) -> list[etree._Element]:
    return [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]


def _cells(row: etree._Element) -> list[etree._Element]:
    return [cell for cell in row if cell.tag in {"td", "th"}]


def _span(cell: etree._Element, name: str) -> int:
    value = str(cell.get(name, "1"))
    return min(max(int(value), 1), _MAX_SPAN) if value.isascii() and value.isdigit() else 1


def _width(table: etree._Element) -> int:
    return max((sum(_span(c, "colspan") for c in _cells(row)) for row in _rows(table)), default=0)


def _make_regular(table: etree._Element) -> None:
    """Each row gets as many columns as the widest one; header cells get their scope."""
    rows = _rows(table)
    if not any(_cells(row) for row in rows):
        table.drop_tag()
        return
    for row in rows:
        if not _cells(row):
            row.drop_tree()
    rows = _rows(table)
    filled = _columns_per_row(rows)
    for row, columns in zip(rows, filled, strict=True):
        for _ in range(max(filled) - columns):
            etree.SubElement(row, "td")
    for row in rows:
        in_head = row.getparent().tag == "thead"
        for cell in _cells(row):
            if cell.tag == "th" and cell.get("scope") not in {"row", "col"}:
                only_headers = all(other.tag == "th" for other in _cells(row))
                cell.set("scope", "col" if in_head or only_headers else "row")


def _columns_per_row(rows: list[etree._Element]) -> list[int]:
    taken: list[int] = [0] * len(rows)
    for index, row in enumerate(rows):
        for cell in _cells(row):
            colspan, rowspan = _span(cell, "colspan"), _span(cell, "rowspan")
            rowspan = min(rowspan, len(rows) - index)
            cell.set("colspan", str(colspan))
            cell.set("rowspan", str(rowspan))
            for below in range(index, index + rowspan):
                taken[below] += colspan
    return taken


# ------------------------------------------------------------------------------- lists and headings


def _repair_lists(root: etree._Element) -> None:
    for item in list(root.iter("li")):
        if item.getparent().tag not in {"ul", "ol"}:
            item.tag = "p"
    for listing in list(root.iter("ul", "ol")):
        for child in list(listing):
            if child.tag != "li":
                wrapper = etree.Element("li")
                wrapper.tail, child.tail = child.tail, None
                listing.replace(child, wrapper)
                wrapper.append(child)
        _wrap_loose_texts(listing)
        if len(listing) == 0:
            listing.drop_tag()


def _wrap_loose_texts(listing: etree._Element) -> None:
    """Words of a list that stand outside its items become items."""
    for child in reversed(list(listing)):
        if (child.tail or "").strip():
            item = etree.Element("li")
            item.text, child.tail = child.tail, None
            child.addnext(item)
    if (listing.text or "").strip():
        item = etree.Element("li")
        item.text, listing.text = listing.text, None
        listing.insert(0, item)


def _level_headings(root: etree._Element, first: int) -> None:
    headings = list(root.iter("h1", "h2", "h3", "h4", "h5", "h6"))
    for heading in headings:
        if not "".join(heading.itertext()).strip():
            heading.drop_tree()
    headings = [h for h in headings if h.getparent() is not None]
    if not headings:
        return
    top = min(int(heading.tag[1]) for heading in headings)
    previous = first - 1
    for heading in headings:
        level = min(int(heading.tag[1]) - top + first, previous + 1, 6)
        heading.tag = f"h{level}"
        previous = level


# ----------------------------------------------------------------------------- attributes and texts


def _clean_attributes(root: etree._Element, anchors: Set[str]) -> None:
    for element in root.iterdescendants():
        kept = dict(_kept_attributes(element, anchors))
        element.attrib.clear()
        element.attrib.update(kept)
    for link in list(root.iter("a")):
        if link.get("href") is None or not "".join(link.itertext()).strip():
            link.drop_tag()
            continue
        for inner in list(link.iterdescendants()):
            # Each box inside a link would be a link of its own, outside the tags.
            inner.drop_tag()


def _kept_attributes(element: etree._Element, anchors: Set[str]) -> Iterable[tuple[str, str]]:
    classes = _CLASSES.intersection(str(element.get("class", "")).split())
    if classes:
        yield "class", " ".join(sorted(classes))
    if element.tag in {"td", "th"}:
        for name in ("colspan", "rowspan"):
            if _span(element, name) > 1:
                yield name, str(_span(element, name))
    if element.tag == "th":
        yield "scope", "row" if element.get("scope") == "row" else "col"
    if element.tag == "ol" and re.fullmatch(r"\d{1,4}", str(element.get("start", ""))):
        yield "start", str(element.get("start"))
    if element.tag == "a" and _may_link(str(element.get("href", "")), anchors):
        yield "href", str(element.get("href"))


def _may_link(href: str, anchors: Set[str]) -> bool:
    if href.startswith("#"):
        return href[1:] in anchors
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    if parts.scheme in {"http", "https"}:
        return bool(parts.netloc) and href.isprintable()
    return parts.scheme == "mailto" and "@" in parts.path and href.isprintable()


def _print_texts(root: etree._Element) -> None:
    for element in root.iter():
        if element.text:
            element.text = printable(element.text)
        if element.tail:
            element.tail = printable(element.tail)


def _inner_html(root: etree._Element) -> str:
    parts = [html_lib.escape(root.text or "", quote=False)]
    parts += [lxml_html.tostring(child, encoding="unicode") for child in root]
    inner = "".join(parts).strip(_SPACE)
    if inner and not any(child.tag in _BLOCKS for child in root):
        return f"<p>{inner}</p>"
    return inner

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

from agreements.documents import structure
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
_PARSER_DEPTH = 80
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Tags that HTML closes by itself: they do not make a text deeper.
_SELF_CLOSING = frozenset(
    "p li dt dd tr td th thead tbody tfoot br hr img input option col wbr base link meta".split()
)
WIDE_COLUMNS = 7


def clean(html: str, *, first_heading: int = 3, anchors: Set[str] = frozenset()) -> str:
    """The fragment reduced to what an act may print, as well-formed HTML.

    Headings are shifted to start at `first_heading` and never skip a level; links lead to an anchor
    of the act or to http(s) and mailto addresses; tables are made regular. Never raises on bad
    markup."""
    root = _parse(html)
    _keep_known(root)
    structure.repair(root, first_heading=first_heading)
    _clean_attributes(root, anchors)
    _print_texts(root)
    return _inner_html(root)


def has_wide_table(html: str) -> bool:
    """True when a table of the fragment needs the width of a landscape page."""
    return any(structure.width(table) >= WIDE_COLUMNS for table in _parse(html).iter("table"))


def plain(text: str) -> str:
    """A plain text as it can be printed, on one line."""
    return " ".join(printable(text).split(" ")).replace("\n", " ").strip()


def _parse(html: str) -> etree._Element:
    text = "".join(char for char in html if char in "\t\n\r" or ord(char) >= 0x20)
    text = text.encode("utf-8", "ignore").decode()
    if _depth_of_markup(text) > _PARSER_DEPTH:
        # The parser would drop, in silence, the words below its limit: keep them, as plain text.
        text = f"<p>{re.sub('<[^<>]*>', ' ', text)}</p>"
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    try:
        root = lxml_html.fragment_fromstring(f"<div>{text}</div>", parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        # Nothing of it is markup: print it as it was typed.
        root = lxml_html.fragment_fromstring(f"<div><p>{html_lib.escape(text)}</p></div>")
    return root


def _depth_of_markup(text: str) -> int:
    depth = deepest = 0
    for closing, name in _TAG.findall(text):
        if name.lower() in _SELF_CLOSING:
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _keep_known(root: etree._Element) -> None:
    for element in list(root.iterdescendants()):
        if not isinstance(element.tag, str) or element.tag in _DROPPED_WITH_CONTENT:
            element.drop_tree()
        elif element.tag not in _INLINE | _BLOCKS or _depth(element) > _MAX_DEPTH:
            element.drop_tag()


def _depth(element: etree._Element) -> int:
    return sum(1 for _ in element.iterancestors())


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
            if structure.span(element, name) > 1:
                yield name, str(structure.span(element, name))
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

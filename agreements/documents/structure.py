"""Tables, lists and headings brought to the one shape that PDF/UA can tell to a listener."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

_MAX_SPAN = 40
_SECTIONS = frozenset({"thead", "tbody", "tfoot"})
_CELLS = frozenset({"td", "th"})


def repair(root: etree._Element, *, first_heading: int) -> None:
    """Every container holds only what it may, tables are regular, no heading level is skipped."""
    _place_orphans(root)
    for row in list(root.iter("tr")):
        _only(row, _CELLS, lambda: etree.Element("td"))
    for section in list(root.iter("table", *_SECTIONS)):
        _only(section, _allowed_in(section), _row)
    for listing in list(root.iter("ul", "ol")):
        _only(listing, frozenset({"li"}), lambda: etree.Element("li"))
    for definitions in list(root.iter("dl")):
        _only(definitions, frozenset({"dt", "dd"}), lambda: etree.Element("dd"))
    for table in list(root.iter("table")):
        _make_regular(table)
    for container in list(root.iter("ul", "ol", "dl")):
        if len(container) == 0:
            container.drop_tag()
    _level_headings(root, first_heading)


_HOMES = {
    "li": frozenset({"ul", "ol"}),
    "dt": frozenset({"dl"}),
    "dd": frozenset({"dl"}),
    "tr": _SECTIONS | {"table"},
    "td": frozenset({"tr"}),
    "th": frozenset({"tr"}),
    "thead": frozenset({"table"}),
    "tbody": frozenset({"table"}),
    "tfoot": frozenset({"table"}),
    "caption": frozenset({"table"}),
}


def _place_orphans(root: etree._Element) -> None:
    """A part of a table or of a list that stands outside one becomes a plain block."""
    for element in list(root.iterdescendants(*_HOMES)):
        if element.getparent().tag not in _HOMES[element.tag]:
            element.tag = "div"
    for table in root.iter("table"):
        for position, caption in enumerate(table.findall("caption")):
            if position or table.index(caption):
                caption.tag = "div"


def _allowed_in(section: etree._Element) -> frozenset[str]:
    return frozenset({"tr"}) if section.tag in _SECTIONS else _SECTIONS | {"tr", "caption"}


def _row() -> etree._Element:
    row = etree.Element("tr")
    etree.SubElement(row, "td")
    return row


def _only(
    parent: etree._Element, allowed: frozenset[str], wrapper: Callable[[], etree._Element]
) -> None:
    """Whatever else `parent` holds, elements and words, is wrapped into what it may hold."""
    for child in reversed(list(parent)):
        if (child.tail or "").strip():
            outer = wrapper()
            _innermost(outer).text, child.tail = child.tail, None
            child.addnext(outer)
    for child in list(parent):
        if child.tag not in allowed:
            outer = wrapper()
            child.tail = None
            parent.replace(child, outer)
            _innermost(outer).append(child)
    if (parent.text or "").strip():
        outer = wrapper()
        _innermost(outer).text, parent.text = parent.text, None
        parent.insert(0, outer)


def _innermost(element: etree._Element) -> etree._Element:
    while len(element):
        element = element[0]
    return element


def _rows(table: etree._Element) -> list[etree._Element]:
    return [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]


def _cells(row: etree._Element) -> list[etree._Element]:
    return [cell for cell in row if cell.tag in {"td", "th"}]


def span(cell: etree._Element, name: str) -> int:
    """A colspan or rowspan, whatever was typed: from 1 to 40."""
    value = str(cell.get(name, "1"))
    return min(max(int(value[:6]), 1), _MAX_SPAN) if value.isascii() and value.isdigit() else 1


def width(table: etree._Element) -> int:
    """Columns of the widest row."""
    return max((sum(span(c, "colspan") for c in _cells(row)) for row in _rows(table)), default=0)


def _make_regular(table: etree._Element) -> None:
    """Each row gets as many columns as the widest one; header cells get their scope."""
    _drop_empty_rows(table)
    rows = _rows(table)
    if not rows:
        table.drop_tree()
        return
    filled = _columns_per_row(rows)
    for row, columns in zip(rows, filled, strict=True):
        for _ in range(max(filled) - columns):
            etree.SubElement(row, "td")
        _scope_headers(row)


def _drop_empty_rows(table: etree._Element) -> None:
    for row in _rows(table):
        if not _cells(row):
            row.drop_tree()
    for section in table.findall("*"):
        if section.tag in _SECTIONS and len(section) == 0:
            section.drop_tree()


def _scope_headers(row: etree._Element) -> None:
    cells = _cells(row)
    over_columns = row.getparent().tag == "thead" or all(cell.tag == "th" for cell in cells)
    for cell in cells:
        if cell.tag == "th" and cell.get("scope") not in {"row", "col"}:
            cell.set("scope", "col" if over_columns else "row")


def _columns_per_row(rows: list[etree._Element]) -> list[int]:
    taken: list[int] = [0] * len(rows)
    for index, row in enumerate(rows):
        for cell in _cells(row):
            colspan, rowspan = span(cell, "colspan"), span(cell, "rowspan")
            rowspan = min(rowspan, len(rows) - index)
            cell.set("colspan", str(colspan))
            cell.set("rowspan", str(rowspan))
            for below in range(index, index + rowspan):
                taken[below] += colspan
    return taken


def _level_headings(root: etree._Element, first: int) -> None:
    headings = list(root.iter("h1", "h2", "h3", "h4", "h5", "h6"))
    for heading in headings:
        if not "".join(heading.itertext()).strip():
            heading.drop_tag()
    headings = list(root.iter("h1", "h2", "h3", "h4", "h5", "h6"))
    if not headings:
        return
    top = min(int(heading.tag[1]) for heading in headings)
    previous = first - 1
    for heading in headings:
        level = min(int(heading.tag[1]) - top + first, previous + 1, 6)
        heading.tag = f"h{level}"
        previous = level

"""The structure tree: standard tags, headings without a gap, regular tables, described figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from agreements.documents.conformance.findings import Finding

STANDARD = set(
    "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 "
    "H4 H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry "
    "Code Link Annot Ruby RB RT RP Warichu WT WP Figure Formula Form Artifact".split()
)
_CHILDREN = {
    "TR": {"TH", "TD"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "Table": {"TR", "THead", "TBody", "TFoot", "Caption"},
    "L": {"L", "LI", "Caption"},
    "LI": {"Lbl", "LBody"},
}
_PARENTS = {
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TH": {"TR"},
    "TD": {"TR"},
    "THead": {"Table"},
    "TBody": {"Table"},
    "TFoot": {"Table"},
    "LI": {"L"},
    "LBody": {"LI"},
    "TOCI": {"TOC"},
}


@dataclass(frozen=True, slots=True)
class Element:
    """One structure element, with its kind once the role map is applied."""

    kind: str
    node: Any
    parent: str
    children: tuple[str, ...]


class Tree:
    """The structure tree of a document, read once, without recursion."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.roles = {
            str(key).lstrip("/"): str(value).lstrip("/")
            for key, value in root.get("/RoleMap", Dictionary()).items()
        }
        self.numbers = dict(_numbers(root.get("/ParentTree")))

    @classmethod
    def of(cls, document: pikepdf.Pdf) -> Tree | None:
        root = document.Root.get("/StructTreeRoot")
        return cls(root) if isinstance(root, Dictionary) else None

    def kind(self, node: Any) -> str:
        name = str(node.get("/S", "")).lstrip("/")
        for _ in range(8):
            if name in STANDARD or name not in self.roles:
                break
            name = self.roles[name]
        return name

    def parent_of(self, key: Any) -> Element | None:
        """The element that a /StructParent number leads to."""
        entry = self.numbers.get(int(key)) if key is not None else None
        return Element(self.kind(entry), entry, "", ()) if isinstance(entry, Dictionary) else None

    def elements(self) -> Iterator[Element]:
        """Every element, in reading order."""
        pending: list[tuple[Any, str]] = [(self.root, "")]
        seen: set[tuple[int, int]] = set()
        while pending:
            node, parent = pending.pop()
            if node.is_indirect:
                if node.objgen in seen:
                    raise ValueError("structure tree that holds itself")
                seen.add(node.objgen)
            children = [kid for kid in _kids(node) if isinstance(kid, Dictionary) and "/S" in kid]
            kind = self.kind(node) if node is not self.root else ""
            if kind:
                names = tuple(self.kind(child) for child in children)
                yield Element(kind, node, parent, names)
            pending.extend((child, kind) for child in reversed(children))


def _kids(node: Any) -> list[Any]:
    kids = node.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, Array) else [kids]


def _numbers(node: Any, depth: int = 0) -> Iterator[tuple[int, Any]]:
    if node is None or depth > 16:
        return
    pairs = list(node.get("/Nums", ()))
    yield from zip((int(key) for key in pairs[::2]), pairs[1::2], strict=False)
    for kid in node.get("/Kids", ()):
        yield from _numbers(kid, depth + 1)


def tree_findings(tree: Tree) -> Iterator[Finding]:
    """Rules about the tree alone."""
    level = 0
    for element in tree.elements():
        yield from _nesting(element)
        if element.kind in {"H1", "H2", "H3", "H4", "H5", "H6"}:
            found = int(element.kind[1])
            if found > level + 1:
                yield Finding("7.4.2-1", element.kind, f"heading after level {level}")
            level = found
        if element.kind in {"Figure", "Formula"} and not _described(element.node):
            yield Finding("7.3-1", element.kind, "without an alternative text")
        if element.kind == "Table":
            yield from _table(tree, element)


def _nesting(element: Element) -> Iterator[Finding]:
    if element.kind not in STANDARD:
        yield Finding("7.1-5", element.kind, "not a standard tag, nor mapped to one")
        return
    allowed = _CHILDREN.get(element.kind)
    if allowed is not None and not set(element.children) <= allowed:
        odd = ", ".join(sorted(set(element.children) - allowed))
        yield Finding("7.2", element.kind, f"holds {odd}")
    parents = _PARENTS.get(element.kind)
    if parents is not None and element.parent not in parents:
        yield Finding("7.2", element.kind, f"inside {element.parent or 'the root'}")


def _described(node: Any) -> bool:
    return bool(str(node.get("/Alt", "")) or str(node.get("/ActualText", "")))


def _table(tree: Tree, table: Element) -> Iterator[Finding]:
    rows = list(_rows(tree, table.node))
    widths = _widths(rows)
    if len(set(widths)) > 1:
        yield Finding("7.2-42", "Table", f"rows of {min(widths)} to {max(widths)} cells")
    headers = [cell for row in rows for cell in row if tree.kind(cell) == "TH"]
    identifiers = {str(cell.get("/ID")) for cell in headers if "/ID" in cell}
    scoped = all(_attribute(cell, "/Scope") is not None for cell in headers)
    for cell in (cell for row in rows for cell in row if tree.kind(cell) == "TD"):
        named = _attribute(cell, "/Headers") or ()
        if not {str(name) for name in named} <= identifiers:
            yield Finding("7.5", "TD", "names a header that is not there")
        elif headers and not scoped and not len(named):
            yield Finding("7.5-1", "TD", "a cell that no header reaches")


def _rows(tree: Tree, node: Any) -> Iterator[list[Any]]:
    for kid in _kids(node):
        if not isinstance(kid, Dictionary):
            continue
        kind = tree.kind(kid)
        if kind == "TR":
            yield [c for c in _kids(kid) if isinstance(c, Dictionary) and "/S" in c]
        elif kind in {"THead", "TBody", "TFoot"}:
            yield from _rows(tree, kid)


def _widths(rows: list[list[Any]]) -> list[int]:
    widths = [0] * len(rows)
    for index, row in enumerate(rows):
        for cell in row:
            columns = int(_attribute(cell, "/ColSpan") or 1)
            last = min(index + int(_attribute(cell, "/RowSpan") or 1), len(rows))
            for below in range(index, last):
                widths[below] += columns
    return widths


def _attribute(node: Any, name: str) -> Any:
    owners = node.get("/A")
    for owner in owners if isinstance(owners, Array) else [owners]:
        if isinstance(owner, Dictionary) and owner.get("/O") == Name("/Table") and name in owner:
            return owner[name]
    return None

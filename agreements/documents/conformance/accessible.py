"""PDF/UA-1: everything that is shown is in the tags, and the tags make sense to who hears them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from agreements.documents.conformance.findings import Finding
from agreements.documents.conformance.fonts import font_findings
from agreements.documents.conformance.marks import content_findings
from agreements.documents.conformance.metadata import accessible_claims
from agreements.documents.conformance.tags import Element, Tree, tree_findings

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def accessible_findings(document: pikepdf.Pdf) -> Iterator[Finding]:
    """Every rule of PDF/UA-1 that this check knows."""
    yield from accessible_claims(document)
    yield from _catalog(document.Root)
    tree = Tree.of(document)
    if tree is None:
        yield Finding("7.1-11", "catalog", "no structure tree")
        return
    yield from tree_findings(tree)
    yield from _pages(document, tree)
    yield from content_findings(document, tree)
    yield from font_findings(document)


def _catalog(root: Any) -> Iterator[Finding]:
    mark = root.get("/MarkInfo", Dictionary())
    if mark.get("/Marked", False) is not True:
        yield Finding("7.1-2", "catalog", "not marked as tagged")
    if mark.get("/Suspects", False) is True:
        yield Finding("7.1-4", "catalog", "tags are suspect")
    if root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle", False) is not True:
        yield Finding("7.1-10", "catalog", "the title is not displayed")
    language = str(root.get("/Lang", ""))
    if not _LANGUAGE.fullmatch(language):
        yield Finding("7.2-29", "catalog", f"language {language!r}")
    form = root.get("/AcroForm")
    if form is not None and "/XFA" in form:
        yield Finding("7.15", "form", "XFA")


def _pages(document: pikepdf.Pdf, tree: Tree) -> Iterator[Finding]:
    for number, page in enumerate(document.pages, start=1):
        annotations = list(page.obj.get("/Annots", ()))
        if annotations and page.obj.get("/Tabs") != Name("/S"):
            yield Finding("7.18.3", f"page {number}", "tabs do not follow the structure")
        for annotation in annotations:
            yield from _annotation(annotation, tree, f"page {number}")


def _annotation(annotation: Any, tree: Tree, where: str) -> Iterator[Finding]:
    kind = str(annotation.get("/Subtype"))
    flags = int(annotation.get("/F", 0))
    if kind == "/Popup" or flags & 2:
        return
    element = tree.parent_of(annotation.get("/StructParent"))
    if kind == "/TrapNet":
        yield Finding("7.18.2", where, "TrapNet")
    if kind == "/Link":
        if element is None or element.kind != "Link":
            yield Finding("7.18.5-1", where, "link outside a Link tag")
        if not str(annotation.get("/Contents", "")):
            yield Finding("7.18.5-2", where, "link without a description")
    elif kind == "/Widget":
        yield from _widget(annotation, element, where)
    elif element is None:
        yield Finding("7.18.1-1", where, f"{kind} outside the tags")


def _widget(annotation: Any, element: Element | None, where: str) -> Iterator[Finding]:
    name = str(annotation.get("/T", "?"))
    if element is None or element.kind != "Form":
        yield Finding("7.18.4-1", where, f"field {name} outside a Form tag")
    elif annotation.get("/FT") == Name("/Sig") and isinstance(element.node.get("/K"), Array):
        # Conforming, but later signatures would be judged illegal changes of earlier ones.
        yield Finding("signature", where, f"the tag of field {name} holds an array")
    if not str(annotation.get("/TU", "")) and not str(annotation.get("/Contents", "")):
        yield Finding("7.18.1-3", where, f"field {name} without a description")

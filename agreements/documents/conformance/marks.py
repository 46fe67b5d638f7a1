"""What is painted on a page: in the tags, or an artefact; nothing in between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from agreements.documents.conformance.findings import Finding
from agreements.documents.conformance.tags import Tree

_PAINTING = "Tj TJ ' \" S s f F f* B B* b b* sh Do EI"
_OPEN, _CLOSE = {"BMC", "BDC"}, "EMC"
_MAX_DEPTH = 12


def content_findings(document: pikepdf.Pdf, tree: Tree) -> Iterator[Finding]:
    """Every mark of every page is opened before something is painted, and known to the tree."""
    for number, page in enumerate(document.pages, start=1):
        where = f"page {number}"
        reading = _Reading(page.obj.get("/Resources", Dictionary()))
        reading.read(page.obj, marked=False, depth=0)
        if reading.unmarked:
            yield Finding("7.1-3", where, f"{reading.unmarked} painted outside the tags")
        key = page.obj.get("/StructParents")
        known = tree.numbers.get(int(key)) if key is not None else None
        elements = list(known) if isinstance(known, Array) else []
        if reading.numbers and max(reading.numbers) >= len(elements):
            yield Finding("7.1-3", where, "a mark that no tag holds")


class _Reading:
    def __init__(self, resources: Any) -> None:
        self.resources = resources
        self.numbers: set[int] = set()
        self.unmarked = ""

    def read(self, content: Any, *, marked: bool, depth: int) -> None:
        if depth > _MAX_DEPTH or self.unmarked:
            return
        stack: list[bool] = [marked]
        wanted = f"BMC BDC EMC {_PAINTING}"
        for instruction in pikepdf.parse_content_stream(content, wanted):
            name, operands = str(instruction.operator), instruction.operands
            if name in _OPEN:
                stack.append(stack[-1] or self._is_mark(operands))
            elif name == _CLOSE and len(stack) > 1:
                stack.pop()
            elif name == "Do":
                self._paint(operands, stack[-1], depth)
            elif not stack[-1]:
                self.unmarked = self.unmarked or name

    def _is_mark(self, operands: Any) -> bool:
        if operands[0] == Name("/Artifact"):
            return True
        properties = operands[1] if len(operands) > 1 else None
        if isinstance(properties, Name):
            properties = self.resources.get("/Properties", Dictionary()).get(str(properties))
        if isinstance(properties, Dictionary) and "/MCID" in properties:
            self.numbers.add(int(properties["/MCID"]))
            return True
        return False

    def _paint(self, operands: Any, marked: bool, depth: int) -> None:
        if marked:
            return
        target = self.resources.get("/XObject", Dictionary()).get(str(operands[0]))
        if not isinstance(target, Stream) or target.get("/Subtype") != Name("/Form"):
            self.unmarked = self.unmarked or "Do"
            return
        inner = _Reading(target.get("/Resources", self.resources))
        inner.read(target, marked=False, depth=depth + 1)
        self.unmarked = self.unmarked or inner.unmarked

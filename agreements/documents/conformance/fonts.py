"""Characters: each font is in the file, and each sign can be read back as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name

from agreements.documents.conformance.findings import Finding

_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_FORBIDDEN_CODES = {"0000", "FEFF", "FFFE"}
_BF_RANGE = re.compile(rb"beginbf(?:char|range)(.*?)endbf(?:char|range)", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")


def font_findings(document: pikepdf.Pdf) -> Iterator[Finding]:
    """Embedding (6.2.11.4) and mapping to Unicode (6.2.11.7) of every font of the file."""
    for item in document.objects:
        if isinstance(item, Dictionary) and item.get("/Type") == Name("/Font"):
            yield from _font(item)


def _font(font: Any) -> Iterator[Finding]:
    where = f"font {str(font.get('/BaseFont', '?')).lstrip('/')}"
    kind = str(font.get("/Subtype"))
    if kind.startswith("/CIDFont"):
        return  # seen from the composite font that uses it
    if kind == "/Type0":
        yield from _composite(font, where)
    elif kind != "/Type3" and not _embedded(font):
        yield Finding("6.2.11.4.1", where, "not embedded")
    if (kind == "/Type0" and not _predefined(font)) or (kind != "/Type3" and _symbolic(font)):
        yield from _unicode(font, where)


def _embedded(font: Any) -> bool:
    descriptor = font.get("/FontDescriptor")
    return descriptor is not None and any(name in descriptor for name in _FILES)


def _symbolic(font: Any) -> bool:
    descriptor = font.get("/FontDescriptor", Dictionary())
    return bool(int(descriptor.get("/Flags", 0)) & 4) and "/Encoding" not in font


def _predefined(font: Any) -> bool:
    """A known encoding other than the identity says itself which text its codes are."""
    encoding = font.get("/Encoding")
    return isinstance(encoding, Name) and not str(encoding).startswith("/Identity")


def _composite(font: Any, where: str) -> Iterator[Finding]:
    descendants = list(font.get("/DescendantFonts", ()))
    if len(descendants) != 1:
        yield Finding("6.2.11.3", where, "not one descendant")
        return
    encoding = str(font.get("/Encoding")) if isinstance(font.get("/Encoding"), Name) else ""
    descendant = descendants[0]
    if not _embedded(descendant):
        yield Finding("6.2.11.4.1", where, "not embedded")
    if descendant.get("/Subtype") == Name("/CIDFontType2") and "/CIDToGIDMap" not in descendant:
        yield Finding("6.2.11.3.2", where, "no map from CID to glyph")
    if not encoding.startswith("/Identity"):
        yield from _same_collection(font, descendant, where)


def _same_collection(font: Any, descendant: Any, where: str) -> Iterator[Finding]:
    encoding = font.get("/Encoding")
    system = encoding.get("/CIDSystemInfo") if isinstance(encoding, pikepdf.Stream) else None
    own = descendant.get("/CIDSystemInfo")
    if system is None or own is None:
        return
    if any(str(system.get(key)) != str(own.get(key)) for key in ("/Registry", "/Ordering")):
        yield Finding("6.2.11.3.1", where, "encoding and font speak of different collections")


def _unicode(font: Any, where: str) -> Iterator[Finding]:
    table = font.get("/ToUnicode")
    if not isinstance(table, pikepdf.Stream):
        yield Finding("6.2.11.7.2", where, "no map to Unicode")
        return
    for block in _BF_RANGE.findall(table.read_bytes()):
        for line in block.splitlines():
            # The last code of a line is its target; the codes before it are of the font.
            codes = [code.decode().replace(" ", "").upper() for code in _HEX.findall(line)]
            if len(codes) > 1 and codes[-1] in _FORBIDDEN_CODES:
                yield Finding("6.2.11.7.2", where, "a sign without a Unicode value")

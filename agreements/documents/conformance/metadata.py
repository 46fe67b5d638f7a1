"""The metadata of a file: what it claims to be."""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf
from lxml import etree

from agreements.documents.conformance.findings import Finding

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
_PDFUA = "{http://www.aiim.org/pdfua/ns/id/}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"


class Metadata:
    """The XMP packet of a document, or nothing when it has none that can be read."""

    def __init__(self, document: pikepdf.Pdf) -> None:
        self.rdf: etree._Element | None = None
        self.count = 0
        stream = document.Root.get("/Metadata")
        if stream is None:
            return
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        try:
            root = etree.fromstring(stream.read_bytes(), parser)
        except (etree.XMLSyntaxError, ValueError):
            return
        blocks = list(root.iter(f"{_RDF}RDF"))
        self.count = len(blocks)
        self.rdf = blocks[0] if blocks else None

    def value(self, name: str) -> str:
        """A simple property, written as an attribute or as an element."""
        if self.rdf is None:
            return ""
        for description in self.rdf.iter(f"{_RDF}Description"):
            if name in description.attrib:
                return str(description.attrib[name])
            element = description.find(name)
            if element is not None and element.text:
                return str(element.text).strip()
        return ""

    def title(self) -> str:
        if self.rdf is None:
            return ""
        element = self.rdf.find(f".//{_TITLE}")
        return "" if element is None else "".join(str(t) for t in element.itertext()).strip()


def archival_claims(document: pikepdf.Pdf) -> Iterator[Finding]:
    """PDF/A-3a must be claimed, once, in the one block of metadata."""
    metadata = Metadata(document)
    if metadata.count != 1:
        yield Finding("6.6.2.1", "XMP", f"{metadata.count} rdf:RDF")
        return
    claim = metadata.value(f"{_PDFA}part") + metadata.value(f"{_PDFA}conformance")
    if claim.upper() != "3A":
        yield Finding("6.6.4", "XMP", f"claims PDF/A-{claim or '?'}")


def accessible_claims(document: pikepdf.Pdf) -> Iterator[Finding]:
    """PDF/UA-1 must be claimed, and the document must have a title."""
    metadata = Metadata(document)
    if metadata.value(f"{_PDFUA}part") != "1":
        yield Finding("5", "XMP", "does not claim PDF/UA-1")
    if not metadata.title():
        yield Finding("7.1-9", "XMP", "no dc:title")

"""Last touches to a PDF before its first byte is written.

Four of them have no visible effect and no error if they are forgotten: the declaration of PDF/UA
beside PDF/A, one entry in /AF for each attachment, the signature fields tagged the way validators
of later revisions accept, and a classic cross-reference table (verifying a signature in a file of
object streams takes quadratic time).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pydyf

SEAL_FIELD = "cachet_plateforme"

_PDFUA = (
    b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">'
    b"<pdfuaid:part>1</pdfuaid:part></rdf:Description>"
    b'<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    b' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    b"<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>"
    b'<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    b"<pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>PDF/UA version identifier</pdfaProperty:description>"
    b"<pdfaProperty:name>part</pdfaProperty:name>"
    b"<pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    b"</rdf:li></rdf:Seq></pdfaSchema:property>"
    b"</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A signature field to create: its name, the anchor of its frame (empty: invisible), and what
    a screen reader says of it."""

    name: str
    anchor: str
    description: str


def declare_pdfua(document: Any) -> None:
    """Makes the metadata of one WeasyPrint document claim PDF/UA-1 beside PDF/A-3a.

    The documented option for more metadata adds a second rdf:RDF, which readers ignore."""
    original = document.metadata.generate_rdf_metadata

    def with_pdfua(variant: Any, version: Any, conformance: Any) -> bytes:
        rdf: bytes = original(variant, version, conformance)
        return rdf.replace(b"</rdf:RDF>", _PDFUA + b"</rdf:RDF>")

    document.metadata.generate_rdf_metadata = with_pdfua


class Finisher:
    """The `finisher` of `Document.write_pdf`."""

    def __init__(self, fields: list[FieldSpec], link_labels: dict[str, str]) -> None:
        self.fields = fields
        self.link_labels = link_labels

    def __call__(self, document: Any, pdf: pydyf.PDF) -> None:
        _deduplicate_attachments(pdf)
        _describe_links(pdf, self.link_labels)
        _scope_headers(document)
        _wrap_list_bodies(pdf)
        if self.fields:
            _FieldMaker(document, pdf).make(self.fields)
        write = pdf.write
        pdf.write = lambda output, version, identifier, compress: write(
            output, version, identifier, False
        )


def _dictionaries(pdf: pydyf.PDF, key: str, value: str) -> list[Any]:
    return [o for o in pdf.objects if isinstance(o, pydyf.Dictionary) and o.get(key) == value]


def _deduplicate_attachments(pdf: pydyf.PDF) -> None:
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    for item in pdf.objects:
        # The type guessed from the name depends on the tables of the machine.
        if isinstance(item, pydyf.Stream) and item.extra.get("Type") == "/EmbeddedFile":
            item.extra["Subtype"] = "/application#2fld+json"


def _describe_links(pdf: pydyf.PDF, labels: dict[str, str]) -> None:
    for link in _dictionaries(pdf, "Subtype", "/Link"):
        target = link.get("Dest")
        if target is not None and target.string in labels:
            link["Contents"] = pydyf.String(f"Aller à : {labels[target.string]}")


def _object(pdf: pydyf.PDF, reference: bytes | str) -> Any:
    text = reference.decode() if isinstance(reference, bytes) else str(reference)
    return pdf.objects[int(text.split()[0])]


def _wrap_list_bodies(pdf: pydyf.PDF) -> None:
    """What an item of a list holds besides its label goes into one body, as PDF/UA wants: the
    layout leaves the paragraphs of an item beside its label."""
    for item in _dictionaries(pdf, "S", "/LI"):
        kids = list(item["K"])
        loose = [
            kid
            for kid in kids
            if not isinstance(kid, int) and _object(pdf, kid).get("S") not in {"/Lbl", "/LBody"}
        ]
        if not loose:
            continue
        body = pydyf.Dictionary(
            {
                "Type": "/StructElem",
                "S": "/LBody",
                "K": pydyf.Array(loose),
                "Pg": item["Pg"],
                "P": item.reference,
            }
        )
        pdf.add_object(body)
        for kid in loose:
            _object(pdf, kid)["P"] = body.reference
        kept = [kid for kid in kids if kid not in loose]
        item["K"] = pydyf.Array([*kept, body.reference])


def _scope_headers(document: Any) -> None:
    """A header cell says which way it looks: without it, a cell that no header reaches by its
    identifier makes the whole table unreadable to PDF/UA."""
    for page in document.pages:
        for box in page._page_box.descendants():  # noqa: SLF001 -- no public way from box to tag
            element = getattr(box, "mark", None)
            if element is not None and element.get("S") == "/TH":
                row = box.element.attrib.get("scope") == "row"
                element["A"]["Scope"] = "/Row" if row else "/Column"


class _FieldMaker:
    def __init__(self, document: Any, pdf: pydyf.PDF) -> None:
        self.document = document
        self.pdf = pdf
        self.root = _object(pdf, pdf.catalog["StructTreeRoot"])
        self.parents = _object(pdf, self.root["ParentTree"])
        # Only the frames of the signature page are articles, in its order.
        self.frames = _dictionaries(pdf, "S", "/Art")

    def make(self, fields: list[FieldSpec]) -> None:
        made = [self._field(index, spec) for index, spec in enumerate(fields)]
        acroform = pydyf.Dictionary({"Fields": pydyf.Array(made), "SigFlags": 1})
        self.pdf.add_object(acroform)
        self.pdf.catalog["AcroForm"] = acroform.reference

    def _place(self, spec: FieldSpec) -> tuple[int, list[float]]:
        for number, page in enumerate(self.document.pages):
            if spec.anchor in page.anchors:
                x0, y0, x1, y1 = page.anchors[spec.anchor]
                bottom, top = page.height - y1, page.height - y0
                return number, [round(value * 0.75, 3) for value in (x0, bottom, x1, top)]
        raise LookupError(f"no frame for the signature field {spec.name}")

    def _field(self, index: int, spec: FieldSpec) -> bytes:
        page_number, rectangle = self._place(spec) if spec.anchor else (0, [0, 0, 0, 0])
        width, height = rectangle[2] - rectangle[0], rectangle[3] - rectangle[1]
        appearance = pydyf.Stream(
            [b""],
            {
                "Type": "/XObject",
                "Subtype": "/Form",
                "BBox": pydyf.Array([0, 0, round(width, 3), round(height, 3)]),
                "Resources": pydyf.Dictionary(),
            },
        )
        self.pdf.add_object(appearance)
        page = _object(self.pdf, self.pdf.page_references[page_number])
        key = self._next_key()
        widget = pydyf.Dictionary(
            {
                "Type": "/Annot",
                "Subtype": "/Widget",
                "FT": "/Sig",
                "T": pydyf.String(spec.name),
                "TU": pydyf.String(spec.description),
                "Contents": pydyf.String(spec.description),
                "F": 4 if spec.anchor else 132,
                "Rect": pydyf.Array(rectangle),
                "P": page.reference,
                "AP": pydyf.Dictionary({"N": appearance.reference}),
                "StructParent": key,
            }
        )
        self.pdf.add_object(widget)
        page.setdefault("Annots", pydyf.Array()).append(widget.reference)
        self._tag(widget, page, key, self._parent_element(index, spec))
        return bytes(widget.reference)

    def _next_key(self) -> int:
        return max(self.parents["Nums"][::2], default=-1) + 1

    def _parent_element(self, index: int, spec: FieldSpec) -> Any:
        if spec.anchor:
            return self.frames[index]
        return _object(self.pdf, self.root["K"][0])

    def _tag(self, widget: Any, page: Any, key: int, parent: Any) -> None:
        link = pydyf.Dictionary({"Type": "/OBJR", "Obj": widget.reference, "Pg": page.reference})
        self.pdf.add_object(link)
        # /K is the object reference itself: put into an array, each later signature would be judged
        # an illegal change of the ones before.
        element = pydyf.Dictionary(
            {
                "Type": "/StructElem",
                "S": "/Form",
                "K": link.reference,
                "Pg": page.reference,
                "P": parent.reference,
            }
        )
        self.pdf.add_object(element)
        parent["K"].append(element.reference)
        self.parents["Nums"].extend([key, element.reference])

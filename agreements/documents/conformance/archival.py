"""PDF/A-3a: the file is whole, shows the same everywhere, and does nothing by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Stream

from agreements.documents.conformance.findings import Finding
from agreements.documents.conformance.fonts import font_findings
from agreements.documents.conformance.metadata import archival_claims

_ALLOWED_ACTIONS = {"/GoTo", "/GoToR", "/GoToE", "/Thread", "/URI", "/Named", "/SubmitForm"}
_ALLOWED_NAMED = {"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"}
_BLEND_MODES = set(
    "/Normal /Compatible /Multiply /Screen /Overlay /Darken /Lighten /ColorDodge /ColorBurn "
    "/HardLight /SoftLight /Difference /Exclusion /Hue /Saturation /Color /Luminosity".split()
)
_PRINT, _HIDDEN = 4, 1 | 2 | 32 | 256
_RELATIONSHIPS = {
    "/Source",
    "/Data",
    "/Alternative",
    "/Supplement",
    "/Unspecified",
    "/EncryptedPayload",
    "/FormData",
    "/Schema",
}


def archival_findings(document: pikepdf.Pdf, pdf: bytes) -> Iterator[Finding]:
    """Every rule of PDF/A-3a that this check knows."""
    yield from _file(document, pdf)
    yield from archival_claims(document)
    yield from _catalog(document)
    for item in document.objects:
        where = _where(item)
        if isinstance(item, Stream):
            yield from _stream(item, where)
        if isinstance(item, Dictionary | Stream):
            yield from _dictionary(item, where)
    yield from _pages(document)
    yield from _attachments(document)
    yield from font_findings(document)


def _where(item: Any) -> str:
    number, _generation = getattr(item, "objgen", (0, 0))
    return f"object {number}"


def _file(document: pikepdf.Pdf, pdf: bytes) -> Iterator[Finding]:
    if document.is_encrypted:
        yield Finding("6.1.3", "trailer", "encrypted")
    if "/ID" not in document.trailer:
        yield Finding("6.1.3", "trailer", "no /ID")
    if not pdf.startswith(b"%PDF-1."):
        yield Finding("6.1.2", "header", "not a PDF 1.x header")


def _catalog(document: pikepdf.Pdf) -> Iterator[Finding]:
    root = document.Root
    if "/AA" in root:
        yield Finding("6.5.2", "catalog", "additional actions")
    if "/Requirements" in root or "/Perms" in root and _has_odd_permissions(root):
        yield Finding("6.1.12", "catalog", "permissions other than signatures")
    names = root.get("/Names", Dictionary())
    if "/JavaScript" in names or "/AlternatePresentations" in names:
        yield Finding("6.5.1", "catalog", "scripts or alternate presentations")
    if root.get("/MarkInfo", Dictionary()).get("/Marked", False) is not True:
        yield Finding("6.7.2.2", "catalog", "not marked as tagged")
    if "/StructTreeRoot" not in root:
        yield Finding("6.7.3.2", "catalog", "no structure tree")
    form = root.get("/AcroForm")
    if form is not None and ("/XFA" in form or form.get("/NeedAppearances", False) is True):
        yield Finding("6.4", "form", "XFA or NeedAppearances")
    yield from _output_intent(root)


def _has_odd_permissions(root: Any) -> bool:
    return bool(set(root["/Perms"].keys()) - {"/DocMDP", "/UR3"})


def _output_intent(root: Any) -> Iterator[Finding]:
    profiles = [
        intent.get("/DestOutputProfile")
        for intent in root.get("/OutputIntents", ())
        if intent.get("/S") == Name("/GTS_PDFA1")
    ]
    if not profiles or profiles[0] is None:
        yield Finding("6.2.3", "catalog", "no output intent with a colour profile")


def _stream(item: Stream, where: str) -> Iterator[Finding]:
    filters = item.get("/Filter", ())
    names = {str(filters)} if isinstance(filters, Name) else {str(name) for name in filters}
    if names & {"/LZWDecode", "/Crypt"}:
        yield Finding("6.1.7", where, "forbidden filter")
    if "/F" in item or "/FFilter" in item:
        yield Finding("6.1.7", where, "content outside the file")
    if item.get("/Subtype") == Name("/Image"):
        if item.get("/Interpolate", False) is True:
            yield Finding("6.2.8-3", where, "interpolated image")
        if "/Alternates" in item or "/OPI" in item:
            yield Finding("6.2.8", where, "alternate images")
    if item.get("/Subtype") == Name("/PS") or item.get("/Subtype2") == Name("/PS"):
        yield Finding("6.2.9", where, "PostScript")
    if item.get("/Subtype") == Name("/Form") and ("/Ref" in item or "/OPI" in item):
        yield Finding("6.2.9", where, "reference to another file")


def _dictionary(item: Any, where: str) -> Iterator[Finding]:
    if item.get("/Type") in (None, Name("/ExtGState")):
        yield from _graphics_state(item, where)
    action = item.get("/S")
    if isinstance(action, Name) and item.get("/Type") == Name("/Action"):
        yield from _action(item, where)
    for key in ("/A", "/OpenAction"):
        nested = item.get(key)
        if (
            isinstance(nested, Dictionary)
            and isinstance(nested.get("/S"), Name)
            and "/O" not in nested
        ):
            yield from _action(nested, where)


def _graphics_state(item: Any, where: str) -> Iterator[Finding]:
    if "/TR" in item and item.get("/Type") == Name("/ExtGState"):
        yield Finding("6.2.5", where, "transfer function")
    mode = item.get("/BM")
    modes = [mode] if isinstance(mode, Name) else list(mode or ())
    if any(str(name) not in _BLEND_MODES for name in modes):
        yield Finding("6.2.10", where, "unknown blend mode")


def _action(action: Any, where: str) -> Iterator[Finding]:
    kind = str(action["/S"])
    if kind not in _ALLOWED_ACTIONS:
        yield Finding("6.5.1", where, f"action {kind}")
    elif kind == "/Named" and str(action.get("/N")) not in _ALLOWED_NAMED:
        yield Finding("6.5.1", where, "named action")


def _pages(document: pikepdf.Pdf) -> Iterator[Finding]:
    for number, page in enumerate(document.pages, start=1):
        if "/AA" in page.obj:
            yield Finding("6.5.2", f"page {number}", "additional actions")
        for annotation in page.obj.get("/Annots", ()):
            yield from _annotation(annotation, f"page {number}")


def _annotation(annotation: Any, where: str) -> Iterator[Finding]:
    kind = str(annotation.get("/Subtype"))
    if kind in {"/3D", "/Sound", "/Screen", "/Movie", "/FileAttachment"}:
        yield Finding("6.3.1", where, f"annotation {kind}")
    flags = int(annotation.get("/F", 0))
    if kind != "/Popup" and (not flags & _PRINT or flags & _HIDDEN):
        yield Finding("6.3.2", where, f"flags of {kind}")
    if kind == "/Widget" and ("/AA" in annotation or "/A" in annotation):
        yield Finding("6.4.1", where, "field with an action")
    if kind not in {"/Link", "/Popup"}:
        yield from _appearance(annotation, where)


def _appearance(annotation: Any, where: str) -> Iterator[Finding]:
    left, bottom, right, top = (float(value) for value in annotation.get("/Rect", (0, 0, 0, 0)))
    if left == right and bottom == top:
        return
    appearances = annotation.get("/AP")
    if appearances is None or "/N" not in appearances:
        yield Finding("6.3.3", where, "annotation without its appearance")
    elif set(appearances.keys()) - {"/N"}:
        yield Finding("6.3.3", where, "appearances other than the normal one")


def _attachments(document: pikepdf.Pdf) -> Iterator[Finding]:
    associated = [getattr(item, "objgen", None) for item in document.Root.get("/AF", ())]
    if len(set(associated)) != len(associated):
        yield Finding("6.8", "catalog", "an attachment is associated twice")
    for item in document.objects:
        if (
            isinstance(item, Dictionary)
            and item.get("/Type") == Name("/Filespec")
            and "/EF" in item
        ):
            yield from _filespec(item)


def _filespec(item: Any) -> Iterator[Finding]:
    where = _where(item)
    if "/F" not in item or "/UF" not in item:
        yield Finding("6.8", where, "attachment without its two names")
    if str(item.get("/AFRelationship")) not in _RELATIONSHIPS:
        yield Finding("6.8", where, "attachment without a relationship")
    for stream in item["/EF"].as_dict().values():
        kind = str(stream.get("/Subtype", ""))
        if "/" not in kind.lstrip("/"):
            yield Finding("6.8", where, "attachment without its type")
        if "/ModDate" not in stream.get("/Params", Dictionary()):
            yield Finding("6.8", where, "attachment without its date")

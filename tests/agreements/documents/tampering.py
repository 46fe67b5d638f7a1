"""What a forger does to a signed file."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from agreements.documents import keys

Attack = Callable[[bytes], bytes]


def revise(change: Callable[[IncrementalPdfFileWriter], None]) -> Attack:
    """An attack that appends one revision."""

    def attack(pdf: bytes) -> bytes:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        change(writer)
        output = BytesIO()
        writer.write(output)
        return output.getvalue()

    return attack


def flip(position: Callable[[bytes], int]) -> Attack:
    def attack(pdf: bytes) -> bytes:
        where = position(pdf)
        return pdf[:where] + bytes([pdf[where] ^ 1]) + pdf[where + 1 :]

    return attack


def _in_first_revision(pdf: bytes) -> int:
    return pdf.index(b"stream", len(pdf) // 20) + 40


def _in_last_revision(pdf: bytes) -> int:
    """A digit of the moment that the seal claims."""
    return pdf.rindex(b"D:2026") + 8


def _gap(pdf: bytes) -> tuple[int, int]:
    """Where the last signature stands, which no signature covers."""
    last = pdf[pdf.rindex(b"/ByteRange") :]
    start, length, offset, _rest = (int(n) for n in re.findall(rb"\d+", last)[:4])
    return start + length, offset


def _in_signature_value(pdf: bytes) -> int:
    """The signature itself stands last in its envelope; what is left of the place is zeros."""
    start, end = _gap(pdf)
    return start + len(pdf[start : end - 1].rstrip(b"0")) - 20


def _in_signature_padding(pdf: bytes) -> int:
    return _gap(pdf)[1] - 101


def _page(writer: IncrementalPdfFileWriter, number: int = 0) -> generic.DictionaryObject:
    return writer.root["/Pages"]["/Kids"][number].get_object()


def page_content(writer: IncrementalPdfFileWriter) -> None:
    extra = writer.add_object(generic.StreamObject(stream_data=b"BT ET 0 0 99 99 re f"))
    page = _page(writer)
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), extra])
    writer.update_container(page)


def annotation(writer: IncrementalPdfFileWriter) -> None:
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (9, 9, 300, 90))),
            pdf_name("/Contents"): generic.TextStringObject("Montant : 0 €"),
            pdf_name("/DA"): generic.TextStringObject("/Helv 12 Tf"),
        }
    )
    page = _page(writer)
    page["/Annots"] = generic.ArrayObject([writer.add_object(note)])
    writer.update_container(page)


def _field(writer: IncrementalPdfFileWriter, number: int) -> generic.DictionaryObject:
    return writer.root["/AcroForm"]["/Fields"][number].get_object()


def signature_appearance(writer: IncrementalPdfFileWriter) -> None:
    field = _field(writer, 0)
    other = _field(writer, 1)
    field["/AP"] = other["/AP"]
    writer.update_container(field)


def twin(writer: IncrementalPdfFileWriter) -> None:
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    embedded = names[1].get_object()["/EF"]["/F"]
    embedded._data = b'{"duration": 999}'
    embedded._encoded_data = None
    writer.update_container(embedded)


def catalog(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/PageMode"] = pdf_name("/FullScreen")
    writer.update_root()


def javascript(writer: IncrementalPdfFileWriter) -> None:
    action = generic.DictionaryObject(
        {
            pdf_name("/S"): pdf_name("/JavaScript"),
            pdf_name("/JS"): generic.TextStringObject("app.alert(1)"),
        }
    )
    writer.root["/OpenAction"] = writer.add_object(action)
    writer.update_root()


def deleted_page(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    pages["/Kids"].pop(2)
    pages["/Count"] = generic.NumberObject(int(pages["/Count"]) - 1)
    writer.update_container(pages)


def text_field(writer: IncrementalPdfFileWriter) -> None:
    field = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): generic.TextStringObject("montant"),
            pdf_name("/V"): generic.TextStringObject("0 €"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (9, 9, 90, 30))),
        }
    )
    reference = writer.add_object(field)
    form = writer.root["/AcroForm"]
    form["/Fields"].append(reference)
    writer.update_container(form)
    page = _page(writer)
    page["/Annots"] = generic.ArrayObject([reference])
    writer.update_container(page)


def signature_field(writer: IncrementalPdfFileWriter) -> None:
    """One more visible place to sign, though the first signature closed the list."""
    append_signature_field(writer, SigFieldSpec("intrus", on_page=0, box=(10, 10, 200, 90)))


def field_value_removed(writer: IncrementalPdfFileWriter) -> None:
    field = _field(writer, 0)
    del field["/V"]
    writer.update_container(field)


def metadata_title(writer: IncrementalPdfFileWriter) -> None:
    """Another structure tree: what a listener hears is not what was signed."""
    root = writer.root["/StructTreeRoot"]
    root["/K"] = generic.ArrayObject()
    writer.update_container(root)


def stripped(revisions: int) -> Attack:
    """Cuts the last revisions off: what is left was signed, but not by everybody."""

    def attack(pdf: bytes) -> bytes:
        ends = [match.end() for match in re.finditer(rb"%%EOF\r?\n?", pdf)]
        return pdf[: ends[-1 - revisions]]

    return attack


def trailing(extra: bytes) -> Attack:
    return lambda pdf: pdf + extra


def planted(pdf: bytes) -> bytes:
    """Before anybody signs: a second content for the first page lies in the file, unused."""
    number, _offset = _content_of_first_page(pdf)
    hidden = b"%d 0 obj\n<</Length 20>>\nstream\n0 0 99 99 re f      \nendstream\nendobj\n" % number
    return _with_table(pdf + hidden, b"0 1\n0000000000 65535 f \n")


def shadow(pdf: bytes) -> bytes:
    """After the signatures: a table alone, that sends the first page to the planted content."""
    number, _offset = _content_of_first_page(pdf)
    offset = pdf.index(b"%d 0 obj\n<</Length 20>>" % number)
    return _with_table(pdf, b"%d 1\n%010d 00000 n \n" % (number, offset))


def _content_of_first_page(pdf: bytes) -> tuple[int, int]:
    reader = PdfFileReader(BytesIO(pdf))
    reference = reader.root["/Pages"]["/Kids"][0].get_object().raw_get("/Contents")
    return reference.idnum, 0


def _with_table(pdf: bytes, entries: bytes) -> bytes:
    previous = int(pdf[pdf.rindex(b"startxref") :].split()[1])
    reader = PdfFileReader(BytesIO(pdf))
    root, info = (reader.trailer.raw_get(key).idnum for key in ("/Root", "/Info"))
    identifiers = b"".join(b"<%s>" % i.original_bytes.hex().encode() for i in reader.trailer["/ID"])
    trailer = b"trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [%s] /Prev %d>>\n" % (
        int(reader.trailer["/Size"]),
        root,
        info,
        identifiers,
        previous,
    )
    return pdf + b"xref\n" + entries + trailer + b"startxref\n%d\n%%%%EOF\n" % len(pdf)


def impostor(at: datetime) -> keys.KeyPair:
    """A certificate in the signatory's name that he made himself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.COMMON_NAME, "Sophie Haddad"),
        ]
    )
    usage = x509.KeyUsage(True, True, *[False] * 7)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at.astimezone(UTC) - timedelta(days=1))
        .not_valid_after(at.astimezone(UTC) + timedelta(days=365))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return keys.KeyPair(key, certificate)


# Seen by the signatures themselves, without any record of the act.
SEEN: dict[str, Attack] = {
    "byte in the first revision": flip(_in_first_revision),
    "byte in the last revision": flip(_in_last_revision),
    "byte in a signature": flip(_in_signature_value),
    "byte beside a signature": flip(_in_signature_padding),
    "page content": revise(page_content),
    "annotation": revise(annotation),
    "signature appearance": revise(signature_appearance),
    "attached data": revise(twin),
    "catalog": revise(catalog),
    "script": revise(javascript),
    "deleted page": revise(deleted_page),
    "text field": revise(text_field),
    "visible signature field": revise(signature_field),
    "removed signature value": revise(field_value_removed),
    "structure tree": revise(metadata_title),
    "bytes after the end": trailing(b"<script>"),
    "page after the end": trailing(b"\n1 0 obj\n<</Type/Page>>\nendobj\n"),
}

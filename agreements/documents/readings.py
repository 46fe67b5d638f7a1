"""Does a PDF read the same to everybody? A file that two readers see differently proves nothing.

Readers differ on what the format forbids or leaves open: a second definition of one object, an
object that no table names, two tables for one revision, a key written twice, an object that lies
inside another one. The signed bytes are then intact and what people see is not. So each byte of
the file must belong to one thing that the tables name, and to one only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise

from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import (
    XRefEntry,
    XRefSectionMetaInfo,
    XRefSectionType,
    XRefType,
    parse_xref_stream,
    parse_xref_table,
    read_object_header,
)

# What may stand between two objects: white space, comments, the way to the table.
_FILLING = re.compile(rb"(?:[\0\t\n\f\r ]++|%[^\r\n]*+|startxref\s++\d++|endobj)*+")
Span = tuple[int, int]


class SeveralReadings(Exception):
    """The file can be read in more than one way; the message names what allows it."""


def require_one_reading(data: bytes, reader: PdfFileReader) -> None:
    """Raise SeveralReadings when two readers may see two documents in this file.

    `reader` is a strict one, already open on `data`."""
    if not data.startswith(b"%PDF-"):
        raise SeveralReadings("bytes before the header")
    if reader.xrefs.hybrid_xrefs_present:
        raise SeveralReadings("hybrid cross-reference")
    try:
        spans = sorted(set(_spans(data, reader)))
    except SeveralReadings:
        raise
    except (misc.PdfError, ValueError, AssertionError, KeyError, TypeError) as error:
        raise SeveralReadings(f"{type(error).__name__}: {error}"[:200]) from error
    _require_apart(spans)
    _require_nothing_between(data, spans)


def _spans(data: bytes, reader: PdfFileReader) -> Iterator[Span]:
    stream = BytesIO(data)
    at: dict[int, tuple[int, int]] = {}
    for revision in range(reader.xrefs.total_revisions):
        table = reader.xrefs.get_xref_container_info(revision)
        span, entries = _read_table(stream, data, table, reader)
        yield span
        numbers = [entry.idnum for entry in entries]
        if len(numbers) != len(set(numbers)):
            raise SeveralReadings("one object twice in one table")
        for entry in entries:
            if entry.xref_type is XRefType.STANDARD and entry.idnum:
                name = (entry.idnum, entry.generation)
                if at.setdefault(int(entry.location), name) != name:
                    raise SeveralReadings("two objects in one place")
    for offset, (number, generation) in at.items():
        yield _read_object(stream, offset, number, generation, reader)


def _read_table(
    stream: BytesIO, data: bytes, table: XRefSectionMetaInfo, reader: PdfFileReader
) -> tuple[Span, list[XRefEntry]]:
    """Where a table stands with its trailer, and its entries as written, repetitions included."""
    start = table.start_location
    stream.seek(start)
    if table.xref_section_type is XRefSectionType.STREAM:
        read_object_header(stream, strict=True)
        value = generic.StreamObject.read_from_stream(stream, table.stream_ref)
        return (start, stream.tell()), list(parse_xref_stream(value, strict=True))
    # The library notes the place of a table after its first word.
    entries = list(parse_xref_table(stream, strict=True))
    generic.DictionaryObject.read_from_stream(stream, generic.TrailerReference(reader))
    return (data.rindex(b"xref", 0, start), stream.tell()), entries


def _read_object(
    stream: BytesIO, offset: int, number: int, generation: int, reader: PdfFileReader
) -> Span:
    stream.seek(offset)
    if read_object_header(stream, strict=True) != (number, generation):
        raise SeveralReadings(f"object {number} is not where its table says")
    value = generic.read_object(stream, generic.Reference(number, generation, reader))
    end = stream.tell()
    if isinstance(value, generic.StreamObject) and value.get("/Type") == "/ObjStm":
        _require_plain_container(value, reader)
    return offset, end


def _require_plain_container(container: generic.StreamObject, reader: PdfFileReader) -> None:
    """An object stream holds each of its objects once, one after the other."""
    content = container.read_data(DecodePurpose.OBJECT_STREAM)
    first, count = int(container["/First"]), int(container["/N"])
    head = [int(word) for word in content[:first].split()]
    numbers, places = head[0::2], head[1::2]
    if len(head) != 2 * count or len(set(numbers)) != count:
        raise SeveralReadings("one object twice in one object stream")
    if places != sorted(set(places)):
        raise SeveralReadings("objects of a stream lie inside one another")
    stream = BytesIO(content)
    for number, place, end in zip(numbers, places, [*places[1:], len(content)], strict=False):
        stream.seek(first + place)
        generic.read_object(stream, generic.Reference(number, 0, reader))
        if stream.tell() > first + end:
            raise SeveralReadings("objects of a stream lie inside one another")


def _require_apart(spans: list[Span]) -> None:
    for (_start, end), (start, _end) in pairwise(spans):
        if start < end:
            raise SeveralReadings(f"objects lie inside one another at {start}")


def _require_nothing_between(data: bytes, spans: list[Span]) -> None:
    """What no table names is white space and comments: an object there waits for a table."""
    bounds = [0, *(bound for span in spans for bound in span), len(data)]
    for start, end in zip(bounds[0::2], bounds[1::2], strict=True):
        if not _FILLING.fullmatch(data, start, end):
            raise SeveralReadings(f"something that no table names at {start}")

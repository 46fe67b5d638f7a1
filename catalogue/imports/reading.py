"""Files as they come: encoding and separator found, read as a stream."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from catalogue.imports.cleaning import clean_text
from catalogue.imports.rows import UnreadableFile

SEPARATORS = ",;\t|"
SAMPLE_BYTES = 65_536
# Whole-file formats (RDF, JSON) are held in memory, and grow about tenfold in a graph.
LARGEST_DOCUMENT = 64 * 1024 * 1024
LONGEST_CELL = 1_000_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file: its mark, else UTF-16 by its NULs, else UTF-8 when the
    whole file is, else Windows-1252 (what French Excel writes)."""
    with path.open("rb") as stream:
        head = stream.read(SAMPLE_BYTES)
        for mark, name in _MARKS:
            if head.startswith(mark):
                return name
        if len(head) >= 4 and head[1::2].count(0) > len(head) * 0.3:
            return "utf-16-le"
        if len(head) >= 4 and head[0::2].count(0) > len(head) * 0.3:
            return "utf-16-be"
        decoder = codecs.getincrementaldecoder("utf-8")()
        chunk = head
        try:
            while chunk:
                decoder.decode(chunk)
                chunk = stream.read(SAMPLE_BYTES)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def separator_of(header: str) -> str:
    """Return the separator seen most often outside quotes in the first line."""
    outside = "".join(header.split('"')[0::2])
    return max(SEPARATORS, key=outside.count)


@contextmanager
def open_csv(path: Path) -> Iterator[tuple[list[str], Iterator[tuple[int, list[str]]]]]:
    """Give the header of a CSV file and its rows, numbered by line, one at a time."""
    encoding = encoding_of(path)
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        first = stream.readline(LONGEST_CELL)
        if not first.strip(" \r\n\t\x00\ufeff"):
            raise UnreadableFile(_("Le fichier est vide."))
        stream.seek(0)
        reader = csv.reader(stream, delimiter=separator_of(first), strict=False)
        try:
            header = [clean_text(cell).lstrip("\ufeff").strip() for cell in next(reader)]
        except (csv.Error, StopIteration) as error:
            raise UnreadableFile(
                _("L’en-tête du fichier CSV est illisible : %(error)s") % {"error": error}
            ) from error
        yield header, _rows(reader)


def _rows(reader: Any) -> Iterator[tuple[int, list[str]]]:
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # One unreadable line (a cell without end): say so, and go on.
            yield reader.line_num, []
            continue
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def read_document(path: Path) -> bytes:
    """Return the bytes of a whole-file format, unpacked when gzipped, within bounds."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        stream: IO[bytes] = gzip.GzipFile(fileobj=raw) if packed else raw  # type: ignore[assignment]
        try:
            content = stream.read(LARGEST_DOCUMENT + 1)
        except (OSError, EOFError) as error:
            raise UnreadableFile(_("L’archive gzip est abîmée.")) from error
    if len(content) > LARGEST_DOCUMENT:
        raise UnreadableFile(
            _("Le fichier dépasse %(size)s Mo une fois ouvert ; découpez-le.")
            % {"size": LARGEST_DOCUMENT // (1024 * 1024)}
        )
    if not content.strip():
        raise UnreadableFile(_("Le fichier est vide."))
    return content


def as_text(content: bytes) -> str:
    """Decode a document: its mark, else UTF-8, else Windows-1252."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return io.TextIOWrapper(io.BytesIO(content), encoding=name, errors="replace").read()
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")

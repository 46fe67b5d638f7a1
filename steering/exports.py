"""The one way out of lists and registers: CSV and ODS (ux/spec.md, §7, Exports).

A spreadsheet must never run what a person typed. In CSV, a text that a spreadsheet would read as
a formula gets an apostrophe before it; in ODS every text is a typed text, never a formula.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from django.utils import timezone
from django.utils.translation import gettext as _

BOM = "\ufeff"
CSV_TYPE = "text/csv; charset=utf-8"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
# What LibreOffice and Excel take for a formula or a command (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
# Characters that XML 1.0 cannot hold.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Sheet:
    """A table to export: its rows are read once, while they are written."""

    title: str
    columns: Sequence[Any]  # texts, perhaps to be translated
    rows: Iterable[Sequence[Any]]


def text_of(value: Any) -> str:
    """Write a value as French readers do: 17/03/2026, 3,5, oui."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal | float):
        return str(value).replace(".", ",")
    return str(value)


def neutralised(value: Any) -> str:
    """Write a value for CSV so that no spreadsheet takes it for a formula. Numbers stay numbers."""
    text = text_of(value)
    if isinstance(value, int | Decimal | float) and not isinstance(value, bool):
        return text
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(sheet: Sheet) -> Iterator[str]:
    """Yield the lines of a CSV file: UTF-8 with BOM, semicolons, one line per row."""
    writer: Any = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n")
    yield BOM + writer.writerow([neutralised(column) for column in sheet.columns])
    for row in sheet.rows:
        yield writer.writerow([neutralised(value) for value in row])


def csv_bytes(sheet: Sheet) -> bytes:
    return "".join(csv_lines(sheet)).encode()


def ods_bytes(sheets: Iterable[Sheet]) -> bytes:
    """Return an OpenDocument spreadsheet with one table per sheet (ODF 1.3, part 3)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        # The type comes first and uncompressed, so that programs know the file by its beginning.
        archive.writestr("mimetype", ODS_TYPE, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        with archive.open("content.xml", "w") as content:
            for piece in _content(sheets):
                content.write(piece.encode())
    return buffer.getvalue()


def _content(sheets: Iterable[Sheet]) -> Iterator[str]:
    yield CONTENT_START
    taken: set[str] = set()
    for sheet in sheets:
        yield f'<table:table table:name="{_table_name(sheet.title, taken)}">'
        yield from (
            f'<table:table-column table:number-columns-repeated="{len(sheet.columns)}"/>'
            "<table:table-header-rows>",
            _row(sheet.columns, style=' table:style-name="head"'),
            "</table:table-header-rows>",
        )
        for row in sheet.rows:
            yield _row(row)
        yield "</table:table>"
    yield CONTENT_END


def _table_name(title: str, taken: set[str]) -> str:
    """Return a name that spreadsheets accept, and that no other table of the file has."""
    name = re.sub(r"[\[\]*?:/\\']", " ", title).strip()[:31] or _("Feuille")
    while name in taken:
        name = f"{name[:28]} {len(taken) + 1}"
    taken.add(name)
    return _attribute(name)


def _row(values: Sequence[Any], *, style: str = "") -> str:
    return f"<table:table-row>{''.join(_cell(v, style) for v in values)}</table:table-row>"


def _cell(value: Any, style: str) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, int | Decimal | float) and not isinstance(value, bool):
        kind = f'office:value-type="float" office:value="{value}"'
    elif isinstance(value, datetime):
        local = timezone.localtime(value)
        kind = f'office:value-type="date" office:date-value="{local:%Y-%m-%dT%H:%M:%S}"'
        style = ' table:style-name="moment"'
    elif isinstance(value, date):
        kind = f'office:value-type="date" office:date-value="{value:%Y-%m-%d}"'
        style = ' table:style-name="day"'
    else:
        kind = 'office:value-type="string"'
    paragraphs = "".join(f"<text:p>{_text(line)}</text:p>" for line in text_of(value).split("\n"))
    return f"<table:table-cell{style} {kind}>{paragraphs}</table:table-cell>"


def _text(text: str) -> str:
    return escape(NOT_XML.sub("\ufffd", text))


def _attribute(text: str) -> str:
    return escape(NOT_XML.sub("\ufffd", text), {'"': "&quot;"})


MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    ' manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3"'
    f' manifest:media-type="{ODS_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_DAY = (
    '<number:day number:style="long"/><number:text>/</number:text>'
    '<number:month number:style="long"/><number:text>/</number:text>'
    '<number:year number:style="long"/>'
)
CONTENT_START = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<office:document-content office:version="1.3"'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
    ' xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    "<office:automatic-styles>"
    f'<number:date-style style:name="d">{_DAY}</number:date-style>'
    f'<number:date-style style:name="m">{_DAY}<number:text> </number:text>'
    '<number:hours number:style="long"/><number:text>:</number:text>'
    '<number:minutes number:style="long"/></number:date-style>'
    '<style:style style:name="day" style:family="table-cell" style:data-style-name="d"/>'
    '<style:style style:name="moment" style:family="table-cell" style:data-style-name="m"/>'
    '<style:style style:name="head" style:family="table-cell">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
    "</office:automatic-styles><office:body><office:spreadsheet>"
)
CONTENT_END = "</office:spreadsheet></office:body></office:document-content>"

"""What leaves the service is read by real spreadsheets and runs nothing there."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from lxml import etree
from odfdo import Document

from steering.exports import BOM, ODS_TYPE, Sheet, csv_bytes, csv_lines, ods_bytes

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\n=1", '=HYPERLINK("http://x")']


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_csv_begins_with_a_mark_and_uses_semicolons():
    content = csv_bytes(Sheet("t", ["Référence", "Titre"], [["DEM-2026-0001", "À l’hôpital"]]))

    assert content == f"{BOM}Référence;Titre\r\nDEM-2026-0001;À l’hôpital\r\n".encode()


@pytest.mark.parametrize("text", HOSTILE)
def test_csv_neutralises_formulas(text):
    (_head, (cell, _other)) = rows_of(csv_bytes(Sheet("t", ["a", "b"], [[text, "x"]])))

    assert cell == f"'{text}"


def test_csv_neutralises_column_titles_too():
    assert rows_of(csv_bytes(Sheet("t", ["=1"], [])))[0] == ["'=1"]


def test_csv_keeps_numbers_and_writes_dates_the_french_way():
    values = [
        -3,
        Decimal("3.5"),
        date(2026, 3, 17),
        datetime(2026, 3, 17, 16, 42, tzinfo=UTC),
        True,
        False,
        None,
    ]

    assert rows_of(csv_bytes(Sheet("t", ["x"] * 7, [values])))[1] == [
        "-3",
        "3,5",
        "17/03/2026",
        "17/03/2026 17:42",
        "oui",
        "non",
        "",
    ]


def test_csv_quotes_separators_quotes_and_line_breaks():
    text = 'a;b "c"\nd'

    assert rows_of(csv_bytes(Sheet("t", ["x"], [[text]])))[1] == [text]


def test_csv_is_written_row_by_row():
    read = []

    def rows():
        for number in range(3):
            read.append(number)
            yield [number]

    lines = csv_lines(Sheet("t", ["n"], rows()))
    next(lines)
    assert read == []
    next(lines)
    assert read == [0]


def test_ods_is_read_by_another_program():
    content = ods_bytes(
        [
            Sheet(
                "Demandes",
                ["Référence", "Déposée le", "Jours"],
                [
                    ["DEM-2026-0001", date(2026, 3, 17), 12],
                    ["é<&>\"'", datetime(2026, 3, 17, 16, 42, tzinfo=UTC), Decimal("3.5")],
                ],
            ),
            Sheet("Définitions", ["Code"], [["I03"]]),
        ]
    )

    tables = Document(io.BytesIO(content)).body.tables
    assert [table.name for table in tables] == ["Demandes", "Définitions"]
    assert [row for row in tables[0].get_values() if any(row)] == [
        ["Référence", "Déposée le", "Jours"],
        ["DEM-2026-0001", date(2026, 3, 17), 12],
        ["é<&>\"'", datetime.fromisoformat("2026-03-17T17:42"), Decimal("3.5")],
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_ods_holds_texts_never_formulas(text):
    content = ods_bytes([Sheet("t", ["a"], [[text]])])
    tree = etree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("content.xml"))
    names = {
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    }

    assert tree.xpath("//@table:formula", namespaces=names) == []
    kinds = tree.xpath("//table:table-cell/@office:value-type", namespaces=names)
    assert set(kinds) == {"string"}


def test_ods_type_is_told_by_its_first_bytes():
    content = ods_bytes([Sheet("t", ["a"], [])])
    first = zipfile.ZipFile(io.BytesIO(content)).infolist()[0]

    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert content[38 : 38 + len(ODS_TYPE)] == ODS_TYPE.encode()


def test_ods_survives_what_xml_cannot_hold():
    content = ods_bytes([Sheet("a/b*[c]:?" + "x" * 50, ["\0t"], [["a\0b\x0b\ud800 😀"]])])

    table = Document(io.BytesIO(content)).body.tables[0]
    assert len(table.name) <= 31
    assert not set("/*[]:?") & set(table.name)
    assert "😀" in table.get_values()[1][0]


def test_ods_tables_never_share_a_name():
    content = ods_bytes([Sheet("x" * 40, ["a"], []), Sheet("x" * 40, ["a"], [])])

    names = [table.name for table in Document(io.BytesIO(content)).body.tables]
    assert len(set(names)) == 2


def test_ods_keeps_line_breaks_and_empty_cells():
    content = ods_bytes([Sheet("t", ["a", "b"], [["un\ndeux", None]])])
    text = zipfile.ZipFile(io.BytesIO(content)).read("content.xml").decode()

    assert "<text:p>un</text:p><text:p>deux</text:p>" in text
    assert "<table:table-cell/>" in text


def test_large_sheet_is_quick():
    import time

    started = time.perf_counter()
    ods_bytes([Sheet("t", ["a"] * 10, ([n] * 10 for n in range(5000)))])

    assert time.perf_counter() - started < 10

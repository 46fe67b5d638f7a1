"""Uploaded files: what lies about itself is refused, what is kept is found again unchanged."""

from __future__ import annotations

import contextlib
import io
import socket
import struct
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from cases import scanner, storage
from cases import services as cases
from cases.enums import ScanState
from cases.models import Attachment
from tests.requests_flow import worlds

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n"
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + b"\x00" * 200
ODT = "application/vnd.oasis.opendocument.text"


def archive(mimetype: str = ODT, first: str = "mimetype", **members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(zipfile.ZipInfo(first), mimetype)
        for name, data in members.items():
            made.writestr(name, data)
    return target.getvalue()


def refused(name: str, data: bytes) -> str:
    with pytest.raises(ValidationError) as refusal:
        storage.store(SimpleUploadedFile(name, data))
    return refusal.value.messages[0]


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("note.pdf", EXE, "ne correspond pas"),
        ("note.pdf", b"", "est vide"),
        ("note.exe", EXE, "format refusé"),
        ("note.pdf.exe", PDF, "format refusé"),
        ("note", PDF, "format refusé"),
        (".pdf", PDF, "format refusé"),
        ("note.docx", PDF, "format refusé"),
        ("note.odt", PDF, "ne correspond pas"),
        ("note.odt", archive("application/zip"), "ne correspond pas"),
        ("note.odt", archive(first="content.xml"), "ne correspond pas"),
        ("note.odt", archive(bomb=b"\x00" * 40_000_000), "ne correspond pas"),
        ("note.odt", archive()[:-10], "ne correspond pas"),
        ("note.ods", archive(), "ne correspond pas"),
        ("note.pdf", b"<html>" + PDF, "ne correspond pas"),
    ],
)
def test_what_lies_about_itself_is_refused_by_name(name: str, data: bytes, why: str) -> None:
    message = refused(name, data)

    assert why in message
    assert name in message


def test_a_damaged_archive_is_refused_and_never_an_error() -> None:
    data = bytearray(archive())
    start = data.index(b"mimetype") + len("mimetype")
    data[start : start + 12] = b"\xff" * 12

    assert "ne correspond pas" in refused("note.odt", bytes(data))


class Unreadable(SimpleUploadedFile):
    """A file that must not be read."""

    @property
    def read(self) -> Any:
        raise AssertionError("read before its size was checked")


def test_a_file_that_is_too_heavy_is_refused_before_it_is_read(settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 10

    with pytest.raises(ValidationError, match="trop lourd"):
        storage.store(Unreadable("note.pdf", PDF))


@given(data=st.binary(max_size=400), suffix=st.sampled_from([".pdf", ".odt", ".ods", ".txt", ""]))
def test_no_content_is_an_error_of_ours(data: bytes, suffix: str) -> None:
    with contextlib.suppress(ValidationError):
        assert storage.sniff(f"x{suffix}", data) in storage.ALLOWED.values()


@given(name=st.text(max_size=400))
def test_a_clean_name_is_short_and_plain(name: str) -> None:
    found = storage.clean_name(name)

    assert 0 < len(found) <= 160
    assert found.isprintable()
    assert "/" not in found
    assert "\\" not in found


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Windows\\note.pdf", "note.pdf"),
        ("no\x00te.pdf", "note.pdf"),
        ("fdp.\u202eexe.pdf", "fdp.exe.pdf"),
        ("élan 📎.pdf", "élan 📎.pdf"),
        ("x" * 400 + ".pdf", "x" * 147 + ".pdf"),
    ],
)
def test_names_are_cleaned(name: str, kept: str) -> None:
    assert storage.clean_name(name) == kept


def test_a_kept_file_is_found_again_once_and_unchanged() -> None:
    first = storage.store(SimpleUploadedFile("a.pdf", PDF))
    second = storage.store(SimpleUploadedFile("b.pdf", PDF))

    assert first.sha256 == second.sha256
    assert storage.read(first.sha256) == PDF
    assert first.content_type == "application/pdf"
    assert first.scan_state == ScanState.NOT_SCANNED
    assert storage.store(SimpleUploadedFile("c.odt", archive())).content_type == ODT


def test_a_kept_file_that_was_damaged_is_never_served() -> None:
    kept = storage.store(SimpleUploadedFile("a.pdf", PDF + b"damaged"))
    path = Path(default_storage.path(storage.path_of(kept.sha256)))
    path.chmod(0o644)
    path.write_bytes(b"%PDF-1.7 something else")

    with pytest.raises(ValueError, match="damaged"):
        storage.read(kept.sha256)


@pytest.fixture
def clamd(settings: Any) -> Iterator[list[bytes]]:
    """A scanner on a socket of its own that finds what holds the word EICAR."""
    server = socket.create_server(("127.0.0.1", 0))
    settings.CLAMD_SOCKET = f"127.0.0.1:{server.getsockname()[1]}"
    seen: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                link, _address = server.accept()
            except OSError:
                return
            with link:
                seen.append(_received(link))
                found = b"EICAR" in seen[-1]
                link.sendall(b"stream: Eicar FOUND\0" if found else b"stream: OK\0")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield seen
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(timeout=5)


def _exactly(link: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        data += link.recv(count - len(data))
    return data


def _received(link: socket.socket) -> bytes:
    assert _exactly(link, 10) == b"zINSTREAM\0"
    data = b""
    while size := struct.unpack("!L", _exactly(link, 4))[0]:
        data += _exactly(link, size)
    return data


def test_the_scanner_reads_the_whole_file_and_is_believed(clamd: list[bytes]) -> None:
    heavy = PDF + b"x" * (3 * scanner.CHUNK)

    assert storage.store(SimpleUploadedFile("a.pdf", heavy)).scan_state == ScanState.CLEAN
    assert "contenu dangereux" in refused("b.pdf", PDF + b"EICAR")
    assert clamd[0] == heavy


@pytest.mark.django_db
def test_a_silent_scanner_keeps_the_file_shut_until_it_speaks(settings: Any, request: Any) -> None:
    settings.CLAMD_SOCKET = "127.0.0.1:9"
    world = worlds.ministry()
    case = worlds.filed(world)
    kept = cases.add_attachment(
        case=case, upload=SimpleUploadedFile("a.pdf", PDF + b"later"), by=world.requester
    )
    assert kept.scan_state == ScanState.PENDING
    assert cases.scan_pending() == 0

    request.getfixturevalue("clamd")

    assert cases.scan_pending() == 1
    assert cases.scan_pending() == 0
    assert Attachment.objects.get(pk=kept.pk).scan_state == ScanState.CLEAN
    assert worlds.events(case)[-1] == "attachment.scanned"

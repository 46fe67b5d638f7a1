"""The malware scanner: clamd when one is configured (CLAMD_SOCKET), otherwise said so."""

from __future__ import annotations

import socket
import struct

from django.conf import settings

from cases.enums import ScanState

CHUNK = 64 * 1024


def scan(data: bytes) -> ScanState:
    """Ask clamd about a file (protocol INSTREAM). A scanner that does not answer refuses nothing
    but leaves the file « Analyse en cours »: nobody can open it until a later scan."""
    if not settings.CLAMD_SOCKET:
        return ScanState.NOT_SCANNED
    try:
        answer = _instream(data)
    except OSError:
        return ScanState.PENDING
    return ScanState.REFUSED if "FOUND" in answer else ScanState.CLEAN


def _instream(data: bytes) -> str:
    address = settings.CLAMD_SOCKET
    with socket.socket(socket.AF_UNIX if address.startswith("/") else socket.AF_INET) as link:
        link.settimeout(20)
        if address.startswith("/"):
            link.connect(address)
        else:
            host, _, port = address.rpartition(":")
            link.connect((host, int(port)))
        link.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), CHUNK):
            part = data[start : start + CHUNK]
            link.sendall(struct.pack("!L", len(part)) + part)
        link.sendall(struct.pack("!L", 0))
        return link.recv(4096).decode("utf-8", "replace")

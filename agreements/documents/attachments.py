"""What travels inside a file: read back from its bytes, byte for byte."""

from __future__ import annotations

from io import BytesIO

import pikepdf


def attached_file(pdf: bytes, name: str) -> bytes | None:
    """The bytes of the attached file of that name; None when there is none, or no PDF."""
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            if name not in document.attachments:
                return None
            return bytes(document.attachments[name].get_file().read_bytes())
    except pikepdf.PdfError:
        return None

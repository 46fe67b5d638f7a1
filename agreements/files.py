"""The working files of acts, kept under their SHA-256 and checked each time they are read."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


class FileDamaged(Exception):
    """A stored file no longer has the digest that it was stored under."""


def path_of(sha256: str) -> str:
    return f"acts/{sha256[:2]}/{sha256[2:4]}/{sha256}.pdf"


def keep(data: bytes) -> str:
    """Keep a file and return its SHA-256; the same bytes twice are one file."""
    sha256 = hashlib.sha256(data).hexdigest()
    if not default_storage.exists(path_of(sha256)):
        default_storage.save(path_of(sha256), ContentFile(data))
    return sha256


def read(sha256: str) -> bytes:
    """Return a file. Raises FileDamaged when it is not what was kept, or is gone."""
    try:
        with default_storage.open(path_of(sha256)) as handle:
            data: bytes = handle.read()
    except OSError as error:
        raise FileDamaged(sha256) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise FileDamaged(sha256)
    return data


def discard(sha256: str) -> None:
    """Remove a file for good: the act that it was a revision of is eliminated."""
    default_storage.delete(path_of(sha256))

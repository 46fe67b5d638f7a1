"""Uploaded files: never trusted, kept under their SHA-256, never overwritten."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

import puremagic
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from cases import scanner
from cases.enums import ScanState

# What a case needs: acts, texts, tables. A spreadsheet of real data has no place here.
ALLOWED = {
    ".pdf": "application/pdf",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}
ZIP_MAX_RATIO = 200
ZIP_MAX_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True)
class StoredFile:
    name: str
    content_type: str
    size: int
    sha256: str
    scan_state: str


def store(upload: UploadedFile[Any]) -> StoredFile:
    """Check an uploaded file and keep it. Raises ValidationError naming the file and why."""
    name = clean_name(upload.name or "")
    if (upload.size or 0) > settings.UPLOAD_MAX_BYTES:
        raise ValidationError(
            _("« %(name)s » : fichier trop lourd : %(size)s Mo. Maximum %(max)s Mo.")
            % {
                "name": name,
                "size": -(-(upload.size or 0) // 1048576),
                "max": settings.UPLOAD_MAX_BYTES // 1048576,
            }
        )
    data = upload.read()
    content_type = sniff(name, data)
    state = scanner.scan(data)
    if state == ScanState.REFUSED:
        raise ValidationError(
            _("« %(name)s » : fichier refusé : contenu dangereux.") % {"name": name}
        )
    digest = hashlib.sha256(data).hexdigest()
    path = path_of(digest)
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(data))
    return StoredFile(name, content_type, len(data), digest, state)


def read(sha256: str) -> bytes:
    """Return a file, after checking that it is still what was stored."""
    with default_storage.open(path_of(sha256)) as handle:
        data: bytes = handle.read()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError(f"stored file {sha256} is damaged")
    return data


def path_of(sha256: str) -> str:
    """Return where the file of a fingerprint is kept."""
    return f"attachments/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def clean_name(name: str) -> str:
    """Keep the last part of a name, without control characters, 160 characters at most."""
    base = PurePosixPath(name.replace("\\", "/")).name
    printable = "".join(character for character in base if character.isprintable())
    stem, dot, suffix = printable.rpartition(".")
    return (
        f"{stem[: 150 - len(suffix)]}{dot}{suffix[:10]}" if stem else printable[:160] or "fichier"
    )


def sniff(name: str, data: bytes) -> str:
    """Return the true content type.

    Raises ValidationError, naming the file, for what is not allowed, empty, not what it claims, or
    an archive that swells out of all measure.
    """
    suffix = PurePosixPath(name).suffix.lower()
    expected = ALLOWED.get(suffix)
    if expected is None:
        raise ValidationError(
            _("« %(name)s » : format refusé. Déposez un fichier PDF, ODT ou ODS.") % {"name": name}
        )
    if not data:
        raise ValidationError(_("« %(name)s » : ce fichier est vide.") % {"name": name})
    genuine = data.startswith(b"%PDF-") if suffix == ".pdf" else _is_open_document(data, expected)
    if not genuine:
        raise ValidationError(
            _("« %(name)s » : le contenu ne correspond pas à l’extension %(suffix)s (%(found)s).")
            % {"name": name, "suffix": suffix, "found": _guess(data)}
        )
    return expected


def _is_bomb(members: list[zipfile.ZipInfo], size: int) -> bool:
    total = sum(member.file_size for member in members)
    return total > ZIP_MAX_BYTES or total > ZIP_MAX_RATIO * max(size, 1)


def _guess(data: bytes) -> str:
    try:
        return puremagic.from_string(data[:4096]) or _("contenu inconnu")
    except (puremagic.PureError, ValueError):
        return _("contenu inconnu")


def _is_open_document(data: bytes, expected: str) -> bool:
    """An OpenDocument file is a ZIP whose first member tells its type; a bomb is refused."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            if _is_bomb(members, len(data)):
                return False
            if not members or members[0].filename != "mimetype" or members[0].file_size > 200:
                return False
            return archive.read("mimetype").decode("ascii", "replace").strip() == expected
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError):
        return False

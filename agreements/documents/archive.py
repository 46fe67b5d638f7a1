"""The archive of sealed acts: a file is stored once under its SHA-256, and never replaced.

`STORAGES["archive"]` chooses the place: a directory of the server (tamper-evident: its owner could
still delete a file, the journal would tell), or an S3 bucket with Object Lock in compliance mode
(nobody can). What is read is hashed again: a damaged file is never handed out.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from django.core.files.storage import FileSystemStorage, storages
from django.utils import timezone

from agreements.documents.worm import WormS3Storage

_SHA256 = re.compile(r"[0-9a-f]{64}")


class ArchiveDamaged(Exception):
    """The archive does not hold the bytes that were entrusted to it."""


class ArchiveUnavailable(Exception):
    """The archive cannot be reached or refused; the same call can be made again."""


class ArchiveLocked(Exception):
    """The file may not be removed yet: its retention is not over."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a file is kept, and what it must hash to."""

    sha256: str
    sha512: str
    size: int
    location: str
    version_id: str = ""


class Archive(Protocol):
    """What both places offer."""

    def store(self, data: bytes, *, keep_until: date | None = None) -> Stored:
        """Keeps the bytes. Storing the same bytes again changes nothing and gives the same answer.

        A bucket locks them until `keep_until`, by default for `ARCHIVE_RETENTION_YEARS`.
        Raises ArchiveUnavailable, or ArchiveDamaged when other bytes lie under that name."""
        ...

    def read(self, stored: Stored) -> bytes:
        """The bytes, hashed again. Raises ArchiveDamaged, ArchiveUnavailable."""
        ...

    def remove(self, stored: Stored, *, keep_until: date) -> None:
        """Removes the bytes for good once their retention is over; removing again changes nothing.

        Raises ArchiveLocked before that day has passed, ArchiveUnavailable."""
        ...


def current() -> Archive:
    """The archive that the settings choose."""
    storage = storages["archive"]
    if isinstance(storage, WormS3Storage):
        return S3Archive(storage)
    if isinstance(storage, FileSystemStorage):
        return LocalArchive(Path(storage.location))
    raise TypeError(f"STORAGES['archive'] cannot keep acts: {type(storage).__name__}")


def store(data: bytes, *, keep_until: date | None = None) -> Stored:
    """Keeps the bytes in the archive of the settings; see `Archive.store`."""
    return current().store(data, keep_until=keep_until)


def read(stored: Stored) -> bytes:
    """The bytes of the archive of the settings; see `Archive.read`."""
    return current().read(stored)


def remove(stored: Stored, *, keep_until: date) -> None:
    """Removes from the archive of the settings; see `Archive.remove`."""
    current().remove(stored, keep_until=keep_until)


def name_of(sha256: str) -> str:
    """Relative name of a file: `ab/cd/<sha256>`. Raises ValueError for anything but a SHA-256."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a SHA-256")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _stored(data: bytes, location: str, version_id: str = "") -> Stored:
    return Stored(
        hashlib.sha256(data).hexdigest(),
        hashlib.sha512(data).hexdigest(),
        len(data),
        location,
        version_id,
    )


def _check(data: bytes, stored: Stored) -> bytes:
    found = _stored(data, stored.location, stored.version_id)
    if (found.sha256, found.sha512, found.size) != (stored.sha256, stored.sha512, stored.size):
        raise ArchiveDamaged(stored.location)
    return data


class LocalArchive:
    """A directory. A name appears with its whole content or not at all, and is never rewritten."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def store(self, data: bytes, *, keep_until: date | None = None) -> Stored:
        stored = _stored(data, name_of(hashlib.sha256(data).hexdigest()))
        final = self.root / stored.location
        try:
            if not final.exists():
                self._write(final, data)
        except OSError as error:
            raise ArchiveUnavailable(str(error)) from error
        self.read(stored)
        return stored

    def read(self, stored: Stored) -> bytes:
        path = self.root / name_of(stored.sha256)
        try:
            return _check(path.read_bytes(), stored)
        except FileNotFoundError as error:
            raise ArchiveDamaged(stored.location) from error
        except OSError as error:
            raise ArchiveUnavailable(str(error)) from error

    def remove(self, stored: Stored, *, keep_until: date) -> None:
        if timezone.localdate() <= keep_until:
            raise ArchiveLocked(stored.location)
        path = self.root / name_of(stored.sha256)
        try:
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                _sync_directory(path.parent)
        except OSError as error:
            raise ArchiveUnavailable(str(error)) from error

    def _write(self, final: Path, data: bytes) -> None:
        self._make_directories(final.parent)
        descriptor, draft = tempfile.mkstemp(prefix=".draft-", dir=final.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fchmod(file.fileno(), 0o444)
                os.fsync(file.fileno())
            # A link, not a rename: it refuses to take the place of a file that is there.
            with contextlib.suppress(FileExistsError):
                os.link(draft, final)
        finally:
            os.unlink(draft)
        _sync_directory(final.parent)

    def _make_directories(self, directory: Path) -> None:
        made = []
        while not directory.is_dir():
            made.append(directory)
            directory = directory.parent
        for each in reversed(made):
            each.mkdir(mode=0o750, exist_ok=True)
            _sync_directory(each.parent)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class S3Archive:
    """A bucket with Object Lock; each file carries its own retention."""

    def __init__(self, storage: WormS3Storage) -> None:
        self.storage = storage

    def store(self, data: bytes, *, keep_until: date | None = None) -> Stored:
        name = name_of(hashlib.sha256(data).hexdigest())
        try:
            version_id = self.storage.put_once(name, data, keep_until=keep_until)
        except self.storage.failures as error:
            raise ArchiveUnavailable(str(error)) from error
        stored = _stored(data, name, version_id)
        self.read(stored)
        return stored

    def read(self, stored: Stored) -> bytes:
        try:
            data = self.storage.get_version(name_of(stored.sha256), stored.version_id)
        except self.storage.failures as error:
            raise ArchiveUnavailable(str(error)) from error
        if data is None:
            raise ArchiveDamaged(stored.location)
        return _check(data, stored)

    def remove(self, stored: Stored, *, keep_until: date) -> None:
        if timezone.localdate() <= keep_until:
            raise ArchiveLocked(stored.location)
        try:
            removed = self.storage.delete_version(name_of(stored.sha256), stored.version_id)
        except self.storage.failures as error:
            raise ArchiveUnavailable(str(error)) from error
        if not removed:
            raise ArchiveLocked(stored.location)

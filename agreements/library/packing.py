"""The library as a folder or as a ZIP: names of files to their bytes, bounded when read.

Equal libraries give equal bytes: a legal team keeps the folder in git and compares it.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

Files = dict[str, bytes]

MAX_FILES, MAX_FILE, MAX_TOTAL = 5_000, 200_000, 20_000_000
# What belongs to the library in a folder, wherever it was unpacked; the rest is left alone.
_OURS = re.compile(r"(?:^|/)(clauses/[^/]+\.md|historique/[^/]+\.(?:md|yaml)|templates\.yaml)\Z")
# What a ZIP that is damaged, encrypted or of another making raises while it is read.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, ValueError, OSError, RuntimeError, EOFError)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MOMENT = (1980, 1, 1, 0, 0, 0)


def library_path(name: str) -> str:
    """Return the path of a file inside the library, empty when it is none of its files."""
    found = _OURS.search(name.replace("\\", "/"))
    return found[1] if found else ""


def read_folder(root: Path) -> Files:
    """Read the files of the library of a folder. Errors: ValidationError (too big)."""
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    found = ((path.relative_to(root).as_posix(), path) for path in paths)
    return _bounded((name, path.open("rb")) for name, path in found if library_path(name))


def write_folder(files: Mapping[str, bytes], root: Path) -> None:
    """Write files under a folder, by their paths; what else lies there stays."""
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def read_zip(source: IO[bytes]) -> Files:
    """Read the files of the library of a ZIP. Errors: ValidationError (not one, too big)."""
    try:
        with zipfile.ZipFile(source) as archive:
            names = archive.infolist()
            if len(names) > MAX_FILES:
                raise ValidationError(_("Ce fichier ZIP contient trop de fichiers."))
            ours = [one for one in names if library_path(one.filename)]
            if any(one.compress_type not in _METHODS for one in ours):
                raise zipfile.BadZipFile("unknown method")
            return _bounded((one.filename, archive.open(one)) for one in ours)
    except _UNREADABLE as error:
        raise ValidationError(_("Ce fichier n’est pas un ZIP lisible.")) from error


def write_zip(files: Mapping[str, bytes]) -> bytes:
    """Write the files of the library as a ZIP; equal files give equal bytes."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), data, zipfile.ZIP_DEFLATED)
    return output.getvalue()


def _bounded(opened: Iterator[tuple[str, IO[bytes]]]) -> Files:
    """Read each file up to the limits: what a header says of its size is not believed."""
    files: Files = {}
    total = 0
    for name, stream in opened:
        with stream:
            data = stream.read(MAX_FILE + 1)
        total += len(data)
        if len(data) > MAX_FILE or total > MAX_TOTAL or len(files) >= MAX_FILES:
            raise ValidationError(_("Fichier trop volumineux : %s.") % name)
        files[library_path(name)] = data
    return files

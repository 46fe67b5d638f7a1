"""The source of the running version, for whoever uses it over the network (AGPL, §13)."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

# Named one by one: whatever else lies beside the code (data, keys, settings) never leaves.
FOLDERS = ("templates", "static", "locale", "docs", "scripts", "deploy", "tests", ".ci")
FILES = (
    "manage.py", "pyproject.toml", "uv.lock", "README.md", "LICENSE", "Makefile", "Dockerfile",
    "docker-compose.yml", "CHANGELOG.md", "CONTRIBUTING.md",
)  # fmt: skip
LEFT_OUT = frozenset({"__pycache__", "node_modules", "var"})
SECRET_SUFFIXES = frozenset({".key", ".pem", ".p12", ".env", ".pyc"})


def _is_source(path: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.parts[1:])
    return not hidden and not LEFT_OUT & set(path.parts) and path.suffix not in SECRET_SUFFIXES


def files(base: Path) -> Iterator[Path]:
    """List the files of the source, relative to the folder of the project, in order."""
    apps = [name for name in settings.INSTALLED_APPS if (base / name).is_dir()]
    yield from (Path(name) for name in FILES if (base / name).is_file())
    for folder in sorted({*apps, *FOLDERS}):
        for path in sorted((base / folder).rglob("*")):
            relative = path.relative_to(base)
            if path.is_file() and not path.is_symlink() and _is_source(relative):
                yield relative


@cache
def archive() -> bytes:
    """Return the source as a `.tar.gz`, the same bytes for the same files."""
    packed = io.BytesIO()
    root = f"navette-{settings.VERSION}"
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w") as tar,
    ):
        for path in files(settings.BASE_DIR):
            content = (settings.BASE_DIR / path).read_bytes()
            entry = tarfile.TarInfo(f"{root}/{path}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()

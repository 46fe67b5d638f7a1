"""Bring database, buckets and static files to this version, before it starts."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Migre la base, crée les compartiments S3 et rassemble les fichiers statiques."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-static", action="store_true", help="ils sont dans l’image")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        for alias in ("default", "archive"):
            _make_bucket(storages[alias], locked=alias == "archive")
        if not options["no_static"]:
            self.collect()

    def collect(self) -> None:
        stamp = settings.STATIC_ROOT / ".sources"
        sources = _fingerprint()
        # Compressing them again when none has changed is most of the time of a start.
        if not stamp.exists() or stamp.read_text() != sources:
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
            stamp.write_text(sources)


def _make_bucket(store: Any, *, locked: bool) -> None:
    """Make the bucket of an S3 store if it is missing; the archive's with Object Lock."""
    name = getattr(store, "bucket_name", None)
    if name is None:
        return
    client = store.connection.meta.client
    try:
        client.head_bucket(Bucket=name)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=locked)


def _fingerprint() -> str:
    """Tell one state of the static files from another without reading them."""
    digest = sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()

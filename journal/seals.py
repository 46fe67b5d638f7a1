"""Seals of the journal: made, kept twice, read again.

A seal names the last event of every chain that moved since the seal before. It lives in the
database and as a read-only file in the archive (a directory, or locked objects of a bucket), so
that whoever rewrites the database must also rewrite the archive; a timestamp token, when a server
is configured, fixes its hour.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rfc8785
from asn1crypto import cms, tsp
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.translation import gettext as _
from pyhanko.sign.timestamps import HTTPTimeStamper

from journal.dates import moment_text
from journal.enums import Fault
from journal.models import ChainHead, Seal

if TYPE_CHECKING:
    from journal.verification import Report

logger = logging.getLogger(__name__)
FORMAT = "navette-journal-seal/1"
FOLDER = "journal"


@dataclass(frozen=True)
class SealedLeaf:
    """The event that ended a chain when it was sealed."""

    sequence: int
    hash: str
    sealed_on: str


@dataclass(frozen=True)
class Manifest:
    """A seal as it is hashed."""

    root: str
    previous_root: str
    sealed_at: datetime
    leaves: list[tuple[str, int, str]]

    @classmethod
    def parse(cls, text: str) -> Manifest:
        content: dict[str, Any] = json.loads(text)
        return cls(
            root=root_of(text),
            previous_root=content["previous_root"],
            sealed_at=datetime.fromisoformat(content["sealed_at"]),
            leaves=[(chain, sequence, hash_) for chain, sequence, hash_ in content["leaves"]],
        )


def root_of(manifest: str) -> str:
    return sha256(manifest.encode()).hexdigest()


def archive_directory() -> Path:
    return Path(settings.ARCHIVE_ROOT) / FOLDER


def write_manifest(sealed_at: datetime, previous_root: str) -> tuple[str, int]:
    """Return the canonical manifest of the chains that moved since the last seal, and how many."""
    sealed: dict[str, int] = {}
    manifests = Seal.objects.order_by("sealed_at", "pk").values_list("leaves", flat=True)
    for text in manifests.iterator():
        sealed.update((chain, number) for chain, number, _hash in json.loads(text)["leaves"])
    heads = ChainHead.objects.order_by("chain").values_list("chain", "sequence", "hash").iterator()
    leaves = [list(head) for head in heads if sealed.get(head[0]) != head[1]]
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "sealed_at": sealed_at.isoformat(),
        "previous_root": previous_root,
        "leaves": leaves,
    }
    return rfc8785.dumps(manifest).decode(), len(leaves)


def timestamp(root: str) -> bytes | None:
    """Return a RFC 3161 token on a root from the first server that answers, or None."""
    for url in settings.TIMESTAMP_URLS:
        try:
            token = asyncio.run(HTTPTimeStamper(url).async_timestamp(bytes.fromhex(root), "sha256"))
            return bytes(token.dump())
        except Exception:  # whatever its failure, the next server is tried
            logger.exception("timestamp server %s failed", url)
    return None


def keep_copy(manifest: str, seal: Seal) -> None:
    """Write a seal to the archive: whole or not at all, read-only, never overwritten."""
    name = f"{seal.sealed_at:%Y%m%dT%H%M%SZ}-{seal.root[:16]}"
    contents = {f"{name}.json": manifest.encode()}
    if seal.timestamp_token:
        contents[f"{name}.tst"] = bytes(seal.timestamp_token)
    bucket = archive_bucket()
    for file_name, content in contents.items():
        if bucket is None:
            archive_directory().mkdir(parents=True, exist_ok=True)
            write_once(archive_directory() / file_name, content)
        else:
            bucket.save(f"{FOLDER}/{file_name}", ContentFile(content))


def archive_bucket() -> Storage | None:
    """Return the bucket of the archive (locked objects), None when it is a directory."""
    store = storages["archive"] if "archive" in settings.STORAGES else None
    return None if store is None or isinstance(store, FileSystemStorage) else store


def write_once(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), 0o444)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)  # unlike a rename, never overwrites
    finally:
        os.unlink(temporary)


def read_seals(report: Report, *, only_chain: str | None = None) -> dict[str, list[SealedLeaf]]:
    """Check every seal and return what they say of each chain, copies of the archive included."""
    leaves: dict[str, list[SealedLeaf]] = defaultdict(list)
    known: set[str] = set()
    previous_root = ""
    for seal in Seal.objects.order_by("sealed_at", "pk").iterator():
        report.seals += 1
        known.add(seal.root)
        manifest = checked_manifest(seal, previous_root, report)
        previous_root = seal.root
        if manifest:
            collect(manifest, leaves, only_chain)
    for manifest in archived_manifests(report):
        if manifest.root not in known:
            report.add(
                Fault.SEAL,
                "",
                None,
                _("Le scellé du %(date)s est aux archives mais n’est plus dans la base.")
                % {"date": moment_text(manifest.sealed_at)},
            )
            collect(manifest, leaves, only_chain)
    return leaves


def collect(
    manifest: Manifest, leaves: dict[str, list[SealedLeaf]], only_chain: str | None
) -> None:
    sealed_on = moment_text(manifest.sealed_at)
    for chain, sequence, hash_ in manifest.leaves:
        if only_chain in (None, chain):
            leaves[chain].append(SealedLeaf(sequence, hash_, sealed_on))


def checked_manifest(seal: Seal, previous_root: str, report: Report) -> Manifest | None:
    where = {"date": moment_text(seal.sealed_at)}
    try:
        manifest = Manifest.parse(seal.leaves)
    except (ValueError, KeyError, TypeError):
        report.add(Fault.SEAL, "", None, _("Le scellé du %(date)s est illisible.") % where)
        return None
    if manifest.root != seal.root or manifest.sealed_at != seal.sealed_at:
        report.add(Fault.SEAL, "", None, _("Le scellé du %(date)s a été modifié.") % where)
    if not manifest.previous_root == seal.previous_root == previous_root:
        report.add(
            Fault.SEAL,
            "",
            None,
            _("Un scellé a été retiré ou réécrit avant celui du %(date)s.") % where,
        )
    if seal.timestamp_token and not token_covers(bytes(seal.timestamp_token), seal.root):
        report.add(
            Fault.SEAL,
            "",
            None,
            _("Le jeton d’horodatage du scellé du %(date)s porte sur autre chose.") % where,
        )
    return manifest


def token_covers(token: bytes, root: str) -> bool:
    """Tell whether a timestamp token was given on this root."""
    try:
        signed = cms.ContentInfo.load(token)["content"]
        info: tsp.TSTInfo = signed["encap_content_info"]["content"].parsed
        imprint: bytes = info["message_imprint"]["hashed_message"].native
    except (ValueError, KeyError, TypeError):
        return False
    return imprint == bytes.fromhex(root)


def archived_manifests(report: Report) -> Iterator[Manifest]:
    for name, read in archived_copies():
        try:
            yield Manifest.parse(read().decode())
        except (ValueError, KeyError, TypeError, OSError):
            report.add(
                Fault.SEAL,
                "",
                None,
                _("La copie « %(name)s » d’un scellé est illisible.") % {"name": name},
            )


def archived_copies() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Give the name of each archived manifest and what reads it, the oldest first."""
    bucket = archive_bucket()
    if bucket is None:
        for path in sorted(archive_directory().glob("*.json")):
            yield path.name, path.read_bytes
        return
    for name in sorted(_listed(bucket)):
        yield name, partial(_read, bucket, f"{FOLDER}/{name}")


def _listed(bucket: Storage) -> list[str]:
    try:
        names: list[str] = bucket.listdir(FOLDER)[1]
    except FileNotFoundError:
        return []
    return [name for name in names if name.endswith(".json")]


def _read(bucket: Storage, name: str) -> bytes:
    with bucket.open(name) as file:
        return bytes(file.read())

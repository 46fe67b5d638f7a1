"""The « dossier de preuve » of an act: one ZIP, its manifest sealed by the platform.

Whoever has the file, Python and the openssl command can check it alone and offline: the script
`verify.py` inside is `standalone.py` of this package.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import zipfile
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

import rfc8785
from asn1crypto import pem
from django.conf import settings
from django.utils import timezone
from pyhanko.sign.general import SigningError

from agreements.documents import keys
from agreements.documents.finishing import SEAL_FIELD
from agreements.documents.signing import SigningFailed, configured_timestamper
from agreements.documents.verification import verify
from agreements.enums import FileKind
from agreements.evidence import chains, pieces, readme, standalone, validation
from agreements.models import ActFile, ArchivedAct, Signature


def pack(archived: ArchivedAct, pdf: bytes, *, audiences: Collection[str]) -> bytes:
    """Return the evidence of an act for a reader of these audiences; `pdf` is its sealed file.

    Events and opinions that the reader may not read are withheld; the chain is checked all the
    same. Raises SigningFailed, TimestampUnavailable, keys.KeysUnusable.
    """
    made_at = timezone.now()
    # Before the journal: a seal made meanwhile would name events that were not read.
    seals = chains.seals_of(archived.agreement)
    journal = chains.chains_of(archived.agreement, audiences)
    act_file = f"acte/{archived.reference}.pdf"
    files = {
        act_file: pdf,
        **_report(archived, pdf, made_at),
        **pieces.collect(archived, audiences),
        **{chain.file: chain.lines for chain in journal},
        standalone.SEALS: pieces.as_bytes(seals),
        standalone.ROOTS: _roots(),
        **_signature_parts(pdf),
        "LISEZMOI.txt": readme.text(archived, made_at=made_at).encode(),
        "verify.py": Path(standalone.__file__).read_bytes(),
    }
    manifest = rfc8785.dumps(
        {
            "format": standalone.FORMAT,
            "reference": archived.reference,
            "service": settings.SITE_URL,
            "made_at": made_at.isoformat(),
            "made": int(made_at.timestamp()),
            "act": _act(archived, act_file, pdf),
            "chains": [chain.described for chain in journal],
            "files": {
                name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
                for name, data in files.items()
            },
        }
    )
    files[standalone.MANIFEST] = manifest
    files[standalone.SIGNATURE] = _seal(manifest)
    return _zip(files, made_at)


def _report(archived: ArchivedAct, pdf: bytes, made_at: datetime) -> dict[str, bytes]:
    fields = [row["field"] for row in archived.version.content["signatories"]]
    verdict = verify(pdf, expected_fields=[*fields, SEAL_FIELD], expected_sha256=archived.sha256)
    text = validation.as_text(verdict, reference=archived.reference, made_at=made_at)
    return {
        "acte/rapport-de-validation.json": pieces.as_bytes(
            validation.as_json(verdict, made_at=made_at)
        ),
        "acte/rapport-de-validation.txt": text.encode(),
    }


def _act(archived: ArchivedAct, file: str, pdf: bytes) -> dict[str, Any]:
    """What the script expects of the PDF: its digests, its revisions, who signed where it ended."""
    revisions = list(ActFile.objects.filter(version=archived.version).order_by("revision"))
    signed = {
        row.file_id: row
        for row in Signature.objects.filter(version=archived.version, file__isnull=False)
    }
    described = [_revision(one, signed.get(one.pk)) for one in revisions]
    return {
        "file": file,
        "sha256": hashlib.sha256(pdf).hexdigest(),
        "sha512": hashlib.sha512(pdf).hexdigest(),
        "recorded": archived.sha256,
        "revisions": described,
        "signatures": [_signature(one, described) for one in standalone.signatures_in(pdf)],
    }


def _signature(found: dict[str, Any], revisions: list[dict[str, Any]]) -> dict[str, Any]:
    """A signature of the file, told as the revision that it was made in."""
    holder = next((one for one in revisions if one["size"] >= found["end"]), revisions[-1])
    is_timestamp = found["kind"] == "timestamp"
    return {
        "end": found["end"],
        "kind": found["kind"],
        "label": "horodatage" if is_timestamp else holder["label"],
        "at": holder["at"],
        "timestamped": not is_timestamp and standalone.signer_of(found["cms"])[1] is not None,
    }


def _revision(file: ActFile, signature: Signature | None) -> dict[str, Any]:
    label = signature.name if signature else FileKind(file.kind).label
    at = signature.at if signature else file.created_at
    return {
        "kind": file.kind,
        "size": file.size,
        "sha256": file.sha256,
        "label": str(label),
        "at": int(at.timestamp()),
    }


def _signature_parts(pdf: bytes) -> dict[str, bytes]:
    """Each signature and each timestamp of the PDF on its own, for whoever has other tools."""
    parts = {}
    for number, one in enumerate(standalone.signatures_in(pdf), 1):
        if one["kind"] == "timestamp":
            parts[f"horodatages/document-{number}.tst"] = one["cms"]
            continue
        parts[f"signatures/signature-{number}.p7s"] = one["cms"]
        token = standalone.signer_of(one["cms"])[1]
        if token is not None:
            parts[f"horodatages/signature-{number}.tst"] = token
    return parts


def _roots() -> bytes:
    armored = (pem.armor("CERTIFICATE", root.dump()) for root in keys.trust_roots())
    return b"".join(bytes(one) for one in armored)


def _seal(manifest: bytes) -> bytes:
    signer = keys.seal_pair().signer()
    try:
        message = asyncio.run(
            signer.async_sign_general_data(
                manifest, "sha256", detached=True, timestamper=configured_timestamper()
            )
        )
    except (SigningError, OSError) as error:
        raise SigningFailed(str(error)) from error
    return bytes(message.dump())


def _zip(files: dict[str, bytes], made_at: datetime) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, timezone.localtime(made_at).timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if name == "verify.py" else 0o644) << 16
            packed.writestr(entry, files[name])
    return buffer.getvalue()

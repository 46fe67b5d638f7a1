"""Reads a PDF that may come from anywhere, and tells what its signatures are worth, as JSON.

Runs as a process of its own (`python -m agreements.documents.inspector`), which gives up what it
does not need before it reads a byte: memory, processor time, files. It knows neither Django nor a
secret. Input: one line of JSON (`roots`: DER certificates in base64), then the file.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import resource
import sys
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from asn1crypto import core, x509
from pyhanko.pdf_utils.crypt import PdfKeyNotAvailableError
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, SuspiciousModification
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.general import NonexistentAttributeError, find_unique_cms_attribute
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.pdf_embedded import (
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko_certvalidator import ValidationContext

from agreements.documents.readings import SeveralReadings, require_one_reading
from agreements.documents.refilling import refilled_fields

# With the process that asks, 500 MB and 20 s for whoever waits, whatever the file.
MEMORY_BYTES = 320 * 1024 * 1024
CPU_SECONDS = 13
MAX_SIGNATURES = 60
# Statements of qualified certificates (ETSI EN 319 412-5).
QC_STATEMENTS = "1.3.6.1.5.5.7.1.3"
QC_COMPLIANCE, QC_DEVICE = "0.4.0.1862.1.1", "0.4.0.1862.1.4"


def main() -> None:
    """Entry of the process: whatever happens, one JSON object on the standard output."""
    limit_resources()
    logging.disable(logging.CRITICAL)
    header = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    sys.stdout.write(json.dumps(inspect(data, header["roots"])))


def limit_resources() -> None:
    """Bounds this process before it reads the file; a bomb then ends it and nothing else."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def inspect(data: bytes, roots: list[str]) -> dict[str, Any]:
    """What the file says: `problem` (empty when it could be read), `fields`, `signatures`."""
    try:
        return _inspect(data, [x509.Certificate.load(base64.b64decode(root)) for root in roots])
    except PdfKeyNotAvailableError:
        return {"problem": "encrypted"}
    except MemoryError:
        return {"problem": "too_costly"}
    except Exception as error:  # noqa: BLE001 -- any file may be given; none may break the reader
        return {"problem": "malformed", "detail": f"{type(error).__name__}: {error}"[:300]}


def _inspect(data: bytes, roots: list[x509.Certificate]) -> dict[str, Any]:
    reader, doubt = _open(data)
    if reader.encrypted:
        return {"problem": "encrypted"}
    fields: dict[str, bool] = {}
    signatures: list[dict[str, Any]] = []
    for name, value, field in enumerate_sig_fields(reader):
        fields[str(name)] = value is not None
        if value is None:
            continue
        if len(signatures) >= MAX_SIGNATURES:
            return {"problem": "too_costly"}
        signatures.append(_signature(reader, field, str(name), roots, data))
    signatures.sort(key=lambda item: item.get("ends_at", 0))
    return {
        "problem": "",
        "doubt": doubt,
        "fields": fields,
        "signatures": signatures,
        "revisions": reader.xrefs.total_revisions,
        "tail": len(data) - _end(data),
    }


def _open(data: bytes) -> tuple[PdfFileReader, str]:
    """The file as a strict reader sees it, and why another may see something else (or nothing)."""
    try:
        reader = PdfFileReader(BytesIO(data), strict=True)
        if not reader.encrypted:
            require_one_reading(data, reader)
        return reader, ""
    except PdfKeyNotAvailableError:
        raise
    except (PdfError, SeveralReadings) as error:
        return PdfFileReader(BytesIO(data), strict=False), f"{error}"[:300]


def _end(data: bytes) -> int:
    """Where the file ends for a reader: after its last %%EOF and one end of line."""
    position = data.rfind(b"%%EOF")
    if position < 0:
        return 0
    end = position + 5
    while end < len(data) and data[end : end + 1] in (b"\r", b"\n"):
        end += 1
    return end


def _signature(
    reader: PdfFileReader, field: Any, name: str, roots: list[x509.Certificate], data: bytes
) -> dict[str, Any]:
    found: dict[str, Any] = {"field": name, "intact": False, "valid": False, "problem": ""}
    try:
        embedded = EmbeddedPdfSignature(reader, field.get_object(), name)
        found |= _who(embedded)
        found |= _later_changes(embedded)
        found |= asyncio.run(_validity(embedded, roots))
        found["certifies"] = embedded.docmdp_level is not None
        found["ends_at"] = _covered_to(embedded)
        if not _alone_in_its_gap(embedded, data):
            found |= {"changes": "OTHER", "changes_allowed": False}
            found["changes_detail"] = "something lies beside the signature"
    except (MemoryError, PdfKeyNotAvailableError):
        raise
    except Exception as error:  # noqa: BLE001 -- a broken signature is a finding, not a failure
        found["intact"] = found["valid"] = False
        found["problem"] = f"{type(error).__name__}: {error}"[:300]
    return found


def _covered_to(embedded: EmbeddedPdfSignature) -> int:
    _start, _length, offset, length = (int(value) for value in embedded.byte_range)
    return offset + length


def _alone_in_its_gap(embedded: EmbeddedPdfSignature, data: bytes) -> bool:
    """The one part of the file that no signature covers holds a signature and zeros, or hides
    something."""
    start, length, offset, _rest = (int(value) for value in embedded.byte_range)
    gap = data[start + length : offset]
    if gap[:1] != b"<" or gap[-1:] != b">":
        return False
    try:
        content = bytes.fromhex(gap[1:-1].decode("ascii"))
        value = core.Any.load(content)  # its own header tells where it ends
    except ValueError:
        return False
    return not any(content[len(value.dump()) :])


def _who(embedded: EmbeddedPdfSignature) -> dict[str, Any]:
    certificate = embedded.signer_cert
    subject = {key: str(value) for key, value in certificate.subject.native.items()}
    reason = embedded.sig_object.get("/Reason")
    claimed = embedded.self_reported_timestamp
    return {
        "kind": "timestamp" if embedded.sig_object_type == "/DocTimeStamp" else "signature",
        "signer": subject.get("common_name", ""),
        "title": subject.get("title", ""),
        "organisation": subject.get("organization_name", ""),
        "issuer": certificate.issuer.human_friendly,
        "serial": f"{certificate.serial_number:x}",
        "reason": str(reason) if reason is not None else "",
        "signed_at": _iso(claimed),
        **_qualification(certificate),
        "subfilter": str(embedded.sig_object.get("/SubFilter", "")).lstrip("/"),
    }


def _qualification(certificate: x509.Certificate) -> dict[str, bool]:
    """What the certificate declares of itself (ETSI EN 319 412-5); its authority answers for it."""
    found = set()
    for extension in certificate["tbs_certificate"]["extensions"]:
        if extension["extn_id"].dotted == QC_STATEMENTS:
            statements = core.SequenceOf.load(bytes(extension["extn_value"]), spec=core.Sequence)
            found = {statement[0].dotted for statement in statements}
    return {"qualified": QC_COMPLIANCE in found, "in_device": QC_DEVICE in found}


def _later_changes(embedded: EmbeddedPdfSignature) -> dict[str, Any]:
    """What was added after this signature, and whether its rules allow it."""
    try:
        embedded.compute_integrity_info()  # type: ignore[no-untyped-call]
    except (MemoryError, PdfKeyNotAvailableError):
        raise
    except Exception as error:  # noqa: BLE001 -- the analysis has known crashes on sound files
        return {
            "coverage": embedded.evaluate_signature_coverage().name,
            "changes": "UNKNOWN",
            "changes_allowed": None,
            "changes_detail": f"{type(error).__name__}: {error}"[:300],
        }
    summary = embedded.summarise_integrity_info()
    coverage = summary["coverage"].name
    result = summary.get("diff_result")
    if isinstance(result, DiffResult):
        changes, detail = result.modification_level.name, ""
    elif isinstance(result, SuspiciousModification):
        changes, detail = "OTHER", str(result)[:300]
    else:
        changes = "NONE" if coverage == "ENTIRE_FILE" else "OTHER"
        detail = ""
    allowed = summary.get("docmdp_ok")
    refilled = refilled_fields(embedded) if changes == "FORM_FILLING" else []
    if refilled:
        changes, detail = "OTHER", f"rewritten fields: {', '.join(refilled)}"[:300]
    if coverage not in {"ENTIRE_FILE", "ENTIRE_REVISION"} or changes == "OTHER":
        allowed = False
    return {
        "coverage": coverage,
        "changes": changes,
        "changes_allowed": allowed,
        "changes_detail": detail,
    }


async def _validity(
    embedded: EmbeddedPdfSignature, roots: list[x509.Certificate]
) -> dict[str, Any]:
    if embedded.sig_object_type == "/DocTimeStamp":
        stamp = await async_validate_pdf_timestamp(
            embedded, _context(roots, datetime.now(UTC)), skip_diff=True
        )
        return {
            "intact": bool(stamp.intact),
            "valid": bool(stamp.valid),
            "trusted": bool(stamp.trusted),
            "timestamp": _iso(stamp.timestamp),
            "timestamp_trusted": bool(stamp.trusted),
        }
    token_time = _token_time(embedded)
    moment = min(token_time or embedded.self_reported_timestamp or _now(), _now())
    status = await async_validate_pdf_signature(
        embedded, _context(roots, moment), _context(roots, moment), skip_diff=True
    )
    token = status.timestamp_validity
    return {
        "intact": bool(status.intact),
        "valid": bool(status.valid) and (token is None or bool(token.intact and token.valid)),
        "trusted": bool(status.trusted),
        "timestamp": _iso(token.timestamp) if token else None,
        "timestamp_trusted": bool(token.trusted) if token else None,
    }


def _context(roots: list[x509.Certificate], moment: datetime) -> ValidationContext:
    """Trust at one moment, from these roots alone, with nothing fetched.

    A certificate made for one signature has ended since: it is judged at the time of signing."""
    return ValidationContext(
        trust_roots=roots, moment=moment, allow_fetching=False, revocation_mode="soft-fail"
    )


def _token_time(embedded: EmbeddedPdfSignature) -> datetime | None:
    try:
        token = find_unique_cms_attribute(
            embedded.signer_info["unsigned_attrs"], "signature_time_stamp_token"
        )
    except NonexistentAttributeError:
        return None
    info = token["content"]["encap_content_info"]["content"].parsed
    time: datetime = info["gen_time"].native
    return time


def _now() -> datetime:
    return datetime.now(UTC)


def _iso(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


if __name__ == "__main__":
    main()

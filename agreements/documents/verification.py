"""Is this file the act that was signed? One verdict, whatever the file.

Signatures alone do not tell: a stripped last revision leaves valid ones, and bytes after the end
change nothing to them. So a verdict is authentic when every signature is intact and trusted, AND
what came after each of them is what it allows, AND the expected fields are signed, AND the
fingerprint is the one that was recorded, when it is known.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from asn1crypto import x509
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.documents import keys

MAX_BYTES = 64 * 1024 * 1024
WALL_SECONDS = 15


class Outcome(StrEnum):
    """What can be said of a file, from the best to the worst."""

    AUTHENTIC = "authentic"
    UNTRUSTED = "untrusted"
    INCOMPLETE = "incomplete"
    UNDETERMINED = "undetermined"
    UNSIGNED = "unsigned"
    ALTERED = "altered"
    UNREADABLE = "unreadable"


SENTENCES: dict[Outcome, str | Promise] = {
    Outcome.AUTHENTIC: _("Le document est authentique et n’a pas été modifié."),
    Outcome.UNTRUSTED: _("Le document est intact, mais l’autorité d’un signataire est inconnue."),
    Outcome.INCOMPLETE: _("Une signature attendue manque : le document est incomplet."),
    Outcome.UNDETERMINED: _(
        "Les signatures sont intactes, mais la suite du fichier n’a pu être jugée."
    ),
    Outcome.UNSIGNED: _("Le document ne porte aucune signature électronique."),
    Outcome.ALTERED: _("Le document a été modifié après avoir été signé."),
    Outcome.UNREADABLE: _("Le fichier ne peut pas être lu comme un document PDF."),
}
PROBLEMS: dict[str, str | Promise] = {
    "empty": _("Le fichier est vide."),
    "too_large": _("Le fichier est trop volumineux pour être vérifié."),
    "not_pdf": _("Le fichier n’est pas un document PDF."),
    "encrypted": _("Le fichier est protégé par un mot de passe."),
    "malformed": _("La structure du fichier est endommagée."),
    "ambiguous": _("Le fichier peut se lire de plusieurs façons : il ne prouve rien."),
    "too_costly": _("Le fichier demande trop de ressources pour être vérifié."),
}


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """One signature or document timestamp; they come in the order they were made."""

    field_name: str
    kind: str  # « signature » or « timestamp »
    signer: str
    title: str
    organisation: str
    issuer: str
    serial: str
    reason: str
    intact: bool  # the bytes it covers are those that were signed
    valid: bool  # the cryptography holds, its timestamp's too
    trusted: bool  # its certificate leads to a known root, at the time of signing
    coverage: str
    signed_at: datetime | None  # as the signer claims
    timestamp: datetime | None  # as a timestamp authority attests
    timestamp_trusted: bool | None
    level: str
    certifies: bool
    qualified: bool = False  # its certificate says so
    in_device: bool = False  # its key lives in a qualified device, the certificate says
    problem: str = ""

    @property
    def sound(self) -> bool:
        return self.intact and self.valid


@dataclass(frozen=True, slots=True)
class LaterChange:
    """What the file gained after a signature."""

    field_name: str
    level: str  # NONE, LTA_UPDATES, FORM_FILLING, ANNOTATIONS, OTHER, UNKNOWN
    acceptable: bool | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of `verify`."""

    verdict: Outcome
    intact: bool
    sha256: str
    signatures: tuple[SignatureReport, ...] = ()
    later_changes: tuple[LaterChange, ...] = ()
    missing_fields: tuple[str, ...] = ()
    sha256_matches: bool | None = None
    problem: str = ""
    detail: str = field(default="", compare=False)

    @property
    def authentic(self) -> bool:
        return self.verdict is Outcome.AUTHENTIC

    def as_json(self) -> dict[str, Any]:
        """The verdict for a machine: what `verify_pdf --json` prints."""
        return {
            "intact": self.intact,
            "verdict": str(self.verdict),
            "signatures": [_plain(signature) for signature in self.signatures],
            "later_changes": [_plain(change) for change in self.later_changes],
        }

    @property
    def sentence(self) -> str:
        """The verdict in French, for a person."""
        return str(PROBLEMS.get(self.problem) or SENTENCES[self.verdict])


def verify(
    pdf: bytes,
    *,
    expected_fields: Iterable[str] | None = None,
    expected_sha256: str | None = None,
    trust_roots: Iterable[x509.Certificate] | None = None,
) -> Verdict:
    """Judges any bytes. Never raises for the file's sake; bounded in time and memory.

    `expected_fields` are those that must be signed, `expected_sha256` the recorded fingerprint,
    `trust_roots` replaces the known authorities (`keys.trust_roots`, whose KeysUnusable passes)."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    refusal = _refusal(pdf)
    if refusal:
        return _unreadable(sha256, expected_sha256, refusal)
    roots = keys.trust_roots() if trust_roots is None else list(trust_roots)
    found = _inspect(pdf, roots)
    if found["problem"]:
        return _unreadable(sha256, expected_sha256, found["problem"], found.get("detail", ""))
    return _judge(found, sha256, tuple(expected_fields or ()), expected_sha256)


def _refusal(pdf: bytes) -> str:
    if not pdf:
        return "empty"
    if len(pdf) > MAX_BYTES:
        return "too_large"
    return "" if b"%PDF-" in pdf[:1024] else "not_pdf"


def _unreadable(
    sha256: str, expected_sha256: str | None, problem: str, detail: str = ""
) -> Verdict:
    matches = None if expected_sha256 is None else sha256 == expected_sha256
    return Verdict(
        Outcome.UNREADABLE,
        intact=False,
        sha256=sha256,
        sha256_matches=matches,
        problem=problem,
        detail=detail,
    )


def _inspect(pdf: bytes, roots: list[x509.Certificate]) -> dict[str, Any]:
    header = json.dumps({"roots": [base64.b64encode(root.dump()).decode() for root in roots]})
    # Through a file: a pipe would hold the act a second time in memory.
    with tempfile.TemporaryFile() as question:
        question.write(header.encode() + b"\n")
        question.write(pdf)
        question.seek(0)
        try:
            answer = subprocess.run(
                [sys.executable, "-m", "agreements.documents.inspector"],
                stdin=question,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=settings.BASE_DIR,
                env={"LANG": "C.UTF-8", "PYTHONHASHSEED": "0"},
                timeout=WALL_SECONDS,
                check=False,
            )
            found: dict[str, Any] = json.loads(answer.stdout)
        except (subprocess.TimeoutExpired, ValueError):
            # Ended by one of its limits, before it could answer.
            return {"problem": "too_costly"}
    return found


def _judge(
    found: dict[str, Any], sha256: str, expected: tuple[str, ...], expected_sha256: str | None
) -> Verdict:
    signatures = tuple(_report(item) for item in found["signatures"])
    changes = tuple(
        LaterChange(
            item["field"],
            item.get("changes", "UNKNOWN"),
            item.get("changes_allowed"),
            item.get("changes_detail", ""),
        )
        for item in found["signatures"]
        if item.get("kind") != "timestamp"
    )
    missing = tuple(name for name in expected if not found["fields"].get(name, False))
    matches = None if expected_sha256 is None else sha256 == expected_sha256
    outcome = _outcome(found, signatures, changes, missing, matches)
    return Verdict(
        outcome,
        intact=outcome in {Outcome.AUTHENTIC, Outcome.UNTRUSTED},
        sha256=sha256,
        signatures=signatures,
        later_changes=changes,
        missing_fields=missing,
        sha256_matches=matches,
        problem="ambiguous" if outcome is Outcome.UNDETERMINED and found["doubt"] else "",
        detail=found["doubt"],
    )


def _outcome(
    found: dict[str, Any],
    signatures: tuple[SignatureReport, ...],
    changes: tuple[LaterChange, ...],
    missing: tuple[str, ...],
    matches: bool | None,
) -> Outcome:
    # A file with a word after its end, or another fingerprint, is not the recorded one.
    if matches is False or (signatures and found["tail"] > 0):
        return Outcome.ALTERED
    if not signatures:
        return Outcome.UNSIGNED
    if not all(signature.sound for signature in signatures):
        return Outcome.ALTERED
    if any(change.acceptable is False for change in changes):
        return Outcome.ALTERED
    if any(change.acceptable is None for change in changes) or found["doubt"]:
        return Outcome.UNDETERMINED
    if missing:
        return Outcome.INCOMPLETE
    if not all(signature.trusted for signature in signatures):
        return Outcome.UNTRUSTED
    return Outcome.AUTHENTIC


def _report(item: dict[str, Any]) -> SignatureReport:
    timestamp = _moment(item.get("timestamp"))
    level = "CMS"
    if item.get("subfilter") == "ETSI.CAdES.detached":
        level = "PAdES B-T" if timestamp else "PAdES B-B"
    return SignatureReport(
        field_name=item["field"],
        kind=item.get("kind", "signature"),
        signer=item.get("signer", ""),
        title=item.get("title", ""),
        organisation=item.get("organisation", ""),
        issuer=item.get("issuer", ""),
        serial=item.get("serial", ""),
        reason=item.get("reason", ""),
        intact=item["intact"],
        valid=item["valid"],
        trusted=item.get("trusted", False),
        coverage=item.get("coverage", "UNCLEAR"),
        signed_at=_moment(item.get("signed_at")),
        timestamp=timestamp,
        timestamp_trusted=item.get("timestamp_trusted"),
        level="RFC 3161" if item.get("kind") == "timestamp" else level,
        certifies=item.get("certifies", False),
        qualified=item.get("qualified", False),
        in_device=item.get("in_device", False),
        problem=item["problem"],
    )


def _plain(row: SignatureReport | LaterChange) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(row).items()
    }


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

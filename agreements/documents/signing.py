"""Electronic signatures and the platform's seal: PAdES, one revision of the file for each.

B-T when `TIMESTAMP_URLS` names a timestamp authority, B-B otherwise. A configured authority that
does not answer stops the signature: a weaker one is never made in silence. Two signatures of one
act at once would fork it: callers lock the act.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfReadError, PdfWriteError
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import Signer
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import TimeStamper

from agreements.documents import keys
from agreements.documents.finishing import SEAL_FIELD
from agreements.documents.presentation import long_date
from agreements.documents.stamp import StampLine, style
from agreements.documents.timestamping import TimestampUnavailable, configured_timestamper
from agreements.documents.tokens import TokenPair, TokenUnusable

# Hexadecimal digits kept for the signature: certificates and, beyond B-B, one timestamp.
ROOM_BASELINE, ROOM_TIMESTAMPED = 16_384, 40_960

__all__ = [
    "FieldMissing",
    "FieldTaken",
    "SignedPdf",
    "SigningFailed",
    "TimestampUnavailable",
    "seal",
    "sign_field",
]


class SigningFailed(Exception):
    """The file could not be signed; nothing was changed."""


class FieldMissing(SigningFailed):
    """The file has no signature field of that name."""


class FieldTaken(SigningFailed):
    """That field is already signed."""


@dataclass(frozen=True, slots=True)
class SignedPdf:
    """A new revision of the file, and what was done to it."""

    data: bytes
    sha256: str
    field_name: str
    level: str  # « PAdES B-B », « PAdES B-T »
    signed_at: datetime
    certificate_subject: str
    certificate_serial: str
    certificate_issuer: str


def sign_field(
    pdf: bytes,
    *,
    field_name: str,
    signer_name: str,
    quality: str,
    organisation: str,
    delegation: str = "",
    reason: str,
    at: datetime,
    certify: bool,
    timestamper: TimeStamper | None = None,
) -> SignedPdf:
    """Signs one field in the name of a person, with a certificate issued for this very act.

    `certify` is for the first signature: after it the file admits only other signatures. `at` is
    the moment of the person's act (aware). `timestamper` replaces the configured one.
    Raises FieldMissing, FieldTaken, TimestampUnavailable, keys.KeysUnusable, SigningFailed."""
    _check_moment(at)
    pair = keys.issue_for_signatory(
        name=signer_name, quality=quality, organisation=organisation, at=at
    )
    lines = [
        StampLine(_("Signé électroniquement par")),
        StampLine(signer_name, strong=True),
        StampLine(", ".join(part for part in (quality, organisation) if part)),
        StampLine(delegation),
        StampLine(written_moment(at)),
    ]
    return _sign(
        pdf,
        field_name=field_name,
        pair=pair,
        lines=lines,
        name=signer_name,
        reason=reason,
        at=at,
        certify=certify,
        timestamper=timestamper,
    )


def seal(
    pdf: bytes,
    *,
    at: datetime,
    registered_as: str = "",
    reason: str = "",
    timestamper: TimeStamper | None = None,
) -> SignedPdf:
    """Seals the file with the platform's certificate, after the last signature.

    `registered_as` is the definitive reference (CONV-…), printed in the frame of the seal where the
    file has one. Raises as `sign_field` does."""
    _check_moment(at)
    lines = [
        StampLine(_("Enregistré sous la référence") if registered_as else ""),
        StampLine(registered_as, strong=True),
        StampLine(_("Cachet électronique de %s") % settings.SERVICE_NAME),
        StampLine(written_moment(at)),
    ]
    return _sign(
        pdf,
        field_name=SEAL_FIELD,
        pair=keys.seal_pair(),
        lines=lines,
        name=str(settings.SERVICE_NAME),
        reason=reason or _("Origine et intégrité de l’acte"),
        at=at,
        certify=False,
        timestamper=timestamper,
    )


def _check_moment(at: datetime) -> None:
    if timezone.is_naive(at):
        raise ValueError("at must be an aware datetime")


def written_moment(at: datetime) -> str:
    """« le 31 mars 2026 à 10 h 15 (heure de Paris) »"""
    local = timezone.localtime(at, timezone.get_default_timezone())
    return _("le %(date)s à %(hour)s h %(minute)s (heure de Paris)") % {
        "date": long_date(at),
        "hour": f"{local.hour}",
        "minute": f"{local.minute:02}",
    }


class _SignerAt(PdfSigner):  # type: ignore[misc]
    """A signer whose moment is given, not read from the clock of the machine."""

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at

    def init_signing_session(self, *args: Any, **kwargs: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.at
        return session


def _sign(
    pdf: bytes,
    *,
    field_name: str,
    pair: keys.KeyPair | TokenPair,
    lines: list[StampLine],
    name: str,
    reason: str,
    at: datetime,
    certify: bool,
    timestamper: TimeStamper | None,
) -> SignedPdf:
    stamper = timestamper or configured_timestamper()
    metadata = PdfSignatureMetadata(
        field_name=field_name,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=name,
        reason=reason,
        location=settings.SERVICE_NAME,
        certify=certify,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )
    try:
        with pair.opened() as signer:
            data = _apply(pdf, metadata, signer, lines, at, stamper)
    except TokenUnusable as error:
        raise keys.KeysUnusable(str(error)) from error
    certificate = pair.described()
    return SignedPdf(
        data,
        hashlib.sha256(data).hexdigest(),
        field_name,
        "PAdES B-T" if stamper else "PAdES B-B",
        at,
        certificate.subject.human_friendly,
        f"{certificate.serial_number:x}",
        certificate.issuer.human_friendly,
    )


def _apply(
    pdf: bytes,
    metadata: PdfSignatureMetadata,
    signer: Signer,
    lines: list[StampLine],
    at: datetime,
    stamper: TimeStamper | None,
) -> bytes:
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
        _check_free(writer, str(metadata.field_name))
        output = _SignerAt(
            metadata, signer, timestamper=stamper, stamp_style=style(lines), at=at
        ).sign_pdf(
            writer,
            existing_fields_only=True,
            bytes_reserved=ROOM_TIMESTAMPED if stamper else ROOM_BASELINE,
        )
    except (SigningError, PdfReadError, PdfWriteError, ValueError) as error:
        raise SigningFailed(str(error)) from error
    return bytes(output.getvalue())


def _check_free(writer: IncrementalPdfFileWriter, field_name: str) -> None:
    for name, value, _reference in enumerate_sig_fields(writer.prev):
        if name == field_name:
            if value is not None:
                raise FieldTaken(field_name)
            return
    raise FieldMissing(field_name)


def field_names(pdf: bytes) -> dict[str, bool]:
    """The signature fields of a file in its order, each with whether it is signed.

    Raises SigningFailed when the file cannot be read."""
    try:
        reader = IncrementalPdfFileWriter(BytesIO(pdf), strict=False).prev
        return {name: value is not None for name, value, _reference in enumerate_sig_fields(reader)}
    except (PdfReadError, ValueError) as error:
        raise SigningFailed(str(error)) from error

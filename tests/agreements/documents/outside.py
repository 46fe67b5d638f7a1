"""Signatures made with another tool: an agent's card, of an authority that is not ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from certomancer.registry import CertLabel, CertomancerConfig, KeyLabel
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter

from agreements.documents.keys import KeyPair
from tests.agreements.documents import pki

# SEQUENCE of statements (ETSI EN 319 412-5): compliance; then compliance and device.
STATEMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
QUALIFIED = bytes.fromhex("300a" + "3008" + "0606" + "04008e460101")
QUALIFIED_IN_DEVICE = bytes.fromhex(
    "3014" + "300806060400" + "8e460101" + "300806060400" + "8e460104"
)


def trusted(config: CertomancerConfig) -> bytes:
    """The root that a partner names to us, in PEM."""
    der = pki.certificate(config, "root").dump()
    return x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM)


def agent(config: CertomancerConfig, name: str, *, statements: bytes = b"") -> KeyPair:
    """The card of an agent, certified by the intermediate authority of the partner."""
    key = ec.generate_private_key(ec.SECP256R1())
    held = pki.confiance(config).key_set.get_private_key(KeyLabel("interm"))
    above = [
        x509.load_der_x509_certificate(pki.confiance(config).get_cert(CertLabel(label)).dump())
        for label in ("interm", "root")
    ]
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(above[0].subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3000))
        .not_valid_after(now + timedelta(days=3000))
        .add_extension(x509.KeyUsage(True, True, *[False] * 7), critical=True)
    )
    if statements:
        builder = builder.add_extension(
            x509.UnrecognizedExtension(STATEMENTS, statements), critical=False
        )
    issuer = load_der_private_key(held.dump(), None)
    return KeyPair(key, builder.sign(issuer, hashes.SHA256()), tuple(above))


def signed(
    pdf: bytes, field: str, pair: KeyPair, *, new_field: bool = False, **changed: Any
) -> bytes:
    """What the other tool gives back."""
    metadata = PdfSignatureMetadata(
        **{"field_name": field, "md_algorithm": "sha256", "subfilter": SigSeedSubFilter.PADES}
        | changed
    )
    spec = SigFieldSpec(field, on_page=0, box=(10, 10, 200, 90)) if new_field else None
    output = PdfSigner(metadata, pair.signer(), new_field_spec=spec).sign_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf)), existing_fields_only=not new_field
    )
    return bytes(output.getvalue())

"""Who signs with which key: the platform's own authority, its seal, the signatories' certificates.

At first use an authority is made under `KEYS_ROOT`: a root, an issuing authority below it, and the
certificate of the platform's seal. A signatory gets a certificate of his own for each act of
signing; its key lives in memory for that one signature. In production `SEAL_PKCS12_PATH` (or
`SEAL_PKCS11_MODULE`, when the key of the seal lives in a device) and
`SIGNING_CA_PKCS12_PATH` put certificates of a trust service in the place of ours.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from pyhanko.sign.signers import Signer, SimpleSigner

from agreements.documents import tokens
from agreements.documents.fonts import printable

ROOT_YEARS, ISSUER_YEARS, SEAL_YEARS = 20, 10, 5
# Long enough for clocks that disagree, short enough for a key nobody keeps.
SIGNATORY_BEFORE, SIGNATORY_AFTER = timedelta(minutes=10), timedelta(hours=1)
# ETSI EN 319 412-1, 5.2.2: the certificate ends before a revocation could be published.
_VALIDITY_ASSURED = x509.ObjectIdentifier("0.4.0.194121.2.1")
_NAME_BYTES = 64  # RFC 5280, upper bounds of names


class KeysUnusable(Exception):
    """A configured key file is missing, unreadable or not of the expected kind."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key, its certificate, and the certificates above it."""

    key: ec.EllipticCurvePrivateKey | object
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    def described(self) -> asn1_x509.Certificate:
        """The certificate in the form that names itself to people."""
        return asn1_x509.Certificate.load(self.certificate.public_bytes(serialization.Encoding.DER))

    @contextmanager
    def opened(self) -> Iterator[Signer]:
        """The pair as pyHanko signs with it, for one signature."""
        yield self.signer()

    def signer(self) -> SimpleSigner:
        data = pkcs12.serialize_key_and_certificates(
            b"navette",
            self.key,  # type: ignore[arg-type]
            self.certificate,
            list(self.chain),
            serialization.NoEncryption(),
        )
        return SimpleSigner.load_pkcs12_data(data, other_certs=[], passphrase=None)


# ------------------------------------------------------------------------------------- what is used


def seal_pair() -> KeyPair | tokens.TokenPair:
    """The key of the platform's seal: in the device of `SEAL_PKCS11_MODULE`, in the file of
    `SEAL_PKCS12_PATH`, else of our authority."""
    if settings.SEAL_PKCS11_MODULE:
        return _in_token()
    path = settings.SEAL_PKCS12_PATH
    if path:
        return _load_pkcs12(path, settings.SEAL_PKCS12_PASSWORD)
    return _local_pair("seal")


def _in_token() -> tokens.TokenPair:
    try:
        return tokens.seal_in_token()
    except tokens.TokenUnusable as error:
        raise KeysUnusable(str(error)) from error


def issue_for_signatory(*, name: str, quality: str, organisation: str, at: datetime) -> KeyPair:
    """A certificate in the name of a signatory, for the one signature made at `at`.

    Its key is never written anywhere. Raises KeysUnusable when the issuing authority cannot be
    read, or has ended at that moment."""
    issuer = _issuer_pair()
    if not issuer.certificate.not_valid_before_utc <= at < issuer.certificate.not_valid_after_utc:
        raise KeysUnusable("the issuing authority is not valid at this moment")
    key = ec.generate_private_key(ec.SECP256R1())
    end = min(at + SIGNATORY_AFTER, issuer.certificate.not_valid_after_utc)
    subject = _name(name, organisation, quality)
    builder = _builder(subject, issuer.certificate.subject, key, at - SIGNATORY_BEFORE, end)
    builder = _with_end_entity(builder, issuer).add_extension(
        x509.UnrecognizedExtension(_VALIDITY_ASSURED, b"\x05\x00"), critical=False
    )
    certificate = builder.sign(issuer.key, hashes.SHA256())  # type: ignore[arg-type]
    return KeyPair(key, certificate, (issuer.certificate, *issuer.chain))


def trust_roots() -> list[asn1_x509.Certificate]:
    """The roots that a signature must lead to: our authority, the roots of the configured keys, and
    those of the PEM file `TRUST_ROOTS_PATH` (authorities of timestamps and of partners)."""
    found = list(_roots_of((_issuer_pair(), seal_pair())))
    path = settings.TRUST_ROOTS_PATH
    if path:
        try:
            found += x509.load_pem_x509_certificates(Path(path).read_bytes())
        except (OSError, ValueError) as error:
            raise KeysUnusable(f"TRUST_ROOTS_PATH: {error}") from error
    encoded = dict.fromkeys(c.public_bytes(serialization.Encoding.DER) for c in found)
    return [asn1_x509.Certificate.load(der) for der in encoded]


def _roots_of(pairs: Iterable[KeyPair | tokens.TokenPair]) -> Iterable[x509.Certificate]:
    for pair in pairs:
        tops = [c for c in (pair.certificate, *pair.chain) if c.subject == c.issuer]
        # A bundle without its root: the highest certificate it holds stands for it.
        yield from tops or (pair.chain[-1:] or (pair.certificate,))


def _issuer_pair() -> KeyPair:
    path = settings.SIGNING_CA_PKCS12_PATH
    if path:
        return _load_pkcs12(path, settings.SIGNING_CA_PKCS12_PASSWORD)
    return _local_pair("issuer")


def _load_pkcs12(path: str, password: str) -> KeyPair:
    try:
        bundle = pkcs12.load_pkcs12(Path(path).read_bytes(), password.encode() or None)
    except (OSError, ValueError) as error:
        raise KeysUnusable(f"{path}: {error}") from error
    if bundle.key is None or bundle.cert is None:
        raise KeysUnusable(f"{path}: no private key with its certificate")
    above = tuple(extra.certificate for extra in bundle.additional_certs)
    return KeyPair(bundle.key, bundle.cert.certificate, above)


# ------------------------------------------------------------------------------------ our authority


def ensure_authority(root: Path | None = None) -> Path:
    """The directory of the platform's own authority, made now if it does not exist.

    Two processes may start at once: the authority appears whole by one rename, and the loser uses
    the winner's."""
    home = Path(root or settings.KEYS_ROOT)
    final = home / "authority"
    if final.is_dir():
        return final
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = Path(tempfile.mkdtemp(prefix=".authority-", dir=home))
    try:
        _make_authority(draft)
        draft.rename(final)
    except OSError:
        if not final.is_dir():
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return final


def _local_pair(role: str) -> KeyPair:
    directory = ensure_authority()
    chains = {
        "root": (),
        "issuer": ("root",),
        "seal": ("issuer", "root"),
    }
    try:
        key = serialization.load_pem_private_key((directory / f"{role}.key").read_bytes(), None)
        certificates = [
            x509.load_pem_x509_certificate((directory / f"{name}.pem").read_bytes())
            for name in (role, *chains[role])
        ]
    except (OSError, ValueError) as error:
        raise KeysUnusable(f"{directory}: {error}") from error
    return KeyPair(key, certificates[0], tuple(certificates[1:]))


def _make_authority(directory: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    service = str(settings.SERVICE_NAME)
    root = _make_authority_pair(f"{service} — racine", None, now, ROOT_YEARS, path_length=1)
    issuer = _make_authority_pair(f"{service} — émission", root, now, ISSUER_YEARS, path_length=0)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(f"{service} — cachet", service, "")
    builder = _builder(subject, issuer.certificate.subject, key, now, _years(now, SEAL_YEARS))
    certificate = _with_end_entity(builder, issuer).sign(
        issuer.key,  # type: ignore[arg-type]
        hashes.SHA256(),
    )
    for name, pair in (("root", root), ("issuer", issuer), ("seal", KeyPair(key, certificate))):
        _write(directory / f"{name}.pem", pair.certificate.public_bytes(_PEM), 0o644)
        _write(directory / f"{name}.key", _private_pem(pair.key), 0o600)


_PEM = serialization.Encoding.PEM


def _private_pem(key: object) -> bytes:
    return key.private_bytes(  # type: ignore[attr-defined, no-any-return]
        _PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _years(start: datetime, years: int) -> datetime:
    return start + timedelta(days=365 * years + years // 4)


def _make_authority_pair(
    name: str, parent: KeyPair | None, start: datetime, years: int, *, path_length: int
) -> KeyPair:
    key = ec.generate_private_key(ec.SECP384R1())
    subject = _name(name, str(settings.SERVICE_NAME), "")
    issuer_name = parent.certificate.subject if parent else subject
    builder = _builder(subject, issuer_name, key, start, _years(start, years))
    builder = builder.add_extension(
        x509.BasicConstraints(ca=True, path_length=path_length), critical=True
    ).add_extension(_usage(authority=True), critical=True)
    if parent:
        builder = builder.add_extension(_issued_by(parent), critical=False)
    signing_key = parent.key if parent else key
    return KeyPair(key, builder.sign(signing_key, hashes.SHA384()))  # type: ignore[arg-type]


def _name(common_name: str, organisation: str, title: str) -> x509.Name:
    parts = [
        (NameOID.COUNTRY_NAME, "FR"),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.TITLE, title),
        (NameOID.COMMON_NAME, common_name),
    ]
    fitted = [(oid, _fit(value)) for oid, value in parts]
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in fitted if value])


def _fit(text: str) -> str:
    """A name as a certificate bears it: short, and of signs that validators can compare (those of
    later versions of Unicode make a chain of certificates impossible to follow)."""
    text = " ".join(printable(text).split())
    return text.encode("utf-8", "ignore")[:_NAME_BYTES].decode("utf-8", "ignore").strip()


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    start: datetime,
    end: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(secrets.token_bytes(16), "big") >> 1)
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _with_end_entity(builder: x509.CertificateBuilder, issuer: KeyPair) -> x509.CertificateBuilder:
    return (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(_issued_by(issuer), critical=False)
    )


def _issued_by(issuer: KeyPair) -> x509.AuthorityKeyIdentifier:
    public_key = issuer.certificate.public_key()
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(public_key)  # type: ignore[arg-type]


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )

"""A key that never leaves its device: the platform's seal in a PKCS#11 token (HSM, card)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from django.conf import settings
from pkcs11.exceptions import PKCS11Error
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import Signer


class TokenUnusable(Exception):
    """The device, its key or its certificates cannot be used."""


@dataclass(frozen=True, slots=True)
class TokenPair:
    """A certificate whose key is in the token of the settings, and the certificates above it."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    def described(self) -> asn1_x509.Certificate:
        return _plain(self.certificate)

    @contextmanager
    def opened(self) -> Iterator[Signer]:
        """A session of the token, for one signature. Raises TokenUnusable."""
        try:
            with open_pkcs11_session(
                settings.SEAL_PKCS11_MODULE,
                token_criteria=TokenCriteria(label=settings.SEAL_PKCS11_TOKEN),
                user_pin=settings.SEAL_PKCS11_PIN,
            ) as session:
                yield PKCS11Signer(
                    session,
                    signing_cert=self.described(),
                    # Without them the certificates above are not embedded, and nothing says so.
                    ca_chain=[_plain(one) for one in self.chain],
                    key_label=settings.SEAL_PKCS11_KEY,
                    # Every device signs a digest; few of them make it.
                    use_raw_mechanism=True,
                )
        except (PKCS11Error, RuntimeError) as error:
            raise TokenUnusable(f"{type(error).__name__} {error}".strip()) from error


def seal_in_token() -> TokenPair:
    """The seal whose certificates stand in `SEAL_CERTIFICATES_PATH`: its own, then those above.

    Raises TokenUnusable when they cannot be read."""
    try:
        found = x509.load_pem_x509_certificates(Path(settings.SEAL_CERTIFICATES_PATH).read_bytes())
    except (OSError, ValueError) as error:
        raise TokenUnusable(f"SEAL_CERTIFICATES_PATH: {error}") from error
    return TokenPair(found[0], tuple(found[1:]))


def _plain(certificate: x509.Certificate) -> asn1_x509.Certificate:
    der = certificate.public_bytes(serialization.Encoding.DER)
    return asn1_x509.Certificate.load(der)

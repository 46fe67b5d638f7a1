"""Authorities that are not ours: a timestamp server that answers, a trust service, an impostor."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, PKIArchitecture
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

KEYS = ("root", "interm", "tsa", "tsa2", "seal", "ca")
VALIDITY = '{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2100-01-01T00:00:00+0000"}'
CA = "{id: basic_constraints, critical: true, value: {ca: true}}"


def _usage(*names: str) -> str:
    smart = f"{{schema: key-usage, params: [{', '.join(names)}]}}"
    return f"{{id: key_usage, critical: true, smart-value: {smart}}}"


AUTHORITY = f"[{CA}, {_usage('digital_signature', 'key_cert_sign', 'crl_sign')}]"
SIGNER = f"[{_usage('digital_signature', 'non_repudiation')}]"
CONFIG = f"""
root-url: "http://127.0.0.1"
keysets:
  keys:
    keys: {{{", ".join(f"{name}: {{path: {name}.pem}}" for name in KEYS)}}}
pki-architectures:
  confiance:
    keyset: keys
    entities:
      root: {{common-name: Racine de confiance}}
      interm: {{common-name: Autorité de confiance}}
      tsa: {{common-name: Horodatage A}}
      tsa2: {{common-name: Horodatage B}}
      seal: {{common-name: Cachet du ministère}}
      ca: {{common-name: Émission du ministère}}
    certs:
      root:
        subject: root
        issuer: root
        validity: {VALIDITY}
        extensions: {AUTHORITY}
      interm:
        issuer: root
        validity: {VALIDITY}
        extensions: {AUTHORITY}
      tsa:
        issuer: root
        validity: {VALIDITY}
        extensions: [{{id: extended_key_usage, critical: true, value: [time_stamping]}}]
      tsa2:
        issuer: root
        validity: {VALIDITY}
        extensions: [{{id: extended_key_usage, critical: true, value: [time_stamping]}}]
      seal:
        issuer: interm
        validity: {VALIDITY}
        extensions: {SIGNER}
      ca:
        issuer: root
        validity: {VALIDITY}
        extensions: {AUTHORITY}
    services:
      time-stamping:
        tsa: {{signing-cert: tsa, signing-key: tsa}}
        tsa2: {{signing-cert: tsa2, signing-key: tsa2}}
"""


def architecture(directory: Path) -> CertomancerConfig:
    """The authorities, with keys made now."""
    for name in KEYS:
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (directory / f"{name}.pem").write_bytes(pem)
    path = directory / "certomancer.yml"
    path.write_text(CONFIG)
    return CertomancerConfig.from_file(str(path), key_search_dir=str(directory))


def confiance(config: CertomancerConfig) -> PKIArchitecture:
    return config.get_pki_arch(ArchLabel("confiance"))


def certificate(config: CertomancerConfig, name: str) -> Any:
    return confiance(config).get_cert(CertLabel(name))


def pkcs12(config: CertomancerConfig, name: str, password: str) -> bytes:
    return confiance(config).package_pkcs12(CertLabel(name), password=password.encode())


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def served(config: CertomancerConfig) -> Iterator[str]:
    """The timestamp services over HTTP; gives the address below which they stand."""
    animator = Animator(AnimatorArchStore(config.pki_archs), with_web_ui=False)
    with make_server("127.0.0.1", 0, animator, handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/confiance/tsa"
        server.shutdown()
        thread.join()

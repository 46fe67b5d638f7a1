"""A real timestamp server answers: the token is kept and covers the root."""

import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import CertomancerConfig
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from journal import seals, services
from journal.enums import Fault
from journal.selectors import verify
from tests.journal.factories import attack, write

CONFIG = """
root-url: "http://127.0.0.1"
keysets:
  keys:
    keys:
      root: {path: root.pem}
      tsa: {path: tsa.pem}
pki-architectures:
  navette:
    keyset: keys
    entities:
      root: {common-name: Root}
      tsa: {common-name: Horodatage}
    certs:
      root:
        subject: root
        issuer: root
        validity: {valid-from: "2020-01-01T00:00:00+0000", valid-to: "2120-01-01T00:00:00+0000"}
        extensions: [{id: basic_constraints, critical: true, value: {ca: true}}]
      tsa:
        issuer: root
        validity: {valid-from: "2020-01-01T00:00:00+0000", valid-to: "2120-01-01T00:00:00+0000"}
        extensions:
          - {id: extended_key_usage, critical: true, value: [time_stamping]}
    services:
      time-stamping:
        tsa: {signing-cert: tsa, signing-key: tsa}
"""


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture(scope="module")
def tsa(tmp_path_factory):
    path = tmp_path_factory.mktemp("tsa") / "certomancer.yml"
    path.write_text(CONFIG)
    for name in ("root", "tsa"):
        (path.parent / f"{name}.pem").write_bytes(
            ec.generate_private_key(ec.SECP256R1()).private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
            )
        )
    config = CertomancerConfig.from_file(str(path), key_search_dir=str(path.parent))
    animator = Animator(AnimatorArchStore(config.pki_archs), with_web_ui=False)
    with make_server("127.0.0.1", 0, animator, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/navette/tsa/tsa"
        server.shutdown()
        thread.join()


@pytest.mark.django_db
def test_token_is_kept_in_base_and_archive_and_covers_the_root(tsa, settings, archive):
    settings.TIMESTAMP_URLS = ["http://127.0.0.1:9/", tsa]
    write()

    seal = services.seal()

    token = bytes(seal.timestamp_token)
    assert seals.token_covers(token, seal.root)
    assert not seals.token_covers(token, "00" * 32)
    assert [path.suffix for path in sorted(archive.iterdir())] == [".json", ".tst"]
    assert verify().is_intact


@pytest.mark.django_db
def test_token_of_another_root_is_named(tsa, settings):
    settings.TIMESTAMP_URLS = [tsa]
    write()
    first = services.seal()
    write()
    services.seal()
    attack(
        "UPDATE journal_seal SET timestamp_token ="
        f" (SELECT timestamp_token FROM journal_seal WHERE id = {first.pk})"
    )

    findings = verify().findings

    assert [f.fault for f in findings] == [Fault.SEAL]
    assert "porte sur autre chose" in findings[0].message

"""The seal whose key never leaves its device, on the software device SoftHSM2."""

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from agreements.documents import keys, signing
from agreements.documents.tokens import TokenPair
from agreements.documents.verification import Outcome, verify
from config import checks
from tests.agreements.documents import outside
from tests.agreements.documents.conftest import SIGNED_AT, Story

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
)
MODULE = next((path for path in MODULES if Path(path).exists()), "")
needs_device = pytest.mark.skipif(
    not (MODULE and shutil.which("softhsm2-util")), reason="softhsm2 is absent"
)
PEM = serialization.Encoding.PEM


@pytest.fixture(scope="module")
def device(tmp_path_factory, authorities):
    """A token that holds the key of the seal; gives the certificates that go with it."""
    home = tmp_path_factory.mktemp("hsm")
    (home / "tokens").mkdir()
    (home / "softhsm2.conf").write_text(f"directories.tokendir = {home}/tokens\n")
    pair = outside.agent(authorities, "Cachet du ministère")
    key = pair.key.private_bytes(
        PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (home / "key.pem").write_bytes(key)
    tool = ["softhsm2-util", "--token", "navette", "--pin", "1234"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(home / "softhsm2.conf"))
        for more in (
            ["--init-token", "--free", "--label", "navette", "--so-pin", "4321"],
            ["--import", str(home / "key.pem"), "--label", "cachet", "--id", "01"],
        ):
            command = [*tool, *more] if more[0] == "--import" else [tool[0], *more, *tool[3:]]
            subprocess.run(command, check=True, capture_output=True, timeout=60)
        path = home / "chain.pem"
        path.write_bytes(b"".join(c.public_bytes(PEM) for c in (pair.certificate, *pair.chain)))
        yield path


@pytest.fixture
def sealed_in_device(device, settings):
    settings.SEAL_PKCS11_MODULE, settings.SEAL_PKCS11_TOKEN = MODULE, "navette"
    settings.SEAL_PKCS11_PIN, settings.SEAL_PKCS11_KEY = "1234", "cachet"
    settings.SEAL_CERTIFICATES_PATH = str(device)


@needs_device
def test_seal_is_made_in_the_device(story, sealed_in_device):
    sealed = signing.seal(story.second.data, at=SIGNED_AT)

    verdict = verify(sealed.data, expected_fields=Story.fields)

    assert verdict.verdict is Outcome.AUTHENTIC
    assert verdict.signatures[-1].signer == "Cachet du ministère"
    assert isinstance(keys.seal_pair(), TokenPair)


@needs_device
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SEAL_PKCS11_PIN", "0000"),
        ("SEAL_PKCS11_TOKEN", "autre"),
        ("SEAL_PKCS11_KEY", "autre"),
        ("SEAL_PKCS11_MODULE", "/nowhere.so"),
        ("SEAL_CERTIFICATES_PATH", "/nowhere.pem"),
    ],
)
def test_device_that_fails_says_so_and_seals_nothing(
    story, sealed_in_device, settings, name, value
):
    setattr(settings, name, value)

    with pytest.raises((keys.KeysUnusable, signing.SigningFailed)):
        signing.seal(story.second.data, at=SIGNED_AT)


def test_production_asks_for_the_device_or_the_file(monkeypatch):
    def about_the_seal():
        return [one for one in checks.missing_variables() if one.startswith("SEAL_")]

    for name in ("SEAL_PKCS12_PATH", "SEAL_PKCS11_MODULE"):
        monkeypatch.delenv(name, raising=False)
    assert [one.split()[0] for one in about_the_seal()] == ["SEAL_PKCS12_PATH"]
    monkeypatch.setenv("SEAL_PKCS11_MODULE", MODULE or "/usr/lib/hsm.so")
    assert [one.split()[0] for one in about_the_seal()] == [
        "SEAL_PKCS11_TOKEN", "SEAL_PKCS11_KEY", "SEAL_CERTIFICATES_PATH",
    ]  # fmt: skip

"""The platform's own authority, the keys of a trust service, the certificates of signatories."""

import stat
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import NameOID

from agreements.documents import keys
from tests.agreements.documents import pki
from tests.agreements.documents.conftest import SIGNED_AT

PERSON = {"name": "Sophie Haddad", "quality": "Directrice générale", "organisation": "CNSA"}


@pytest.fixture
def fresh(settings, tmp_path):
    settings.KEYS_ROOT = tmp_path / "keys"
    return settings.KEYS_ROOT


def test_authority_is_made_at_first_use_for_its_owner_alone(fresh):
    directory = keys.ensure_authority()

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()}
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert modes == {
        "root.pem": 0o644,
        "issuer.pem": 0o644,
        "seal.pem": 0o644,
        "root.key": 0o600,
        "issuer.key": 0o600,
        "seal.key": 0o600,
    }


def test_authority_is_kept(fresh):
    first = (keys.ensure_authority() / "root.pem").read_bytes()

    assert (keys.ensure_authority() / "root.pem").read_bytes() == first
    assert [path.name for path in fresh.iterdir()] == ["authority"]


def test_two_processes_that_start_at_once_share_one_authority(fresh):
    barrier, found = threading.Barrier(8), []

    def start():
        barrier.wait()
        found.append((keys.ensure_authority() / "root.pem").read_bytes())

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert len(set(found)) == 1
    assert [path.name for path in fresh.iterdir()] == ["authority"]


def test_chain_of_the_seal_holds(fresh):
    pair = keys.seal_pair()
    issuer, root = pair.chain

    pair.certificate.verify_directly_issued_by(issuer)
    issuer.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)
    constraints = [
        c.extensions.get_extension_for_class(x509.BasicConstraints).value
        for c in (pair.certificate, issuer, root)
    ]
    assert [(c.ca, c.path_length) for c in constraints] == [(False, None), (True, 0), (True, 1)]


def test_signatory_gets_a_short_certificate_in_his_name():
    pair = keys.issue_for_signatory(**PERSON, at=SIGNED_AT)

    names = {a.oid: a.value for a in pair.certificate.subject}
    usage = pair.certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert names[NameOID.COMMON_NAME] == "Sophie Haddad"
    assert names[NameOID.TITLE] == "Directrice générale"
    assert names[NameOID.ORGANIZATION_NAME] == "CNSA"
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert pair.certificate.not_valid_before_utc <= SIGNED_AT < pair.certificate.not_valid_after_utc
    lasts = pair.certificate.not_valid_after_utc - pair.certificate.not_valid_before_utc
    assert lasts <= timedelta(hours=2)
    pair.certificate.verify_directly_issued_by(pair.chain[0])


def test_each_signature_has_its_own_key_and_none_is_written(signing_keys):
    before = sorted(path.name for path in signing_keys.rglob("*"))

    pairs = [keys.issue_for_signatory(**PERSON, at=SIGNED_AT) for _ in range(2)]

    assert pairs[0].certificate.serial_number != pairs[1].certificate.serial_number
    assert pairs[0].key.private_numbers() != pairs[1].key.private_numbers()
    assert sorted(path.name for path in signing_keys.rglob("*")) == before


@pytest.mark.parametrize(
    ("name", "borne"),
    [
        ("É" * 300, "É" * 32),
        (" x \n y ", "x y"),
        ("Jean-Łukasz d’Œuvre", "Jean-Łukasz d’Œuvre"),
        ("😀", "[U+1F600]"),
    ],
)
def test_any_name_fits_a_certificate(name, borne):
    pair = keys.issue_for_signatory(name=name, quality="", organisation="", at=SIGNED_AT)

    (found,) = pair.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert found.value == borne


@pytest.mark.parametrize("year", [1999, 2099])
def test_ended_authority_issues_nothing(year):
    with pytest.raises(keys.KeysUnusable, match="not valid"):
        keys.issue_for_signatory(**PERSON, at=datetime(year, 1, 1, tzinfo=UTC))


def test_configured_seal_takes_the_place_of_ours(settings, tmp_path, authorities):
    path = tmp_path / "seal.p12"
    path.write_bytes(pki.pkcs12(authorities, "seal", "secret"))
    settings.SEAL_PKCS12_PATH, settings.SEAL_PKCS12_PASSWORD = str(path), "secret"

    pair = keys.seal_pair()

    assert "Cachet du ministère" in pair.certificate.subject.rfc4514_string()
    assert len(pair.chain) == 2


def test_configured_authority_certifies_signatories(settings, tmp_path, authorities):
    path = tmp_path / "ca.p12"
    path.write_bytes(pki.pkcs12(authorities, "ca", "secret"))
    settings.SIGNING_CA_PKCS12_PATH, settings.SIGNING_CA_PKCS12_PASSWORD = str(path), "secret"

    pair = keys.issue_for_signatory(**PERSON, at=SIGNED_AT)

    assert "Émission du ministère" in pair.certificate.issuer.rfc4514_string()
    assert any("Racine de confiance" in r.subject.human_friendly for r in keys.trust_roots())


@pytest.mark.parametrize("content", [None, b"", b"not a bundle"])
def test_unreadable_bundle_is_named(settings, tmp_path, content):
    path = tmp_path / "seal.p12"
    if content is not None:
        path.write_bytes(content)
    settings.SEAL_PKCS12_PATH = str(path)

    with pytest.raises(keys.KeysUnusable, match=r"seal\.p12"):
        keys.seal_pair()


def test_wrong_password_is_named(settings, tmp_path, authorities):
    path = tmp_path / "seal.p12"
    path.write_bytes(pki.pkcs12(authorities, "seal", "secret"))
    settings.SEAL_PKCS12_PATH, settings.SEAL_PKCS12_PASSWORD = str(path), "other"

    with pytest.raises(keys.KeysUnusable, match=r"seal\.p12"):
        keys.seal_pair()


def test_damaged_authority_is_named(fresh):
    (keys.ensure_authority() / "seal.key").write_bytes(b"x")

    with pytest.raises(keys.KeysUnusable, match="authority"):
        keys.seal_pair()


def test_roots_are_ours_and_those_of_the_file(settings, tmp_path, authorities):
    ours = [root.subject.native["common_name"] for root in keys.trust_roots()]
    path = tmp_path / "roots.pem"
    der = pki.certificate(authorities, "root").dump()
    pem = x509.load_der_x509_certificate(der).public_bytes(keys.serialization.Encoding.PEM)
    path.write_bytes(pem * 2)
    settings.TRUST_ROOTS_PATH = str(path)

    names = [root.subject.native["common_name"] for root in keys.trust_roots()]

    assert ours == ["Navette — racine"]
    assert names == ["Navette — racine", "Racine de confiance"]


@pytest.mark.parametrize("content", [None, b"not a certificate"])
def test_unreadable_roots_are_named(settings, tmp_path, content):
    path = tmp_path / "roots.pem"
    if content is not None:
        path.write_bytes(content)
    settings.TRUST_ROOTS_PATH = str(path)

    with pytest.raises(keys.KeysUnusable, match="TRUST_ROOTS_PATH"):
        keys.trust_roots()


def test_written_keys_are_usable_by_other_tools(fresh):
    directory = keys.ensure_authority()

    key = load_pem_private_key((directory / "seal.key").read_bytes(), None)
    certificate = x509.load_pem_x509_certificate((directory / "seal.pem").read_bytes())

    assert key.public_key() == certificate.public_key()

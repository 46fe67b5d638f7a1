"""One revision for each signature, the seal last, the timestamp from whoever answers."""

import hashlib
import shutil
import subprocess
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from agreements.documents import conformance, keys, rendering, signing, timestamping
from agreements.documents.verification import verify
from tests.agreements.documents import factories, pki
from tests.agreements.documents.conftest import SIGNED_AT, Story, sign

needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is absent")


def page_text(data, tmp_path, number):
    path = tmp_path / "act.pdf"
    path.write_bytes(data)
    answer = subprocess.run(
        ["pdftotext", "-layout", "-f", str(number), "-l", str(number), str(path), "-"],
        capture_output=True,
        check=True,
    )
    return answer.stdout.decode().replace("\u00a0", " ")


def test_each_signature_appends_a_revision(story):
    before = story.rendered.data
    for signed in (story.first, story.second, story.sealed):
        assert signed.data.startswith(before)
        assert signed.sha256 == hashlib.sha256(signed.data).hexdigest()
        before = signed.data


def test_signed_act_is_authentic_at_each_step(story):
    for count, signed in enumerate((story.first, story.second, story.sealed), start=1):
        verdict = verify(signed.data, expected_fields=Story.fields[:count])
        assert verdict.authentic
        assert len(verdict.signatures) == count


def test_signed_act_is_still_conforming(story):
    for signed in (story.first, story.second, story.sealed):
        assert conformance.check(signed.data) == ()


def test_who_signed_is_told(story):
    assert story.first.level == "PAdES B-B"
    assert story.first.field_name == "sig_detenteur"
    assert "Sophie Haddad" in story.first.certificate_subject
    assert "Navette — émission" in story.first.certificate_issuer
    assert int(story.first.certificate_serial, 16) > 0
    assert story.first.signed_at == SIGNED_AT
    assert signing.field_names(story.first.data) == {
        "sig_detenteur": True,
        "sig_destinataire": False,
        "cachet_plateforme": False,
    }


def test_first_signature_certifies_and_the_others_do_not(story):
    certifies = [s.certifies for s in verify(story.sealed.data).signatures]

    assert certifies == [True, False, False]
    reader = PdfFileReader(BytesIO(story.sealed.data))
    assert "/DocMDP" in reader.root["/Perms"]


@needs_poppler
def test_frames_tell_who_signed_in_paris_time(story, tmp_path):
    with pikepdf.open(BytesIO(story.sealed.data)) as pdf:
        page = next(
            n
            for n, p in enumerate(pdf.pages, start=1)
            if any(str(a.Subtype) == "/Widget" for a in p.obj.get("/Annots", ()))
        )
    text = page_text(story.sealed.data, tmp_path, page)

    for words in (
        "Signé électroniquement par",
        "le 31 mars 2026 à 10 h 15 (heure de Paris)",
        "Délégation du 2 février 2026",
        "Enregistré sous la référence",
        "CONV-2026-018",
        "Cachet électronique de Navette",
    ):
        assert words in text


def test_claimed_moment_is_the_one_given(story):
    reader = PdfFileReader(BytesIO(story.sealed.data))

    assert {s.self_reported_timestamp for s in reader.embedded_signatures} == {SIGNED_AT}


def test_only_marianne_is_used_by_the_stamps(story):
    with pikepdf.open(BytesIO(story.sealed.data)) as pdf:
        names = {
            str(item.BaseFont)
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == pikepdf.Name.Font
        }

    assert names
    assert all("+Marianne" in name for name in names)


@pytest.mark.parametrize(
    "name", ["Jean‑Łukasz d’Œuvre-Ñandú", "😀 " * 20, "A" * 200, "mot " * 60, "شركة", "x"]
)
def test_any_name_can_sign(story, name):
    signed = sign(story.rendered.data, 0, signer_name=name, quality=name, organisation=name)

    assert verify(signed.data).authentic
    assert conformance.check(signed.data) == ()


def test_signing_in_any_order(story):
    second_first = sign(story.rendered.data, 1, certify=True)
    both = sign(second_first.data, 0, certify=False)

    assert verify(both.data, expected_fields=Story.fields[:2]).authentic


# Refusals


def test_unknown_field_is_refused(story):
    with pytest.raises(signing.FieldMissing):
        sign(story.rendered.data, 0, field_name="sig_inconnue")


def test_signed_field_is_refused(story):
    with pytest.raises(signing.FieldTaken):
        sign(story.first.data, 0, certify=False)


def test_second_certification_is_refused(story):
    with pytest.raises(signing.SigningFailed):
        sign(story.first.data, 1, certify=True)


def test_moment_without_zone_is_refused(story):
    with pytest.raises(ValueError, match="aware"):
        sign(story.rendered.data, 0, at=datetime(2026, 3, 31, 8, 15))  # noqa: DTZ001
    with pytest.raises(ValueError, match="aware"):
        signing.seal(story.second.data, at=datetime(2026, 3, 31, 8, 15))  # noqa: DTZ001


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"x" * 500, b"%PDF-1.7\n1 0 obj\n<<"])
def test_what_is_not_a_pdf_is_refused(data):
    with pytest.raises(signing.SigningFailed):
        sign(data, 0)
    with pytest.raises(signing.SigningFailed):
        signing.field_names(data)


# The seal


def test_seal_without_reference_says_less(story, tmp_path):
    sealed = signing.seal(story.second.data, at=SIGNED_AT)

    assert verify(sealed.data, expected_fields=Story.fields).authentic
    assert b"Enregistr" not in sealed.data[len(story.second.data) :]


def test_letter_is_sealed_out_of_sight():
    letter = rendering.render_simple(
        "<p>x</p>", title="Décision", created=factories.CREATED, sender="Navette"
    )

    sealed = signing.seal(letter.data, at=SIGNED_AT, reason="Décision notifiée")

    verdict = verify(sealed.data, expected_fields=["cachet_plateforme"])
    assert verdict.authentic
    assert verdict.signatures[0].reason == "Décision notifiée"
    assert conformance.check(sealed.data) == ()


def test_configured_seal_is_used(story, settings, tmp_path, authorities):
    path = tmp_path / "seal.p12"
    path.write_bytes(pki.pkcs12(authorities, "seal", "secret"))
    settings.SEAL_PKCS12_PATH, settings.SEAL_PKCS12_PASSWORD = str(path), "secret"

    sealed = signing.seal(story.second.data, at=SIGNED_AT)

    verdict = verify(sealed.data, expected_fields=Story.fields)
    assert verdict.authentic
    assert verdict.signatures[-1].signer == "Cachet du ministère"
    assert verdict.signatures[-1].issuer == "Common Name: Autorité de confiance"


# Timestamps


def test_configured_authority_makes_it_a_timestamped_signature(story, settings, timestamps):
    settings.TIMESTAMP_URLS = [f"{timestamps}/tsa"]
    before = datetime.now(UTC).replace(microsecond=0)

    signed = sign(story.rendered.data, 0, at=datetime.now(UTC))

    verdict = verify(signed.data)
    (report,) = verdict.signatures
    assert signed.level == report.level == "PAdES B-T"
    assert report.timestamp >= before
    assert report.timestamp_trusted is False
    assert verdict.verdict == "authentic"
    assert conformance.check(signed.data) == ()


def test_known_timestamp_authority_is_trusted(story, settings, timestamps, authorities, tmp_path):
    settings.TIMESTAMP_URLS = [f"{timestamps}/tsa"]
    signed = sign(story.rendered.data, 0, at=datetime.now(UTC))
    roots = [*keys.trust_roots(), pki.certificate(authorities, "root")]

    (report,) = verify(signed.data, trust_roots=roots).signatures

    assert report.timestamp_trusted is True
    assert report.trusted


def test_next_authority_is_asked_when_one_is_down(story, settings, timestamps, caplog):
    settings.TIMESTAMP_URLS = [
        "http://127.0.0.1:9/",
        f"{timestamps}/absent",
        f"{timestamps}/tsa2",
    ]

    signed = sign(story.rendered.data, 0, at=datetime.now(UTC))

    assert signed.level == "PAdES B-T"
    assert b"Horodatage B".hex().encode() in signed.data.lower()
    assert [f"{url}: " in caplog.text for url in settings.TIMESTAMP_URLS] == [True, True, False]


def test_no_weaker_signature_when_no_authority_answers(story, settings):
    settings.TIMESTAMP_URLS = ["http://127.0.0.1:9/", "http://127.0.0.1:10/"]

    with pytest.raises(signing.TimestampUnavailable, match="127.0.0.1:10"):
        sign(story.rendered.data, 0)
    with pytest.raises(signing.TimestampUnavailable):
        signing.seal(story.second.data, at=SIGNED_AT)


def test_given_timestamper_wins_over_the_settings(story, settings, timestamps):
    settings.TIMESTAMP_URLS = ["http://127.0.0.1:9/"]
    stamper = timestamping.FailoverTimeStamper([f"{timestamps}/tsa"])

    assert sign(story.rendered.data, 0, timestamper=stamper).level == "PAdES B-T"


def test_whole_act_with_timestamps_stays_authentic(story, settings, timestamps):
    settings.TIMESTAMP_URLS = [f"{timestamps}/tsa"]
    data = story.rendered.data
    for number in (0, 1):
        data = sign(data, number, at=datetime.now(UTC)).data
    data = signing.seal(data, at=datetime.now(UTC), registered_as="CONV-2026-001").data

    verdict = verify(data, expected_fields=Story.fields)

    assert verdict.authentic
    assert {s.level for s in verdict.signatures} == {"PAdES B-T"}


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is absent")
def test_signature_is_verified_without_our_software(story, tmp_path):
    """What an expert does with a file and a root certificate, years from now."""
    reader = PdfFileReader(BytesIO(story.sealed.data))
    for index, signature in enumerate(reader.embedded_signatures):
        start, length, offset, rest = (int(v) for v in signature.byte_range)
        content = story.sealed.data[start : start + length]
        content += story.sealed.data[offset : offset + rest]
        (tmp_path / "content").write_bytes(content)
        (tmp_path / "signature").write_bytes(bytes(signature.pkcs7_content))
        roots = tmp_path / "root.pem"
        pem = keys.ensure_authority() / "root.pem"
        roots.write_bytes(pem.read_bytes())
        moment = str(int(SIGNED_AT.timestamp()))
        answer = subprocess.run(
            ["openssl", "cms", "-verify", "-inform", "DER", "-binary", "-purpose", "any"]
            + ["-in", str(tmp_path / "signature"), "-content", str(tmp_path / "content")]
            + ["-CAfile", str(roots), "-attime", moment, "-out", "/dev/null"],
            capture_output=True,
            check=False,
        )
        assert answer.returncode == 0, (index, answer.stderr)

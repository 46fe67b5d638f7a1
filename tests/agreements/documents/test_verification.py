"""One verdict for any file: the attacks, the real files, the files that are not files."""

import subprocess
import zlib
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import translation

from agreements.documents import inspector, keys, signing, verification
from agreements.documents.verification import Outcome, verify
from tests.agreements.documents import pki, tampering
from tests.agreements.documents.conftest import SIGNED_AT, Story, sign

# Published files, unchanged; `data/README.md` names where they come from.
KEPT = Path(__file__).parent / "data"
# Those whose licence keeps them out of the project stand beside it.
BESIDE = django_settings.BASE_DIR.parent / "shared" / "data" / "signed_pdf"


def real_file(name):
    for folder in (KEPT, BESIDE):
        if (folder / name).is_file():
            return (folder / name).read_bytes()
    pytest.skip(f"{BESIDE} is absent: the licence of {name} keeps it out of the project")


# Our own acts


def test_signed_act_is_authentic(story):
    verdict = verify(
        story.sealed.data, expected_fields=Story.fields, expected_sha256=story.sealed.sha256
    )

    assert verdict.verdict is Outcome.AUTHENTIC
    assert verdict.authentic
    assert verdict.intact
    assert verdict.sha256_matches is True
    assert verdict.missing_fields == ()
    assert verdict.sentence == "Le document est authentique et n’a pas été modifié."


def test_report_tells_who_signed_what_and_when(story):
    first, second, seal = verify(story.sealed.data).signatures

    assert (first.field_name, first.signer, first.title) == (
        "sig_detenteur",
        "Sophie Haddad",
        "Directrice générale",
    )
    assert first.organisation == "Caisse nationale de solidarité pour l’autonomie"
    assert first.reason == "Lu et accepté"
    assert first.kind == "signature"
    assert first.signed_at == SIGNED_AT
    assert (first.timestamp, first.timestamp_trusted) == (None, None)
    assert (first.coverage, seal.coverage) == ("ENTIRE_REVISION", "ENTIRE_FILE")
    assert seal.signer == "Navette — cachet"
    assert all(s.sound and s.trusted for s in (first, second, seal))


def test_later_changes_are_told(story):
    changes = verify(story.sealed.data).later_changes

    assert [(c.field_name, c.level, c.acceptable) for c in changes] == [
        ("sig_detenteur", "FORM_FILLING", True),
        ("sig_destinataire", "FORM_FILLING", True),
        ("cachet_plateforme", "NONE", True),
    ]


def test_act_that_nobody_signed_is_unsigned(story):
    verdict = verify(story.rendered.data, expected_fields=Story.fields)

    assert verdict.verdict is Outcome.UNSIGNED
    assert not verdict.intact
    assert verdict.missing_fields == Story.fields


def test_ended_certificate_is_judged_when_it_signed(story, monkeypatch):
    """The certificate of a signatory lasts an hour; the act is read for years."""
    pair = keys.issue_for_signatory(name="a", quality="b", organisation="c", at=SIGNED_AT)

    assert pair.certificate.not_valid_after_utc.year == 2026
    assert verify(story.sealed.data).authentic


# Attacks


@pytest.mark.parametrize("attack", tampering.SEEN.values(), ids=list(tampering.SEEN))
def test_tampered_act_is_not_authentic(story, attack):
    forged = attack(story.sealed.data)

    verdict = verify(forged, expected_fields=Story.fields)

    assert forged != story.sealed.data
    assert verdict.verdict in {Outcome.ALTERED, Outcome.UNREADABLE, Outcome.INCOMPLETE}
    assert not verdict.intact


@pytest.mark.parametrize("name", ["byte in the first revision", "script", "bytes after the end"])
def test_tampered_act_has_another_fingerprint(story, name):
    forged = tampering.SEEN[name](story.sealed.data)

    verdict = verify(forged, expected_sha256=story.sealed.sha256)

    assert verdict.sha256_matches is False
    assert verdict.verdict in {Outcome.ALTERED, Outcome.UNREADABLE}


@pytest.mark.parametrize("revisions", [1, 2])
def test_stripped_signatures_are_missed(story, revisions):
    """The signatures that are left are perfect: only the expected fields tell."""
    forged = tampering.stripped(revisions)(story.sealed.data)
    left = verify(forged)

    verdict = verify(forged, expected_fields=Story.fields)

    assert left.authentic
    assert verdict.verdict is Outcome.INCOMPLETE
    assert verdict.missing_fields == Story.fields[-revisions:]
    assert verify(forged, expected_sha256=story.sealed.sha256).verdict is Outcome.ALTERED


def test_stripped_to_nothing_is_unsigned(story):
    forged = tampering.stripped(3)(story.sealed.data)

    assert forged == story.rendered.data
    assert verify(forged, expected_fields=Story.fields).verdict is Outcome.UNSIGNED


def test_shadow_content_is_seen(story):
    """The content was planted before the signatures and is switched on by a table alone."""
    signed = sign(tampering.planted(story.rendered.data), 0)
    assert all(signature.sound for signature in verify(signed.data).signatures)

    verdict = verify(tampering.shadow(signed.data))

    assert verdict.verdict is Outcome.ALTERED
    assert verdict.later_changes[0].acceptable is False


def test_same_name_from_nowhere_is_not_trusted(story, monkeypatch):
    monkeypatch.setattr(
        keys, "issue_for_signatory", lambda **kwargs: tampering.impostor(kwargs["at"])
    )

    verdict = verify(sign(story.rendered.data, 0).data)

    assert verdict.verdict is Outcome.UNTRUSTED
    assert verdict.signatures[0].signer == "Sophie Haddad"
    assert not verdict.signatures[0].trusted
    assert not verdict.authentic


def test_another_authority_is_not_trusted(story, authorities):
    roots = [pki.certificate(authorities, "root")]

    assert verify(story.sealed.data, trust_roots=roots).verdict is Outcome.UNTRUSTED
    assert verify(story.sealed.data, trust_roots=[]).verdict is Outcome.UNTRUSTED


def test_sealed_twice_is_refused(story):
    with pytest.raises(signing.FieldTaken):
        signing.seal(story.sealed.data, at=SIGNED_AT)


# Any file


def bomb(megabytes: int) -> bytes:
    """A stream of zeros that is a thousand times larger once it is read."""
    compressor = zlib.compressobj(9)
    start = compressor.compress(b"\0" * 2**20) + compressor.flush(zlib.Z_FULL_FLUSH)
    block = compressor.compress(b"\0" * 2**20) + compressor.flush(zlib.Z_FULL_FLUSH)
    return start + block * (megabytes - 1) + compressor.flush()


def with_stream(kind: bytes, data: bytes) -> bytes:
    head = b"%PDF-1.7\n"
    body = b"1 0 obj\n<<%s /Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        kind,
        len(data),
        data,
    )
    return head + body + b"startxref\n%d\n%%%%EOF\n" % len(head)


XREF_BOMB = b"/Type /XRef /Size 99999999 /W [1 4 2] /Index [0 99999999] /Root 1 0 R"
LOOP = (
    b"%PDF-1.7\n1 0 obj\n<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [3 0 R]>>>>\nendobj\n"
    b"2 0 obj\n<</Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R>>\nendobj\n"
    b"3 0 obj\n<</FT /Sig /T (a) /Kids [3 0 R] /Parent 3 0 R>>\nendobj\n"
)


def looped() -> bytes:
    offsets = [LOOP.index(b"%d 0 obj" % number) for number in (1, 2, 3)]
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % o for o in offsets)
    return LOOP + table + b"trailer\n<</Size 4 /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(LOOP)


def table_that_follows_itself() -> bytes:
    data = looped()
    start = data.rindex(b"xref\n0 4")
    return data.replace(b"/Root 1 0 R>>\nstartxref", b"/Root 1 0 R /Prev %d>>\nstartxref" % start)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty"),
        (b"\0" * 5000, "not_pdf"),
        (b"MZ\x90\x00 This program cannot be run", "not_pdf"),
        (b"PK\x03\x04 zip", "not_pdf"),
        ("été 😀".encode(), "not_pdf"),
        (b"%PDF-1.7", "malformed"),
        (b"%PDF-1.7\n" + b"x" * 10_000, "malformed"),
        (b"%PDF-1.7\nstartxref\n99999999999\n%%EOF", "malformed"),
        (b"%PDF-1.7\nstartxref\n-5\n%%EOF", "malformed"),
    ],
)
def test_what_is_not_a_pdf_is_unreadable(data, problem):
    verdict = verify(data, expected_fields=["a"], expected_sha256="0" * 64)

    assert verdict.verdict is Outcome.UNREADABLE
    assert verdict.problem == problem
    assert verdict.sha256_matches is False
    assert verdict.sentence.startswith(("Le fichier", "La structure"))


def test_huge_file_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(verification, "MAX_BYTES", 1000)
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: pytest.fail("it was read"))

    assert verify(b"%PDF-1.7" + b" " * 1000).problem == "too_large"


@pytest.mark.parametrize(
    "data",
    [
        looped(),
        table_that_follows_itself(),
        b"%PDF-1.7\n" + b"[" * 200_000 + b"\nstartxref\n9\n%%EOF",
    ],
    ids=["pages and fields", "table", "depth"],
)
def test_loops_end(data):
    assert verify(data).verdict in {Outcome.UNREADABLE, Outcome.UNSIGNED}


@pytest.mark.parametrize("kind", [XREF_BOMB, b"/Type /ObjStm /N 1 /First 5"])
def test_bomb_ends_without_taking_the_machine(kind):
    data = with_stream(kind, bomb(4000))

    verdict = verify(data)

    assert len(data) < 8 * 1024 * 1024
    assert verdict.verdict is Outcome.UNREADABLE


def test_reader_that_never_answers_is_ended(story, monkeypatch):
    monkeypatch.setattr(verification, "WALL_SECONDS", 0.05)

    verdict = verify(story.sealed.data)

    assert (verdict.verdict, verdict.problem) == (Outcome.UNREADABLE, "too_costly")


def test_reader_that_dies_is_no_failure(story, monkeypatch):
    monkeypatch.setattr(verification.sys, "executable", "/bin/false")

    assert verify(story.sealed.data).problem == "too_costly"


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9, 0.97, 0.999])
def test_truncated_act_is_never_authentic(story, cut):
    data = story.sealed.data[: int(len(story.sealed.data) * cut)]

    assert not verify(data, expected_fields=Story.fields).authentic


def test_act_with_bytes_before_its_start_is_not_authentic(story):
    assert not verify(b"GIF89a\n" + story.sealed.data).authentic


def test_reader_sees_no_secret_of_the_server(monkeypatch, story):
    seen = {}
    original = subprocess.run

    def run(*arguments, **options):
        seen.update(options["env"])
        return original(*arguments, **options)

    monkeypatch.setattr(subprocess, "run", run)
    verify(story.rendered.data)

    assert set(seen) == {"LANG", "PYTHONHASHSEED"}


def test_each_outcome_and_problem_has_its_sentence():
    with translation.override("fr"):
        assert set(verification.SENTENCES) == set(Outcome)
        for sentence in [*verification.SENTENCES.values(), *verification.PROBLEMS.values()]:
            assert str(sentence).endswith(".")


# Real files: verdicts as they were measured with another reading of the same library

UNKNOWN_AUTHORITY = (
    "eu_dss/pdf-signed-original.pdf",
    "eu_dss/pades-bes.pdf",
    "eu_dss/certified-changes-permitted.pdf",
    "eu_dss/Test.signed_Certipost-2048-SHA512.extended-LTA.pdf",
    "eu_dss/DSS1376-rev_n-5.pdf",
    "eu_dss/DSS-3226.pdf",
    "pyhanko/minimal-two-fields-signed-twice.pdf",
    "pyhanko/pades-lta-dss-indirect-arrs-test.pdf",
    "pyhanko/form-update-override-appearance-stream.pdf",
    "pyhanko/sig-no-signed-attrs.pdf",
)
MODIFIED = (
    "eu_dss/pdf-signed-added-page.pdf",
    "eu_dss/pades-spoofing-replaced-reason.pdf",
    "eu_dss/pades-signed-annot-added.pdf",
    "eu_dss/replace.pdf",
    "eu_dss/DSS1376-rev_n.pdf",
    "pyhanko/coverage-anomalies__tail-uncovered.pdf",
    "pyhanko/coverage-anomalies__signature-gap-too-big.pdf",
    "pyhanko/form-update-override-appearance-stream-sneaky.pdf",
)
REAL_VERDICTS = [
    *((name, Outcome.UNTRUSTED, "") for name in UNKNOWN_AUTHORITY),
    *((name, Outcome.ALTERED, "") for name in MODIFIED),
    ("eu_dss/pdf-with-empty-sig.pdf", Outcome.ALTERED, ""),
    ("eu_dss/pades-ltv.pdf", Outcome.UNDETERMINED, ""),
    ("eu_dss/Signature-P-FR_CS-5.pdf", Outcome.UNDETERMINED, "ambiguous"),
    ("eu_dss/pdf-signed-corrupted.pdf", Outcome.UNREADABLE, "malformed"),
    ("eu_dss/encrypted.pdf", Outcome.UNREADABLE, "encrypted"),
    ("pyhanko/minimal-aes256.pdf", Outcome.UNREADABLE, "encrypted"),
    ("pyhanko/minimal.pdf", Outcome.UNSIGNED, ""),
    ("pyhanko/minimal-badxref.pdf", Outcome.UNSIGNED, ""),
    ("pyhanko/minimal-with-field.pdf", Outcome.UNSIGNED, ""),
    ("pyhanko/minimal-pdf-ua-and-a.pdf", Outcome.UNSIGNED, ""),
]


@pytest.mark.parametrize(("name", "outcome", "problem"), REAL_VERDICTS)
def test_real_file_gets_its_verdict(name, outcome, problem):
    verdict = verify(real_file(name))

    assert (verdict.verdict, verdict.problem) == (outcome, problem)


@pytest.mark.parametrize("name", MODIFIED)
def test_modified_real_files_keep_intact_signed_bytes(name):
    """What makes them dangerous: cryptography alone says that all is well."""
    verdict = verify(real_file(name))

    assert verdict.signatures
    assert all(signature.sound for signature in verdict.signatures)
    assert not verdict.intact


def test_the_kept_files_are_there():
    assert len(list(KEPT.rglob("*.pdf"))) == 25


def test_reading_of_any_real_file_ends_with_an_answer():
    """In this process: its limits are not needed for files that are only odd."""
    for path in sorted(KEPT.rglob("*.pdf")):
        found = inspector.inspect(path.read_bytes(), [])
        assert found["problem"] in {"", "encrypted", "malformed"}
        assert bool(found["problem"]) or "signatures" in found

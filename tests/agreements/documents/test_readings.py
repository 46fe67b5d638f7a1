"""A file that two readers see differently is told, whether or not its signatures hold."""

import json
import os
import re
import subprocess
import sys
from io import BytesIO, StringIO

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from pyhanko.pdf_utils.reader import PdfFileReader

from agreements.documents import keys, verification
from agreements.documents.readings import SeveralReadings, require_one_reading
from agreements.documents.verification import Outcome, verify
from tests.agreements.documents import tampering
from tests.agreements.documents.conftest import sign
from tests.agreements.documents.test_verification import (
    XREF_BOMB,
    bomb,
    looped,
    real_file,
    table_that_follows_itself,
    with_stream,
)

PAGE = b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R>>"
OBJECTS = (
    b"<</Type /Catalog /Pages 2 0 R>>",
    b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
    PAGE,
    b"<</Length 10>>\nstream\n0 0 9 9 re\nendstream",
)


def written(
    objects=OBJECTS, *, before=b"", between=b"", entries=b"", trailer=b"", tail=b""
) -> bytes:
    """A small file with its table; each argument makes one thing wrong with it."""
    data, offsets = before + b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body) + between
    size = len(objects) + 1
    lines = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    table = b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (size, lines, entries)
    end = b"trailer\n<</Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n"
    return data + table + end % (size, trailer, len(data)) + tail


def read(data):
    require_one_reading(data, PdfFileReader(BytesIO(data), strict=True))


def test_plain_file_has_one_reading():
    read(written())
    read(written(between=b"% a remark\r\n\r\n"))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (written(between=b"3 0 obj\n<</Type /Page>>\nendobj\n"), "no table names"),
        (written(between=b"77 0 obj\n(x)\nendobj\n"), "no table names"),
        (written(between=b"trailer\n<</Root 9 0 R>>\n"), "no table names"),
        (written(entries=b"3 1\n0000000009 00000 n \n"), "twice in one table"),
        (written(entries=b"5 1\n0000000009 00000 n \n", trailer=b"/X 1"), "one place|size"),
        (written((OBJECTS[0], OBJECTS[1], PAGE[:-2] + b"/Contents 2 0 R>>")), "Multiple"),
        (written((*OBJECTS[:3], b"<</Length 3>>\nstream\n0 0 9 9\nendstream")), "endstream"),
    ],
)  # fmt: skip
def test_second_reading_is_named(data, why):
    with pytest.raises(Exception, match=why):
        read(data)


def test_object_inside_another_is_named():
    body = b"<</Length 60>>\nstream\n5 0 obj\n<</Type /Page>>\nendobj\n".ljust(82) + b"\nendstream"
    plain = written((*OBJECTS[:3], body, b"null"))
    inner, outer = plain.index(b"5 0 obj"), plain.rindex(b"5 0 obj")
    hidden = plain.replace(b"%010d 00000 n" % outer, b"%010d 00000 n" % inner)

    read_error = pytest.raises(SeveralReadings, match="inside one another|no table names")
    with read_error:
        read(hidden)


def test_bytes_before_the_header_and_hybrid_tables_are_named():
    reader = PdfFileReader(BytesIO(written()), strict=True)

    with pytest.raises(SeveralReadings, match="before the header"):
        require_one_reading(b"GIF89a" + written(), reader)
    assert verify(real_file("eu_dss/Signature-P-FR_CS-5.pdf")).problem == "ambiguous"


def test_acts_have_one_reading(story):
    for revision in (story.rendered, story.first, story.second, story.sealed):
        read(revision.data)


def test_object_planted_before_the_signatures_is_seen_at_once(story):
    """It does nothing yet: it waits for a table that will come after everybody has signed."""
    verdict = verify(sign(tampering.planted(story.rendered.data), 0).data)

    assert (verdict.verdict, verdict.problem) == (Outcome.UNDETERMINED, "ambiguous")
    assert not verdict.intact
    assert (
        verdict.sentence == "Le fichier peut se lire de plusieurs façons\u00a0: il ne prouve rien."
    )


def test_full_field_written_over_is_a_change():
    """The signed bytes are intact and the rules of forms are respected; the amount is another."""
    verdict = verify(real_file("eu_dss/replace.pdf"))

    assert verdict.verdict is Outcome.ALTERED
    assert verdict.later_changes[0].detail == "rewritten fields: .Text1"
    assert all(signature.sound for signature in verdict.signatures)


# The command


def answered(path, *options):
    out, err = StringIO(), StringIO()
    call_command("verify_pdf", str(path), *options, stdout=out, stderr=err)
    return json.loads(out.getvalue()), err.getvalue()


def test_command_prints_the_verdict(story, tmp_path):
    path = tmp_path / "acte.pdf"
    path.write_bytes(story.sealed.data)

    answer, sentence = answered(path)

    assert list(answer) == ["intact", "verdict", "signatures", "later_changes"]
    assert (answer["intact"], answer["verdict"]) == (True, "authentic")
    assert [row["signer"] for row in answer["signatures"]][0] == "Sophie Haddad"
    assert answer["later_changes"][0]["level"] == "FORM_FILLING"
    assert sentence.strip() == "Le document est authentique et n’a pas été modifié."
    assert answered(path, "--json") == (answer, "")


def test_command_answers_for_what_is_no_file(tmp_path, monkeypatch):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    for path in (tmp_path / "absent.pdf", tmp_path, pipe, "/dev/zero"):
        answer, _sentence = answered(path, "--json")
        assert answer == {
            "intact": False, "verdict": "unreadable", "signatures": [], "later_changes": [],
        }  # fmt: skip


def test_command_works_without_keys(story, tmp_path, settings):
    path = tmp_path / "acte.pdf"
    path.write_bytes(story.sealed.data)
    settings.TRUST_ROOTS_PATH = str(tmp_path / "absent.pem")

    answer, warning = answered(path, "--json")

    assert (answer["intact"], answer["verdict"]) == (True, "untrusted")
    assert "Aucune autorité connue" in warning
    with pytest.raises(keys.KeysUnusable):
        verify(story.sealed.data)


def test_bounds_leave_room_for_the_process_that_asks():
    source = (django_settings.BASE_DIR / "agreements/documents/inspector.py").read_text()
    memory = int(re.search(r"MEMORY_BYTES = (\d+) \* 1024 \* 1024", source)[1])

    assert memory + verification.MAX_BYTES // 2**20 < 400
    assert verification.WALL_SECONDS <= 15


# A small process of its own weighs the command: this one has had other, larger children.
WEIGHED = """
import resource, subprocess, sys
subprocess.run([sys.executable, *sys.argv[1:]], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
"""


def test_hostile_files_end_in_time_and_memory(tmp_path):
    """The command itself, as a user runs it: no server, no database, bounded."""
    path = tmp_path / "bombe.pdf"
    path.write_bytes(with_stream(XREF_BOMB, bomb(2000)))
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    environment |= {"NAVETTE_VAR": str(tmp_path / "var")}

    answer = subprocess.run(
        [sys.executable, "-c", WEIGHED, "manage.py", "verify_pdf", str(path), "--json"],
        cwd=django_settings.BASE_DIR,
        env=environment,
        capture_output=True,
        timeout=60,
        check=True,
    )

    assert json.loads(answer.stdout)["intact"] is False
    assert int(answer.stderr.split()[-1]) < 500 * 1024
    assert not (tmp_path / "var" / "postgres").exists()


@pytest.mark.parametrize("data", [looped(), table_that_follows_itself()])
def test_loops_are_not_intact(data):
    assert not verify(data).intact

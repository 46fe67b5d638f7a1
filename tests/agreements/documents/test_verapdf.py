"""veraPDF, the public referee of PDF/A and PDF/UA, judges the files that we make.

Its libraries come from Maven Central, once; without Java and Maven these tests are skipped.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from agreements.documents import conformance, rendering, signing
from tests.agreements.documents import factories
from tests.agreements.documents.conftest import SIGNED_AT
from tests.agreements.documents.test_conformance import FAULTS, broken

HERE = Path(__file__).parent / "verapdf"
HARD = (
    "<h1>a</h1><h4>b</h4><ul><li><p>x</p><p>y</p><ul><li>z</li></ul></li></ul><dl><dt>t</dt>"
    "<dd><p>d</p></dd></dl><blockquote><p>q</p></blockquote><table><tr><th>a</th><td>b</td></tr>"
    "<tr><td>c</td></tr></table><p><a href='https://example.org/'>un <b>lien</b></a><sup>2</sup>"
    "<mark>[à compléter : x]</mark> ☑ 😀 vrai‑faux</p><ol><li><table><tr><td>1</td></tr></table>"
    "</li></ol><ul>hors<li>liste</li></ul><table><caption>l</caption><tr><td>nu</td></tr></table>"
)

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(
        not (shutil.which("java") and shutil.which("mvn")), reason="Java or Maven is absent"
    ),
]


@pytest.fixture(scope="module")
def class_path(tmp_path_factory):
    target = tmp_path_factory.mktemp("verapdf") / "class-path"
    command = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:build-classpath"]
    answer = subprocess.run(
        [*command, f"-Dmdep.outputFile={target}"], capture_output=True, check=False, timeout=600
    )
    if answer.returncode or not target.exists():
        pytest.skip("Maven Central does not answer: " + answer.stdout.decode()[-300:])
    return target.read_text()


def judge(class_path, directory, files):
    """Verdict of veraPDF for each file and profile: {(name, profile): (passed, rules)}."""
    paths = []
    for name, data in files.items():
        paths.append(directory / f"{name}.pdf")
        paths[-1].write_bytes(data)
    answer = subprocess.run(
        ["java", "-cp", class_path, str(HERE / "Verdict.java"), "3a,ua1", *map(str, paths)],
        capture_output=True,
        check=True,
        timeout=600,
    )
    verdicts = {}
    for line in answer.stdout.decode().splitlines():
        verdict, profile, path, rules = line.split("\t", 3)
        verdicts[Path(path).stem, profile] = (verdict, rules)
    assert len(verdicts) == 2 * len(files)
    return verdicts


def test_referee_accepts_everything_that_we_make(class_path, story, tmp_path):
    letter = rendering.render_simple(
        HARD, title="Décision", created=factories.CREATED, sender="Ministère", reference="DEM-1"
    )
    files = {
        "whole": rendering.render(factories.act()).data,
        "hard": rendering.render(factories.small_act(preamble=HARD)).data,
        "draft": rendering.render(
            factories.small_act(draft_watermark="PROJET", signature_slots=(), notice="À valider")
        ).data,
        "letter": letter.data,
        "sealed letter": signing.seal(letter.data, at=SIGNED_AT).data,
        "rendered": story.rendered.data,
        "first": story.first.data,
        "second": story.second.data,
        "sealed": story.sealed.data,
    }

    verdicts = judge(class_path, tmp_path, files)

    refused = {key: rules for key, (verdict, rules) in verdicts.items() if verdict != "PASS"}
    assert refused == {}
    assert {name: conformance.check(data) for name, data in files.items()} == dict.fromkeys(
        files, ()
    )


def test_referee_and_gate_refuse_the_same_faults(class_path, story, tmp_path):
    """Each fault that the gate stops is one for the referee too, in one profile or the other."""
    ours_alone = {
        # Conforming, and fatal to later signatures (an act of ours must not have it).
        "array in the tag of a signature",
        # The norm asks for the association; that it be unique is our care.
        "attachment associated twice",
        # The referee reads the first block and passes over the second, which other readers may not.
        "second block of metadata",
    }
    faults = {name: change for name, (change, _rule) in FAULTS.items() if name not in ours_alone}
    files = {
        str(number): broken(story.rendered.data, change)
        for number, change in enumerate(faults.values())
    }

    verdicts = judge(class_path, tmp_path, files)

    accepted = [
        name
        for number, name in enumerate(faults)
        if all(verdicts[str(number), profile][0] == "PASS" for profile in ("3a", "ua1"))
    ]
    assert accepted == []

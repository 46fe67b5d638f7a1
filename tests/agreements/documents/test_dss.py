"""Second opinions on our signatures: the EU's library (DSS), and poppler's `pdfsig`.

The libraries of DSS come from Maven Central, once; without Java and Maven its tests are skipped.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.agreements.documents import tampering
from tests.agreements.documents.conftest import Story

HERE = Path(__file__).parent / "dss"
needs_java = pytest.mark.skipif(
    not (shutil.which("java") and shutil.which("mvn")), reason="Java or Maven is absent"
)
needs_pdfsig = pytest.mark.skipif(not shutil.which("pdfsig"), reason="pdfsig is absent")
# What no signature can tell: our verdict asks for the expected fields and the fingerprint as well.
BEYOND_SIGNATURES = {"bytes after the end", "page after the end"}
# Told by our verdict and not by the European library.
SEEN_BY_US_ALONE = {
    "attached data",  # an embedded file that is replaced is no change of the pages
    "byte beside a signature",  # the place of a signature is not read beyond its value
    "removed signature value",  # a signature that its field no longer names is not counted
}


@pytest.fixture(scope="module")
def class_path(tmp_path_factory):
    target = tmp_path_factory.mktemp("dss") / "class-path"
    command = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:build-classpath"]
    answer = subprocess.run(
        [*command, f"-Dmdep.outputFile={target}"], capture_output=True, check=False, timeout=600
    )
    if answer.returncode or not target.exists():
        pytest.skip("Maven Central does not answer: " + answer.stdout.decode()[-300:])
    return target.read_text()


def judge(class_path, directory, files):
    """What DSS says of each file: {name: [(field, word)…]}, in the order of the signatures."""
    verdicts = {}
    for number, (name, data) in enumerate(files.items()):
        (directory / f"{number}.pdf").write_bytes(data)
        verdicts[name] = []
    names = list(files)
    paths = [str(directory / f"{number}.pdf") for number in range(len(files))]
    answer = subprocess.run(
        ["java", "-cp", class_path, str(HERE / "Verdict.java"), *paths],
        capture_output=True,
        check=True,
        timeout=600,
    )
    for line in answer.stdout.decode().splitlines():
        path, field, word, _detail = line.split("\t")
        verdicts[names[int(Path(path).stem)]].append((field, word))
    return verdicts


@needs_java
@pytest.mark.conformance
def test_european_library_accepts_our_acts(class_path, story, tmp_path):
    files = {"first": story.first.data, "second": story.second.data, "sealed": story.sealed.data}

    verdicts = judge(class_path, tmp_path, files)

    assert {word for found in verdicts.values() for _field, word in found} == {"INTACT"}
    assert {field for field, _word in verdicts["sealed"]} == set(Story.fields)


@needs_java
@pytest.mark.conformance
def test_european_library_sees_the_attacks(class_path, story, tmp_path):
    """Each attack that signatures can tell breaks one of them for it, or is a modification."""
    files = {name: attack(story.sealed.data) for name, attack in tampering.SEEN.items()}

    verdicts = judge(class_path, tmp_path, files)

    blind = {
        name
        for name, found in verdicts.items()
        if found and all(word == "INTACT" for _field, word in found)
    }
    assert blind - BEYOND_SIGNATURES == SEEN_BY_US_ALONE


@needs_pdfsig
def test_poppler_agrees_on_the_cryptography(story, tmp_path):
    """It speaks of the signed bytes alone: all hold in a good act, one fails when a byte moved."""

    def said(data):
        path = tmp_path / "acte.pdf"
        path.write_bytes(data)
        answer = subprocess.run(
            ["pdfsig", "-nocert", str(path)], capture_output=True, check=False, timeout=60
        )
        return answer.stdout.decode()

    good = said(story.sealed.data)
    moved = said(tampering.SEEN["byte in the first revision"](story.sealed.data))

    assert good.count("Signature is Valid") == 3
    assert moved.count("Signature is Valid") < 3

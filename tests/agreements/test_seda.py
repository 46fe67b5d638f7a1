"""The transfer of an act: valid against the official schema, its digests those of its files."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from lxml import etree

from agreements.documents.verification import Outcome, Verdict
from agreements.evidence import packing, seda
from agreements.models import Agreement, RetentionRule
from agreements.selectors.evidence import seda_transfer
from agreements.selectors.signing import archived_bytes
from tests.agreements import factories

pytestmark = pytest.mark.django_db
NS = {"s": seda.NAMESPACE}


@pytest.fixture
def act(world: factories.World, fast_documents: None, monkeypatch: pytest.MonkeyPatch) -> Agreement:
    monkeypatch.setattr(packing, "verify", lambda *_a, **_g: Verdict(Outcome.AUTHENTIC, True, "0"))
    return factories.registered(world)


def manifest(act: Agreement) -> etree._Element:
    return etree.fromstring(seda_transfer(act.archived)["manifest.xml"])


def test_manifest_is_valid_against_the_official_schema(act: Agreement) -> None:
    parser = etree.XMLParser(no_network=True)
    schema = etree.XMLSchema(etree.parse(str(seda.SCHEMAS / "seda-2.2-main.xsd"), parser))

    schema.assertValid(manifest(act))


def test_files_are_those_of_the_manifest(act: Agreement) -> None:
    files = seda_transfer(act.archived)
    root = etree.fromstring(files["manifest.xml"])

    named = {
        one.findtext("s:Uri", namespaces=NS): one.findtext("s:MessageDigest", namespaces=NS)
        for one in root.iterfind(".//s:BinaryDataObject", NS)
    }

    assert set(files) == {"manifest.xml", *named}
    assert files["content/ID1.pdf"] == archived_bytes(act.archived)
    for path, digest in named.items():
        assert hashlib.sha512(files[str(path)]).hexdigest() == digest


def test_final_disposition_is_the_agreed_one(act: Agreement) -> None:
    def told() -> tuple[str | None, str | None, str | None]:
        rule = manifest(act).find(".//s:AppraisalRule", NS)
        assert rule is not None
        return (
            rule.findtext("s:Rule", namespaces=NS),
            rule.findtext("s:StartDate", namespaces=NS),
            rule.findtext("s:FinalAction", namespaces=NS),
        )

    assert told() == ("DUA-5", str(act.end_on), "Keep")
    RetentionRule.objects.create(act_type="a", years=10, disposition="destroy")
    assert told() == ("DUA-10", str(act.end_on), "Destroy")


def test_act_without_end_has_no_start_of_its_delay(act: Agreement) -> None:
    Agreement.objects.filter(pk=act.pk).update(end_on=None)
    act = Agreement.objects.get(pk=act.pk)

    assert manifest(act).find(".//s:AppraisalRule/s:StartDate", NS) is None


def test_hostile_title_stays_text(act: Agreement) -> None:
    Agreement.objects.filter(pk=act.pk).update(title="<x/> & « été » 😀")
    act = Agreement.objects.get(pk=act.pk)

    root = manifest(act)

    assert root.findtext(".//s:ArchiveUnit/s:Content/s:Title", namespaces=NS) == "<x/> & « été » 😀"


@pytest.mark.parametrize(
    "change",
    [
        lambda root: root.find(".//s:MessageDigest", NS).attrib.clear(),
        lambda root: setattr(root.find(".//s:FinalAction", NS), "text", "Burn"),
        lambda root: setattr(root.find(".//s:DataObjectGroupReferenceId", NS), "text", "GROUP9"),
    ],
    ids=["no algorithm", "unknown disposition", "dangling reference"],
)
def test_invalid_manifest_is_not_written(act: Agreement, change: object) -> None:
    root = manifest(act)
    change(root)  # type: ignore[operator]

    with pytest.raises(seda.SedaInvalid):
        seda._check(root)


def test_command_writes_into_an_empty_directory(act: Agreement, tmp_path: Path) -> None:
    out = tmp_path / "versement"
    call_command("export_seda", act.reference, str(out), stdout=io.StringIO())

    assert sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()) == [
        "content/ID1.pdf", "content/ID2.zip", "manifest.xml",
    ]  # fmt: skip
    with pytest.raises(CommandError, match="pas vide"):
        call_command("export_seda", act.reference, str(out), stdout=io.StringIO())
    with pytest.raises(CommandError, match="Aucun acte"):
        call_command("export_seda", "CONV-1", str(tmp_path / "b"), stdout=io.StringIO())

"""The transfer of an act to an archiving system: a SEDA 2.2 manifest and the files it names."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from lxml import etree

from agreements.enums import Disposition
from agreements.models import ArchivedAct
from agreements.selectors.keeping import rule_for

NAMESPACE = "fr:gouv:culture:archivesdefrance:seda:v2.2"
SCHEMAS = Path(__file__).resolve().parent.parent / "data" / "seda" / "2.2"
_PDF_A3, _ZIP = "fmt/479", "x-fmt/263"


class SedaInvalid(Exception):
    """The manifest is not valid against the official schema: it is not written."""


@dataclass(frozen=True)
class Item:
    """A file to transfer, and how the archive describes it."""

    name: str
    data: bytes
    title: str
    description: str
    mime: str
    pronom: str
    moment: datetime


def transfer(archived: ArchivedAct, pdf: bytes, evidence: bytes) -> dict[str, bytes]:
    """Return the manifest of the transfer of an act and its files, by path: `manifest.xml`,
    `content/ID1.pdf` (the sealed act), `content/ID2.zip` (its evidence).

    Raises SedaInvalid when the official schema refuses the manifest.
    """
    items = [
        Item(
            f"{archived.reference}.pdf", pdf, archived.agreement.title,
            _("Acte signé et scellé, avec ses annexes"), "application/pdf", _PDF_A3,
            archived.sealed_at,
        ),
        Item(
            f"{archived.reference}-dossier-de-preuve.zip", evidence,
            _("Dossier de preuve de l’acte %s") % archived.reference,
            _("Signatures, rapport de validation, horodatages, pouvoirs, avis et journal"),
            "application/zip", _ZIP, timezone.now(),
        ),
    ]  # fmt: skip
    paths = [f"content/ID{n}{Path(one.name).suffix}" for n, one in enumerate(items, 1)]
    root = _manifest(archived, items, paths)
    _check(root)
    manifest = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    contents = {path: one.data for path, one in zip(paths, items, strict=True)}
    return {"manifest.xml": manifest, **contents}


def _check(root: Any) -> None:
    schema = _schema()
    if not schema.validate(root):
        raise SedaInvalid(str(schema.error_log.last_error))
    # The schema cannot see a reference that leads nowhere.
    groups = {one.get("id") for one in root.iter(_tag("DataObjectGroup"))}
    for reference in root.iter(_tag("DataObjectGroupReferenceId")):
        if reference.text not in groups:
            raise SedaInvalid(f"no group {reference.text}")


@cache
def _schema() -> Any:
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    return etree.XMLSchema(etree.parse(str(SCHEMAS / "seda-2.2-main.xsd"), parser))


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _add(parent: Any, name: str, text: object = None, **attributes: str) -> Any:
    element = etree.SubElement(parent, _tag(name), attributes)
    if text is not None:
        element.text = str(text)
    return element


def _fill(parent: Any, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        if value not in (None, ""):
            _add(parent, name, value)


def _manifest(archived: ArchivedAct, items: list[Item], paths: list[str]) -> Any:
    agreement = archived.agreement
    root = etree.Element(_tag("ArchiveTransfer"), nsmap={None: NAMESPACE})
    _add(root, "Comment", _("Versement de l’acte %s") % archived.reference)
    _add(root, "Date", timezone.now().isoformat(timespec="seconds"))
    _add(root, "MessageIdentifier", f"{archived.reference}-{archived.sha256[:12]}")
    lists = _add(root, "CodeListVersions")
    _add(lists, "MessageDigestAlgorithmCodeListVersion", "http://www.w3.org/2001/04/xmlenc#sha512")
    package = _add(root, "DataObjectPackage")
    for number, (item, path) in enumerate(zip(items, paths, strict=True), 1):
        _data_object(package, number, item, path)
    described = _add(package, "DescriptiveMetadata")
    _unit_of_act(described, archived, items)
    originating = agreement.drafting_organisation
    management = _add(package, "ManagementMetadata")
    identifier = originating.siret or originating.slug
    _fill(
        management,
        {
            "AcquisitionInformation": _("Versement"),
            "LegalStatus": "Public Archive",
            "OriginatingAgencyIdentifier": identifier,
            "SubmissionAgencyIdentifier": identifier,
        },
    )
    keeper = str((agreement.values.get("archive") or {}).get("keeper") or originating)
    _add(_add(root, "ArchivalAgency"), "Identifier", " ".join(keeper.split()))
    _add(_add(root, "TransferringAgency"), "Identifier", identifier)
    return root


def _data_object(package: Any, number: int, item: Item, path: str) -> None:
    group = _add(package, "DataObjectGroup", id=f"GROUP{number}")
    binary = _add(group, "BinaryDataObject", id=f"ID{number}")
    _add(binary, "DataObjectVersion", "BinaryMaster_1")
    _add(binary, "Uri", path)
    digest = hashlib.sha512(item.data).hexdigest()
    _add(binary, "MessageDigest", digest, algorithm="SHA-512")
    _add(binary, "Size", len(item.data))
    _fill(_add(binary, "FormatIdentification"), {"MimeType": item.mime, "FormatId": item.pronom})
    _fill(
        _add(binary, "FileInfo"),
        {"Filename": item.name, "LastModified": item.moment.isoformat(timespec="seconds")},
    )


def _unit_of_act(parent: Any, archived: ArchivedAct, items: list[Item]) -> None:
    """The file of the act, and below it one unit for each document."""
    agreement = archived.agreement
    unit = _add(parent, "ArchiveUnit", id="UNIT0")
    _appraisal(_add(unit, "Management"), archived)
    _fill(
        _add(unit, "Content"),
        {
            "DescriptionLevel": "File",
            "Title": agreement.title,
            "OriginatingSystemId": archived.reference,
            "Description": agreement.get_act_type_display(),
            "DocumentType": _("Convention de partage de données"),
            "Language": "fra",
            "StartDate": agreement.effective_on,
            "EndDate": agreement.end_on,
        },
    )
    for number, item in enumerate(items, 1):
        one = _add(unit, "ArchiveUnit", id=f"UNIT{number}")
        _fill(
            _add(one, "Content"),
            {
                "DescriptionLevel": "Item",
                "Title": item.title,
                "Description": item.description,
                "Language": "fra",
                "CreatedDate": timezone.localdate(item.moment),
            },
        )
        _add(_add(one, "DataObjectReference"), "DataObjectGroupReferenceId", f"GROUP{number}")


def _appraisal(management: Any, archived: ArchivedAct) -> None:
    """How long the act is of use, and what becomes of it: kept as long as nothing is agreed."""
    rule = rule_for(archived.agreement.act_type)
    appraisal = _add(management, "AppraisalRule")
    if archived.agreement.end_on is not None:
        _add(appraisal, "Rule", f"DUA-{rule.years}")
        _add(appraisal, "StartDate", archived.agreement.end_on)
    destroyed = rule.disposition == Disposition.DESTROY
    _add(appraisal, "FinalAction", "Destroy" if destroyed else "Keep")

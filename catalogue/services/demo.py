"""The catalogue of the demonstration ministry, from real public files only (data/README.md)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from accounts.models import Organisation
from accounts.services.organisations import create_organisation
from accounts.services.recording import By
from catalogue.imports import snds
from catalogue.imports.detection import Kind
from catalogue.imports.rows import IncomingDataset
from catalogue.models import Dataset
from catalogue.search import fold
from catalogue.services.datasets import create_dataset
from catalogue.services.imports import ImportReport, import_file

DATA = Path(__file__).resolve().parent.parent / "data"


def load_demo_catalogue(*, by: By) -> list[ImportReport]:
    """Load the Drees catalogue, the tables of the SNDS with their variables, and Géo’DAE.

    Producers that the directory does not know are added to it. A second run changes nothing.
    Raises PermissionDenied (not a manager, nor Navette itself).
    """
    known = yaml.safe_load((DATA / "drees.yml").read_text(encoding="utf-8"))
    drees = organisation(known["organisation"], by=by)
    for short_name, facts in snds.terms()["organisations"].items():
        organisation({**facts, "short_name": short_name}, by=by)
    reports = [
        import_file(
            path=DATA / "drees_schema_commun.csv",
            by=by,
            kind=Kind.SCHEMA_COMMUN,
            producer=drees,
            complete=lambda content: _drees_values(content, known),
        ),
        import_file(path=DATA / "snds_tables.csv", by=by, kind=Kind.SNDS_TABLES),
        import_file(path=DATA / "snds_vars.csv", by=by, kind=Kind.VARIABLES),
    ]
    geodae = _geodae(known["geodae"], by=by)
    path = DATA / "geodae_table_schema.json"
    reports.append(import_file(path=path, by=by, kind=Kind.TABLE_SCHEMA, dataset=geodae))
    return reports


def organisation(facts: dict[str, Any], *, by: By) -> Organisation:
    """Find an organisation by SIRET, acronym or name, or add it to the directory."""
    wanted = {fold(facts[key]) for key in ("name", "short_name", "siret") if facts.get(key)}
    for known in Organisation.objects.all():
        names = (known.name, known.short_name, known.siret or "")
        if wanted & {fold(word) for word in names if word}:
            return known
    return create_organisation(**facts, by=by)


def _drees_values(content: IncomingDataset, known: dict[str, Any]) -> dict[str, Any]:
    """Say of a Drees dataset what its portal says of all of them, and its field of policy."""
    for words in (content.title, " ".join(content.values.get("keywords", []))):
        found = set(re.findall(r"\w+", fold(words)))
        for rule in known["social_themes"]:
            if found & {fold(word) for word in rule["words"]}:
                return {**known["common"], "social_theme": rule["theme"]}
    return dict(known["common"])


def _geodae(known: dict[str, Any], *, by: By) -> Dataset:
    producer = organisation(known["organisation"], by=by)
    record = dict(known["record"])
    title = record.pop("title")
    found = Dataset.objects.filter(producer_org=producer, title=title).first()
    return found or create_dataset(
        title=title,
        producer_org=producer,
        by=by,
        values=record,
        distributions=[{"title": "Géo’DAE", "format": "CSV", "access_url": record["landing_url"]}],
    )

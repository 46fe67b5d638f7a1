"""The interministerial « schéma commun » of catalogues, as a CSV that spreadsheets open safely."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date

from catalogue.exports import disclosure
from catalogue.imports.schema_commun import COLUMNS
from catalogue.models import Dataset

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that gives back what is written, for streaming."""

    def write(self, text: str) -> str:
        return text


def safe_cell(text: str) -> str:
    """Keep a spreadsheet from running a cell (formula injection)."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


def row(dataset: Dataset) -> dict[str, str]:
    """Return the 17 columns of a record. Uses the prefetched resources."""
    formats = dict.fromkeys(d.format for d in dataset.distributions.all() if d.format)
    frequency = dataset.get_frequency_display() or dataset.details.get("frequency_text", "")
    return {
        "titre": dataset.title,
        "description": dataset.description,
        "mots_cles": ",".join(dataset.keywords),
        "nom_orga": dataset.producer_org.name,
        "siret_orga": dataset.producer_org.siret or "",
        "id_alt_orga": dataset.details.get("alternative_producer_id", ""),
        "service": dataset.producer_unit,
        "si": dataset.information_system,
        "contact_service": dataset.contact_email,
        "contact_personne": disclosure.personal_contact(dataset),
        "date_pub": _day(dataset.issued),
        "date_maj": _day(dataset.modified),
        "freq_maj": str(frequency),
        "couv_geo": dataset.spatial_label or str(dataset.get_spatial_display()),
        "url": dataset.landing_url or dataset.identifier,
        "format": ",".join(formats),
        "licence": dataset.licence_label or str(dataset.get_licence_display()),
    }


def write(datasets: Iterable[Dataset]) -> Iterator[str]:
    """Give the lines of the CSV one by one: UTF-8, comma, as the schema asks."""
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for dataset in datasets:
        cells = row(dataset)
        yield writer.writerow([safe_cell(cells[name]) for name in COLUMNS])

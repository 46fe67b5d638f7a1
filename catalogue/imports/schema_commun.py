"""The interministerial « schéma commun » of catalogues (Etalab, v0.3.0): a CSV of 17 columns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from accounts.siret import is_valid_siret, normalise_siret
from catalogue import enums
from catalogue.imports import vocabulary
from catalogue.imports.cleaning import clean_text, neutralise, plain_text, read_date, split_list
from catalogue.imports.reading import open_csv
from catalogue.imports.rows import IncomingDataset, IncomingProducer, ParsedRow, UnreadableFile
from catalogue.search import fold

COLUMNS = (
    "titre", "description", "mots_cles", "nom_orga", "siret_orga", "id_alt_orga", "service", "si",
    "contact_service", "contact_personne", "date_pub", "date_maj", "freq_maj", "couv_geo", "url",
    "format", "licence",
)  # fmt: skip
REQUIRED = (
    "titre", "description", "mots_cles", "nom_orga", "service", "contact_personne", "couv_geo",
    "format",
)  # fmt: skip


def read(path: Path) -> Iterator[ParsedRow]:
    """Read a CSV of the schéma commun, one row at a time, columns in any order, others ignored."""
    with open_csv(path) as (header, rows):
        names = [fold(name).replace(" ", "_") for name in header]
        if "titre" not in names:
            raise UnreadableFile(
                _("La colonne « titre » manque : ce fichier ne suit pas le schéma commun.")
            )
        absent = [name for name in REQUIRED if name not in names]
        for number, cells in rows:
            if not cells:
                yield ParsedRow(number, "", errors=[_("ligne CSV illisible")])
                continue
            parsed = _row(number, dict(zip(names, cells, strict=False)), len(cells) > len(names))
            if absent:
                parsed.warnings.append(
                    _("colonnes absentes : %(names)s") % {"names": ", ".join(absent)}
                )
            yield parsed


def _cells(raw: dict[str, str], parsed: ParsedRow) -> dict[str, str]:
    cells: dict[str, str] = {}
    for name in COLUMNS:
        clean = plain_text if name == "description" else clean_text
        cells[name], was_formula = neutralise(clean(raw.get(name, "")))
        if was_formula:
            parsed.warnings.append(_("formule de tableur neutralisée dans « %s »") % name)
    empty = [name for name in REQUIRED if name in raw and name != "titre" and not cells[name]]
    if empty:
        parsed.warnings.append(_("champs requis vides : %(names)s") % {"names": ", ".join(empty)})
    return cells


def _row(number: int, raw: dict[str, str], too_long: bool) -> ParsedRow:
    parsed = ParsedRow(number, "")
    cells = _cells(raw, parsed)
    parsed.label = cells["titre"][:120]
    if too_long:
        parsed.warnings.append(_("la ligne a plus de cellules que l’en-tête"))
    if not cells["titre"]:
        parsed.errors.append(_("le titre est vide"))
    siret = normalise_siret(cells["siret_orga"])
    if siret and not (len(siret) == 14 and siret.isascii() and siret.isdigit()):
        parsed.errors.append(
            _("SIRET « %(siret)s » : 14 chiffres attendus (le tableur l’a peut-être arrondi)")
            % {"siret": siret[:20]}
        )
    elif siret and not is_valid_siret(siret):
        parsed.errors.append(
            _("SIRET %(siret)s : sa clé de contrôle est fausse") % {"siret": siret}
        )
    if not parsed.errors:
        parsed.content = _content(cells, siret, parsed)
    return parsed


def _content(cells: dict[str, str], siret: str, parsed: ParsedRow) -> IncomingDataset:
    dates = {}
    for column, cell in (("issued", "date_pub"), ("modified", "date_maj")):
        dates[column], remark = read_date(cells[cell])
        if remark:
            parsed.warnings.append(f"{cell} : {remark}")
    frequency = vocabulary.frequency(cells["freq_maj"])
    if cells["freq_maj"] and not frequency:
        parsed.warnings.append(
            _("fréquence « %(text)s » gardée en toutes lettres") % {"text": cells["freq_maj"][:60]}
        )
    licence = vocabulary.licence(cells["licence"])
    details = {
        "frequency_text": "" if frequency else cells["freq_maj"][:300],
        "alternative_producer_id": cells["id_alt_orga"][:40],
    }
    values: dict[str, Any] = {
        "description": cells["description"],
        "keywords": split_list(cells["mots_cles"]),
        "producer_unit": cells["service"],
        "information_system": cells["si"],
        "contact_email": cells["contact_service"],
        "contact_person_email": cells["contact_personne"],
        "frequency": frequency,
        "spatial": vocabulary.territory(cells["couv_geo"]),
        "spatial_label": cells["couv_geo"],
        "landing_url": cells["url"],
        "licence": licence,
        "licence_label": cells["licence"],
        "details": {key: value for key, value in details.items() if value},
        **dates,
    }
    if licence in (enums.Licence.LO2, enums.Licence.ODBL):
        values |= {"access_rights": enums.AccessRights.PUBLIC}
        values |= {"request_route": enums.RequestRoute.OPEN_DATA}
    formats = split_list(cells["format"])
    return IncomingDataset(
        title=cells["titre"],
        source_identifier=_key(cells, siret),
        producer=IncomingProducer(cells["nom_orga"], siret),
        values={
            column: value for column, value in values.items() if value not in ("", None, [], {})
        },
        distributions=[
            {"title": "", "format": name[:120], "access_url": cells["url"]} for name in formats
        ],
    )


def _key(cells: dict[str, str], siret: str) -> str:
    """The schéma commun has no identifier: the page of the dataset names it, else who and what."""
    if cells["url"]:
        return f"schema-commun:{cells['url']}"[:500]
    who = siret or fold(cells["nom_orga"])
    digest = hashlib.sha256(f"{who}|{fold(cells['titre'])}".encode()).hexdigest()
    return f"schema-commun:{digest}"

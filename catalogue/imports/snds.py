"""The list of tables of the SNDS (dico-snds): one record per product, one per table in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from catalogue.imports.cleaning import clean_text, neutralise, read_date
from catalogue.imports.reading import open_csv
from catalogue.imports.rows import IncomingDataset, IncomingProducer, ParsedRow, UnreadableFile
from catalogue.search import fold

TERMS = Path(__file__).resolve().parent.parent / "data" / "snds.yml"
HEADER = ("produit", "table", "libelle")


@lru_cache(maxsize=1)
def terms() -> dict[str, Any]:
    """Return what `data/snds.yml` knows of products, organisations and identifying variables."""
    return yaml.safe_load(TERMS.read_text(encoding="utf-8"))


def is_tables_header(header: list[str]) -> bool:
    return {fold(name) for name in header}.issuperset(HEADER)


def judgement(variable_name: str) -> dict[str, str]:
    """Return identifier kind and sensitivity of a variable of the SNDS, from its name."""
    for rule in terms()["identifiers"]:
        if re.search(rule["pattern"], variable_name):
            return {"identifier_kind": rule["kind"], "sensitivity": rule["sensitivity"]}
    return {}


def producer(short_name: str) -> IncomingProducer:
    known = terms()["organisations"][short_name]
    return IncomingProducer(name=known["name"], short_name=short_name, kind=known["kind"])


def _product_values(name: str) -> dict[str, Any]:
    product = terms()["products"][name]
    own = {key: value for key, value in product.items() if key not in _NOT_COLUMNS}
    values = {**terms()["common"], **own}
    values["population"] = ""
    return {key: value for key, value in values.items() if value not in ("", [])}


_NOT_COLUMNS = frozenset({"title", "producer", "personal"})


def read(path: Path) -> Iterator[ParsedRow]:
    """Read the list of tables; a product gets its row before its first table."""
    with open_csv(path) as (header, rows):
        names = [fold(name) for name in header]
        if not is_tables_header(header):
            raise UnreadableFile(
                _("Les colonnes Produit, Table et Libelle sont attendues dans ce fichier.")
            )
        seen: set[str] = set()
        for number, cells in rows:
            raw = dict(zip(names, map(clean_text, cells), strict=False))
            name = raw.get("produit", "")
            if name in terms()["products"] and name not in seen:
                seen.add(name)
                yield ParsedRow(number, name, _product(name))
            yield _table(number, raw)


def _product(name: str) -> IncomingDataset:
    product = terms()["products"][name]
    return IncomingDataset(
        title=product["title"],
        source_identifier=f"snds:{name}",
        producer=producer(product["producer"]),
        values=_product_values(name),
    )


def _table(number: int, raw: dict[str, str]) -> ParsedRow:
    table, was_formula = neutralise(raw.get("table", ""))
    parsed = ParsedRow(number, table[:120])
    if was_formula:
        parsed.warnings.append(_("formule de tableur neutralisée dans « Table »"))
    name = raw.get("produit", "")
    if not table:
        parsed.errors.append(_("la table n’est pas nommée"))
    elif name not in terms()["products"]:
        parsed.errors.append(_("produit inconnu « %s »") % name[:60])
    else:
        parsed.content = _table_record(table, name, raw)
    return parsed


def _table_record(table: str, name: str, raw: dict[str, str]) -> IncomingDataset:
    product = terms()["products"][name]
    label = neutralise(raw.get("libelle", ""))[0]
    label = label[:1].upper() + label[1:] if label else product["title"]
    values = _product_values(name) | terms()["tables"].get(table, {})
    start, _remark = read_date(raw.get("creation", ""))
    end, _remark = read_date(raw.get("suppression", ""), last_day=True)
    missing = raw.get("dates_manquantes", "")
    values |= {
        "alt_title": table,
        "description": _("%(label)s. Table %(table)s de l’ensemble « %(product)s ».")
        % {"label": label.rstrip("."), "table": table, "product": product["title"]},
        "keywords": [*product["keywords"], name],
    }
    if start:
        values["temporal_start"] = start
    if end:
        values["temporal_end"] = end
    if missing:
        values["known_issues"] = _("Années manquantes : %s.") % missing
    return IncomingDataset(
        title=f"{label} ({table})"[:300],
        source_identifier=f"snds:{name}/{table}",
        producer=producer(product["producer"]),
        values=values,
        part_of=f"snds:{name}",
    )

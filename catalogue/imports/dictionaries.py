"""Dictionaries of variables: Table Schema in JSON, and CSV lists (SNDS, Cnam, or one's own)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from catalogue.imports import vocabulary
from catalogue.imports.cleaning import clean_text, neutralise, plain_text
from catalogue.imports.reading import as_text, open_csv, read_document
from catalogue.imports.rows import IncomingDictionary, ParsedRow, UnreadableFile
from catalogue.search import fold

# The headings under which each column is known, folded.
_HEADINGS = {
    "dataset": ("table", "nom_table", "jeu", "jeu_de_donnees", "dataset"),
    "name": ("nom", "name", "var", "variable", "nom_variable"),
    "label": ("libelle", "libelle_variable", "label", "title"),
    "description": ("description",),
    "definition": ("definition", "observations"),
    "type": ("type", "format"),
    "length": ("longueur", "length"),
    "nomenclature": ("nomenclature",),
    "sensitivity": ("sensibilite", "sensible_medical", "sensitivity"),
    "identifier": ("identifiant", "identifiant_o/n", "identifier"),
    "from": ("creation", "annee_presence", "datecreated"),
    "until": ("suppression", "annee_suppression", "datedeleted"),
}
_TYPE_AND_LENGTH = re.compile(r"^(\w+)\s*\(([^)]{1,40})\)$")
_NOTHING = frozenset({"", "-", "–", "null", "none", "na"})
MOST_ROWS = 200_000


def is_dictionary_header(header: list[str]) -> bool:
    """Tell whether a CSV header is one of a list of variables."""
    found = _positions(header)
    return "name" in found and bool({"label", "description", "type"} & set(found))


def _positions(header: list[str]) -> dict[str, int]:
    names = [re.sub(r"\s+", "_", fold(name).strip()) for name in header]
    positions: dict[str, int] = {}
    for column, known in _HEADINGS.items():
        for heading in known:
            if heading in names and names.index(heading) not in positions.values():
                positions[column] = names.index(heading)
                break
    return positions


def _year(text: str) -> int | None:
    match = re.match(r"^\s*((?:19|20)\d{2})\b", text)
    return int(match[1]) if match else None


def _nothing(text: str) -> str:
    return "" if text.strip().lower() in _NOTHING else text


def _variable(cells: dict[str, str]) -> dict[str, Any]:
    """Turn the cells of one line into columns of a variable."""
    kind, length = cells.get("type", ""), cells.get("length", "")
    if match := _TYPE_AND_LENGTH.match(kind):
        kind, length = match[1], match[2]
    label = cells.get("label") or cells.get("description", "")
    definition = cells.get("definition", "")
    if cells.get("label") and cells.get("description"):
        definition = "\n".join(filter(None, [cells["description"], definition]))
    if len(label) > 500:
        label, definition = label[:499] + "…", "\n".join(filter(None, [label, definition]))
    row: dict[str, Any] = {
        "name": cells["name"][:120],
        "label": label,
        "type": vocabulary.variable_type(kind),
        "format": _nothing(length)[:60],
        "definition": definition[:4000],
        "nomenclature": _nothing(cells.get("nomenclature", ""))[:200],
        "available_from": _year(cells.get("from", "")),
        "available_until": _year(cells.get("until", "")),
    }
    if level := vocabulary.sensitivity(cells.get("sensitivity", "")):
        row["sensitivity"] = level
    if "identifier" in cells:
        row["identifier_kind"] = vocabulary.identifier_kind(cells["identifier"])
    return row


def read_csv(path: Path, *, dataset_name: str = "") -> Iterator[ParsedRow]:
    """Read a list of variables: refused lines first, then one row per dataset.

    `dataset_name` stands for the column of the table when the file has none.
    """
    grouped: dict[str, dict[str, dict[str, Any]]] = {}
    first_line: dict[str, int] = {}
    with open_csv(path) as (header, rows):
        positions = _positions(header)
        if "name" not in positions:
            raise UnreadableFile(_("Aucune colonne ne porte le nom des variables."))
        if "dataset" not in positions and not dataset_name:
            raise UnreadableFile(
                _("Aucune colonne ne nomme la table ; précisez le jeu avec --dataset.")
            )
        for count, (number, cells) in enumerate(rows):
            if count >= MOST_ROWS:
                raise UnreadableFile(_("Le dictionnaire dépasse %s lignes.") % MOST_ROWS)
            named = {c: _cell(cells, place) for c, place in positions.items()}
            table = named.get("dataset") or dataset_name
            reason = _refusal(cells, table, named, grouped)
            if reason:
                yield ParsedRow(number, f"{table} {named.get('name', '')}".strip(), errors=[reason])
                continue
            grouped.setdefault(table, {})[named["name"]] = _variable(named)
            first_line.setdefault(table, number)
    for table, variables in grouped.items():
        content = IncomingDictionary(table, list(variables.values()))
        yield ParsedRow(first_line[table], table, content)


def _cell(cells: list[str], place: int) -> str:
    return neutralise(plain_text(cells[place]))[0] if place < len(cells) else ""


def _refusal(
    cells: list[str], table: str, named: dict[str, str], grouped: dict[str, dict[str, Any]]
) -> str:
    if not cells:
        return _("ligne CSV illisible")
    if not table:
        return _("la table n’est pas nommée")
    if not named["name"]:
        return _("la variable n’a pas de nom")
    if len(named["name"]) > 120:
        return _("le nom de la variable dépasse 120 caractères")
    if named["name"] in grouped.get(table, {}):
        return _("la variable figure déjà plus haut")
    return ""


def read_table_schema(path: Path, *, dataset_name: str = "") -> Iterator[ParsedRow]:
    """Read a Table Schema: the variables of one dataset, named by the schema."""
    schema = _schema(path)
    fields = schema["fields"]
    name = dataset_name or clean_text(schema.get("name") or schema.get("title") or path.stem)
    refused: list[ParsedRow] = []
    variables: dict[str, dict[str, Any]] = {}
    for number, item in enumerate(fields, start=1):
        if not isinstance(item, dict) or not clean_text(item.get("name") or ""):
            refused.append(ParsedRow(number, "", errors=[_("la variable n’a pas de nom")]))
            continue
        cells = {
            "name": clean_text(item["name"]),
            "type": clean_text(item.get("type") or ""),
            "length": clean_text(item.get("length") or ""),
            "label": plain_text(item.get("title") or ""),
            "description": plain_text(item.get("description") or ""),
            "definition": plain_text(item.get("observation") or ""),
            "nomenclature": clean_text(item.get("nomenclature") or ""),
            "from": clean_text(item.get("dateCreated") or ""),
            "until": clean_text(item.get("dateDeleted") or ""),
        }
        if cells["name"] in variables or len(cells["name"]) > 120:
            reason = _("la variable figure déjà plus haut, ou son nom est trop long")
            refused.append(ParsedRow(number, cells["name"][:120], errors=[reason]))
            continue
        variables[cells["name"]] = _variable(cells)
    yield from refused
    yield ParsedRow(
        1,
        name[:120],
        IncomingDictionary(
            name,
            list(variables.values()),
            title=clean_text(schema.get("title") or "")[:300],
            description=plain_text(schema.get("description") or "")[:4000],
        ),
    )


def _schema(path: Path) -> dict[str, Any]:
    try:
        schema = json.loads(as_text(read_document(path)))
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(_("Le fichier JSON est illisible.")) from error
    if not isinstance(schema, dict) or not isinstance(schema.get("fields"), list):
        raise UnreadableFile(
            _("Ce JSON n’est pas un Table Schema : il n’a pas de liste « fields ».")
        )
    return schema

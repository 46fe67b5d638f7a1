"""Which reader a file needs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from django.utils.translation import gettext as _

from catalogue.imports import dictionaries, snds
from catalogue.imports.reading import open_csv
from catalogue.imports.rows import UnreadableFile
from catalogue.search import fold


class Kind(StrEnum):
    """Formats that the catalogue reads, under the name that `--kind` takes."""

    SCHEMA_COMMUN = "schema-commun"
    TURTLE = "turtle"
    RDFXML = "rdfxml"
    JSONLD = "jsonld"
    TABLE_SCHEMA = "table-schema"
    SNDS_TABLES = "snds-tables"
    VARIABLES = "variables"


RDF_KINDS = frozenset({Kind.TURTLE, Kind.RDFXML, Kind.JSONLD})
_BY_SUFFIX = {
    ".ttl": Kind.TURTLE, ".n3": Kind.TURTLE, ".nt": Kind.TURTLE, ".rdf": Kind.RDFXML,
    ".xml": Kind.RDFXML, ".jsonld": Kind.JSONLD,
}  # fmt: skip
_FOREIGN = (
    (b"PK\x03\x04", "un classeur ou une archive ZIP ; enregistrez la feuille en CSV"),
    (b"%PDF", "un PDF"),
    (b"\xd0\xcf\x11\xe0", "un ancien classeur Excel ; enregistrez la feuille en CSV"),
    (b"MZ", "un programme"),
)


def kind_of(path: Path) -> Kind:
    """Tell the format of a file from its name, then from its first bytes.

    Raises UnreadableFile, saying what the file seems to be, when no reader fits.
    """
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head.strip():
        raise UnreadableFile(_("Le fichier est vide."))
    for mark, what in _FOREIGN:
        if head.startswith(mark):
            raise UnreadableFile(_("Format non pris en charge : c’est %s.") % what)
    name = path.name.lower().removesuffix(".gz")
    if kind := _BY_SUFFIX.get(Path(name).suffix):
        return kind
    if name.endswith(".json"):
        text = path.read_bytes()[:200_000]
        is_linked = b'"@context"' in text or b'"@graph"' in text
        return Kind.JSONLD if is_linked and b'"fields"' not in text[:4096] else Kind.TABLE_SCHEMA
    return _kind_of_csv(path)


def _kind_of_csv(path: Path) -> Kind:
    with open_csv(path) as (header, _rows):
        names = {fold(name) for name in header}
        if snds.is_tables_header(header):
            return Kind.SNDS_TABLES
        if "titre" in names and ("nom_orga" in names or "mots_cles" in names):
            return Kind.SCHEMA_COMMUN
        if dictionaries.is_dictionary_header(header):
            return Kind.VARIABLES
    raise UnreadableFile(
        _("Colonnes inconnues : ce n’est ni le schéma commun, ni une liste de variables.")
    )

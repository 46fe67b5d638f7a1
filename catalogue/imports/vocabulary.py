"""French and European words of imported files, brought to our codes."""

from __future__ import annotations

from catalogue import enums
from catalogue.search import fold

_FREQUENCIES = {
    "temps reel": "UPDATE_CONT", "en continu": "CONT", "continue": "CONT",
    "quotidienne": "DAILY", "journaliere": "DAILY", "tous les jours": "DAILY",
    "hebdomadaire": "WEEKLY", "mensuelle": "MONTHLY", "tous les mois": "MONTHLY",
    "bimestrielle": "BIMONTHLY", "trimestrielle": "QUARTERLY", "semestrielle": "ANNUAL_2",
    "annuelle": "ANNUAL", "tous les ans": "ANNUAL", "biennale": "BIENNIAL",
    "bisannuelle": "BIENNIAL", "tous les 2 ans": "BIENNIAL", "triennale": "TRIENNIAL",
    "tous les 3 ans": "TRIENNIAL", "quadriennale": "QUADRENNIAL",
    "tous les 4 ans": "QUADRENNIAL", "quinquennale": "QUINQUENNIAL",
    "tous les 5 ans": "QUINQUENNIAL", "decennale": "DECENNIAL", "irreguliere": "IRREG",
    "ponctuelle": "NEVER", "jamais": "NEVER", "aucune": "NEVER", "a la demande": "AS_NEEDED",
    "inconnue": "UNKNOWN",
}  # fmt: skip
_TERRITORIES = {
    "france": "france", "france entiere": "france", "territoire national": "france",
    "france metropolitaine": "metropole", "metropole": "metropole",
    "outre-mer": "overseas", "drom": "overseas", "europe": "europe",
    "union europeenne": "europe", "monde": "world", "world": "world", "international": "world",
}  # fmt: skip
_VARIABLE_TYPES = {
    "string": "string", "texte": "string", "caractere": "string", "chaine": "string",
    "char": "string", "varchar": "string", "varchar2": "string", "text": "string",
    "integer": "integer", "entier": "integer", "int": "integer", "nombre entier": "integer",
    "number": "number", "numerique": "number", "decimal": "number", "nombre": "number",
    "nombre decimal": "number", "float": "number", "num": "number",
    "boolean": "boolean", "booleen": "boolean", "oui ou non": "boolean",
    "date": "date", "datetime": "datetime", "date et heure": "datetime", "timestamp": "datetime",
    "year": "year", "annee": "year", "yearmonth": "yearmonth", "annee et mois": "yearmonth",
    "geopoint": "geo", "geojson": "geo", "coordonnees geographiques": "geo",
}  # fmt: skip
_YES = frozenset({"oui", "o", "yes", "y", "true", "vrai", "1", "x", "direct", "identifiant direct"})
_QUASI = frozenset({"quasi", "indirect", "par croisement", "identifiante par croisement"})


def last_part(address: str) -> str:
    """Return the code at the end of an authority URI."""
    return address.rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def frequency(text: str) -> str:
    """Return the European code of a rhythm written in French or as a URI, or an empty text."""
    code = last_part(text).upper()
    if code in enums.Frequency.values:
        return code
    return _FREQUENCIES.get(fold(text).strip(" ."), "")


def territory(text: str) -> str:
    return _TERRITORIES.get(fold(text).strip(" ."), "")


def licence(text: str) -> str:
    """Return the code of a licence named in words or by its address; any other is « autre »."""
    folded = fold(text)
    if not folded.strip():
        return ""
    marks = ("licence ouverte", "licence-ouverte", "open-licence", "etalab", "lov2", "fr-lo")
    if any(mark in folded for mark in marks):
        return enums.Licence.LO2
    if "odbl" in folded or "open database" in folded:
        return enums.Licence.ODBL
    if folded.strip() in {"aucune", "sans", "none", "notspecified", "non specifiee"}:
        return enums.Licence.NONE
    return enums.Licence.OTHER


def variable_type(text: str) -> str:
    folded = fold(text).strip()
    return _VARIABLE_TYPES.get(folded, enums.VariableType.OTHER if folded else "")


def identifier_kind(text: str) -> str:
    """Read « identifiant O/N », and « par croisement »."""
    folded = fold(text).strip()
    if folded in _QUASI:
        return enums.IdentifierKind.QUASI
    return enums.IdentifierKind.DIRECT if folded in _YES else enums.IdentifierKind.NONE


def sensitivity(text: str) -> str:
    """Return the code of a level written as its French label or as our code."""
    folded = fold(text).strip()
    for level in enums.Sensitivity:
        if folded in (level.value, fold(str(level.label))):
            return level.value
    return enums.Sensitivity.SENSITIVE if folded in {"sensible", "oui"} else ""


def most_restrictive(codes: list[str]) -> str:
    """Return the tightest of several access rights (a record may carry many)."""
    order = [
        enums.AccessRights.NON_PUBLIC, enums.AccessRights.RESTRICTED, enums.AccessRights.PUBLIC,
    ]  # fmt: skip
    return next((level for level in order if level in codes), "")

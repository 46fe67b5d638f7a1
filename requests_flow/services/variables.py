"""Adds a list of variables to a draft, by name: what the catalogue knows of them is taken over."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from cases.errors import Impossible
from requests_flow.models import DataRequest
from requests_flow.selectors import variables
from requests_flow.services import drafting

MAX_NAMES = 500
MAX_BYTES = 1_000_000
HEADERS = {"nom", "name", "variable", "nom de la variable"}


@dataclass(frozen=True)
class Imported:
    """What an import did: how many lines were added, known of the catalogue, there already."""

    added: int
    known: int
    already: int

    @property
    def sentence(self) -> str:
        """What to tell whoever imported."""
        if not self.added:
            return _("Toutes ces variables étaient déjà dans votre demande.")
        text = ngettext("%(n)s variable ajoutée", "%(n)s variables ajoutées", self.added) % {
            "n": self.added
        }
        known = _("%(n)s reconnues au catalogue") % {"n": self.known}
        return _("%(added)s, dont %(known)s. Justifiez chacune d’elles.") % {
            "added": text,
            "known": known,
        }


def names_of(text: str) -> list[str]:
    """Read a list of names: one a line, or the first column of a CSV file. Raises Impossible."""
    if "\x00" in text:
        raise Impossible(_("Ce fichier n’est pas un texte : exportez votre liste en CSV."))
    head = text[:2000]
    delimiter = max(";\t,", key=head.count) if any(mark in head for mark in ";\t,") else ";"
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise Impossible(_("Ce fichier CSV est illisible : vérifiez ses guillemets.")) from error
    names = [row[0].strip().lstrip("\ufeff")[:120] for row in rows if row and row[0].strip()]
    if names and names[0].casefold() in HEADERS:
        names = names[1:]
    if not names:
        raise Impossible(_("Aucun nom de variable trouvé : un nom par ligne."))
    if len(names) > MAX_NAMES:
        raise Impossible(
            _("Cette liste a %(n)s noms : %(max)s au plus.") % {"n": len(names), "max": MAX_NAMES}
        )
    return list(dict.fromkeys(names))


def import_names(*, data_request: DataRequest, names: list[str], by: User) -> Imported:
    """Add the variables named to the table of the draft; each still needs its justification.

    A name that a chosen dataset knows takes its label and its sensitivity; the others are free
    lines. Raises NotAllowed out of a draft or a complement, EditConflict as any saving.
    """
    values = data_request.answers.values
    stored = values.get(variables.QUESTION)
    rows = (
        [dict(row) for row in stored if isinstance(row, dict)] if isinstance(stored, list) else []
    )
    there = {str(row.get("name") or "").casefold() for row in rows}
    fresh = [name for name in names if name.casefold() not in there]
    found = variables.found_by_name(variables.chosen_datasets(values), fresh)
    rows += [_row(name, found.get(name.casefold())) for name in fresh]
    if len(rows) > MAX_NAMES:
        raise Impossible(_("Une demande porte sur %(max)s variables au plus.") % {"max": MAX_NAMES})
    if fresh:
        drafting.save_section(
            data_request=data_request,
            section="data",
            data=_posted(rows),
            by=by,
            expected_revision=None,
        )
    return Imported(len(fresh), len(found), len(names) - len(fresh))


def _row(name: str, variable: Any) -> dict[str, Any]:
    if variable is None:
        return {"name": name}
    return {
        "dataset": variable.dataset_id,
        "name": variable.name,
        "label": variable.label[:200],
        "sensitivity": variables.kind_of(variable),
    }


def _posted(rows: list[dict[str, Any]]) -> MultiValueDict[str, str]:
    """The rows as the page would post them, so that one path keeps them."""
    name = variables.QUESTION
    data: MultiValueDict[str, str] = MultiValueDict({"_fields": [name]})
    data.setlist(f"{name}-rows", [str(rank) for rank in range(len(rows))])
    for rank, row in enumerate(rows):
        for column, value in row.items():
            data[f"{name}-{rank}-{column}"] = "" if value is None else str(value)
    return data

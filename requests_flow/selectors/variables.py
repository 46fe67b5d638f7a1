"""Choosing variables line by line, from the dictionaries of the chosen datasets (minimisation).

The picker posts the rows of the table of questions « Variables » : a box ticked posts the rank of
its row, so that it works without script and is saved like any other answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as L

from catalogue.enums import IdentifierKind, Sensitivity, VariableType
from catalogue.models import Dataset, Variable
from requests_flow.models import DataRequest

QUESTION = "variables"
SHOWN = 12  # variables proposed at once; the filter finds the others
DATES = (L("Jour exact"), L("Mois"), L("Année"), L("Tranche de cinq ans"))
MONTHS = (L("Mois"), L("Année"))
PLACES = (L("Commune"), L("Bassin de vie"), L("Département"), L("Région"))
AMOUNTS = (L("Valeur exacte"), L("Classe de valeurs"))
LEVELS: dict[str, tuple[Any, ...]] = {
    VariableType.DATE: DATES,
    VariableType.DATETIME: DATES,
    VariableType.YEARMONTH: MONTHS,
    VariableType.GEO: PLACES,
    VariableType.INTEGER: AMOUNTS,
    VariableType.NUMBER: AMOUNTS,
}
KINDS = {
    "identifying": (L("Identifiante"), "error"),
    "quasi_identifying": (L("Quasi-identifiante"), "warning"),
    "sensitive": (L("Sensible"), "purple-glycine"),
    "neutral": (L("Neutre"), ""),
}


@dataclass
class Choice:
    """One variable of a dictionary on the page: ticked or not, why, how fine."""

    rank: int
    dataset: int
    name: str
    label: str
    kind: str
    checked: bool = False
    justification: str = ""
    level: str = ""
    levels: list[str] = field(default_factory=list)
    hint: str = ""
    warning: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def badge(self) -> dict[str, Any]:
        text, variant = KINDS[self.kind]
        return {"text": str(text), "variant": variant, "icon": False}


@dataclass
class Dictionary:
    """The variables of one dataset: those kept, then those proposed."""

    title: str
    choices: list[Choice]
    total: int


@dataclass
class Picker:
    dictionaries: list[Dictionary]
    free: list[Any]  # the other rows of the table: variables that no dictionary knows
    query: str
    kept: int
    total: int
    hidden: int

    @property
    def count(self) -> str:
        """« 6 variables retenues sur 64 »."""
        if self.kept == 1:
            return _("1 variable retenue sur %(total)s") % {"total": self.total}
        word = _("variables retenues") if self.kept else _("variable retenue")
        return _("%(n)s %(word)s sur %(total)s") % {
            "n": self.kept,
            "word": word,
            "total": self.total,
        }


def kind_of(variable: Variable) -> str:
    """Return how a variable weighs on privacy, in the words of the form."""
    if variable.identifier_kind == IdentifierKind.DIRECT:
        return "identifying"
    if variable.sensitivity in (Sensitivity.SENSITIVE, Sensitivity.SECRET):
        return "sensitive"
    return "quasi_identifying" if variable.identifier_kind == IdentifierKind.QUASI else "neutral"


def chosen_datasets(values: Mapping[str, Any]) -> list[Dataset]:
    """Return the datasets of the catalogue that the draft asks for, in its order."""
    rows = values.get("datasets")
    keys = [
        row["dataset"]
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict) and isinstance(row.get("dataset"), int)
    ]
    found = Dataset.objects.in_bulk(keys)
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def with_picker(data_request: DataRequest, form: Any, query: str) -> Any:
    """Turn the table of variables of a page into a picker, when a chosen dataset has a dictionary.

    form: questionnaires.pages.SectionForm; it is returned, its block « Variables » changed.
    """
    block = next(
        (one for group in form.groups for one in group.blocks if one.question.name == QUESTION),
        None,
    )
    if block is None:
        return form
    datasets = chosen_datasets(data_request.answers.values)
    variables = list(Variable.objects.filter(dataset__in=datasets)) if datasets else []
    if variables:
        block.extra = _picker(datasets, variables, block, _stored(data_request), query.strip())
        block.template = "requests_flow/_variables.html"
    return form


def count_of(form: Any) -> str:
    """Return the counter of a page that has a picker: « 6 variables retenues sur 64 »."""
    for group in form.groups:
        for block in group.blocks:
            if isinstance(block.extra, Picker):
                return block.extra.count
    return ""


def _stored(data_request: DataRequest) -> list[dict[str, Any]]:
    rows = data_request.answers.values.get(QUESTION)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _picker(
    datasets: list[Dataset],
    variables: list[Variable],
    block: Any,
    rows: list[dict[str, Any]],
    query: str,
) -> Picker:
    by_key = {(one.dataset_id, one.name): one for one in variables}
    ranks = {
        (row.get("dataset"), row.get("name")): rank
        for rank, row in enumerate(rows)
        if (row.get("dataset"), row.get("name")) in by_key
    }
    errors = {row.rank: _errors(row) for row in block.rows}
    wanted = [one for one in variables if (one.dataset_id, one.name) not in ranks]
    matching = [one for one in wanted if _matches(one, query)]
    next_rank = max(len(rows), len(block.rows))
    proposed = {(one.dataset_id, one.name): next_rank + n for n, one in enumerate(matching[:SHOWN])}
    dictionaries = []
    for dataset in datasets:
        own = [one for one in variables if one.dataset_id == dataset.pk]
        kept = [
            _kept(one, ranks[one.dataset_id, one.name], rows, errors)
            for one in own
            if (one.dataset_id, one.name) in ranks
        ]
        offered = [
            _choice(one, proposed[one.dataset_id, one.name])
            for one in own
            if (one.dataset_id, one.name) in proposed
        ]
        if own:
            dictionaries.append(Dictionary(dataset.title, kept + offered, len(own)))
    known = set(ranks.values())
    # The blank row that a table without any answer shows would be one line too many here.
    free = [row for row in block.rows if row.rank not in known and (rows or row.is_new)]
    return Picker(
        dictionaries, free, query, len(ranks), len(variables), max(0, len(matching) - SHOWN)
    )


def _errors(row: Any) -> list[str]:
    return [str(text) for _column, bound in row.cells for text in bound.errors]


def _matches(variable: Variable, query: str) -> bool:
    words = query.casefold().split()
    text = f"{variable.name} {variable.label} {variable.definition}".casefold()
    return all(word in text for word in words)


def _choice(variable: Variable, rank: int) -> Choice:
    kind = kind_of(variable)
    levels = LEVELS.get(variable.type, ())
    text = f"{variable.name} {variable.label}".casefold()
    if "commune" in text or "code postal" in text:
        levels = PLACES
    return Choice(
        rank,
        variable.dataset_id,
        variable.name,
        variable.label,
        kind,
        levels=[str(one) for one in levels],
        hint=_("L’année suffit le plus souvent.") if "naissance" in text and levels else "",
        warning=_("Un texte devra l’autoriser : vous le citerez à l’étape 5.")
        if kind == "identifying"
        else "",
    )


def _kept(
    variable: Variable, rank: int, rows: list[dict[str, Any]], errors: dict[int, list[str]]
) -> Choice:
    choice = _choice(variable, rank)
    choice.checked = True
    choice.justification = str(rows[rank].get("justification") or "")
    choice.level = str(rows[rank].get("coarser") or "")
    if choice.level and choice.level not in choice.levels:
        choice.levels = [*choice.levels, choice.level]
    choice.errors = errors.get(rank, [])
    return choice


def found_by_name(datasets: Iterable[Dataset], names: Iterable[str]) -> dict[str, Variable]:
    """Return the variables of some datasets that bear these names, whatever the case."""
    wanted = {name.casefold() for name in names}
    condition = Q(dataset__in=list(datasets))
    return {
        one.name.casefold(): one
        for one in Variable.objects.filter(condition)
        if one.name.casefold() in wanted
    }

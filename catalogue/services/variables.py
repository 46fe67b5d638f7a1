"""The dictionary of a dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.recording import By, authorise
from catalogue import policies
from catalogue.enums import IdentifierKind, Sensitivity
from catalogue.models import Dataset, Variable
from catalogue.services.datasets import recompute
from catalogue.services.recording import plain, record_dataset

VARIABLE_COLUMNS = (
    "name", "label", "type", "format", "definition", "nomenclature", "sensitivity",
    "identifier_kind", "available_from", "available_until",
)  # fmt: skip
# What people judge, and no dictionary file brings: an import that is silent on it keeps it.
JUDGED_COLUMNS = ("sensitivity", "identifier_kind")
MOST_VARIABLES = 5000


@dataclass(frozen=True)
class VariableChanges:
    created: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0

    def __bool__(self) -> bool:
        return bool(self.created or self.updated or self.removed)


def _locked(dataset: Dataset) -> Dataset:
    return (
        Dataset.objects.select_for_update(of=("self",))
        .select_related("producer_org")
        .get(pk=dataset.pk)
    )


def _merge(
    dataset: Dataset, rows: Sequence[Mapping[str, Any]]
) -> tuple[list[Variable], list[Variable], int]:
    """Return what to create, what to update, and how many stay as they are."""
    known = {variable.name: variable for variable in dataset.variables.all()}
    create: list[Variable] = []
    update: list[Variable] = []
    unchanged = 0
    for position, row in enumerate(rows):
        wanted = {"position": position, **row}
        variable = known.get(row["name"])
        if variable is None:
            variable = Variable(dataset=dataset, **wanted)
            create.append(variable)
        elif all(getattr(variable, column) == value for column, value in wanted.items()):
            unchanged += 1
            continue
        else:
            for column, value in wanted.items():
                setattr(variable, column, value)
            update.append(variable)
        variable.full_clean(exclude=["dataset"], validate_unique=False, validate_constraints=False)
    return create, update, unchanged


@transaction.atomic
def replace_variables(
    *, dataset: Dataset, by: By, rows: Sequence[Mapping[str, Any]], origin: str = ""
) -> VariableChanges:
    """Make the dictionary of a record equal to `rows`, matched by name, in that order.

    `rows` hold columns of `VARIABLE_COLUMNS`; a column that a row does not hold keeps its value, so
    that what a person judged (sensitivity, identifier) outlives a new import. Raises
    PermissionDenied (not a keeper) or ValidationError (a name twice, too many rows, a wrong value).
    """
    dataset = _locked(dataset)
    authorise(policies.check_can_edit, by, dataset)
    names = [row["name"] for row in rows]
    if len(names) != len(set(names)):
        raise ValidationError(_("Le dictionnaire contient deux fois la même variable."))
    if len(rows) > MOST_VARIABLES:
        raise ValidationError(
            _("Un dictionnaire porte au plus %(count)s variables.") % {"count": MOST_VARIABLES}
        )
    create, update, unchanged = _merge(dataset, rows)
    gone = dataset.variables.exclude(name__in=names)
    removed_names = sorted(gone.values_list("name", flat=True))
    changes = VariableChanges(len(create), len(update), len(removed_names), unchanged)
    if not changes:
        return changes
    gone.delete()
    Variable.objects.bulk_create(create, batch_size=1000)
    Variable.objects.bulk_update(update, ["position", *VARIABLE_COLUMNS], batch_size=500)
    recompute(dataset)
    record_dataset(
        dataset,
        kind="dataset.dictionary_replaced",
        by=by,
        summary=_("a mis à jour le dictionnaire du jeu « %(title)s »") % {"title": dataset.title},
        data={
            "created": [variable.name for variable in create],
            "updated": [variable.name for variable in update],
            "removed": removed_names,
            "origin": origin,
        },
    )
    return changes


@transaction.atomic
def update_variable(*, variable: Variable, by: By, values: Mapping[str, Any]) -> Variable:
    """Change one line of a dictionary. Nothing is recorded when nothing changes.

    A direct identifier cannot be declared public. Raises PermissionDenied (not a keeper) or
    ValidationError by column.
    """
    dataset = _locked(variable.dataset)
    authorise(policies.check_can_edit, by, dataset)
    variable = Variable.objects.select_for_update().get(pk=variable.pk)
    before = {column: getattr(variable, column) for column in VARIABLE_COLUMNS}
    for column in VARIABLE_COLUMNS:
        if column in values:
            setattr(variable, column, values[column])
    if (
        variable.identifier_kind == IdentifierKind.DIRECT
        and variable.sensitivity == Sensitivity.PUBLIC
    ):
        raise ValidationError(
            {"sensitivity": _("Un identifiant direct n’est pas une donnée publique.")}
        )
    changed = [c for c in VARIABLE_COLUMNS if getattr(variable, c) != before[c]]
    if not changed:
        return variable
    variable.full_clean()
    variable.save(update_fields=changed)
    recompute(dataset)
    record_dataset(
        dataset,
        kind="dataset.variable_updated",
        by=by,
        summary=_("a modifié la variable « %(name)s » du jeu « %(title)s »")
        % {"name": variable.name, "title": dataset.title},
        data={
            "before": {column: plain(before[column]) for column in changed},
            "after": {column: plain(getattr(variable, column)) for column in changed},
        },
    )
    return variable

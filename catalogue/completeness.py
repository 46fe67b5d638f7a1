"""How complete a record is: required fields weigh 2, optional ones 1 (domain/forms.md, §7)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalogue.fieldsets import all_lines, is_filled, is_required, label_of
from catalogue.models import Dataset

# Identifier is given by the tool; variables, resources and samples stand in other tables.
FIRST_ANSWER_OF = {"retention_start", "temporal_start", "record_count", "min_age"}


def _line_is_filled(dataset: Dataset, columns: tuple[str, ...]) -> bool:
    """A question is answered when its first column is, or any one of a set of figures."""
    if columns[0] in FIRST_ANSWER_OF:
        return any(is_filled(dataset, column) for column in columns)
    return is_filled(dataset, columns[0])


def score(dataset: Dataset, *, has_distributions: bool, has_variables: bool) -> int:
    """Return the completeness of a record, from 0 to 100.

    Filled required fields × 2 + filled optional fields, over the same sum with everything filled.
    """
    parts = [
        (2 if is_required(dataset, line) else 1, _line_is_filled(dataset, line.columns))
        for line in all_lines()
    ]
    parts.append((2, has_distributions))
    parts.append((1, has_variables))
    parts.append((1, bool(dataset.details.get("sample"))))
    parts.append((1, bool(dataset.details.get("code_values"))))
    total = sum(weight for weight, _filled in parts)
    return sum(weight for weight, filled in parts if filled) * 100 // total


def missing_required(dataset: Dataset, *, has_distributions: bool) -> list[str]:
    """Return the labels of the required fields that are still empty, in the order of the form."""
    missing = [
        label_of(line.columns[0])
        for line in all_lines()
        if is_required(dataset, line) and not _line_is_filled(dataset, line.columns)
    ]
    return missing if has_distributions else [*missing, _("ressources")]

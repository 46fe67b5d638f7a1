"""The report of an import, row by row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    CREATED = "created", _("créée")
    UPDATED = "updated", _("mise à jour")
    UNCHANGED = "unchanged", _("inchangée")
    REFUSED = "refused", _("refusée")


@dataclass
class RowReport:
    """What became of one row, and why."""

    number: int
    label: str
    outcome: Outcome
    messages: list[str] = field(default_factory=list)
    dataset_id: int | None = None


@dataclass
class ImportReport:
    """What became of a file."""

    file: str
    kind: str = ""
    rows: list[RowReport] = field(default_factory=list)
    file_error: str = ""

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(row.outcome.value for row in self.rows)
        return {outcome.value: found[outcome.value] for outcome in Outcome}

    def of(self, outcome: Outcome) -> list[RowReport]:
        return [row for row in self.rows if row.outcome == outcome]

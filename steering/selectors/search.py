"""The search bar: an exact reference leads to its case, words to grouped results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from agreements.models import Agreement
from cases import selectors as cases
from cases.enums import CaseKind
from cases.models import Case
from catalogue.models import Dataset
from catalogue.selectors.search import search as search_catalogue

GROUP_SIZE = 10


@dataclass(frozen=True)
class Results:
    """What a search finds, by group, each cut to ten."""

    requests: list[Any]
    agreements: list[Any]
    datasets: list[Dataset]
    dataset_count: int

    @property
    def is_empty(self) -> bool:
        return not (self.requests or self.agreements or self.datasets)

    @property
    def shown(self) -> int:
        return len(self.requests) + len(self.agreements) + len(self.datasets)


def case_of(user: User, query: str) -> Case | None:
    """Return the visible case of the typed reference; an act also answers to its project number."""
    found = cases.by_reference(user, query)
    if found is None:
        found = (
            Agreement.objects.visible_to(user)
            .filter(project_reference__iexact=query.strip())
            .first()
        )
    return found


def search(user: User, query: str) -> Results:
    """Find the visible requests, acts and catalogue records that hold these words."""
    datasets = search_catalogue(user, query)
    return Results(
        requests=list(cases.search(user, query, kind=CaseKind.REQUEST, limit=GROUP_SIZE)),
        agreements=list(cases.search(user, query, kind=CaseKind.AGREEMENT, limit=GROUP_SIZE)),
        datasets=datasets.datasets[:GROUP_SIZE],
        dataset_count=datasets.total,
    )

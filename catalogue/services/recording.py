"""What every write of this app shares: the actor, the right, the event, the search words."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.search import SearchVector
from django.db.models import Model, OuterRef, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Left

from accounts.enums import Role
from accounts.selectors import actor, has_role
from accounts.services.recording import By
from catalogue.models import Dataset, Variable
from catalogue.search import CONFIGURATION
from journal.enums import Audience
from journal.services import Actor, Subject, record


def as_actor(by: By, dataset: Dataset | None = None) -> Actor:
    """Describe `by` to the journal, in the role that let him write."""
    if isinstance(by, Actor):
        return by
    if has_role(by, Role.MANAGER):
        return actor(by, role=Role.MANAGER)
    if dataset is not None:
        for role in (Role.HOLDER, Role.DATA_REFERENT):
            if has_role(by, role, organisation_id=dataset.producer_org_id):
                return actor(by, role=role, organisation=dataset.producer_org)
    return actor(by)


def plain(value: Any) -> Any:
    """Write a value as the journal keeps it: text, whole numbers, lists; no float, no object."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def record_dataset(
    dataset: Dataset, *, kind: str, by: By, summary: str, data: dict[str, Any], reason: str = ""
) -> None:
    """Write the one event of a change of a record."""
    record(
        chain=f"dataset:{dataset.pk}",
        kind=kind,
        by=as_actor(by, dataset),
        subject=Subject("dataset", str(dataset.pk), dataset.title),
        summary=summary,
        data=data,
        reason=reason,
        audience=Audience.EVERYONE,
    )


# A tsvector holds one megabyte at most.
INDEXED_CHARACTERS = 200_000


def _variables_text(column: str) -> Combinable:
    texts = (
        Variable.objects.filter(dataset=OuterRef("pk"))
        .order_by()
        .values("dataset")
        .annotate(text=StringAgg(column, Value(" ")))
        .values("text")
    )
    return Left(Coalesce(Subquery(texts), Value("")), INDEXED_CHARACTERS)


def refresh_search(dataset: Dataset) -> None:
    """Rebuild the search words of a record: title first, then keywords and producer, then text,
    then the names and labels of the variables."""
    producer = f"{dataset.producer_org.name} {dataset.producer_org.short_name}"
    weighted: list[tuple[str, Combinable]] = [
        ("A", Value(f"{dataset.title} {dataset.alt_title}")),
        ("B", Value(f"{' '.join(dataset.keywords)} {producer} {dataset.producer_unit}")),
        ("C", Value(dataset.description)),
        ("D", _variables_text("name")),
        ("D", _variables_text("label")),
    ]
    vectors = [SearchVector(text, config=CONFIGURATION, weight=weight) for weight, text in weighted]
    Dataset.objects.filter(pk=dataset.pk).update(
        search=vectors[0] + vectors[1] + vectors[2] + vectors[3] + vectors[4]
    )

"""The lists that the forms of a request choose in: datasets of the catalogue, agreements."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from agreements.models import Agreement
from catalogue.models import Dataset
from questionnaires import sources
from questionnaires.sources import MAX_OPTIONS


def _whole(keys: Collection[Any]) -> list[int]:
    return [key for key in keys if isinstance(key, int) and not isinstance(key, bool)]


class Datasets:
    """The catalogue's records, by title."""

    def options(self, scope: Mapping[str, Any]) -> list[tuple[Any, str]]:
        found = Dataset.objects.filter(retired_on=None).order_by("title")[:MAX_OPTIONS]
        return [(dataset.pk, dataset.title) for dataset in found]

    def labels(self, keys: Collection[Any]) -> dict[Any, str]:
        return {
            dataset.pk: dataset.title for dataset in Dataset.objects.filter(pk__in=_whole(keys))
        }


class Agreements:
    """The signed acts that may be prolonged or extended."""

    def options(self, scope: Mapping[str, Any]) -> list[tuple[Any, str]]:
        found = Agreement.objects.filter(reference__startswith="CONV-").order_by("reference")
        return [(one.pk, f"{one.reference} — {one.title}") for one in found[:MAX_OPTIONS]]

    def labels(self, keys: Collection[Any]) -> dict[Any, str]:
        return {
            one.pk: f"{one.reference} — {one.title}"
            for one in Agreement.objects.filter(pk__in=_whole(keys))
        }


sources.register("dataset", Datasets())
sources.register("agreement", Agreements())

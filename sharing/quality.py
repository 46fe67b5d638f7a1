"""The measures of a delivery against the thresholds of annex 5 (domain/forms.md, §5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from agreements.models import Agreement
from agreements.routing import final_version
from questionnaires import definitions
from questionnaires.display import decimal_text
from sharing.models import Delivery

# question: (dimension of annex 5, whether more is better, proposed threshold).
MEASURES: dict[str, tuple[str, bool, Decimal | None]] = {
    "q_completeness": ("complétude", True, Decimal(95)),
    "q_coverage": ("couverture", True, Decimal(98)),
    "q_conformity": ("conformité", True, Decimal(99)),
    "q_uniqueness": ("unicité", False, Decimal(0)),
    "q_consistency": ("cohérence", True, None),
    "q_accuracy": ("exactitude", True, None),
    "q_timeliness": ("fraîcheur", False, Decimal(0)),
    "q_continuity": ("continuité", False, Decimal(20)),
}
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class Measure:
    """A measure, its threshold, and whether it was reached (None: nothing to compare)."""

    label: str
    value: str
    threshold: str
    is_met: bool | None


def thresholds(agreement: Agreement) -> dict[str, Decimal]:
    """Return the thresholds of acceptance that the signed act gives, else the proposed ones."""
    version = final_version(agreement)
    annexes = version.content["annexes"] if version else []
    rows = [
        row
        for annex in annexes
        if annex["number"] == 5
        for row in annex["content"].get("indicators") or []
    ]
    said = {row.get("dimension"): _NUMBER.search(str(row.get("acceptance") or "")) for row in rows}
    found = {}
    for name, (dimension, _more, proposed) in MEASURES.items():
        read = said.get(dimension)
        if read is not None:
            found[name] = Decimal(read.group().replace(",", "."))
        elif proposed is not None:
            found[name] = proposed
    return found


def measures(delivery: Delivery, limits: dict[str, Decimal]) -> list[Measure]:
    """Return what was measured in a delivery, in the order of annex 5; nothing before its check."""
    if delivery.quality is None:
        return []
    values = {**delivery.quality.values, "q_timeliness": delivery.days_late()}
    labels = definitions.get("delivery_quality").fields
    found = [
        _measure(name, labels[name].label if name in labels else _("Fraîcheur (jours de retard)"),
                 values.get(name), limits.get(name))
        for name in MEASURES
        if values.get(name) is not None
    ]  # fmt: skip
    if (documented := values.get("q_documentation")) is not None:
        field = labels["q_documentation"]
        found.append(
            Measure(field.label, field.labels.get(documented, ""), "", documented == "yes")
        )
    return found


def _measure(name: str, label: str, raw: Any, limit: Decimal | None) -> Measure:
    value = Decimal(str(raw))
    more_is_better = MEASURES[name][1]
    met = None
    if limit is not None:
        met = value >= limit if more_is_better else abs(value) <= limit
    return Measure(label, decimal_text(value), "" if limit is None else decimal_text(limit), met)


def score(found: list[Measure]) -> int | None:
    """Return the share, in %, of the measures that reach their threshold (forms.md, §5)."""
    compared = [one.is_met for one in found if one.is_met is not None]
    return round(100 * sum(compared) / len(compared)) if compared else None

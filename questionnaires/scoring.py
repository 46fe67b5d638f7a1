"""The scored grid: totals, knockouts, and the advice that a human is free not to follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from questionnaires.definitions import Definition, Field

BEST: Final = 3
AdviceCode = Literal["", "favourable", "favourable_reserve", "unfavourable", "redirect"]


@dataclass(frozen=True)
class Score:
    """The total on 100 of a group of criteria; None until every criterion has a mark."""

    group: str
    marked: int
    criteria: int
    total: Fraction | None
    knockouts: tuple[str, ...]  # labels of the criteria that block « favorable »

    @property
    def rounded(self) -> int | None:
        return None if self.total is None else int(self.total + Fraction(1, 2))


@dataclass(frozen=True)
class Advice:
    """What the marks suggest. `text` is the sentence to show."""

    scores: dict[str, Score]
    code: AdviceCode
    text: str


def criteria(definition: Definition) -> list[Field]:
    return [field for field in definition.fields.values() if field.weight is not None]


def score(definition: Definition, values: Mapping[str, Any], group: str) -> Score:
    """Add up a group: Σ(score/3 × weight), brought back to 100. Source: domain/forms.md, §2."""
    fields = [field for field in criteria(definition) if field.group == group]
    marks = {field.name: _mark(field, values.get(field.name)) for field in fields}
    given = [name for name, mark in marks.items() if mark is not None]
    total: Fraction | None = None
    weights = sum(field.weight or 0 for field in fields)
    if fields and len(given) == len(fields) and weights:
        points = Fraction(sum((marks[f.name] or 0) * (f.weight or 0) for f in fields), BEST)
        total = points * 100 / weights
    knockouts = tuple(f.label for f in fields if f.knockout and marks[f.name] == 0)
    return Score(group, len(given), len(fields), total, knockouts)


def _mark(field: Field, value: Any) -> int | None:
    return int(value) if isinstance(value, str) and value in field.labels else None


def advice(definition: Definition, values: Mapping[str, Any]) -> Advice:
    """Compute the advice of a scored form; it is shown, never applied without a human choice.

    Every group at the threshold or above and no knockout: favourable; one group between the two
    thresholds: with reserves; one below, or a knockout: complement or unfavourable; the criterion
    of alternatives at 0: redirection. Source: domain/forms.md, §2.
    """
    groups = list(dict.fromkeys(field.group for field in criteria(definition)))
    scores = {group: score(definition, values, group) for group in groups}
    code = _code(definition, values, list(scores.values()))
    return Advice(scores, code, _sentence(code))


def _code(definition: Definition, values: Mapping[str, Any], scores: list[Score]) -> AdviceCode:
    totals = [found.total for found in scores]
    if not scores or any(total is None for total in totals):
        return ""
    redirecting = definition.fields.get(definition.redirect_criterion)
    if redirecting and _mark(redirecting, values.get(redirecting.name)) == 0:
        return "redirect"
    lowest = min(total for total in totals if total is not None)
    if any(found.knockouts for found in scores) or lowest < definition.thresholds["reserve"]:
        return "unfavourable"
    if lowest < definition.thresholds["favourable"]:
        return "favourable_reserve"
    return "favourable"


def _sentence(code: AdviceCode) -> str:
    words = {
        "favourable": _("favorable"),
        "favourable_reserve": _("favorable sous réserve"),
        "unfavourable": _("demande de complément ou défavorable"),
        "redirect": _("réorientation"),
    }
    if not code:
        return _("Conseil calculé : notez tous les critères pour l’obtenir.")
    return _("Conseil calculé : %s. Vous restez libre de conclure autrement.") % words[code]

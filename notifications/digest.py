"""The figures of the daily digest come from above: cases register how to count them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True)
class WorkFigures:
    """How many cases a person has to deal with, and how many of them are late."""

    to_do: int
    late: int

    @property
    def sentence(self) -> str:
        """« 6 dossiers à traiter, dont 2 en retard », or nothing when there is nothing to do."""
        if not self.to_do:
            return ""
        to_do = ngettext("%(n)d dossier à traiter", "%(n)d dossiers à traiter", self.to_do) % {
            "n": self.to_do
        }
        if not self.late:
            return to_do
        return _("%(to_do)s, dont %(late)d en retard") % {"to_do": to_do, "late": self.late}


Provider = Callable[[Collection[int]], Mapping[int, WorkFigures]]
_providers: list[Provider] = []


def register_figures(provider: Provider) -> None:
    """Register what counts the cases to deal with, for many persons at once (`ready()`)."""
    if provider not in _providers:
        _providers.append(provider)


def figures_for(user_ids: Collection[int]) -> dict[int, WorkFigures]:
    """Return the figures of each person, all providers added up."""
    totals = dict.fromkeys(user_ids, WorkFigures(0, 0))
    for provider in _providers:
        for user_id, found in provider(user_ids).items():
            known = totals[user_id]
            totals[user_id] = WorkFigures(known.to_do + found.to_do, known.late + found.late)
    return totals

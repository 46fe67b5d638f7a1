"""What changed between two states of an act: versions, the draft under way, the library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from agreements.models import Agreement, AgreementVersion, Article, Proposal
from agreements.selectors.desk import ArticleLine, Desk

LIBRARY, DRAFT = "bibliotheque", "redaction"
# Title and text by article, in the order of the act.
State = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Comparison:
    """Two states of an act, by the codes that addresses name them with."""

    old: str
    new: str
    old_label: str
    new_label: str
    changes: list[dict[str, Any]]


@dataclass(frozen=True)
class Deviations:
    """Where an act leaves the library: what the head of the legal service is asked to accept."""

    changed: list[tuple[ArticleLine, str]]
    removed: list[Article]
    added: list[ArticleLine]

    @property
    def count(self) -> int:
        return len(self.changed) + len(self.removed) + len(self.added)


def compare(desk: Desk, old: str, new: str) -> Comparison:
    """Compare two states of an act; 404 for a version that it does not have."""
    known = {DRAFT, LIBRARY, *(str(one.number) for one in desk.versions)}
    if not {old, new} <= known:
        raise Http404
    return Comparison(
        old, new, _label(old), _label(new), changes(_state(desk, old), _state(desk, new))
    )


def _label(code: str) -> str:
    names = {DRAFT: _("rédaction en cours"), LIBRARY: _("bibliothèque")}
    return names.get(code) or _("version %s") % code


def _state(desk: Desk, code: str) -> State:
    if code == DRAFT:
        return {line.key: (line.title, line.text) for line in desk.articles}
    if code == LIBRARY:
        return {
            line.key: (line.article.clause_version.title, desk.library_text(line))
            for line in desk.articles
            if line.article.clause_version is not None
        }
    version = next(one for one in desk.versions if str(one.number) == code)
    return state_of(version)


def state_of(version: AgreementVersion) -> State:
    """Return what the articles of a version say."""
    return {
        article["key"]: (article["title"], article["text"])
        for article in version.content["articles"]
    }


def changes(old: State, new: State) -> list[dict[str, Any]]:
    """Return the articles that differ, those removed included, as the component shows them."""
    keys = [*new, *(key for key in old if key not in new)]
    found = []
    for key in keys:
        before, after = old.get(key, ("", "")), new.get(key, ("", ""))
        if before != after:
            title = after[0] or before[0]
            note = _("article ajouté") if key not in old else ""
            note = note or (_("article retiré") if key not in new else "")
            label = f"{title} ({note})" if note else title
            found.append(
                {"label": label, "old": before[1], "new": after[1], "added": [], "removed": []}
            )
    return found


def deviations(desk: Desk) -> Deviations:
    """Return the articles that leave the library, were taken out, or are the parties' own."""
    return Deviations(
        changed=[
            (line, desk.library_text(line)) for line in desk.articles if line.article.is_deviation
        ],
        removed=[row for row in desk.removed if row.clause_version is not None],
        added=[line for line in desk.articles if line.article.clause_version is None],
    )


def proposal_of(agreement: Agreement, pk: int) -> Proposal:
    """Return a wording proposed for an act; 404 for one of another act."""
    found = agreement.proposals.select_related("agreement").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found

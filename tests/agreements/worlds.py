"""Facts, parties and values of acts, as other apps hand them over."""

from __future__ import annotations

from datetime import date
from typing import Any

from agreements.assembly.checks import (
    AnnexState,
    ArticleState,
    DraftState,
    OpinionState,
    ReserveRow,
    SignatoryState,
)
from agreements.assembly.merging import MergeContext, Segment, SegmentKind, number_articles
from agreements.library import Library, shipped

FACTS: dict[str, bool] = {
    "PD": True,
    "SENS": False,
    "HEALTH": False,
    "NIR": False,
    "LINK": False,
    "PSEUDO": False,
    "SECRET": False,
    "SUBPROC": False,
    "OUT_EU": False,
    "JOINT": False,
    "API": False,
    "L1148_I": False,
    "L1148_II": False,
    "ALGO": False,
    "SAME_STATE": False,
    "PUBLISH": False,
    "FEES": False,
}
HOLDER_AND_REQUESTER = ("holder", "requester")
LINKAGE_SIDES = ("holder", "holder", "operator", "requester")

_SAMPLES: dict[str, Any] = {
    "date": "2027-03-12",
    "integer": 36,
    "decimal": "95.5",
    "list": ["premier élément", "second élément"],
    "email": "dpd@example.fr",
}


def facts(**changed: bool) -> dict[str, bool]:
    return {**FACTS, **changed}


def filled_values(sides: tuple[str, ...], library: Library | None = None) -> dict[str, Any]:
    """A value for every field of the library, under the names that an act keeps them by."""
    values: dict[str, Any] = {}
    for name, merge_object in (library or shipped()).objects.items():
        names = [f"party_{n}" for n in range(1, len(sides) + 1)] if name == "party" else [name]
        for kept in names:
            values[kept] = {
                key: _SAMPLES.get(str(definition.type), f"{kept} {key}")
                for key, definition in merge_object.fields.items()
            }
    return values


def merge_context(
    codes: tuple[str, ...] = (),
    values: dict[str, Any] | None = None,
    sides: tuple[str, ...] = HOLDER_AND_REQUESTER,
) -> MergeContext:
    return MergeContext(values or {}, sides, number_articles(codes), shipped())


def article_state(key: str = "C29", number: int = 1, **changed: Any) -> ArticleState:
    state = {
        "key": key,
        "number": number,
        "title": "Conservation",
        "segments": [Segment(SegmentKind.TEXT, "Les Données sont conservées.")],
        "in_discussion": False,
        "is_validated": True,
    }
    return ArticleState(**{**state, **changed})


def draft_state(**changed: Any) -> DraftState:
    """A draft on which all thirteen checks pass."""
    state: dict[str, Any] = {
        "facts": facts(),
        "codes": ["C07", "C17", "C18", "C21", "C29", "C33", "C37"],
        "mandatory": ["C07", "C17"],
        "removed_reasons": {},
        "articles": [article_state()],
        "annexes": [AnnexState(1, "Description des données", ())],
        "reserves": [ReserveRow("Chiffrer", "DGCS", True, "lifted")],
        "signatories": [SignatoryState("CNSA", "")],
        "opinions": [OpinionState("CNSA", "favourable"), OpinionState("DGCS", "favourable")],
        "values": {
            "agreement": {"effective_on": date(2026, 4, 20), "duration_months": 36},
            "security": {"homologation_end": date(2027, 1, 1), "country": "France"},
            "retention": {"months": 36},
        },
        "formality_ends": [],
        "library": shipped(),
        "today": date(2026, 4, 20),
    }
    return DraftState(**{**state, **changed})

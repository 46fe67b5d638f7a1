"""Which clauses an act is made of, and which of them it may not lose (clauses.md, §2 and §6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agreements.enums import ActType
from agreements.library import ClauseText, Library
from agreements.markup import resolve
from questionnaires.expressions import MissingFact, evaluate

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class DraftedArticle:
    """A clause as it enters an act: its sentences chosen, its fields still to fill."""

    clause: ClauseText
    body: str


def complete_facts(
    facts: Facts, *, act_type: str, sides: Sequence[str], library: Library
) -> dict[str, Any]:
    """Add to the facts of a case those that the act itself knows, and the safe defaults.

    A fact that is still missing stays missing: `evaluate` raises MissingFact if it decides.
    """
    known = {name: facts[name] for name in library.facts if facts.get(name) is not None}
    for name, fact in library.facts.items():
        if name not in known and fact.same_as in known:
            known[name] = known[fact.same_as]
        if name not in known and fact.default is not None:
            known[name] = fact.default
    known["TYPE"] = str(act_type)
    known["MULTI"] = len(sides) > 2
    known["MANY_HOLDERS"] = sum(side == "holder" for side in sides) > 1
    return known


def holds(condition: str, facts: Facts) -> bool:
    """Tell whether a condition holds; an empty one always does. Errors: MissingFact."""
    return not condition or bool(evaluate(condition, facts))


def with_clauses(facts: Facts, codes: Collection[str], library: Library) -> dict[str, Any]:
    """Add to the facts, for each clause of the library, whether it is in the act."""
    return {**facts, **{code: code in codes for code in library.clauses}}


def select(act_type: ActType | str, facts: Facts, library: Library) -> tuple[str, ...]:
    """Return the codes of the clauses of an act, in order. Errors: MissingFact."""
    codes = library.templates[str(act_type)].clauses
    return tuple(code for code in codes if holds(library.clauses[code].condition, facts))


def mandatory(act_type: ActType | str, facts: Facts, library: Library) -> tuple[str, ...]:
    """Return the codes of the clauses that the facts, or the template, make mandatory.

    Source: clauses.md, §6 rule 2. The template speaks of the clauses that the act calls for.
    """
    template = library.templates[str(act_type)]
    return tuple(
        code
        for code in template.clauses
        if _is_mandatory(library.clauses[code], facts, by_template=code in template.mandatory)
    )


def _is_mandatory(clause: ClauseText, facts: Facts, *, by_template: bool) -> bool:
    """A fact that nobody established makes nothing mandatory: an act is drawn up from facts that
    are known, and a later wording of the library may ask for others."""
    try:
        if by_template and holds(clause.condition, facts):
            return True
        return bool(clause.mandatory_when) and holds(clause.mandatory_when, facts)
    except MissingFact:
        return False


def assemble(
    act_type: ActType | str, facts: Facts, *, parties: int, library: Library
) -> list[DraftedArticle]:
    """Return the articles of a new act: clauses chosen by the facts, their sentences resolved.

    `facts` are complete (`complete_facts`). Errors: MissingFact naming the facts to establish.
    """
    codes = select(act_type, facts, library)
    known = with_clauses(facts, codes, library)
    return [
        DraftedArticle(clause, resolve_body(clause, known, parties=parties))
        for clause in (library.clauses[code] for code in codes)
    ]


def resolve_body(clause: ClauseText, facts: Facts, *, parties: int) -> str:
    """Return the text of a clause for these facts (`with_clauses`), fields and references kept."""
    return resolve(clause.body, lambda condition: holds(condition, facts), parties)

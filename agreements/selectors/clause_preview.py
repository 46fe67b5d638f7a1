"""What a clause being written says in a file, and which files on hand its condition selects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from agreements import policies
from agreements.assembly.merging import MergeContext, Segment, merge_segments, number_articles
from agreements.assembly.selection import complete_facts, holds, resolve_body, with_clauses
from agreements.library import ClauseText, Library
from agreements.markup import MarkupError
from agreements.models import Agreement
from agreements.routing import ACTING_SIDES
from agreements.selectors.desk_building import build_desk
from agreements.selectors.library import proposed
from questionnaires.expressions import ExpressionError, MissingFact

# The condition is tried on the newest files of a person: enough to judge, quick on each key typed.
MAX_FILES = 30


class Selected(StrEnum):
    YES = "yes"
    NO = "no"
    OTHER_TYPE = "other_type"
    UNKNOWN = "unknown"
    WRONG = "wrong"


@dataclass(frozen=True)
class Match:
    """Whether a file would receive the clause; `missing` names the facts to establish."""

    agreement: Agreement
    selected: Selected
    missing: Sequence[str] = ()


@dataclass(frozen=True)
class Preview:
    """A clause in a sample file: its text there, or the sentence that says why there is none."""

    label: str
    segments: Sequence[Segment]
    problem: str
    matches: Sequence[Match]


def files_on_hand(user: User) -> list[Agreement]:
    """Return the acts that a person may read, the newest first. Two queries."""
    rows = Agreement.objects.visible_to(user).prefetch_related("parties__organisation")
    newest = rows.order_by("-opened_at", "-pk")[:MAX_FILES]
    return [one for one in newest if policies.is_open_to(user, one)]


def preview_clause(
    clause: ClauseText, files: Sequence[Agreement], library: Library, *, sample: str = ""
) -> Preview:
    """Show a clause in the file whose reference is `sample`, else in the first on hand.

    With no file on hand, it is shown in an empty one: two parties, personal data, nothing filled.
    """
    chosen = next((one for one in files if one.reference == sample), None)
    chosen = chosen or (files[0] if files else None)
    if chosen is None:
        label, facts, context, parties = _empty_file(clause, library)
    else:
        desk = build_desk(chosen)
        label = f"{chosen.reference} — {chosen.title}"
        facts, context, parties = dict(desk.facts), desk.context, len(desk.parties)
    segments, problem = _segments(clause, facts, context, parties)
    return Preview(label, segments, problem, [match(clause, one, library) for one in files])


def match(clause: ClauseText, agreement: Agreement, library: Library) -> Match:
    """Tell whether the condition of a clause selects it for a file."""
    if agreement.act_type not in clause.types:
        return Match(agreement, Selected.OTHER_TYPE)
    sides = [one.side for one in agreement.parties.all() if one.side in ACTING_SIDES]
    facts = complete_facts(
        agreement.facts, act_type=agreement.act_type, sides=sides, library=library
    )
    try:
        chosen = Selected.YES if holds(clause.condition, facts) else Selected.NO
        return Match(agreement, chosen)
    except MissingFact as error:
        return Match(agreement, Selected.UNKNOWN, fact_labels(error, library))
    except ExpressionError:
        return Match(agreement, Selected.WRONG)


def fact_labels(error: MissingFact, library: Library) -> list[str]:
    return [library.facts[name].label if name in library.facts else name for name in error.names]


def _segments(
    clause: ClauseText, facts: Mapping[str, Any], context: MergeContext, parties: int
) -> tuple[list[Segment], str]:
    try:
        body = resolve_body(clause, facts, parties=parties)
        return merge_segments(body, context), ""
    except MissingFact as error:
        missing = ", ".join(fact_labels(error, context.library))
        return [], _("Ce dossier ne dit pas : %s.") % missing
    except (MarkupError, ExpressionError) as error:
        return [], str(error)


def _empty_file(
    clause: ClauseText, library: Library
) -> tuple[str, dict[str, Any], MergeContext, int]:
    sides = ("holder", "requester")
    act_type = str(clause.types[0]) if clause.types else "a"
    given = {name: name == "PD" for name, fact in library.facts.items() if fact.default is None}
    facts = complete_facts(given, act_type=act_type, sides=sides, library=library)
    codes = proposed(library).templates[act_type].clauses
    context = MergeContext({}, sides, number_articles(codes), library)
    label = _("Dossier vide : deux parties, données à caractère personnel")
    return label, with_clauses(facts, codes, library), context, len(sides)

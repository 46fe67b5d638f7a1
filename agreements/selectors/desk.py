"""The workbench as one read model: articles with their gaps and positions, annexes, checks.

Screens, freezing, versions and documents all read it, so that they never tell two stories.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.assembly import checks as check_rules
from agreements.assembly.merging import (
    MergeContext,
    Segment,
    SegmentKind,
    field_label,
    merge_segments,
    plain,
)
from agreements.assembly.selection import mandatory
from agreements.enums import ProposalState, ReviewVerdict
from agreements.library import AnnexTemplate, Library
from agreements.models import (
    Agreement,
    AgreementVersion,
    AnnexContent,
    Article,
    PartyReview,
    Proposal,
    Reserve,
    Signatory,
)
from agreements.powers import accreditation_problem, what_prevents
from cases.models import Party
from questionnaires.expressions import ExpressionError, Gap

AWAITED = "awaited"


@dataclass(frozen=True)
class PositionLine:
    """Where a party stands on an article: its verdict, or « Réponse attendue »."""

    party: Party
    verdict: str
    comment: str = ""
    review: PartyReview | None = None


@dataclass(frozen=True)
class ArticleLine:
    """An article as the workbench shows it."""

    article: Article
    number: int
    segments: Sequence[Segment]
    gaps: Sequence[Gap]
    digest: str
    positions: Sequence[PositionLine]
    proposals: Sequence[Proposal] = ()

    @property
    def pending(self) -> list[Proposal]:
        """The wordings that parties propose and that nobody has settled."""
        return [one for one in self.proposals if one.state == ProposalState.PENDING]

    @property
    def key(self) -> str:
        return self.article.key

    @property
    def title(self) -> str:
        return self.article.title

    @property
    def text(self) -> str:
        return plain(self.segments)

    @property
    def is_discussed(self) -> bool:
        return bool(self.pending) or any(
            p.verdict in (ReviewVerdict.DISCUSS, ReviewVerdict.REFUSE) for p in self.positions
        )

    @property
    def is_awaited(self) -> bool:
        return any(position.verdict == AWAITED for position in self.positions)

    @property
    def is_dangling(self) -> bool:
        return any(segment.kind == SegmentKind.DANGLING for segment in self.segments)

    @property
    def needs_work(self) -> bool:
        return bool(self.gaps) or self.is_discussed or self.is_dangling

    @property
    def is_validated(self) -> bool:
        version = self.article.clause_version
        return version is None or version.is_validated


@dataclass(frozen=True)
class AnnexLine:
    template: AnnexTemplate
    content: Mapping[str, Any]
    changed: AnnexContent | None
    missing: Sequence[str]


@dataclass
class Desk:
    """Everything about an act being written."""

    agreement: Agreement
    library: Library
    parties: Sequence[Party]
    facts: Mapping[str, Any]
    context: MergeContext
    articles: Sequence[ArticleLine]
    removed: Sequence[Article]
    annexes: Sequence[AnnexLine]
    reserves: Sequence[Reserve]
    signatories: Mapping[int, Signatory]
    versions: Sequence[AgreementVersion]
    term: tuple[date | None, date | None] = field(default=(None, None))

    def line(self, key: str) -> ArticleLine | None:
        return next((line for line in self.articles if line.key == key), None)

    @property
    def party_names(self) -> list[str]:
        return [str(party.organisation) for party in self.parties]

    @property
    def last_round(self) -> AgreementVersion | None:
        """The version that the parties were last asked about."""
        return next((version for version in self.versions if version.round), None)

    @cached_property
    def missing_fields(self) -> list[Gap]:
        found = {gap.path: gap for line in self.articles for gap in line.gaps}
        return list(found.values())

    @cached_property
    def mandatory(self) -> tuple[str, ...]:
        """The codes of the clauses that the facts make mandatory."""
        return mandatory(self.agreement.act_type, self.facts, self.library)

    @property
    def field_groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The merge fields as they are written in the editor, by object, with their names."""
        of_parties = [
            f"party_{number}.{key}"
            for number in range(1, len(self.parties) + 1)
            for key in self.library.objects["party"].fields
        ]
        common = [
            path
            for path in self.library.fields
            if path.partition(".")[0] not in ("cert", "party", "holder", "recipient", "amendment")
        ]
        groups: dict[str, list[tuple[str, str]]] = {}
        for path in [*common, *of_parties]:
            name = path.partition(".")[0]
            known = self.library.objects.get(name)
            label = known.label if known else self.party_names[int(name[6:]) - 1]
            groups.setdefault(label, []).append((f"[{path}]", field_label(path, self.context)))
        return list(groups.items())

    def merge(self, body: str) -> list[Segment]:
        """Say what a text would read in this act; nothing when its fields cannot be read."""
        try:
            return merge_segments(body, self.context)
        except ExpressionError:
            return []

    def library_text(self, line: ArticleLine) -> str:
        """What the article would say with the text of the library."""
        return plain(merge_segments(line.article.library_body, self.context))

    def lines_using(self, path: str) -> list[ArticleLine]:
        """The articles that merge a field."""
        return [
            line
            for line in self.articles
            if any(
                segment.path == path and segment.kind in (SegmentKind.GAP, SegmentKind.VALUE)
                for segment in line.segments
            )
        ]

    def typed_value(self, path: str) -> str:
        """The value of a field as somebody would type it."""
        name, _dot, key = path.partition(".")
        value = (self.agreement.values.get(name) or {}).get(key)
        if isinstance(value, list):
            return "\n".join(value)
        return "" if value is None else str(value)

    @cached_property
    def checks(self) -> list[check_rules.Check]:
        return check_rules.run_checks(_draft_state(self))

    @property
    def blocking(self) -> list[check_rules.Check]:
        return check_rules.blocking(self.checks)

    @property
    def satisfied(self) -> int:
        return sum(check.state == check_rules.CheckState.OK for check in self.checks)

    @property
    def is_ready(self) -> bool:
        return not self.blocking

    @property
    def open_reserves(self) -> list[Reserve]:
        return [reserve for reserve in self.reserves if reserve.is_open]

    @property
    def is_all_validated(self) -> bool:
        return all(line.is_validated for line in self.articles)


def _draft_state(desk: Desk) -> check_rules.DraftState:
    agreement = desk.agreement
    return check_rules.DraftState(
        facts=desk.facts,
        codes=[line.key for line in desk.articles],
        mandatory=desk.mandatory,
        removed_reasons={row.key: row.removed_reason for row in desk.removed},
        articles=[
            check_rules.ArticleState(
                key=line.key,
                number=line.number,
                title=line.title,
                segments=line.segments,
                in_discussion=line.is_discussed,
                is_validated=line.is_validated,
                is_awaited=line.is_awaited,
            )
            for line in desk.articles
        ],
        annexes=[
            check_rules.AnnexState(line.template.number, line.template.title, line.missing)
            for line in desk.annexes
        ],
        reserves=[
            check_rules.ReserveRow(row.text, row.owner, row.is_prior, row.state)
            for row in desk.reserves
        ],
        signatories=[_signatory_state(party, desk) for party in desk.parties],
        opinions=[
            check_rules.OpinionState(opinion["party"], opinion["verdict"])
            for opinion in agreement.opinions
        ],
        values=desk.context.values,
        formality_ends=[
            (formality["label"], date.fromisoformat(formality["ends_on"]))
            for formality in agreement.formalities
            if formality.get("ends_on")
        ],
        library=desk.library,
        today=timezone.localdate(),
    )


def _signatory_state(party: Party, desk: Desk) -> check_rules.SignatoryState:
    organisation, signatory = party.organisation, desk.signatories.get(party.pk)
    if signatory is not None:
        problem = what_prevents(signatory.user, organisation, desk.agreement)
    else:
        problem = ", ".join(
            filter(
                None,
                (accreditation_problem(organisation, desk.agreement), _("signataire à désigner")),
            )
        )
    return check_rules.SignatoryState(str(organisation), problem)

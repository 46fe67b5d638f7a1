"""The workbench as one read model: articles with their gaps and positions, annexes, checks.

Screens, freezing, versions and documents all read it, so that they never tell two stories.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from agreements.assembly import annexes as annex_rules
from agreements.assembly import checks as check_rules
from agreements.assembly.merging import (
    MergeContext,
    Segment,
    SegmentKind,
    field_label,
    gaps,
    last_day,
    merge_segments,
    number_articles,
    plain,
    typed_values,
)
from agreements.assembly.selection import complete_facts, mandatory, with_clauses
from agreements.enums import ReviewVerdict
from agreements.library import AnnexTemplate, Library
from agreements.models import (
    Agreement,
    AgreementVersion,
    AnnexContent,
    Article,
    PartyReview,
    Reserve,
    Signatory,
)
from agreements.powers import power_of, problem_of
from agreements.routing import parties_of
from agreements.selectors.library import current_library
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
        return any(
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
    def field_list(self) -> list[tuple[str, str]]:
        """The merge fields as they are written in the editor, with their French names."""
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
        return [(f"[{path}]", field_label(path, self.context)) for path in [*common, *of_parties]]

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


def build_desk(agreement: Agreement) -> Desk:
    """Read an act being written, in a constant number of queries."""
    library = current_library()
    parties = parties_of(agreement)
    rows = list(agreement.articles.select_related("clause_version__clause", "changed_by"))
    kept = [row for row in rows if row.removed_at is None]
    signatories = {
        row.party_id: row
        for row in agreement.signatories.select_related("user", "party__organisation", "agreement")
    }
    versions = list(agreement.versions.select_related("created_by"))
    facts = with_clauses(
        complete_facts(
            agreement.facts,
            act_type=agreement.act_type,
            sides=[party.side for party in parties],
            library=library,
        ),
        [row.key for row in kept],
        library,
    )
    chosen = annex_rules.select_annexes(facts, library)
    values, term = _values(agreement, parties, signatories, chosen, library)
    context = MergeContext(
        values, [party.side for party in parties], number_articles(r.key for r in kept), library
    )
    return Desk(
        agreement=agreement,
        library=library,
        parties=parties,
        facts=facts,
        context=context,
        articles=_articles(kept, context, parties, versions),
        removed=[row for row in rows if row.removed_at is not None],
        annexes=_annexes(agreement, chosen, facts, parties),
        reserves=list(agreement.reserves.select_related("proof_by", "settled_by")),
        signatories=signatories,
        versions=versions,
        term=term,
    )


def _values(
    agreement: Agreement,
    parties: Sequence[Party],
    signatories: Mapping[int, Signatory],
    chosen: Sequence[AnnexTemplate],
    library: Library,
) -> tuple[dict[str, Any], tuple[date | None, date | None]]:
    """Return the values to merge: those typed in, and those that the act knows by itself."""
    values = typed_values(agreement.values, library)
    act = dict(values.get("agreement") or {})
    start, months = act.get("effective_on"), act.get("duration_months")
    end = last_day(start, months) if start and months else None
    amended = agreement.values.get("agreement") or {}
    values["agreement"] = {
        **act,
        "reference": amended.get("reference") or agreement.reference,
        "title": agreement.title,
        "type_label": agreement.get_act_type_display(),
        "end_on": end,
        "annexes_list": annex_rules.annexes_list(chosen),
        "parties_list": [str(party.organisation) for party in parties],
        "status_label": agreement.stage_label,
    }
    values["signature"] = {"level_label": agreement.get_signature_level_display()}
    for number, party in enumerate(parties, start=1):
        values[f"party_{number}"] = _party_values(
            values.get(f"party_{number}") or {}, signatories.get(party.pk)
        )
    return values, (start, end)


def _party_values(typed: Mapping[str, Any], signatory: Signatory | None) -> dict[str, Any]:
    """Return what is known of a party; its representative is the signatory, by his delegation."""
    if signatory is None:
        return dict(typed)
    power = power_of(signatory)
    known = {
        "representative": signatory.user.get_full_name(),
        "representative_title": power.title if power else signatory.user.job_title,
        "delegation_ref": power.reference if power else "",
    }
    return {**typed, **{key: value for key, value in known.items() if value}}


def digest_of(title: str, segments: Sequence[Segment]) -> str:
    """Identify what an article says, whatever the numbers of the articles it refers to."""
    parts = [
        f"→{segment.path}" if segment.kind in (SegmentKind.REFERENCE, SegmentKind.DANGLING)
        else segment.text
        for segment in segments
    ]  # fmt: skip
    return hashlib.sha256("\x1f".join([title, "".join(parts)]).encode()).hexdigest()


def _articles(
    rows: Sequence[Article],
    context: MergeContext,
    parties: Sequence[Party],
    versions: Sequence[AgreementVersion],
) -> list[ArticleLine]:
    answers = _latest_reviews(versions)
    lines = []
    for row in rows:
        segments = merge_segments(row.body, context)
        digest = digest_of(row.title, segments)
        positions = [_position(party, row.key, digest, answers.get(party.pk)) for party in parties]
        lines.append(
            ArticleLine(
                article=row,
                number=context.numbers[row.key],
                segments=segments,
                gaps=gaps(segments, context),
                digest=digest,
                positions=positions,
            )
        )
    return lines


def _latest_reviews(versions: Sequence[AgreementVersion]) -> dict[int, PartyReview]:
    """Return the last answer of each party, with the version it was about."""
    by_id = {version.pk: version for version in versions}
    reviews = (
        PartyReview.objects.filter(version_id__in=by_id)
        .select_related("given_by")
        .prefetch_related("positions")
        .order_by("version__number")
    )
    latest: dict[int, PartyReview] = {}
    for review in reviews:
        review.version = by_id[review.version_id]
        latest[review.party_id] = review
    return latest


def _position(party: Party, key: str, digest: str, review: PartyReview | None) -> PositionLine:
    """An answer holds as long as the article still says what the party read."""
    if review is None:
        return PositionLine(party, AWAITED)
    read = review.version.article(key)
    if read is None or read["digest"] != digest:
        return PositionLine(party, AWAITED, review=review)
    found = next((one for one in review.positions.all() if one.key == key), None)
    if found is not None:
        return PositionLine(party, found.verdict, found.comment, review)
    return PositionLine(party, ReviewVerdict.AGREE, review=review)


def _annexes(
    agreement: Agreement,
    chosen: Sequence[AnnexTemplate],
    facts: Mapping[str, Any],
    parties: Sequence[Party],
) -> list[AnnexLine]:
    contents = {row.number: row for row in agreement.annex_contents.select_related("changed_by")}
    names = [str(party.organisation) for party in parties]
    lines = []
    for template in chosen:
        row = contents.get(template.number)
        content = row.content if row else {}
        missing = annex_rules.missing(template, content, facts=facts, parties=names)
        lines.append(AnnexLine(template, content, row, missing))
    return lines


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
                in_discussion=line.is_discussed or line.is_awaited,
                is_validated=line.is_validated,
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
        signatories=[_signatory_state(party, desk.signatories) for party in desk.parties],
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
    )


def _signatory_state(
    party: Party, signatories: Mapping[int, Signatory]
) -> check_rules.SignatoryState:
    signatory = signatories.get(party.pk)
    if signatory is None:
        return check_rules.SignatoryState(str(party.organisation), _("signataire à désigner"))
    problem = problem_of(signatory.user, party.organisation, signatory.agreement.act_type)
    return check_rules.SignatoryState(str(party.organisation), problem)

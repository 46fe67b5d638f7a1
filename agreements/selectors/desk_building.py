"""How the workbench is read from the database: a constant number of queries."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from agreements.assembly import annexes as annex_rules
from agreements.assembly.merging import (
    MergeContext,
    Segment,
    SegmentKind,
    gaps,
    last_day,
    merge_segments,
    number_articles,
    typed_values,
)
from agreements.assembly.selection import complete_facts, with_clauses
from agreements.enums import ReviewVerdict
from agreements.library import AnnexTemplate, Library
from agreements.models import Agreement, AgreementVersion, Article, PartyReview, Proposal, Signatory
from agreements.powers import power_of
from agreements.routing import parties_of
from agreements.selectors.desk import AWAITED, AnnexLine, ArticleLine, Desk, PositionLine
from agreements.selectors.library import current_library
from cases.models import Party
from journal.dates import day_text


def build_desk(agreement: Agreement) -> Desk:
    """Read an act being written, in a constant number of queries."""
    library = current_library(pinned=agreement.template_id)
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
        articles=_articles(kept, context, parties, versions, _proposals(agreement)),
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
        # The signed text outlives the stage in which it was drawn up.
        "status_label": _("en vigueur à compter du %(day)s") % {"day": day_text(start)}
        if start
        else agreement.stage_label,
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
    proposals: Mapping[str, list[Proposal]],
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
                proposals=proposals.get(row.key, ()),
            )
        )
    return lines


def _proposals(agreement: Agreement) -> dict[str, list[Proposal]]:
    found: dict[str, list[Proposal]] = {}
    rows = agreement.proposals.select_related("party__organisation", "proposed_by", "settled_by")
    for row in rows:
        found.setdefault(row.key, []).append(row)
    return found


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

"""Other wordings that parties propose: taken into the act, or not, by whoever drafts it."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import policies
from agreements.enums import ProposalState
from agreements.models import Agreement, Article, Proposal
from agreements.services.editing import (
    MAX_BODY,
    MAX_REASON,
    check_body,
    clean,
    locked_article,
    write,
)
from cases import engine
from cases.errors import Conflict, Impossible


def propose(*, agreement: Agreement, key: str, body: str, reason: str, by: User) -> Proposal:
    """Propose another wording of an article, which takes the place of one's pending proposal.

    Raises NotAllowed (not a party, act not sent yet, version frozen), Impossible (empty or too
    long, unknown merge field, no reason, nothing changed), Conflict (article removed meanwhile).
    Source: ux/spec.md §5.
    """
    body = clean(body, name=_("Rédaction proposée"), limit=MAX_BODY)
    reason = clean(reason, name=_("Motif"), limit=MAX_REASON)
    with engine.move(agreement, by=by) as move:
        party = policies.check_can_propose(by, move.case)
        article = locked_article(move.case, key)
        check_body(body, move.case)
        if body == article.body:
            raise Impossible(_("Cette rédaction est déjà celle de l’acte."))
        made, _created = Proposal.objects.update_or_create(
            agreement=move.case,
            key=key,
            party=party,
            state=ProposalState.PENDING,
            defaults={
                "base": article.body,
                "body": body,
                "reason": reason,
                "proposed_by": by,
                "proposed_at": timezone.now(),
            },
        )
        move.record(
            "proposal.made",
            _("a proposé une autre rédaction de l’article « %s »") % article.title,
            reason=reason,
            data={"proposal": made.pk, "key": key, "base": article.body, "body": body},
        )
    return made


def accept_proposal(*, proposal: Proposal, by: User) -> Article:
    """Take a proposed wording into the act; it is a deviation whose reason is that of the party.

    Raises NotAllowed (not a drafter, locked text), Conflict (settled already, or the article
    changed since the proposal: it is then to be proposed again).
    """
    with engine.move(proposal.agreement, by=by) as move:
        fresh = _locked(proposal, move.case)
        article = locked_article(move.case, fresh.key)
        policies.check_can_edit_article(by, move.case, article)
        if article.body != fresh.base:
            raise Conflict(_("L’article a changé depuis cette proposition."))
        reason = _("Proposition de %(party)s : %(reason)s") % {
            "party": fresh.party.organisation, "reason": fresh.reason,
        }  # fmt: skip
        check_body(fresh.body, move.case)
        deviates = article.clause_version is not None and fresh.body != article.library_body
        write(
            article,
            title=article.title,
            body=fresh.body,
            reason=reason[:MAX_REASON] if deviates else "",
            by=by,
        )
        _settle(fresh, ProposalState.ACCEPTED, by)
        move.record(
            "proposal.accepted",
            _("a retenu la rédaction proposée par « %(party)s » pour l’article « %(title)s »")
            % {"party": fresh.party.organisation, "title": article.title},
            data={
                "proposal": fresh.pk,
                "key": fresh.key,
                "before": fresh.base,
                "after": fresh.body,
            },
        )
    return article


def reject_proposal(*, proposal: Proposal, reason: str, by: User) -> None:
    """Leave a proposed wording out of the act, and say why to its party.

    Raises NotAllowed (not a drafter), Impossible (no reason), Conflict (settled already).
    """
    reason = clean(reason, name=_("Motif"), limit=MAX_REASON)
    with engine.move(proposal.agreement, by=by) as move:
        fresh = _locked(proposal, move.case)
        policies.check_can_draft(by, move.case)
        _settle(fresh, ProposalState.REJECTED, by, reason)
        move.record(
            "proposal.rejected",
            _("n’a pas retenu la rédaction proposée par « %s »") % fresh.party.organisation,
            reason=reason,
            data={"proposal": fresh.pk, "key": fresh.key},
        )


def _locked(proposal: Proposal, agreement: Agreement) -> Proposal:
    fresh = (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("party__organisation")
        .get(pk=proposal.pk, agreement_id=agreement.pk)
    )
    if fresh.state != ProposalState.PENDING:
        raise Conflict(_("Cette proposition est déjà traitée."))
    return fresh


def _settle(proposal: Proposal, state: str, by: User, reason: str = "") -> None:
    proposal.state, proposal.settlement = state, reason
    proposal.settled_by, proposal.settled_at = by, timezone.now()
    proposal.save()

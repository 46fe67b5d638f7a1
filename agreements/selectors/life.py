"""The life of a signed act: what was decided on it, what comes next and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404

from accounts.models import User
from agreements import policies
from agreements.duties import shifted
from agreements.enums import LIVE_STAGES, AgreementStage, LifeMoveKind, LifeMoveState
from agreements.models import Agreement, LifeConsent, LifeMove
from agreements.routing import parties_of
from cases.models import Party

# What the practice proposes when the act does not say (clauses.md, §2: C37, C40).
NOTICE_MONTHS = 3
RENEWAL_DECISION_MONTHS = 3


def _months(agreement: Agreement, key: str, proposed: int) -> int:
    value = (agreement.values.get("agreement") or {}).get(key)
    return int(value) if value else proposed


def notice_months(agreement: Agreement) -> int:
    """Return the notice that an act asks before it is terminated, in months."""
    return _months(agreement, "notice_months", NOTICE_MONTHS)


def decision_day(agreement: Agreement) -> date | None:
    """Return the day before which the prolongation of an act must be decided (article C37)."""
    if agreement.end_on is None:
        return None
    months = _months(agreement, "renewal_decision_months", RENEWAL_DECISION_MONTHS)
    return shifted(agreement.end_on, months=-months)


@dataclass(frozen=True)
class MoveLine:
    """A decision, who agreed to it, who is still awaited, and what the reader may do."""

    move: LifeMove
    consents: list[LifeConsent]
    awaited: list[Party]
    may_consent: bool
    may_withdraw: bool


def life_lines(user: User, agreement: Agreement) -> list[MoveLine]:
    """Return every decision on an act, newest first. Three queries and the parties."""
    parties = parties_of(agreement)
    moves = agreement.life_moves.select_related("party__organisation", "asked_by").prefetch_related(
        "consents__party__organisation", "consents__given_by"
    )
    return [_line(user, agreement, move, parties) for move in moves]


def _line(user: User, agreement: Agreement, move: LifeMove, parties: list[Party]) -> MoveLine:
    move.agreement = agreement
    consents = list(move.consents.all())
    given = {consent.party_id for consent in consents}
    waits = move.state == LifeMoveState.AWAITED
    return MoveLine(
        move,
        consents,
        [party for party in parties if waits and party.pk not in given],
        policies.can_consent(user, move),
        policies.can_withdraw_move(user, move),
    )


def life_move(agreement: Agreement, pk: int) -> LifeMove:
    """Return a decision of an act; 404 for one of another act."""
    found = agreement.life_moves.select_related("party__organisation").filter(pk=pk).first()
    if found is None:
        raise Http404
    found.agreement = agreement
    return found


def suspension_of(agreement: Agreement) -> LifeMove | None:
    """Return the suspension under which an act stands, if any."""
    if agreement.stage != AgreementStage.SUSPENDED:
        return None
    return agreement.life_moves.filter(kind=LifeMoveKind.SUSPENSION).first()


def life_facts(user: User, agreement: Agreement) -> dict[str, Any]:
    """Return what the page of the life of an act shows around its decisions."""
    return {
        "suspension": suspension_of(agreement),
        "decision_day": decision_day(agreement) if agreement.stage in LIVE_STAGES else None,
        "can_suspend": policies.can_suspend(user, agreement),
        "can_ask_lifting": policies.can_ask_lifting(user, agreement),
        "can_terminate": policies.can_terminate(user, agreement),
    }

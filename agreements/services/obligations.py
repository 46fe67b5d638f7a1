"""Obligations of a signed act: born with it, proved by their owner, accepted by somebody else."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from agreements import duties, policies
from agreements.assembly.selection import holds, with_clauses
from agreements.enums import (
    ActType,
    Anchor,
    ObligationMoment,
    ObligationState,
    ReserveStage,
)
from agreements.models import Agreement, AgreementVersion, Obligation
from agreements.routing import parties_of
from agreements.selectors.library import current_library
from agreements.services.reserves import clean_text
from cases import engine
from cases.engine import Move
from cases.errors import Conflict

_MOMENT_OF_RESERVE = {
    ReserveStage.BEFORE_DELIVERY: ObligationMoment.BEFORE_DELIVERY,
    ReserveStage.ONGOING: ObligationMoment.ONGOING,
}


def bear(agreement: Agreement, version: AgreementVersion) -> None:
    """Write the obligations of an act, in the transaction that registers it (its event tells it).

    One row for each condition that was not lifted, and for each duty of a clause that the signed
    text has, for every party of the side that owes it. An amendment leaves those of its act.
    Source: process.md, S11 to S13.
    """
    if agreement.act_type == ActType.AMENDMENT:
        return
    _of_reserves(agreement)
    _of_clauses(agreement, version)
    for anchor, day in ((Anchor.EFFECT, agreement.effective_on), (Anchor.END, agreement.end_on)):
        if day is not None:
            date_from(agreement, anchor=anchor, day=day)


def _of_reserves(agreement: Agreement) -> None:
    for reserve in agreement.reserves.select_related("owner_organisation"):
        moment = _MOMENT_OF_RESERVE.get(ReserveStage(reserve.stage))
        if moment is not None and reserve.is_open:
            Obligation.objects.create(
                agreement=agreement,
                code=f"reserve-{reserve.pk}",
                text=reserve.text,
                source=reserve.source or _("Réserve"),
                owner=reserve.owner,
                owner_organisation=reserve.owner_organisation,
                moment=moment,
                proof_expected=reserve.proof_expected,
                state=reserve.state,
                proof=reserve.proof,
                proof_by=reserve.proof_by,
                proof_at=reserve.proof_at,
            )


def _of_clauses(agreement: Agreement, version: AgreementVersion) -> None:
    content = version.content
    articles = {one["key"]: one for one in content["articles"]}
    facts = with_clauses(content["facts"], list(articles), current_library())
    owners: dict[str, list[Organisation]] = {}
    for party in parties_of(agreement):
        owners.setdefault(party.side, []).append(party.organisation)
    for duty in duties.shipped():
        article = articles.get(duty.clause)
        if article is None or not holds(duty.condition, facts):
            continue
        months, days = duty.delay(content["values"])
        for organisation in owners.get(duty.side, []):
            Obligation.objects.create(
                agreement=agreement,
                code=duty.code,
                text=duty.text,
                source=_("Article %(n)s — %(title)s")
                % {"n": article["number"], "title": article["title"]},
                owner=str(organisation),
                owner_organisation=organisation,
                moment=duty.moment,
                anchor=duty.anchor or "",
                months=months,
                days=days,
                every_months=duty.every_months,
                proof_expected=duty.proof,
            )


def date_from(agreement: Agreement, *, anchor: str, day: date) -> None:
    """Date the open obligations that are counted from this day, in the caller's move.

    Called when the day is known, or changes: first delivery, express renewal, early end.
    """
    for one in agreement.obligations.open().filter(anchor=anchor):
        months = one.months + (one.rank - 1) * one.every_months
        one.due_on = duties.shifted(day, months=months, days=one.days)
        one.save(update_fields=["due_on"])


def _locked(obligation: Obligation, agreement: Agreement) -> Obligation:
    fresh: Obligation = (
        Obligation.objects.select_for_update(of=("self",))
        .select_related("agreement", "owner_organisation")
        .get(pk=obligation.pk, agreement_id=agreement.pk)
    )
    if not fresh.is_open:
        raise Conflict(
            _("Cette obligation est déjà close : %s.") % fresh.get_state_display().lower()
        )
    return fresh


def prove_obligation(*, obligation: Obligation, proof: str, by: User) -> None:
    """Its owner brings the proof of an obligation. Raises NotAllowed, Impossible, Conflict."""
    proof = clean_text(proof, _("Décrivez la preuve, ou citez la pièce déposée."))
    with engine.move(obligation.agreement, by=by) as move:
        fresh = _locked(obligation, move.case)
        policies.check_can_prove_obligation(move.by, fresh)
        fresh.proof, fresh.proof_by, fresh.proof_at = proof, by, timezone.now()
        fresh.state = ObligationState.PROOF_RECEIVED
        fresh.save()
        _record(move, "proved", _("a apporté la preuve de « %s »"), fresh, proof)


def accept_obligation(*, obligation: Obligation, reason: str = "", by: User) -> None:
    """Hold an obligation as fulfilled, at the sight of its proof; the next time of a recurring one
    is opened.

    By another person than the one who proved it. Raises NotAllowed, Conflict.
    """
    with engine.move(obligation.agreement, by=by) as move:
        fresh = _locked(obligation, move.case)
        policies.check_can_accept_obligation(move.by, fresh)
        _settle(fresh, ObligationState.DISCHARGED, reason.strip()[:4000], by)
        _record(move, "discharged", _("a constaté que « %s » est remplie"), fresh, reason)


def return_obligation(*, obligation: Obligation, reason: str, by: User) -> None:
    """Ask for another proof, with the reason: the one received does not suffice.

    Raises NotAllowed, Impossible (no reason), Conflict.
    """
    reason = clean_text(reason, _("Indiquez ce qui manque à la preuve."))
    with engine.move(obligation.agreement, by=by) as move:
        fresh = _locked(obligation, move.case)
        policies.check_can_accept_obligation(move.by, fresh)
        fresh.state, fresh.settlement = ObligationState.OPEN, reason
        fresh.proof, fresh.proof_by, fresh.proof_at = "", None, None
        fresh.save()
        _record(move, "returned", _("a demandé une autre preuve pour « %s »"), fresh, reason)


def set_obligation_aside(*, obligation: Obligation, reason: str, by: User) -> None:
    """Declare an obligation without object, with the reason; it stays readable.

    Raises NotAllowed, Impossible (no reason), Conflict.
    """
    reason = clean_text(reason, _("Expliquez pourquoi l’obligation est sans objet."))
    with engine.move(obligation.agreement, by=by) as move:
        fresh = _locked(obligation, move.case)
        policies.check_can_set_aside_obligation(move.by, fresh)
        _settle(fresh, ObligationState.SET_ASIDE, reason, by)
        _record(move, "set_aside", _("a déclaré sans objet « %s »"), fresh, reason)


def discharge(agreement: Agreement, *, code: str, proof: str, by: User) -> None:
    """Discharge, in the caller's move, what the application sees by itself (its event tells it),
    for each party that owes it."""
    for one in agreement.obligations.open().filter(code=code):
        if not one.proof:
            one.proof, one.proof_by, one.proof_at = proof, by, timezone.now()
        _settle(one, ObligationState.DISCHARGED, "", by)


def _settle(obligation: Obligation, state: str, settlement: str, by: User) -> None:
    obligation.state, obligation.settlement = state, settlement
    obligation.settled_by, obligation.settled_at = by, timezone.now()
    obligation.save()
    _open_next(obligation)


def _open_next(done: Obligation) -> None:
    """The next time of a recurring obligation, when it falls before the end of the act."""
    if not done.every_months or done.due_on is None:
        return
    due_on = duties.shifted(done.due_on, months=done.every_months)
    end = done.agreement.end_on
    if end is not None and due_on > end:
        return
    kept: dict[str, Any] = {
        name: getattr(done, name)
        for name in ("agreement", "code", "text", "source", "owner", "owner_organisation",
                     "moment", "anchor", "months", "days", "every_months", "proof_expected")
    }  # fmt: skip
    Obligation.objects.create(**kept, rank=done.rank + 1, due_on=due_on)


def _record(move: Move, verb: str, summary: str, obligation: Obligation, reason: str) -> None:
    move.record(
        f"obligation.{verb}",
        summary % obligation.text[:80],
        reason=reason,
        data={"obligation": obligation.pk, "code": obligation.code, "rank": obligation.rank},
    )

"""What parties decide on an act in force: suspension, its lifting, termination (process.md, §8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import valid_delegation
from agreements import policies
from agreements.assembly.merging import last_day
from agreements.enums import (
    LIVE_STAGES,
    SUSPENSION_GROUNDS,
    TERMINATION_GROUNDS,
    LifeGround,
    LifeMoveKind,
    LifeMoveState,
)
from agreements.life_cycle import AgreementLife, TransitionNotAllowed
from agreements.models import Agreement, LifeConsent, LifeMove
from agreements.routing import parties_of
from agreements.selectors.life import notice_months
from agreements.selectors.people import both_sides
from agreements.services.life import close_pending_moves
from agreements.services.reserves import clean_text
from agreements.signals import agreement_ended, agreement_resumed, agreement_suspended
from cases import announcements, engine
from cases.errors import Conflict, Impossible
from cases.models import Party
from journal.dates import day_text
from notifications.enums import Family

# A suspension is looked at again after three months at most (process.md, §8).
REVIEW_MONTHS = 3
# A party in breach has thirty days to comply with the formal notice.
BREACH_DAYS = 30


def _reason(text: str) -> str:
    return clean_text(text, _("Indiquez le motif."))


def _tell(agreement: Agreement, subject: str, sentence: str) -> None:
    announcements.tell(
        agreement,
        both_sides(agreement),
        family=Family.SUSPENSION,
        subject=subject,
        sentence=sentence % agreement.title,
        locked=True,
    )


def _apply(transition: Callable[[], object]) -> None:
    try:
        transition()
    except TransitionNotAllowed as error:
        raise Conflict(_("L’acte a changé d’état entre-temps.")) from error


def suspend(
    *, agreement: Agreement, ground: str, reason: str, review_on: date | None = None, by: User
) -> LifeMove:
    """Suspend an act in force, at once: deliveries and accesses stop, both sides and DPOs are told.

    `review_on` is at most three months away, which is also what nothing means. Raises NotAllowed
    (not a party, act not in force), Impossible (no reason, unknown ground, review too far or past).
    Source: process.md §8, ux/spec.md §5.
    """
    reason = _reason(reason)
    if ground not in SUSPENSION_GROUNDS:
        raise Impossible(_("Choisissez le cas dans la liste."))
    today = timezone.localdate()
    limit = last_day(today, REVIEW_MONTHS)
    review_on = review_on or limit
    if not today < review_on <= limit:
        raise Impossible(_("Le réexamen a lieu au plus tard le %s.") % day_text(limit))
    with engine.move(agreement, by=by) as move:
        party = policies.check_can_suspend(by, move.case)
        _apply(AgreementLife(move.case).suspend)
        made = LifeMove.objects.create(
            agreement=move.case,
            kind=LifeMoveKind.SUSPENSION,
            state=LifeMoveState.DONE,
            ground=ground,
            reason=reason,
            party=party,
            asked_by=by,
            effective_on=today,
            review_on=review_on,
        )
        move.record(
            "agreement.suspended",
            _("a suspendu l’acte, réexamen avant le %s") % day_text(review_on),
            reason=reason,
            data={"move": made.pk, "ground": ground, "review_on": review_on.isoformat()},
        )
        _tell(
            move.case,
            _("Partage suspendu, réexamen avant le %s") % day_text(review_on),
            _("La convention « %s » est suspendue : livraisons et accès sont arrêtés."),
        )
        agreement_suspended.send(
            sender=Agreement, agreement=move.case, by=by, reason=made.get_ground_display()
        )
    return made


def ask_lifting(*, agreement: Agreement, reason: str, by: User) -> LifeMove:
    """Ask that a suspension be lifted: every party then signs it. Raises as `suspend`."""
    reason = _reason(reason)
    with engine.move(agreement, by=by) as move:
        party = policies.check_can_ask_lifting(by, move.case)
        _none_pending(move.case, LifeMoveKind.LIFTING)
        made = LifeMove.objects.create(
            agreement=move.case,
            kind=LifeMoveKind.LIFTING,
            state=LifeMoveState.AWAITED,
            reason=reason,
            party=party,
            asked_by=by,
        )
        move.record(
            "lifting.asked",
            _("a demandé la levée de la suspension"),
            reason=reason,
            data={"move": made.pk},
        )
        _tell(
            move.case,
            _("Levée de la suspension à signer"),
            _("La levée de la suspension de « %s » attend l’accord de chaque partie."),
        )
    return made


def _none_pending(agreement: Agreement, kind: str) -> None:
    if any(move.is_pending for move in agreement.life_moves.filter(kind=kind)):
        raise Conflict(_("Une demande de même nature est déjà en cours."))


def terminate(
    *,
    agreement: Agreement,
    ground: str,
    reason: str,
    is_reauthenticated: bool,
    effective_on: date | None = None,
    by: User,
) -> LifeMove:
    """Terminate an act: by common accord, with notice, for breach, or in the general interest.

    The day follows from the ground: after the notice of the act; thirty days after the formal
    notice of a breach, unless it is cured (`withdraw_move`); on `effective_on` otherwise. A common
    accord waits for each party. Raises NotAllowed (no power to sign), Impossible (no reason,
    unknown ground, identity not confirmed, day past), Conflict (asked already).
    """
    reason = _reason(reason)
    if ground not in TERMINATION_GROUNDS:
        raise Impossible(_("Choisissez le cas dans la liste."))
    if not is_reauthenticated:
        raise Impossible(_("Confirmez votre identité."))
    with engine.move(agreement, by=by) as move:
        party = policies.check_can_terminate(by, move.case)
        _none_pending(move.case, LifeMoveKind.TERMINATION)
        day = termination_day(move.case, ground, effective_on)
        if day < timezone.localdate():
            raise Impossible(_("La résiliation ne prend pas effet dans le passé."))
        awaits = ground == LifeGround.MUTUAL
        words = _termination_words(awaits=awaits)
        made = LifeMove.objects.create(
            agreement=move.case,
            kind=LifeMoveKind.TERMINATION,
            state=LifeMoveState.AWAITED if awaits else LifeMoveState.DECIDED,
            ground=ground,
            reason=reason,
            party=party,
            asked_by=by,
            effective_on=day,
        )
        if awaits:
            _consent(made, party, by)
        move.record(
            "termination.asked" if awaits else "termination.decided",
            words.summary % day_text(day),
            reason=reason,
            data={"move": made.pk, "ground": ground, "effective_on": day.isoformat()},
        )
        _tell(move.case, words.subject % day_text(day), words.sentence)
        if not awaits and day <= timezone.localdate():
            _end(move, made)
    return made


class _Words(NamedTuple):
    """What the journal and the message say of a termination, with the place of its day."""

    summary: str
    subject: str
    sentence: str


def _termination_words(*, awaits: bool) -> _Words:
    if awaits:
        return _Words(
            _("a proposé la résiliation d’un commun accord, effet le %s"),
            _("Résiliation à signer, effet le %s"),
            _("La résiliation de « %s » attend l’accord de chaque partie."),
        )
    return _Words(
        _("a résilié l’acte, effet le %s"),
        _("Convention résiliée, effet le %s"),
        _("Une partie met fin à la convention « %s »."),
    )


def termination_day(agreement: Agreement, ground: str, asked: date | None = None) -> date:
    """Return the day from which an act terminated today on this ground applies no more."""
    today = timezone.localdate()
    if ground == LifeGround.NOTICE:
        return last_day(today, notice_months(agreement)) + timedelta(days=1)
    if ground == LifeGround.BREACH:
        return today + timedelta(days=BREACH_DAYS)
    return asked or today


def _end(move: engine.Move, made: LifeMove) -> None:
    """Apply a termination whose day has come, in the move that decides it."""
    _apply(AgreementLife(move.case).terminate)
    made.state = LifeMoveState.DONE
    made.save(update_fields=["state"])
    close_pending_moves(move.case)
    agreement_ended.send(sender=Agreement, agreement=move.case, by=move.by)


def agree_to_move(*, life_move: LifeMove, is_reauthenticated: bool, by: User) -> LifeMove:
    """Sign, for one's party, the lifting of a suspension or a termination by common accord.

    The last accord makes it: the act is in force again, or ends at the day proposed. Raises
    NotAllowed (no power, already given), Impossible (identity not confirmed), Conflict.
    """
    if not is_reauthenticated:
        raise Impossible(_("Confirmez votre identité."))
    with engine.move(life_move.agreement, by=by) as move:
        fresh = _locked(life_move, move.case)
        consent = _consent(fresh, policies.check_can_consent(by, fresh), by)
        waiting = len(parties_of(move.case)) - fresh.consents.count()
        move.record(
            f"{fresh.kind}.agreed",
            _("a donné son accord : %(what)s, pour « %(party)s »")
            % {"what": fresh.get_kind_display().lower(), "party": consent.party.organisation},
            data={"move": fresh.pk, "waiting": waiting, "delegation": consent.delegation},
        )
        if waiting:
            return fresh
        if fresh.kind == LifeMoveKind.LIFTING:
            _resume(move, fresh)
        else:
            _decide(move, fresh)
    return fresh


def _locked(life_move: LifeMove, agreement: Agreement) -> LifeMove:
    fresh = (
        LifeMove.objects.select_for_update(of=("self",))
        .select_related("agreement", "party")
        .get(pk=life_move.pk, agreement_id=agreement.pk)
    )
    fresh.agreement = agreement
    return fresh


def _consent(made: LifeMove, party: Party, by: User) -> LifeConsent:
    power = valid_delegation(by, party.organisation, made.agreement.act_type)
    return LifeConsent.objects.create(
        move=made, party=party, given_by=by, delegation=power.reference if power else ""
    )


def _resume(move: engine.Move, made: LifeMove) -> None:
    _apply(AgreementLife(move.case).resume)
    made.state, made.effective_on = LifeMoveState.DONE, timezone.localdate()
    made.save(update_fields=["state", "effective_on"])
    _tell(
        move.case,
        _("Suspension levée"),
        _("La convention « %s » est de nouveau en vigueur."),
    )
    agreement_resumed.send(sender=Agreement, agreement=move.case, by=move.by)


def _decide(move: engine.Move, made: LifeMove) -> None:
    made.state = LifeMoveState.DECIDED
    made.effective_on = max(made.effective_on or timezone.localdate(), timezone.localdate())
    made.save(update_fields=["state", "effective_on"])
    _tell(
        move.case,
        _("Convention résiliée, effet le %s") % day_text(made.effective_on),
        _("Les parties mettent fin à la convention « %s » d’un commun accord."),
    )
    if made.effective_on <= timezone.localdate():
        _end(move, made)


def withdraw_move(*, life_move: LifeMove, reason: str, by: User) -> None:
    """Take back a decision that has no effect yet: the breach is cured, the parties disagree.

    Raises NotAllowed (another party, no power), Impossible (no reason), Conflict.
    """
    reason = _reason(reason)
    with engine.move(life_move.agreement, by=by) as move:
        fresh = _locked(life_move, move.case)
        policies.check_can_withdraw_move(by, fresh)
        fresh.state = LifeMoveState.WITHDRAWN
        fresh.save(update_fields=["state"])
        move.record(
            f"{fresh.kind}.withdrawn",
            _("a retiré : %s") % fresh.get_kind_display().lower(),
            reason=reason,
            data={"move": fresh.pk},
        )
        _tell(
            move.case,
            _("%s : demande retirée") % fresh.get_kind_display(),
            _("Une décision en cours sur la convention « %s » est retirée."),
        )


def terminate_all() -> int:
    """Apply every termination whose day has come (daily); return how many."""
    due = LifeMove.objects.filter(
        kind=LifeMoveKind.TERMINATION,
        state=LifeMoveState.DECIDED,
        effective_on__lte=timezone.localdate(),
        agreement__stage__in=LIVE_STAGES,
    ).select_related("agreement")
    return sum(_terminate_now(made) for made in due.order_by("pk"))


def _terminate_now(made: LifeMove) -> bool:
    try:
        with engine.move(made.agreement, by=None) as move:
            fresh = _locked(made, move.case)
            if fresh.state != LifeMoveState.DECIDED:
                raise Conflict(_("Cette décision n’est plus à appliquer."))
            move.record(
                "agreement.terminated",
                _("a constaté la prise d’effet de la résiliation"),
                data={"move": fresh.pk},
            )
            _end(move, fresh)
    except Conflict:
        return False
    return True

"""Accesses that are reviewed by name each year, or that end by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from agreements.duties import shifted
from agreements.enums import ENDED_STAGES, AgreementStage
from agreements.models import Agreement
from agreements.services.obligations import discharge
from cases import engine
from cases.engine import Move
from cases.errors import Impossible
from journal.dates import day_text
from sharing import habilitation, policies
from sharing.enums import AuthorisationState
from sharing.models import AuthorisedPerson
from sharing.services.persons import end, locked, record, tell_both

# The yearly review is asked a month before its day (process.md, §11).
REVIEW_MONTHS, REVIEW_NOTICE = 12, timedelta(days=30)
CONFIRM, REMOVE = "confirm", "remove"
_ENDED = ENDED_STAGES | {AgreementStage.WINDING_UP, AgreementStage.ARCHIVED}


def review_persons(*, agreement: Agreement, choices: Mapping[int, str], by: User) -> int:
    """Confirm or remove each authorised person, by name; return how many were removed.

    `choices` gives « confirm » or « remove » by key. Every open access but the reviewer's own must
    have its choice: nobody confirms his own access, a colleague does. Once no review is left to
    do, the obligation of the year is discharged.
    Raises NotAllowed, Impossible (a name without a choice, or unknown).
    """
    today = timezone.localdate()
    with engine.move(agreement, by=by) as move:
        policies.check_can_review(move.by, move.case)
        rows = list(
            AuthorisedPerson.objects.reviewed_by(by)
            .filter(agreement=move.case)
            .select_for_update(of=("self",))
        )
        if not rows or any(choices.get(row.pk) not in (CONFIRM, REMOVE) for row in rows):
            raise Impossible(_("Faites un choix pour chaque nom."))
        removed = [row for row in rows if choices[row.pk] == REMOVE]
        for row in rows:
            if row in removed:
                end(row, AuthorisationState.REVOKED, today, _("non confirmée à la revue"))
            else:
                row.state, row.reviewed_on = AuthorisationState.ACTIVE, today
                row.save(update_fields=["state", "reviewed_on"])
        _discharge_review(move.case, len(rows), by)
        move.record(
            "persons.reviewed",
            _("a revu les personnes habilitées"),
            data={"confirmed": [row.pk for row in rows if row not in removed],
                  "removed": [row.pk for row in removed]},
        )  # fmt: skip
        if removed:
            tell_both(move, _("Habilitation retirée"))
    return len(removed)


def _discharge_review(agreement: Agreement, count: int, by: User) -> None:
    left = AuthorisedPerson.objects.filter(
        agreement=agreement, state=AuthorisationState.TO_REVIEW
    ).exists()
    soon = timezone.localdate() + REVIEW_NOTICE
    due = agreement.obligations.open().filter(code="persons_review", due_on__lte=soon).exists()
    if due and not left:
        proof = ngettext("Liste revue : %s nom", "Liste revue : %s noms", count) % count
        discharge(agreement, code="persons_review", proof=proof, by=by)


def close_lapsed(*, today: date | None = None) -> int:
    """Close what ended by itself: a membership, an account, a period, an act; ask the reviews due.

    Run every minute. The access was closed already, from the moment itself
    (`habilitation.why_closed`): this writes it down and tells both sides. Return how many rows
    changed.
    """
    day = today or timezone.localdate()
    lapsing = AuthorisedPerson.objects.live().filter(_may_lapse(day)).values("agreement")
    acts = Agreement.objects.filter(pk__in=lapsing).order_by("pk")
    return sum(_close(agreement, day) for agreement in acts)


def _may_lapse(day: date) -> Q:
    affiliated = AuthorisedPerson.objects.affiliated(day).values("pk")
    review = shifted(day + REVIEW_NOTICE, months=-REVIEW_MONTHS)
    asked = Q(reviewed_on__lte=review) | Q(reviewed_on__isnull=True, opened_on__lte=review)
    return (
        Q(ends_on__lt=day)
        | Q(agreement__stage__in=_ENDED)
        | (Q(user__isnull=False) & ~Q(pk__in=affiliated))
        | (Q(state=AuthorisationState.ACTIVE) & asked)
    )


def _close(agreement: Agreement, day: date) -> int:
    """Write down which accesses of an act ended, or must be reviewed, each in its own move; both
    sides are told once of each."""
    told: set[str] = set()
    with engine.hold(agreement):
        rows = list(AuthorisedPerson.objects.live().filter(_may_lapse(day), agreement=agreement))
        for row in rows:
            with engine.move(agreement, by=None) as move:
                subject = _subject(_close_one(move, locked(row, move.case), day))
                if subject not in told:
                    tell_both(move, subject)
                told.add(subject)
    return len(rows)


def _close_one(move: Move, person: AuthorisedPerson, day: date) -> AuthorisationState:
    state, reason = _lapse(person, day)
    if state == AuthorisationState.TO_REVIEW:
        person.state = state
        person.save(update_fields=["state"])
        record(move, person, "to_review", _("a demandé la revue de %s"))
    else:
        end(person, state, day, reason)
        record(move, person, str(state), _("a fermé l’accès de %s"), reason=reason)
    return state


def _lapse(person: AuthorisedPerson, day: date) -> tuple[AuthorisationState, str]:
    agreement = person.agreement
    if agreement.stage in _ENDED:
        reason = _("acte à l’état « %s »") % agreement.stage_label
        return AuthorisationState.EXPIRED, reason
    if person.ends_on is not None and person.ends_on < day:
        return AuthorisationState.EXPIRED, _("période finie le %s") % day_text(person.ends_on)
    if person.user_id and (problem := habilitation.affiliation_problem(person, day)):
        return AuthorisationState.REVOKED, problem
    return AuthorisationState.TO_REVIEW, ""


def _subject(state: str) -> str:
    if state == AuthorisationState.TO_REVIEW:
        return _("Habilités à confirmer")
    return _("Habilitation fermée")

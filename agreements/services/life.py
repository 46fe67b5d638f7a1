"""The life of an act outside its circuit: abandoned before it is signed, in force at
its date, ended at its term, wound up, archived."""

from __future__ import annotations

from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import policies
from agreements.enums import BEFORE_SIGNED, ENDED_STAGES, AgreementStage, LifeMoveState
from agreements.life_cycle import AgreementLife, TransitionNotAllowed
from agreements.models import Agreement, AgreementVersion
from agreements.selectors.people import both_sides
from agreements.signals import (
    agreement_abandoned,
    agreement_archived,
    agreement_ended,
    agreement_in_force,
    agreement_winding_up,
)
from cases import announcements, engine
from cases.capacity import capacity_of
from cases.errors import Conflict, Impossible
from journal.enums import Audience
from journal.services import SYSTEM, record
from notifications.enums import Family


def abandon(*, agreement: Agreement, reason: str, by: User | None) -> None:
    """End a project before its last signature. `by=None` when the request it serves ended.

    Raises NotAllowed, Impossible (no reason), Conflict (already signed or abandoned).
    """
    reason = reason.strip()
    if not reason:
        raise Impossible(_("Indiquez le motif de l’abandon."))
    with engine.move(agreement, by=by) as move:
        if move.case.stage not in BEFORE_SIGNED:
            raise Conflict(_("Cet acte n’est plus un projet : il ne peut plus être abandonné."))
        if by is not None:
            policies.check_can_abandon(by, move.case)
        move.cancel_processes()
        move.case.stage = AgreementStage.ABANDONED
        move.record("agreement.abandoned", _("a abandonné le projet d’acte"), reason=reason[:2000])
        agreement_abandoned.send(sender=Agreement, agreement=move.case, by=by)


def enter_into_force(*, agreement: Agreement) -> bool:
    """Put a signed act in force when its date has come; tell whether it was."""
    return _pass(
        agreement,
        "enter_into_force",
        kind="agreement.in_force",
        summary=_("a constaté l’entrée en vigueur de l’acte"),
        subject=_("Convention en vigueur"),
        sentence=_("La convention « %s » est en vigueur."),
        signal=agreement_in_force,
    )


def expire(*, agreement: Agreement) -> bool:
    """End an act whose last day has passed: nothing prolongs it tacitly; tell whether it was."""
    return _pass(
        agreement,
        "expire",
        kind="agreement.expired",
        summary=_("a constaté l’échéance de l’acte"),
        subject=_("Convention échue"),
        sentence=_("La convention « %s » a pris fin à son échéance."),
        signal=agreement_ended,
    )


def close_pending_moves(agreement: Agreement) -> None:
    """What parties were deciding on an act falls with it."""
    agreement.life_moves.filter(state__in=(LifeMoveState.AWAITED, LifeMoveState.DECIDED)).update(
        state=LifeMoveState.WITHDRAWN
    )


def supersede(*, agreement: Agreement, by_reference: str) -> bool:
    """End an act because another one takes its place; tell whether it was in force until now."""
    return _pass(
        agreement,
        "supersede",
        kind="agreement.superseded",
        summary=_("a constaté le remplacement de l’acte par %s") % by_reference,
        subject=_("Convention remplacée par %s") % by_reference,
        sentence=_("La convention « %s » est remplacée par un nouvel acte."),
        signal=agreement_ended,
    )


def wind_up(*, agreement: Agreement) -> bool:
    """Open the end of the sharing of an act that has ended (process.md, S13)."""
    return _pass(
        agreement,
        "wind_up",
        kind="agreement.winding_up",
        summary=_("a ouvert la fin de partage"),
        subject=_("Fin de partage ouverte"),
        sentence=_(
            "Le partage de la convention « %s » a pris fin : accès, données, bilan final et "
            "archives sont à régler."
        ),
        signal=agreement_winding_up,
    )


def archive_act(*, agreement: Agreement, by: User | None) -> None:
    """Close the file of an act once all that the end of its sharing asks is done.

    Called by what follows the sharing, which knows it. Raises Conflict when the act is not winding
    up.
    """
    with engine.move(agreement, by=by) as move:
        try:
            AgreementLife(move.case).archive()
        except TransitionNotAllowed as error:
            raise Conflict(_("Cet acte n’est pas en fin de partage.")) from error
        move.record("agreement.archived", _("a clos le dossier : l’acte est archivé"))
        announcements.tell(
            move.case,
            both_sides(move.case),
            family=Family.TERM,
            subject=_("Dossier clos"),
            sentence=_("La convention « %s » est archivée.") % move.case.title,
        )
        agreement_archived.send(sender=Agreement, agreement=move.case, by=by)


def _pass(
    agreement: Agreement,
    transition: str,
    *,
    kind: str,
    summary: str,
    subject: str,
    sentence: str,
    signal: Signal,
) -> bool:
    """Make a move that only the calendar commands; nothing when it does not apply."""
    try:
        with engine.move(agreement, by=None) as move:
            getattr(AgreementLife(move.case), transition)()
            move.record(kind, summary)
            if move.case.stage in ENDED_STAGES:
                close_pending_moves(move.case)
            announcements.tell(
                move.case,
                both_sides(move.case),
                family=Family.TERM,
                subject=subject,
                sentence=sentence % move.case.title,
            )
            signal.send(sender=Agreement, agreement=move.case, by=None)
    except TransitionNotAllowed:
        return False
    return True


def enter_all_into_force() -> int:
    """Put in force every signed act whose date has come (daily)."""
    due = Agreement.objects.filter(
        stage=AgreementStage.SIGNED, effective_on__lte=timezone.localdate()
    )
    return sum(enter_into_force(agreement=agreement) for agreement in due.order_by("pk"))


def expire_all() -> int:
    """End every act whose last day has passed, and open the end of its sharing (daily)."""
    over = Agreement.objects.filter(
        stage__in=(AgreementStage.IN_FORCE, AgreementStage.SUSPENDED),
        end_on__lt=timezone.localdate(),
    )
    return sum(expire(agreement=agreement) for agreement in over.order_by("pk"))


def wind_up_all() -> int:
    """Open the end of sharing of what expired or was terminated; what was superseded goes on
    under the act that took its place (daily)."""
    ended = Agreement.objects.filter(
        stage__in=(AgreementStage.EXPIRED, AgreementStage.TERMINATED), amends=None
    )
    return sum(wind_up(agreement=agreement) for agreement in ended.order_by("pk"))


def record_export(*, version: AgreementVersion, by: User) -> None:
    """Remember that a version was taken out of the service to be read elsewhere."""
    with engine.move(version.agreement, by=by) as move:
        move.record(
            "version.exported",
            _("a exporté la version %s pour lecture hors de l’application") % version.number,
            data={"version": version.number, "sha256": version.sha256},
        )


def record_read(*, agreement: Agreement, what: str, by: User | None) -> None:
    """Remember that somebody read a restricted part of an act, or took the sealed file.

    `by=None` is a command of the server.
    """
    record(
        chain=agreement.chain,
        kind="act.read",
        by=capacity_of(by, agreement) if by else SYSTEM,
        subject=engine.subject_of(agreement),
        summary=_("a consulté : %s") % what,
        audience=Audience.AUDIT,
        is_read=True,
    )

"""The life of an act outside its circuit: abandoned before it is signed, in force at its date."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import policies
from agreements.enums import BEFORE_SIGNED, AgreementStage
from agreements.life_cycle import AgreementLife, TransitionNotAllowed
from agreements.models import Agreement
from agreements.signals import agreement_abandoned
from cases import engine
from cases.capacity import capacity_of
from cases.errors import Conflict, Impossible
from journal.enums import Audience
from journal.services import SYSTEM, record


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
    try:
        with engine.move(agreement, by=None) as move:
            AgreementLife(move.case).enter_into_force()
            move.record("agreement.in_force", _("a constaté l’entrée en vigueur de l’acte"))
    except TransitionNotAllowed:
        return False
    return True


def enter_all_into_force() -> int:
    """Put in force every signed act whose date has come (daily)."""
    due = Agreement.objects.filter(
        stage=AgreementStage.SIGNED, effective_on__lte=timezone.localdate()
    )
    return sum(enter_into_force(agreement=agreement) for agreement in due.order_by("pk"))


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

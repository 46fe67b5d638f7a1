"""Who may decide on a signed act: suspend, lift, terminate."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import has_role
from agreements.enums import LIVE_STAGES, AgreementStage, LifeMoveKind, LifeMoveState
from agreements.models import Agreement, LifeMove
from agreements.policies.acts import VOICES, allowed, party_of
from agreements.powers import problem_of
from cases.errors import NotAllowed
from cases.models import Party


def check_can_suspend(user: User, agreement: Agreement) -> Party:
    """Either party suspends an act in force, at once; it is returned (process.md, §8)."""
    party = party_of(user, agreement, *VOICES)
    if party is None:
        raise NotAllowed(_("La suspension est décidée par une partie à l’acte."))
    if agreement.stage != AgreementStage.IN_FORCE:
        raise NotAllowed(_("Seul un acte en vigueur peut être suspendu."))
    return party


def can_suspend(user: User, agreement: Agreement) -> bool:
    return allowed(check_can_suspend, user, agreement)


def check_can_ask_lifting(user: User, agreement: Agreement) -> Party:
    """Either party asks that a suspension be lifted, and is returned; every signatory then signs
    the lifting."""
    party = party_of(user, agreement, *VOICES)
    if party is None:
        raise NotAllowed(_("La levée est demandée par une partie à l’acte."))
    if agreement.stage != AgreementStage.SUSPENDED:
        raise NotAllowed(_("Cet acte n’est pas suspendu."))
    return party


def can_ask_lifting(user: User, agreement: Agreement) -> bool:
    return allowed(check_can_ask_lifting, user, agreement)


def check_can_engage(user: User, agreement: Agreement) -> Party:
    """Whoever engages a party after the signature has the power to sign the act for it today; that
    party is returned."""
    party = party_of(user, agreement, Role.SIGNATORY)
    if party is None:
        raise NotAllowed(_("Cette décision est réservée aux signataires des parties."))
    problem = problem_of(user, party.organisation, agreement.act_type)
    if problem:
        raise NotAllowed(_("Vous ne pouvez pas engager cette partie : %s.") % problem)
    return party


def check_can_terminate(user: User, agreement: Agreement) -> Party:
    """A signatory terminates, for his party, an act that has not ended."""
    party = check_can_engage(user, agreement)
    if agreement.stage not in LIVE_STAGES:
        raise NotAllowed(_("Cet acte a déjà pris fin."))
    return party


def can_terminate(user: User, agreement: Agreement) -> bool:
    return allowed(check_can_terminate, user, agreement)


def check_can_consent(user: User, move: LifeMove) -> Party:
    """Each party agrees once, by a signatory, to a decision that waits for it; it is returned."""
    party = check_can_engage(user, move.agreement)
    if move.state != LifeMoveState.AWAITED:
        raise NotAllowed(_("Cette décision n’attend plus d’accord."))
    if any(one.party_id == party.pk for one in move.consents.all()):
        raise NotAllowed(_("Votre organisme a déjà donné son accord."))
    return party


def can_consent(user: User, move: LifeMove) -> bool:
    return allowed(check_can_consent, user, move)


def check_can_withdraw_move(user: User, move: LifeMove) -> None:
    """The party that asked for a decision withdraws it before it takes effect."""
    if not has_role(user, *VOICES, organisation_id=move.party.organisation_id):
        raise NotAllowed(_("Une décision est retirée par la partie qui l’a demandée."))
    if not move.is_pending:
        raise NotAllowed(_("Cette décision a déjà pris effet, ou elle est retirée."))
    if move.kind == LifeMoveKind.TERMINATION:
        check_can_engage(user, move.agreement)


def can_withdraw_move(user: User, move: LifeMove) -> bool:
    return allowed(check_can_withdraw_move, user, move)

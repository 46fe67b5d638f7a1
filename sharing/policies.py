"""Who may do what in a sharing. Each `check_can_…` raises NotAllowed with a French reason."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from agreements.enums import AgreementStage
from agreements.models import Agreement
from cases.enums import Side
from cases.errors import NotAllowed
from cases.policies import is_cell
from sharing.enums import DeliveryState
from sharing.models import Delivery

# Who acts for the side that delivers, and for the one that receives.
_DELIVERING = (Role.HOLDER, Role.DATA_REFERENT, Role.ADDAC)
_RECEIVING = (Role.REQUESTER, Role.DATA_REFERENT, Role.ADDAC)


def _allowed(check: Any, *args: Any) -> bool:
    try:
        check(*args)
    except NotAllowed:
        return False
    return True


def _acts_for(user: User, agreement: Agreement, sides: tuple[str, ...], roles: Any) -> bool:
    bodies = {one.organisation_id for one in agreement.parties.all() if one.side in sides}
    return any(held.organisation_id in bodies and held.role in roles for held in user.held_roles)


def delivers(user: User, agreement: Agreement) -> bool:
    """Tell whether `user` acts for a party that delivers."""
    return _acts_for(user, agreement, (Side.HOLDER, Side.OPERATOR), _DELIVERING)


def receives(user: User, agreement: Agreement) -> bool:
    """Tell whether `user` acts for the party that receives."""
    return _acts_for(user, agreement, (Side.REQUESTER,), _RECEIVING)


def check_is_in_force(agreement: Agreement) -> None:
    """Nothing is delivered nor opened under an act that is not in force (process.md, §8)."""
    if agreement.stage != AgreementStage.IN_FORCE:
        raise NotAllowed(
            _("L’acte n’est pas en vigueur : %s.") % str(agreement.stage_label).lower()
        )


def check_can_plan(user: User, agreement: Agreement) -> None:
    """The side that delivers, or the cell, adds a delivery to the calendar."""
    if not (delivers(user, agreement) or is_cell(user)):
        raise NotAllowed(_("Le calendrier est tenu par le détenteur et la cellule AMDAC."))
    check_is_in_force(agreement)


def can_plan(user: User, agreement: Agreement) -> bool:
    return _allowed(check_can_plan, user, agreement)


def check_can_send(user: User, delivery: Delivery) -> None:
    """The side that delivers declares the sending of a planned delivery."""
    if not delivers(user, delivery.agreement):
        raise NotAllowed(_("L’envoi est déclaré par le détenteur."))
    _check_state(delivery, DeliveryState.PLANNED)
    check_is_in_force(delivery.agreement)


def can_send(user: User, delivery: Delivery) -> bool:
    return _allowed(check_can_send, user, delivery)


def check_can_receive(user: User, delivery: Delivery) -> None:
    """The recipient declares the reception of what was sent."""
    if not receives(user, delivery.agreement):
        raise NotAllowed(_("La réception est déclarée par le destinataire."))
    _check_state(delivery, DeliveryState.SENT)


def can_receive(user: User, delivery: Delivery) -> bool:
    return _allowed(check_can_receive, user, delivery)


def check_can_check(user: User, delivery: Delivery) -> None:
    """The recipient checks what he received."""
    if not receives(user, delivery.agreement):
        raise NotAllowed(_("Le contrôle est fait par le destinataire."))
    _check_state(delivery, DeliveryState.RECEIVED)


def can_check(user: User, delivery: Delivery) -> bool:
    return _allowed(check_can_check, user, delivery)


def check_can_cancel(user: User, delivery: Delivery) -> None:
    """The side that delivers, or the cell, cancels a delivery that was not sent."""
    if not (delivers(user, delivery.agreement) or is_cell(user)):
        raise NotAllowed(_("Le calendrier est tenu par le détenteur et la cellule AMDAC."))
    _check_state(delivery, DeliveryState.PLANNED)


def can_cancel(user: User, delivery: Delivery) -> bool:
    return _allowed(check_can_cancel, user, delivery)


def check_can_declare_api(user: User, agreement: Agreement) -> None:
    """The side that delivers through an API declares its monthly figures."""
    if not delivers(user, agreement):
        raise NotAllowed(_("Le suivi de l’API est déclaré par le détenteur."))
    if not agreement.facts.get("API"):
        raise NotAllowed(_("Ce partage ne passe pas par une API."))


def can_declare_api(user: User, agreement: Agreement) -> bool:
    return _allowed(check_can_declare_api, user, agreement)


def _check_state(delivery: Delivery, wanted: str) -> None:
    if delivery.state != wanted:
        raise NotAllowed(
            _("Cette livraison est déjà à l’état « %s ».") % delivery.get_state_display()
        )

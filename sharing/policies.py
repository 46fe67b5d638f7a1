"""Who may do what in a sharing. Each `check_can_…` raises NotAllowed with a French reason."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import has_role
from agreements.enums import LIVE_STAGES, AgreementStage, AnnexAudience
from agreements.models import Agreement
from agreements.policies import check_can_read_annex
from agreements.policies.acts import allowed
from cases.enums import Side
from cases.errors import NotAllowed
from cases.policies import is_cell
from sharing.enums import AuthorisationState, DeliveryState
from sharing.models import AuthorisedPerson, Delivery

# Who acts for the side that delivers, and for the one that receives.
_DELIVERING = (Role.HOLDER, Role.DATA_REFERENT, Role.ADDAC)
_RECEIVING = (Role.REQUESTER, Role.DATA_REFERENT, Role.ADDAC)
DELIVERING_SIDES = (Side.HOLDER, Side.OPERATOR)
RECEIVING_SIDES = (Side.REQUESTER,)


def _acts_for(
    user: User, agreement: Agreement, sides: tuple[Side, ...], roles: tuple[Role, ...]
) -> bool:
    return any(
        has_role(user, *roles, organisation_id=party.organisation_id)
        for party in agreement.parties.all()
        if party.side in sides
    )


def delivers(user: User, agreement: Agreement) -> bool:
    """Tell whether `user` acts for a party that delivers."""
    return _acts_for(user, agreement, DELIVERING_SIDES, _DELIVERING)


def receives(user: User, agreement: Agreement) -> bool:
    """Tell whether `user` acts for the party that receives."""
    return _acts_for(user, agreement, RECEIVING_SIDES, _RECEIVING)


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
    return allowed(check_can_plan, user, agreement)


def check_can_send(user: User, delivery: Delivery) -> None:
    """The side that delivers declares the sending of a planned delivery."""
    if not delivers(user, delivery.agreement):
        raise NotAllowed(_("L’envoi est déclaré par le détenteur."))
    _check_state(delivery, DeliveryState.PLANNED)
    check_is_in_force(delivery.agreement)


def can_send(user: User, delivery: Delivery) -> bool:
    return allowed(check_can_send, user, delivery)


def check_can_receive(user: User, delivery: Delivery) -> None:
    """The recipient declares the reception of what was sent."""
    if not receives(user, delivery.agreement):
        raise NotAllowed(_("La réception est déclarée par le destinataire."))
    _check_state(delivery, DeliveryState.SENT)


def can_receive(user: User, delivery: Delivery) -> bool:
    return allowed(check_can_receive, user, delivery)


def check_can_check(user: User, delivery: Delivery) -> None:
    """The recipient checks what he received."""
    if not receives(user, delivery.agreement):
        raise NotAllowed(_("Le contrôle est fait par le destinataire."))
    _check_state(delivery, DeliveryState.RECEIVED)


def can_check(user: User, delivery: Delivery) -> bool:
    return allowed(check_can_check, user, delivery)


def check_can_cancel(user: User, delivery: Delivery) -> None:
    """The side that delivers, or the cell, cancels a delivery that was not sent."""
    if not (delivers(user, delivery.agreement) or is_cell(user)):
        raise NotAllowed(_("Le calendrier est tenu par le détenteur et la cellule AMDAC."))
    _check_state(delivery, DeliveryState.PLANNED)


def can_cancel(user: User, delivery: Delivery) -> bool:
    return allowed(check_can_cancel, user, delivery)


def check_can_declare_api(user: User, agreement: Agreement) -> None:
    """The side that delivers through an API declares its monthly figures."""
    if not delivers(user, agreement):
        raise NotAllowed(_("Le suivi de l’API est déclaré par le détenteur."))
    if not agreement.facts.get("API"):
        raise NotAllowed(_("Ce partage ne passe pas par une API."))


def can_declare_api(user: User, agreement: Agreement) -> bool:
    return allowed(check_can_declare_api, user, agreement)


def _check_state(delivery: Delivery, wanted: str) -> None:
    if delivery.state != wanted:
        raise NotAllowed(
            _("Cette livraison est déjà à l’état « %s ».") % delivery.get_state_display()
        )


def check_can_read_persons(user: User, agreement: Agreement) -> None:
    """Who is named is read by the parties, the drafter and auditors, as annex 3 is."""
    check_can_read_annex(user, agreement, AnnexAudience.RESTRICTED)


def can_read_persons(user: User, agreement: Agreement) -> bool:
    return allowed(check_can_read_persons, user, agreement)


def check_can_name(user: User, agreement: Agreement) -> None:
    """The recipient names the persons of its own body, and follows their training."""
    if not receives(user, agreement):
        raise NotAllowed(_("Les personnes habilitées sont nommées par le destinataire."))
    if agreement.stage not in LIVE_STAGES:
        raise NotAllowed(
            _("L’acte n’est pas en vigueur : %s.") % str(agreement.stage_label).lower()
        )


def can_name(user: User, agreement: Agreement) -> bool:
    return allowed(check_can_name, user, agreement)


def check_can_prepare(user: User, person: AuthorisedPerson) -> None:
    """The recipient ties a name to an account and records its training; nobody for himself."""
    check_can_name(user, person.agreement)
    _check_not_himself(user, person)
    if not person.is_live:
        raise NotAllowed(_("Cette habilitation a pris fin."))


def can_prepare(user: User, person: AuthorisedPerson) -> bool:
    return allowed(check_can_prepare, user, person)


def check_can_undertake(user: User, person: AuthorisedPerson) -> None:
    """An undertaking is individual: the named person alone signs it, once."""
    if person.user_id is None or person.user_id != user.pk:
        raise NotAllowed(_("L’engagement est signé par la personne nommée elle-même."))
    if person.undertaking_signed_at is not None:
        raise NotAllowed(_("L’engagement est déjà signé."))
    if not person.is_live:
        raise NotAllowed(_("Cette habilitation a pris fin."))


def can_undertake(user: User, person: AuthorisedPerson) -> bool:
    return allowed(check_can_undertake, user, person)


def check_can_open(user: User, person: AuthorisedPerson) -> None:
    """The side that delivers opens an access; nobody his own (process.md, §2)."""
    if not delivers(user, person.agreement):
        raise NotAllowed(_("L’accès est ouvert par le détenteur."))
    _check_not_himself(user, person)
    check_is_in_force(person.agreement)
    if person.state != AuthorisationState.PROPOSED:
        raise NotAllowed(_("Cet accès n’est pas à ouvrir."))


def can_open(user: User, person: AuthorisedPerson) -> bool:
    return allowed(check_can_open, user, person)


def check_can_remove(user: User, person: AuthorisedPerson) -> None:
    """Either side removes a person at once; so does that person."""
    agreement = person.agreement
    own = person.user_id is not None and person.user_id == user.pk
    if not (own or receives(user, agreement) or delivers(user, agreement)):
        raise NotAllowed(_("Le retrait est fait par une des parties."))
    if not person.is_live:
        raise NotAllowed(_("Cette habilitation a pris fin."))


def can_remove(user: User, person: AuthorisedPerson) -> bool:
    return allowed(check_can_remove, user, person)


def check_can_review(user: User, agreement: Agreement) -> None:
    """The recipient reviews its authorised persons, name by name (clause C15)."""
    if not receives(user, agreement):
        raise NotAllowed(_("La revue est faite par le destinataire."))
    check_is_in_force(agreement)


def can_review(user: User, agreement: Agreement) -> bool:
    return allowed(check_can_review, user, agreement)


def _check_not_himself(user: User, person: AuthorisedPerson) -> None:
    if person.user_id == user.pk:
        raise NotAllowed(_("Personne ne décide de son propre accès."))

"""Who may change people, organisations, roles and powers.

Each `check_can_…` raises `PermissionDenied` whose message is a French reason that can be shown;
each `can_…` tells the same as a boolean. Source: domain/process.md §2 (separation of duties),
architecture.md §4 rule 2.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Absence, Membership, User
from accounts.selectors.roles import has_role


def _allowed(check: Any, *args: Any) -> bool:
    try:
        check(*args)
    except PermissionDenied:
        return False
    return True


def check_can_administer(user: User) -> None:
    """Only a manager administers people, organisations, roles and powers."""
    if not has_role(user, Role.MANAGER):
        raise PermissionDenied(_("Cette action est réservée aux gestionnaires."))


def can_administer(user: User) -> bool:
    return _allowed(check_can_administer, user)


def check_can_enter_administration(user: User) -> None:
    """The pages of administration are open to managers and, for the clauses, to legal officers."""
    if not has_role(user, Role.MANAGER, Role.LEGAL):
        raise PermissionDenied(
            _("L’administration est réservée aux gestionnaires et aux juristes.")
        )


def can_enter_administration(user: User) -> bool:
    return _allowed(check_can_enter_administration, user)


def check_can_grant_role(user: User, person: User) -> None:
    """A manager grants a role to another person, never to himself."""
    check_can_administer(user)
    if user.pk == person.pk:
        raise PermissionDenied(
            _("Vous ne pouvez pas vous attribuer un rôle : demandez-le à un autre gestionnaire.")
        )


def can_grant_role(user: User, person: User) -> bool:
    return _allowed(check_can_grant_role, user, person)


def _other_managers(membership_ids: list[int]) -> bool:
    managers = Membership.objects.filter(role=Role.MANAGER, user__is_active=True).current()
    return managers.exclude(pk__in=membership_ids).exists()


def check_can_end_membership(user: User, membership: Membership) -> None:
    """A manager ends a role, but never his own last role of manager, nor the last one of all."""
    check_can_administer(user)
    if membership.role != Role.MANAGER:
        return
    if membership.user_id == user.pk and not (
        Membership.objects.filter(user=user, role=Role.MANAGER)
        .current()
        .exclude(pk=membership.pk)
        .exists()
    ):
        raise PermissionDenied(
            _("Vous ne pouvez pas mettre fin à votre dernier rôle de gestionnaire.")
        )
    if not _other_managers([membership.pk]):
        raise PermissionDenied(
            _("Le service doit garder un gestionnaire : nommez-en un autre d’abord.")
        )


def can_end_membership(user: User, membership: Membership) -> bool:
    return _allowed(check_can_end_membership, user, membership)


def check_can_close_account(user: User, person: User) -> None:
    """A manager closes the account of another person, unless nobody could manage after that."""
    check_can_administer(user)
    if user.pk == person.pk:
        raise PermissionDenied(_("Vous ne pouvez pas fermer votre propre compte."))
    managing = Membership.objects.filter(user=person, role=Role.MANAGER).current()
    ids = list(managing.values_list("pk", flat=True))
    if ids and not _other_managers(ids):
        raise PermissionDenied(
            _("Le service doit garder un gestionnaire : nommez-en un autre d’abord.")
        )


def can_close_account(user: User, person: User) -> bool:
    return _allowed(check_can_close_account, user, person)


def check_can_declare_absence(user: User, person: User, deputy: User | None = None) -> None:
    """A person declares his own absence; a manager declares another's, and is not its deputy.

    Otherwise a manager would give himself every role of the absent person.
    """
    if user.pk == person.pk:
        return
    if not has_role(user, Role.MANAGER):
        raise PermissionDenied(
            _("Seuls la personne absente ou un gestionnaire peuvent déclarer cette absence.")
        )
    if deputy is not None and deputy.pk == user.pk:
        raise PermissionDenied(
            _(
                "Vous ne pouvez pas vous désigner suppléant : "
                "demandez à la personne absente ou à un autre gestionnaire."
            )
        )


def can_declare_absence(user: User, person: User, deputy: User | None = None) -> bool:
    return _allowed(check_can_declare_absence, user, person, deputy)


def check_can_cancel_absence(user: User, absence: Absence) -> None:
    """The absent person or a manager ends an absence; the deputy does not."""
    if user.pk == absence.user_id or has_role(user, Role.MANAGER):
        return
    raise PermissionDenied(
        _("Seuls la personne absente ou un gestionnaire peuvent annuler cette absence.")
    )


def can_cancel_absence(user: User, absence: Absence) -> bool:
    return _allowed(check_can_cancel_absence, user, absence)


def check_can_grant_delegation(user: User, person: User) -> None:
    """A manager records that another person may sign, never that he may himself."""
    check_can_administer(user)
    if user.pk == person.pk:
        raise PermissionDenied(
            _("Vous ne pouvez pas vous donner une délégation : demandez à un autre gestionnaire.")
        )


def can_grant_delegation(user: User, person: User) -> bool:
    return _allowed(check_can_grant_delegation, user, person)


def check_can_share_view(user: User, person: User) -> None:
    """Nobody gives himself the right to see an object (process.md §2)."""
    if user.pk == person.pk:
        raise PermissionDenied(_("Vous ne pouvez pas vous donner accès à vous-même."))


def can_share_view(user: User, person: User) -> bool:
    return _allowed(check_can_share_view, user, person)

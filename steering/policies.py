"""Who may look back: at the journal, at the registers, at the figures."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.enums import TRANSVERSAL_ROLES, Role
from accounts.models import User
from accounts.selectors import has_role
from journal.enums import Audience


def check_can_audit(user: User) -> None:
    """The journal is open to auditors, and to managers within their scope (ux/spec.md, §2)."""
    if not has_role(user, Role.AUDITOR, Role.MANAGER):
        raise PermissionDenied(_("Le journal est réservé aux auditeurs et aux gestionnaires."))


def can_audit(user: User) -> bool:
    return has_role(user, Role.AUDITOR, Role.MANAGER)


def audit_scope(user: User) -> Q:
    """Return the events a person may find. An auditor finds all of them; a manager finds what
    was done, not who has read what nor what others searched (separation of duties)."""
    if has_role(user, Role.AUDITOR):
        return Q()
    return Q(is_read=False) & ~Q(audience=Audience.AUDIT)


def check_can_steer(user: User) -> None:
    """Registers and figures are open to the cell, to managers and to auditors."""
    if not has_role(user, *TRANSVERSAL_ROLES):
        raise PermissionDenied(
            _("Le pilotage est réservé à la cellule AMDAC, aux gestionnaires et aux auditeurs.")
        )


def can_steer(user: User) -> bool:
    return has_role(user, *TRANSVERSAL_ROLES)

"""Who watches over the archive, and who answers for it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import has_role
from agreements.models import Agreement
from agreements.policies.acts import allowed
from cases.errors import NotAllowed


def check_can_watch_archive(user: User) -> None:
    """Managers, auditors and archivists are told what the controls of integrity find."""
    if not has_role(user, Role.MANAGER, Role.AUDITOR, Role.ARCHIVIST):
        raise NotAllowed(
            _("Cette page est réservée aux gestionnaires, aux auditeurs et au service d’archives.")
        )


def can_watch_archive(user: User) -> bool:
    return allowed(check_can_watch_archive, user)


def check_can_close_incident(user: User) -> None:
    """A manager says what was done; auditors and archivists only read."""
    if not has_role(user, Role.MANAGER):
        raise NotAllowed(_("Un incident d’intégrité est clos par un gestionnaire."))


def can_close_incident(user: User) -> bool:
    return allowed(check_can_close_incident, user)


def check_can_follow_archive(user: User) -> None:
    """Archivists read the acts whose use is over, each those of his own body."""
    if not has_role(user, Role.ARCHIVIST):
        raise NotAllowed(_("Cette page est réservée au service d’archives."))


def check_can_approve_elimination(user: User, agreement: Agreement) -> None:
    """The archives service of the body that drew up the act gives the visa (CPAT, R. 212-14)."""
    if not has_role(user, Role.ARCHIVIST, organisation_id=agreement.drafting_organisation_id):
        raise NotAllowed(_("Le visa d’élimination est donné par le service d’archives de l’acte."))


def can_approve_elimination(user: User, agreement: Agreement) -> bool:
    return allowed(check_can_approve_elimination, user, agreement)

"""Accreditations: who may exchange which data, checked at filing, decision and signature."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.enums import AccreditationScope, Role
from accounts.models import Organisation
from accounts.selectors import holders_of, is_accredited
from cases.enums import Nature
from cases.errors import Impossible
from cases.models import Case


def scope_of(case: Case) -> AccreditationScope:
    """Return the accreditation that an exchange of these data needs."""
    if Nature.HEALTH in case.natures:
        return AccreditationScope.HEALTH
    if Nature.PERSONAL in case.natures:
        return AccreditationScope.PERSONAL
    return AccreditationScope.NON_PERSONAL


def check_accredited(organisation: Organisation, case: Case) -> None:
    """Refuse an organisation whose accreditation does not cover these data today.

    Raises Impossible, naming the managers (ticket, §2).
    """
    scope = scope_of(case)
    if not is_accredited(organisation, scope):
        managers = ", ".join(str(person) for person in holders_of(Role.MANAGER)[:2])
        raise Impossible(
            _(
                "%(org)s n’est pas accrédité pour « %(scope)s » à ce jour. "
                "Adressez-vous au gestionnaire (%(managers)s) ; votre brouillon est conservé."
            )
            % {"org": organisation, "scope": scope.label, "managers": managers or "–"}
        )

"""Every write about people, organisations, roles and powers."""

from accounts.services.demo import DEMO_PASSWORD, load_demo_people
from accounts.services.organisations import (
    close_organisation,
    create_organisation,
    reopen_organisation,
    update_organisation,
)
from accounts.services.persons import (
    close_account,
    create_account,
    invite,
    reopen_account,
    request_password_link,
    update_account,
    update_own_profile,
)
from accounts.services.powers import (
    end_accreditation,
    grant_accreditation,
    grant_delegation,
    grant_view,
    revoke_delegation,
    revoke_view,
)
from accounts.services.roles import (
    cancel_absence,
    check_membership,
    choose_acting_for,
    declare_absence,
    end_membership,
    grant_membership,
)
from accounts.services.sign_in import (
    enter_as_persona,
    record_recovery_codes,
    record_second_factor,
    record_sign_in,
    set_password,
)

__all__ = [
    "DEMO_PASSWORD",
    "cancel_absence",
    "check_membership",
    "choose_acting_for",
    "close_account",
    "close_organisation",
    "create_account",
    "create_organisation",
    "declare_absence",
    "end_accreditation",
    "end_membership",
    "enter_as_persona",
    "grant_accreditation",
    "grant_delegation",
    "grant_membership",
    "grant_view",
    "invite",
    "load_demo_people",
    "record_recovery_codes",
    "record_second_factor",
    "record_sign_in",
    "reopen_account",
    "reopen_organisation",
    "request_password_link",
    "revoke_delegation",
    "revoke_view",
    "set_password",
    "update_account",
    "update_organisation",
    "update_own_profile",
]

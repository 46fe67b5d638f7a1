"""What people do to sign in, as events: entering, changing a password, a second factor."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors.demo import is_demo_persona
from accounts.services.recording import record_user


@transaction.atomic
def record_sign_in(*, person: User) -> None:
    """Remember that a person has entered with his password (and second factor when he has one)."""
    record_user(
        person, kind="session.opened", by=person, summary=_("s’est connecté à Navette"), data={}
    )


@transaction.atomic
def enter_as_persona(*, person: User) -> User:
    """Let a visitor of the demonstration enter as one of its fictional persons.

    Raises PermissionDenied outside the demonstration, or for anybody else than its personas.
    """
    if not settings.DEMO_MODE:
        raise PermissionDenied(_("Cette action n’existe que dans la démonstration."))
    if not is_demo_persona(person):
        raise PermissionDenied(_("Cette personne ne fait pas partie de la démonstration."))
    record_user(
        person,
        kind="session.opened_as_persona",
        by=person,
        summary=_("est entré par la page de démonstration"),
        data={},
    )
    return person


@transaction.atomic
def set_password(*, person: User, password: str) -> None:
    """Keep a new password, already checked by the form."""
    person.set_password(password)
    person.save(update_fields=["password"])
    record_user(
        person,
        kind="account.password_changed",
        by=person,
        summary=_("a changé son mot de passe"),
        data={},
    )


@transaction.atomic
def record_second_factor(*, person: User, enabled: bool) -> None:
    """Remember that a person has set up or removed his second factor."""
    record_user(
        person,
        kind="second_factor.enabled" if enabled else "second_factor.disabled",
        by=person,
        summary=_("a activé son second facteur")
        if enabled
        else _("a désactivé son second facteur"),
        data={},
    )


@transaction.atomic
def record_recovery_codes(*, person: User) -> None:
    """Remember that a person has made new recovery codes, which cancels the ones before."""
    record_user(
        person,
        kind="second_factor.codes_generated",
        by=person,
        summary=_("a généré de nouveaux codes de secours"),
        data={},
    )

"""What every service of this app shares: the actor, the right, the event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from accounts.selectors.roles import actor, has_role
from journal.enums import Audience
from journal.services import Actor, Subject, record

# A person, or Navette itself (loader of the demonstration, periodic work).
By = User | Actor


def authorise(check: Callable[..., None], by: By, *args: Any) -> None:
    """Apply a policy to a person, on roles read afresh; Navette itself may do everything."""
    if isinstance(by, Actor):
        if by.user_id is not None:
            raise PermissionDenied(_("Cette action demande une personne identifiée."))
        return
    by.__dict__.pop("held_roles", None)
    check(by, *args)


def lock_managers() -> None:
    """Lock the roles of all managers: two of them must not leave the service without any."""
    managers = Membership.objects.filter(role=Role.MANAGER).current().order_by("pk")
    list(managers.select_for_update().values_list("pk"))


def lock_persons(*persons: User) -> None:
    """Lock persons in one order, so that two services never wait for each other."""
    ids = sorted({person.pk for person in persons})
    list(User.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))


def as_actor(by: By) -> Actor:
    """Describe `by` to the journal; a manager acts as manager."""
    if isinstance(by, Actor):
        return by
    return actor(by, role=Role.MANAGER if has_role(by, Role.MANAGER) else "")


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def record_user(
    person: User, *, kind: str, by: By, summary: str, data: dict[str, Any], reason: str = ""
) -> None:
    """Write the one event of a change that concerns a person."""
    record(
        chain=f"user:{person.pk}",
        kind=kind,
        by=as_actor(by),
        subject=Subject("user", str(person.pk), person.get_full_name()),
        summary=summary,
        data=data,
        reason=reason,
        audience=Audience.AUDIT,
    )


def record_organisation(
    organisation: Organisation,
    *,
    kind: str,
    by: By,
    summary: str,
    data: dict[str, Any],
    reason: str = "",
) -> None:
    """Write the one event of a change that concerns an organisation."""
    record(
        chain=f"organisation:{organisation.pk}",
        kind=kind,
        by=as_actor(by),
        subject=Subject("organisation", str(organisation.pk), organisation.name),
        summary=summary,
        data=data,
        reason=reason,
        audience=Audience.AUDIT,
    )

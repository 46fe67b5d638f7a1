"""Accounts: opened, changed, closed and opened again by a manager."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import policies
from accounts.models import User
from accounts.services.recording import By, authorise, lock_managers, record_user

FIELDS = ("email", "first_name", "last_name", "job_title", "phone")


def _snapshot(person: User) -> dict[str, str]:
    return {field: getattr(person, field) for field in FIELDS}


def _check(person: User) -> None:
    person.email = person.email.strip().lower()
    person.full_clean(exclude=["password", "groups", "user_permissions"], validate_unique=False)
    if User.objects.filter(email=person.email).exclude(pk=person.pk).exists():
        raise ValidationError(
            {"email": _("Un compte existe déjà avec cette adresse électronique.")}
        )


def _locked(person: User) -> User:
    return User.objects.select_for_update().get(pk=person.pk)


@transaction.atomic
def create_account(
    *,
    email: str,
    first_name: str,
    last_name: str,
    by: By,
    job_title: str = "",
    phone: str = "",
    password_hash: str = "",
    invite: bool = True,
) -> User:
    """Open an account and, unless told otherwise, invite its holder to choose a password.

    Raises PermissionDenied (not a manager) or ValidationError (fields; address already used).
    """
    authorise(policies.check_can_administer, by)
    person = User(
        email=email, first_name=first_name, last_name=last_name, job_title=job_title, phone=phone
    )
    _check(person)
    person.password = password_hash
    if not password_hash:
        person.set_unusable_password()
    person.save()
    if invite:
        _defer_link(person)
    record_user(
        person,
        kind="account.opened",
        by=by,
        summary=_("a ouvert le compte de %(name)s") % {"name": person.get_full_name()},
        data={"after": _snapshot(person), "invited": invite},
    )
    return person


@transaction.atomic
def update_account(*, person: User, by: By, **changes: str) -> User:
    """Change the identity of a person: any of `FIELDS`.

    Raises PermissionDenied (not a manager) or ValidationError (fields; address already used).
    Nothing is recorded when nothing changes.
    """
    authorise(policies.check_can_administer, by)
    return _update(person, by, {field: changes[field] for field in FIELDS if field in changes})


@transaction.atomic
def update_own_profile(*, job_title: str, phone: str, by: User) -> User:
    """Change one's own function and telephone; name and address belong to the managers."""
    return _update(by, by, {"job_title": job_title, "phone": phone})


def _update(person: User, by: By, changes: dict[str, str]) -> User:
    person = _locked(person)
    before = _snapshot(person)
    for field, value in changes.items():
        setattr(person, field, value)
    _check(person)
    after = _snapshot(person)
    changed = [field for field in FIELDS if before[field] != after[field]]
    if changed:
        person.save(update_fields=changed)
        record_user(
            person,
            kind="account.updated",
            by=by,
            summary=_("a modifié le compte de %(name)s") % {"name": person.get_full_name()},
            data={
                "before": {field: before[field] for field in changed},
                "after": {field: after[field] for field in changed},
            },
        )
    return person


@transaction.atomic
def close_account(*, person: User, by: By, reason: str = "") -> User:
    """Close an account: its holder is signed out at once and holds no role any more.

    Raises PermissionDenied (own account, last manager) or ValidationError (already closed).
    """
    lock_managers()
    person = _locked(person)
    authorise(policies.check_can_close_account, by, person)
    if not person.is_active:
        raise ValidationError(_("Ce compte est déjà fermé."))
    return _set_active(
        person,
        False,
        by,
        "account.closed",
        _("a fermé le compte de %(name)s") % {"name": person.get_full_name()},
        reason,
    )


@transaction.atomic
def reopen_account(*, person: User, by: By, reason: str = "") -> User:
    """Open again an account that was closed; the roles that have not ended are held again.

    Raises PermissionDenied (not a manager) or ValidationError (already open).
    """
    person = _locked(person)
    authorise(policies.check_can_administer, by)
    if person.is_active:
        raise ValidationError(_("Ce compte est déjà ouvert."))
    return _set_active(
        person,
        True,
        by,
        "account.reopened",
        _("a rouvert le compte de %(name)s") % {"name": person.get_full_name()},
        reason,
    )


def _set_active(person: User, active: bool, by: By, kind: str, summary: str, reason: str) -> User:
    person.is_active = active
    person.save(update_fields=["is_active"])
    data: dict[str, Any] = {"before": {"is_active": not active}, "after": {"is_active": active}}
    record_user(person, kind=kind, by=by, summary=summary, data=data, reason=reason)
    return person


@transaction.atomic
def invite(*, person: User, by: By) -> None:
    """Send (again) the link with which a person chooses a password.

    Raises PermissionDenied (not a manager) or ValidationError (account closed).
    """
    authorise(policies.check_can_administer, by)
    if not person.is_active:
        raise ValidationError(_("Ce compte est fermé : rouvrez-le d’abord."))
    _defer_link(person)
    record_user(
        person,
        kind="account.invited",
        by=by,
        summary=_("a invité %(name)s à choisir un mot de passe") % {"name": person.get_full_name()},
        data={"email": person.email},
    )


@transaction.atomic
def request_password_link(*, email: str) -> None:
    """Send the link to the open account of this address; say nothing when there is none.

    The caller answers the same in both cases: nobody learns who has an account.
    """
    person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        return
    _defer_link(person, invitation=False)
    record_user(
        person,
        kind="account.link_requested",
        by=person,
        summary=_("a demandé un nouveau mot de passe"),
        data={},
    )


def _defer_link(person: User, *, invitation: bool = True) -> None:
    # The worker makes the link when it sends it: no secret is kept in the queue.
    from accounts.tasks import send_password_link

    send_password_link.defer(user_id=person.pk, invitation=invitation)

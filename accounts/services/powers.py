"""Accreditations of organisations, delegations of signature, rights to see one object."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from guardian.ctypes import get_content_type
from guardian.shortcuts import assign_perm, remove_perm
from guardian.utils import get_user_obj_perms_model

from accounts import policies
from accounts.enums import AccreditationScope
from accounts.models import Accreditation, Delegation, Organisation, User
from accounts.services.recording import (
    By,
    authorise,
    day,
    lock_persons,
    record_organisation,
    record_user,
)
from accounts.services.roles import check_period

ACT_TYPES = "abcdef"


@transaction.atomic
def grant_accreditation(
    *,
    organisation: Organisation,
    scope: str,
    act_reference: str,
    starts_on: date,
    by: By,
    ends_on: date | None = None,
) -> Accreditation:
    """Let an organisation take part in the circuit, for a scope of data, during a period.

    Raises PermissionDenied (not a manager) or ValidationError at the field (unknown scope; act
    missing; period; organisation closed; the same scope already granted on one of the days).
    """
    authorise(policies.check_can_administer, by)
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if not organisation.is_active:
        raise ValidationError(
            {"organisation": _("Cet organisme est désactivé : réactivez-le d’abord.")}
        )
    check_period(starts_on, ends_on)
    accreditation = Accreditation(
        organisation=organisation,
        scope=scope,
        act_reference=act_reference.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    accreditation.full_clean()
    same = Accreditation.objects.filter(organisation=organisation, scope=scope)
    if any(
        (other.ends_on is None or other.ends_on >= starts_on)
        and (ends_on is None or other.starts_on <= ends_on)
        for other in same
    ):
        raise ValidationError(
            {"scope": _("Cet organisme est déjà accrédité pour ce périmètre à cette période.")}
        )
    accreditation.save()
    record_organisation(
        organisation,
        kind="accreditation.granted",
        by=by,
        summary=_("a enregistré l’accréditation « %(scope)s » de %(organisation)s")
        % {"scope": AccreditationScope(scope).label, "organisation": organisation},
        data={
            "scope": scope,
            "act": accreditation.act_reference,
            "starts_on": day(starts_on),
            "ends_on": day(ends_on),
        },
    )
    return accreditation


@transaction.atomic
def end_accreditation(
    *, accreditation: Accreditation, by: By, ends_on: date | None = None, reason: str = ""
) -> None:
    """End an accreditation on a day (its last one), or at once when no day is given.

    Raises PermissionDenied (not a manager) or ValidationError (already ended; a day gone by).
    """
    authorise(policies.check_can_administer, by)
    accreditation = (
        Accreditation.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=accreditation.pk)
    )
    today = timezone.localdate()
    if accreditation.ends_on is not None and accreditation.ends_on < today:
        raise ValidationError(_("Cette accréditation a déjà pris fin."))
    if ends_on is not None and ends_on < today:
        raise ValidationError(
            {"ends_on": _("Choisissez aujourd’hui ou un jour à venir, ou laissez vide.")}
        )
    last_day = ends_on or today - timedelta(days=1)
    before = day(accreditation.ends_on)
    if last_day < accreditation.starts_on:
        accreditation.delete()
    else:
        accreditation.ends_on = last_day
        accreditation.save(update_fields=["ends_on"])
    record_organisation(
        accreditation.organisation,
        kind="accreditation.ended",
        by=by,
        summary=_("a mis fin à l’accréditation « %(scope)s » de %(organisation)s")
        % {
            "scope": accreditation.get_scope_display(),
            "organisation": accreditation.organisation,
        },
        data={
            "scope": str(accreditation.scope),
            "act": accreditation.act_reference,
            "before": {"ends_on": before},
            "after": {"ends_on": day(last_day)},
        },
        reason=reason,
    )


@transaction.atomic
def grant_delegation(
    *,
    person: User,
    organisation: Organisation,
    reference: str,
    title: str,
    starts_on: date,
    by: By,
    ends_on: date | None = None,
    act_types: str = "",
) -> Delegation:
    """Record the text in virtue of which a person may sign for an organisation.

    `act_types` are letters of `ACT_TYPES`; empty covers every act.
    Raises PermissionDenied (not a manager; to oneself) or ValidationError at the field.
    """
    authorise(policies.check_can_grant_delegation, by, person)
    if not person.is_active:
        raise ValidationError({"user": _("Ce compte est fermé : rouvrez-le d’abord.")})
    if not organisation.is_active:
        raise ValidationError(
            {"organisation": _("Cet organisme est désactivé : réactivez-le d’abord.")}
        )
    letters = "".join(sorted(set(act_types)))
    if not set(letters) <= set(ACT_TYPES):
        raise ValidationError({"act_types": _("Choisissez des types d’acte de la liste.")})
    check_period(starts_on, ends_on)
    delegation = Delegation(
        user=person,
        organisation=organisation,
        reference=reference.strip(),
        title=title.strip(),
        act_types=letters,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    delegation.full_clean()
    delegation.save()
    record_user(
        person,
        kind="delegation.granted",
        by=by,
        summary=_("a enregistré la délégation de signature de %(name)s (%(organisation)s)")
        % {"name": person.get_full_name(), "organisation": organisation},
        data={
            "organisation": organisation.pk,
            "reference": delegation.reference,
            "title": delegation.title,
            "act_types": letters,
            "starts_on": day(starts_on),
            "ends_on": day(ends_on),
        },
    )
    return delegation


@transaction.atomic
def revoke_delegation(*, delegation: Delegation, by: By, reason: str = "") -> None:
    """Withdraw a delegation from today on; what was signed before stays signed.

    Raises PermissionDenied (not a manager) or ValidationError (already revoked or over).
    """
    authorise(policies.check_can_administer, by)
    delegation = (
        Delegation.objects.select_for_update(of=("self",))
        .select_related("user", "organisation")
        .get(pk=delegation.pk)
    )
    today = timezone.localdate()
    if delegation.revoked_on is not None:
        raise ValidationError(_("Cette délégation est déjà révoquée."))
    if delegation.ends_on is not None and delegation.ends_on < today:
        raise ValidationError(_("Cette délégation est déjà échue."))
    delegation.revoked_on = today
    delegation.save(update_fields=["revoked_on"])
    record_user(
        delegation.user,
        kind="delegation.revoked",
        by=by,
        summary=_("a révoqué la délégation de signature de %(name)s (%(organisation)s)")
        % {
            "name": delegation.user.get_full_name(),
            "organisation": delegation.organisation,
        },
        data={"reference": delegation.reference, "revoked_on": day(today)},
        reason=reason,
    )


def _view_codename(obj: models.Model) -> str:
    return f"view_{obj._meta.model_name}"


def _is_granted(user: User, obj: models.Model) -> bool:
    # Not `has_perm`: a closed account has none, yet its grants must be taken back.
    model: Any = get_user_obj_perms_model(obj)
    grants = model.objects
    where = {"object_pk": str(obj.pk)} if grants.is_generic() else {"content_object": obj}
    return grants.filter(
        user=user,
        permission__codename=_view_codename(obj),
        permission__content_type=get_content_type(obj),
        **where,
    ).exists()


def _object_data(obj: models.Model) -> dict[str, Any]:
    return {"type": obj._meta.label_lower, "id": str(obj.pk), "label": str(obj)[:300]}


@transaction.atomic
def grant_view(user: User, obj: models.Model, by: By) -> None:
    """Let a person see one object (a case, a dataset); granting twice changes nothing.

    This and `revoke_view` are the only writers of per-object grants (architecture.md §1); the
    caller has checked that `by` may share this object.
    Raises PermissionDenied (to oneself) or ValidationError (account closed).
    """
    authorise(policies.check_can_share_view, by, user)
    if not user.is_active:
        raise ValidationError(_("Ce compte est fermé : rouvrez-le d’abord."))
    lock_persons(user)
    if _is_granted(user, obj):
        return
    assign_perm(_view_codename(obj), user, obj)
    record_user(
        user,
        kind="view.granted",
        by=by,
        summary=_("a donné accès à « %(object)s » à %(name)s")
        % {"object": obj, "name": user.get_full_name()},
        data=_object_data(obj),
    )


@transaction.atomic
def revoke_view(user: User, obj: models.Model, by: By) -> None:
    """Take back the right to see one object; taking back what was not given changes nothing."""
    lock_persons(user)
    if not _is_granted(user, obj):
        return
    remove_perm(_view_codename(obj), user, obj)
    record_user(
        user,
        kind="view.revoked",
        by=by,
        summary=_("a retiré l’accès à « %(object)s » à %(name)s")
        % {"object": obj, "name": user.get_full_name()},
        data=_object_data(obj),
    )

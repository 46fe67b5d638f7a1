"""Organisations: created, changed, closed and opened again by a manager."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import policies
from accounts.models import Membership, Organisation
from accounts.services.recording import By, authorise, record_organisation
from accounts.siret import normalise_siret

FIELDS = (
    "name",
    "short_name",
    "siret",
    "kind",
    "parent",
    "legal_form",
    "address",
    "contact_email",
)


def _snapshot(organisation: Organisation) -> dict[str, Any]:
    values = {field: getattr(organisation, field) for field in FIELDS if field != "parent"}
    return {**values, "parent": organisation.parent_id and str(organisation.parent)}


def _free_slug(organisation: Organisation) -> str:
    base = slugify(organisation.short_name or organisation.name)[:50] or "organisme"
    taken = set(
        Organisation.objects.filter(Q(slug=base) | Q(slug__startswith=f"{base}-")).values_list(
            "slug", flat=True
        )
    )
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _check_parent(organisation: Organisation) -> None:
    above = organisation.parent
    while above is not None:
        if above.pk == organisation.pk:
            raise ValidationError(
                {"parent": _("Un organisme ne peut pas être rattaché à lui-même.")}
            )
        above = above.parent


def _check(organisation: Organisation) -> None:
    organisation.siret = normalise_siret(organisation.siret or "") or None
    organisation.full_clean(validate_unique=False)
    others = Organisation.objects.exclude(pk=organisation.pk)
    if others.filter(name=organisation.name).exists():
        raise ValidationError({"name": _("Un organisme porte déjà ce nom.")})
    if organisation.siret and (same := others.filter(siret=organisation.siret).first()):
        raise ValidationError(
            {"siret": _("Ce SIRET est déjà celui de « %(name)s ».") % {"name": same.name}}
        )
    if organisation.pk is not None:
        _check_parent(organisation)


@transaction.atomic
def create_organisation(*, name: str, kind: str, by: By, **fields: Any) -> Organisation:
    """Add an organisation to the directory: any of `FIELDS`; its address on the site is made here.

    Raises PermissionDenied (not a manager) or ValidationError (fields; name or SIRET already used).
    """
    authorise(policies.check_can_administer, by)
    organisation = Organisation(name=name, kind=kind)
    for field in FIELDS:
        if field in fields:
            setattr(organisation, field, fields[field])
    organisation.slug = _free_slug(organisation)
    _check(organisation)
    organisation.save()
    record_organisation(
        organisation,
        kind="organisation.created",
        by=by,
        summary=_("a ajouté l’organisme « %(name)s »") % {"name": organisation.name},
        data={"after": _snapshot(organisation)},
    )
    return organisation


@transaction.atomic
def update_organisation(*, organisation: Organisation, by: By, **changes: Any) -> Organisation:
    """Change an organisation: any of `FIELDS`; its address on the site never changes.

    Raises PermissionDenied (not a manager) or ValidationError (fields; name or SIRET already used;
    attached to itself). Nothing is recorded when nothing changes.
    """
    authorise(policies.check_can_administer, by)
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    before = _snapshot(organisation)
    for field in FIELDS:
        if field in changes:
            setattr(organisation, field, changes[field])
    _check(organisation)
    after = _snapshot(organisation)
    changed = [field for field in FIELDS if before[field] != after[field]]
    if changed:
        organisation.save(update_fields=changed)
        record_organisation(
            organisation,
            kind="organisation.updated",
            by=by,
            summary=_("a modifié l’organisme « %(name)s »") % {"name": organisation.name},
            data={
                "before": {field: before[field] for field in changed},
                "after": {field: after[field] for field in changed},
            },
        )
    return organisation


@transaction.atomic
def close_organisation(*, organisation: Organisation, by: By, reason: str = "") -> Organisation:
    """Take an organisation out of the choices; what it took part in stays.

    Raises PermissionDenied (not a manager) or ValidationError (already closed; roles still held).
    """
    authorise(policies.check_can_administer, by)
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if not organisation.is_active:
        raise ValidationError(_("Cet organisme est déjà désactivé."))
    members = (
        Membership.objects.filter(organisation=organisation, user__is_active=True)
        .current()
        .values("user_id")
        .distinct()
        .count()
    )
    if members:
        raise ValidationError(
            ngettext(
                "Une personne y tient encore un rôle : mettez-y fin d’abord.",
                "%(count)s personnes y tiennent encore un rôle : mettez-y fin d’abord.",
                members,
            )
            % {"count": members}
        )
    return _set_active(
        organisation,
        False,
        by,
        "organisation.closed",
        _("a désactivé l’organisme « %(name)s »") % {"name": organisation.name},
        reason,
    )


@transaction.atomic
def reopen_organisation(*, organisation: Organisation, by: By, reason: str = "") -> Organisation:
    """Put an organisation back among the choices.

    Raises PermissionDenied (not a manager) or ValidationError (already open).
    """
    authorise(policies.check_can_administer, by)
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if organisation.is_active:
        raise ValidationError(_("Cet organisme est déjà en activité."))
    return _set_active(
        organisation,
        True,
        by,
        "organisation.reopened",
        _("a réactivé l’organisme « %(name)s »") % {"name": organisation.name},
        reason,
    )


def _set_active(
    organisation: Organisation, active: bool, by: By, kind: str, summary: str, reason: str
) -> Organisation:
    organisation.is_active = active
    organisation.save(update_fields=["is_active"])
    record_organisation(
        organisation,
        kind=kind,
        by=by,
        summary=summary,
        data={"before": {"is_active": not active}, "after": {"is_active": active}},
        reason=reason,
    )
    return organisation

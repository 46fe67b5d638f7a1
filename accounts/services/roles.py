"""Roles of persons in organisations, and absences during which a colleague holds them."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import policies
from accounts.enums import Role
from accounts.models import Absence, Membership, Organisation, PeriodQuerySet, User
from accounts.selectors.roles import organisation_ids
from accounts.services.recording import By, authorise, day, lock_managers, lock_persons, record_user
from journal.dates import day_text


def _overlapping(rows: PeriodQuerySet, starts_on: date, ends_on: date | None) -> PeriodQuerySet:
    rows = rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
    return rows if ends_on is None else rows.filter(starts_on__lte=ends_on)


def check_period(starts_on: date, ends_on: date | None) -> None:
    """Refuse a period that ends before it begins, at the field of its end."""
    if ends_on is not None and ends_on < starts_on:
        raise ValidationError(
            {"ends_on": _("La date de fin doit être égale ou postérieure à la date de début.")}
        )


def check_membership(
    *,
    person: User,
    organisation: Organisation,
    role: str,
    starts_on: date,
    ends_on: date | None,
    by: By,
) -> None:
    """Refuse a role that cannot be granted; « Vérifier avant d’enregistrer » asks it too.

    Raises PermissionDenied (not a manager; to oneself) or ValidationError at the field (account or
    organisation closed; period; the same role already held there on one of the days).
    """
    authorise(policies.check_can_grant_role, by, person)
    if role not in Role.values:
        raise ValidationError({"role": _("Choisissez un rôle dans la liste.")})
    if not person.is_active:
        raise ValidationError({"user": _("Ce compte est fermé : rouvrez-le d’abord.")})
    if not organisation.is_active:
        raise ValidationError(
            {"organisation": _("Cet organisme est désactivé : réactivez-le d’abord.")}
        )
    check_period(starts_on, ends_on)
    same = Membership.objects.filter(user=person, organisation=organisation, role=role)
    if _overlapping(same, starts_on, ends_on).exists():
        raise ValidationError(
            {"role": _("Cette personne tient déjà ce rôle dans cet organisme à cette période.")}
        )


@transaction.atomic
def grant_membership(
    *,
    person: User,
    organisation: Organisation,
    role: str,
    by: By,
    starts_on: date | None = None,
    ends_on: date | None = None,
    is_deputy: bool = False,
) -> Membership:
    """Give a person a role in an organisation, from a day (today) until another (open-ended).

    Raises what `check_membership` raises.
    """
    lock_persons(person)
    starts_on = starts_on or timezone.localdate()
    check_membership(
        person=person,
        organisation=organisation,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        by=by,
    )
    membership = Membership.objects.create(
        user=person,
        organisation=organisation,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        is_deputy=is_deputy,
    )
    record_user(
        person,
        kind="role.granted",
        by=by,
        summary=_("a attribué à %(name)s le rôle « %(role)s » (%(organisation)s)")
        % {
            "name": person.get_full_name(),
            "role": membership.get_role_display(),
            "organisation": organisation,
        },
        data=_membership_data(membership),
    )
    return membership


def _membership_data(membership: Membership) -> dict[str, object]:
    return {
        "organisation": membership.organisation_id,
        "role": str(membership.role),
        "starts_on": day(membership.starts_on),
        "ends_on": day(membership.ends_on),
        "is_deputy": membership.is_deputy,
    }


@transaction.atomic
def end_membership(
    *, membership: Membership, by: By, ends_on: date | None = None, reason: str = ""
) -> None:
    """End a role on a day (its last one), or at once when no day is given.

    A role that would end before it began is removed; the journal remembers it.
    Raises PermissionDenied (not a manager; own last role of manager; last manager of the service)
    or ValidationError (already ended; a day before today, which would rewrite what was done).
    """
    if membership.role == Role.MANAGER:
        lock_managers()
    lock_persons(membership.user)
    membership = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("user", "organisation")
        .get(pk=membership.pk)
    )
    authorise(policies.check_can_end_membership, by, membership)
    today = timezone.localdate()
    if membership.ends_on is not None and membership.ends_on < today:
        raise ValidationError(_("Ce rôle a déjà pris fin."))
    if ends_on is not None and ends_on < today:
        raise ValidationError(
            {"ends_on": _("Choisissez aujourd’hui ou un jour à venir, ou laissez vide.")}
        )
    last_day = ends_on or today - timedelta(days=1)
    before = _membership_data(membership)
    if last_day < membership.starts_on:
        membership.delete()
    else:
        membership.ends_on = last_day
        membership.save(update_fields=["ends_on"])
    record_user(
        membership.user,
        kind="role.ended",
        by=by,
        summary=_("a mis fin au rôle « %(role)s » de %(name)s (%(organisation)s)")
        % {
            "name": membership.user.get_full_name(),
            "role": membership.get_role_display(),
            "organisation": membership.organisation,
        },
        data={"before": before, "ends_on": day(last_day)},
        reason=reason,
    )


def _check_absence(person: User, deputy: User, starts_on: date, ends_on: date) -> None:
    if person.pk == deputy.pk:
        raise ValidationError({"deputy": _("Choisissez une autre personne que l’absent.")})
    if not deputy.is_active:
        raise ValidationError(
            {"deputy": _("Le compte de cette personne est fermé : choisissez quelqu’un d’autre.")}
        )
    check_period(starts_on, ends_on)
    if ends_on < timezone.localdate():
        raise ValidationError({"ends_on": _("Cette période est déjà passée.")})
    own = _overlapping(Absence.objects.filter(user=person), starts_on, ends_on).first()
    if own is not None:
        raise ValidationError(
            {"starts_on": _("Une absence est déjà déclarée %(period)s.") % {"period": _period(own)}}
        )
    # A deputy who is away himself would hand the roles back, or on to a third person.
    away = _overlapping(Absence.objects.filter(user=deputy), starts_on, ends_on).first()
    if away is not None:
        raise ValidationError(
            {
                "deputy": _("%(name)s est absent %(period)s : choisissez quelqu’un d’autre.")
                % {"name": deputy.get_full_name(), "period": _period(away)}
            }
        )


def _period(absence: Absence) -> str:
    return _("du %(start)s au %(end)s") % {
        "start": day_text(absence.starts_on),
        "end": day_text(absence.ends_on),
    }


@transaction.atomic
def declare_absence(
    *, person: User, deputy: User, starts_on: date, ends_on: date, by: By
) -> Absence:
    """Have a colleague hold all the roles of a person from a day until another, both included.

    Raises PermissionDenied (neither the person nor a manager; a manager naming himself) or
    ValidationError at the field (period; deputy without an open account, or away on one of the
    days; another absence then). A person can thus never be his own deputy through others.
    """
    authorise(policies.check_can_declare_absence, by, person, deputy)
    lock_persons(person, deputy)
    deputy.refresh_from_db(fields=["is_active"])
    _check_absence(person, deputy, starts_on, ends_on)
    absence = Absence.objects.create(
        user=person, deputy=deputy, starts_on=starts_on, ends_on=ends_on
    )
    record_user(
        person,
        kind="absence.declared",
        by=by,
        summary=_("a confié les rôles de %(name)s à %(deputy)s %(period)s")
        % {
            "name": person.get_full_name(),
            "deputy": deputy.get_full_name(),
            "period": _period(absence),
        },
        data={"deputy": deputy.pk, "starts_on": day(starts_on), "ends_on": day(ends_on)},
    )
    return absence


@transaction.atomic
def cancel_absence(*, absence: Absence, by: By) -> None:
    """End an absence at once: its deputy holds nothing from now on.

    Raises PermissionDenied (neither the person nor a manager) or ValidationError (already over).
    """
    lock_persons(absence.user, absence.deputy)
    absence = (
        Absence.objects.select_for_update(of=("self",))
        .select_related("user", "deputy")
        .get(pk=absence.pk)
    )
    authorise(policies.check_can_cancel_absence, by, absence)
    today = timezone.localdate()
    if absence.ends_on < today:
        raise ValidationError(_("Cette absence est déjà terminée."))
    data = {
        "deputy": absence.deputy_id,
        "starts_on": day(absence.starts_on),
        "ends_on": day(absence.ends_on),
    }
    if absence.starts_on >= today:
        absence.delete()
    else:
        absence.ends_on = today - timedelta(days=1)
        absence.save(update_fields=["ends_on"])
    record_user(
        absence.user,
        kind="absence.cancelled",
        by=by,
        summary=_("a mis fin à la suppléance de %(name)s par %(deputy)s")
        % {"name": absence.user.get_full_name(), "deputy": absence.deputy.get_full_name()},
        data={"before": data},
    )


@transaction.atomic
def choose_acting_for(*, organisation_id: int, by: User) -> Organisation:
    """Let a person who has roles in several organisations say for which one he acts now.

    The choice lives in his session; the view keeps it there.
    Raises ValidationError when he holds no role in this organisation.
    """
    by.__dict__.pop("held_roles", None)
    organisation = Organisation.objects.filter(
        pk=organisation_id, pk__in=organisation_ids(by)
    ).first()
    if organisation is None:
        raise ValidationError({"organisation": _("Vous ne tenez aucun rôle dans cet organisme.")})
    record_user(
        by,
        kind="acting_for.chosen",
        by=by,
        summary=_("agit désormais pour %(organisation)s") % {"organisation": organisation},
        data={"organisation": organisation.pk},
    )
    return organisation

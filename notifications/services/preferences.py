"""What a person wants to be told, and what he has read."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import actor
from journal.enums import Audience
from journal.services import Subject, record
from notifications.enums import LOCKED_FAMILIES, Channel, Family
from notifications.models import Mute, Notification, Preference


@transaction.atomic
def set_preferences(*, channels: Mapping[str, str], by: User) -> None:
    """Keep the channel of each family given; a locked family stays immediate (ValueError)."""
    wanted = {Family(family): Channel(channel) for family, channel in channels.items()}
    if locked := LOCKED_FAMILIES & wanted.keys():
        raise ValueError(f"locked: {sorted(locked)}")
    Preference.objects.bulk_create(
        [Preference(user=by, family=family, channel=channel) for family, channel in wanted.items()],
        update_conflicts=True,
        unique_fields=["user", "family"],
        update_fields=["channel"],
    )
    _record(
        by,
        "preferences.changed",
        _("a changé ses préférences de notification"),
        {str(family): str(channel) for family, channel in wanted.items()},
    )


@transaction.atomic
def stop_family(*, user: User, family: Family) -> bool:
    """Stop the e-mails of a family, from the link at the foot of one; False when locked."""
    if family in LOCKED_FAMILIES:
        return False
    Preference.objects.update_or_create(
        user=user, family=family, defaults={"channel": Channel.IN_APP}
    )
    _record(
        user,
        "preferences.changed",
        _("a arrêté les courriels « %(family)s »") % {"family": family.label},
        {str(family): str(Channel.IN_APP)},
    )
    return True


@transaction.atomic
def mute(*, reference: str, by: User) -> None:
    """Send no more e-mail about one case, but for the locked families. Idempotent."""
    _row, is_new = Mute.objects.get_or_create(
        user=by, reference=reference, defaults={"created_at": timezone.now()}
    )
    if is_new:
        _record(
            by,
            "case.muted",
            _("a mis en sourdine le dossier %(reference)s") % {"reference": reference},
            {"reference": reference},
        )


@transaction.atomic
def unmute(*, reference: str, by: User) -> None:
    """Send e-mails about a case again. Idempotent."""
    deleted, _rows = Mute.objects.filter(user=by, reference=reference).delete()
    if deleted:
        _record(
            by,
            "case.unmuted",
            _("ne met plus en sourdine le dossier %(reference)s") % {"reference": reference},
            {"reference": reference},
        )


def mark_read(*, notice: Notification, by: User) -> None:
    """Mark a notice of one's own as read. What a person has read is no event of the journal."""
    Notification.objects.of(by.pk).unread().filter(pk=notice.pk).update(read_at=timezone.now())


def mark_all_read(*, by: User, until: int) -> int:
    """Mark as read what was on the page: notices up to the key `until`, not those come since."""
    return (
        Notification.objects.of(by.pk).unread().filter(pk__lte=until).update(read_at=timezone.now())
    )


def _record(user: User, kind: str, summary: str, data: dict[str, str]) -> None:
    record(
        chain=f"user:{user.pk}",
        kind=kind,
        by=actor(user),
        subject=Subject("user", str(user.pk), user.get_full_name()),
        summary=summary,
        data=data,
        audience=Audience.AUDIT,
    )

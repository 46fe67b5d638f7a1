"""Tell people something: rows written with the fact itself, sent afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Absence, User
from notifications.enums import DEFAULT_CHANNEL, LOCKED_FAMILIES, Channel, Family
from notifications.letters import mail_of, one_line
from notifications.models import Mute, Notification, OutgoingMail, Preference, ReminderSent
from notifications.services.outbox import wake_outbox


@dataclass(frozen=True)
class Addressee:
    """A person to tell, and in what quality."""

    user: User
    role_label: str


def notify(
    *,
    recipients: Iterable[User],
    family: Family,
    subject: str,
    sentence: str,
    consequence: str = "",
    url: str,
    reference: str,
    role_label: str = "",
    locked: bool = False,
) -> list[Notification]:
    """Tell each person once, in the application and by the channel that he chose.

    Written in the caller's transaction: what is rolled back tells nobody. Closed accounts are
    passed over; who deputises an absent person today is told too. Of the case, a message holds
    number and title only: no content, no attachment (ux/spec.md, §8).

    `subject` is the fact or the expectation (« Avis attendu avant le 24 mars 2026 »), the
    reference is put before it; `sentence` says what happened, `consequence` before when and what
    happens otherwise; `role_label` ends « car vous êtes … » (« DPD du détenteur »); `locked`
    sends at once whatever the preferences, as the locked families always are. Constant number
    of queries. A family that does not exist is refused with ValueError.
    """
    family = Family(family)
    locked = locked or family in LOCKED_FAMILIES
    addressees = _addressees(recipients, role_label)
    channels = _channels([a.user.pk for a in addressees], family, reference, locked)
    now = timezone.now()
    title = one_line(subject)
    if reference and not title.startswith(reference):
        title = f"{reference} — {title}"
    notices = [
        Notification(
            recipient=addressee.user,
            family=family,
            reference=reference,
            subject=title[:300],
            sentence=sentence,
            consequence=consequence,
            url=_path(url),
            role_label=addressee.role_label[:200],
            created_at=now,
            awaits_digest=channels[addressee.user.pk] == Channel.DIGEST,
        )
        for addressee in addressees
    ]
    Notification.objects.bulk_create(notices)
    mails = [
        mail_of(notice, notice.recipient, locked=locked)
        for notice in notices
        if channels[notice.recipient_id] == Channel.IMMEDIATE
    ]
    if mails:
        OutgoingMail.objects.bulk_create(mails)
        transaction.on_commit(wake_outbox, robust=True)
    return notices


def remind_once(
    key: str,
    *,
    recipients: Iterable[User],
    family: Family,
    subject: str,
    sentence: str,
    consequence: str = "",
    url: str,
    reference: str,
    role_label: str = "",
    locked: bool = False,
) -> bool:
    """Notify unless `key` was reminded before; tell whether it was done now.

    `key` names what is reminded and which time (« opinion:812:50 »). Two workers at once send
    one reminder: the second waits for the first and finds the key taken.
    """
    with transaction.atomic():
        _sent, is_new = ReminderSent.objects.get_or_create(
            key=key, defaults={"sent_at": timezone.now()}
        )
        if not is_new:
            return False
        notify(
            recipients=recipients,
            family=family,
            subject=subject,
            sentence=sentence,
            consequence=consequence,
            url=url,
            reference=reference,
            role_label=role_label,
            locked=locked,
        )
    return True


def _path(url: str) -> str:
    """Keep pages of the service as paths: they outlive a change of its address."""
    return url.removeprefix(settings.SITE_URL.rstrip("/"))


def _addressees(recipients: Iterable[User], role_label: str) -> list[Addressee]:
    told = {user.pk: Addressee(user, role_label) for user in recipients if user.is_active}
    absences = (
        Absence.objects.filter(user__in=list(told), deputy__is_active=True)
        .current()
        .select_related("user", "deputy")
    )
    for absence in absences:
        standing_in = _("en suppléance de %(person)s") % {"person": absence.user.get_full_name()}
        label = ", ".join(filter(None, [role_label, standing_in]))
        told.setdefault(absence.deputy_id, Addressee(absence.deputy, label))
    return list(told.values())


def _channels(
    user_ids: list[int], family: Family, reference: str, locked: bool
) -> dict[int, Channel]:
    if locked:
        return dict.fromkeys(user_ids, Channel.IMMEDIATE)
    channels = dict.fromkeys(user_ids, DEFAULT_CHANNEL)
    chosen = Preference.objects.filter(user__in=user_ids, family=family)
    channels |= {user: Channel(name) for user, name in chosen.values_list("user_id", "channel")}
    if reference:
        muted = Mute.objects.filter(user__in=user_ids, reference=reference)
        channels |= dict.fromkeys(muted.values_list("user_id", flat=True), Channel.IN_APP)
    return channels

"""Reads of messages and preferences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

from django.http import Http404

from accounts.models import User
from notifications import kinds
from notifications.enums import DEFAULT_CHANNEL, LOCKED_FAMILIES, Channel, Family
from notifications.kinds import Kind
from notifications.models import MessageWords, Mute, Notification, Preference

PAGE = 25


@dataclass(frozen=True)
class NoticePage:
    """Some notices, newest first, and the keys of the pages around."""

    notices: list[Notification]
    newer: int | None
    older: int | None


@dataclass(frozen=True)
class FamilyChoice:
    """A row of the table of preferences."""

    family: Family
    channel: Channel
    is_locked: bool


def unread_count(user: User) -> int:
    """Count the unread notices of a person: one query on a partial index."""
    return Notification.objects.of(user.pk).unread().count()


def list_for(
    user: User, *, before: int | None = None, after: int | None = None, size: int = PAGE
) -> NoticePage:
    """Return the notices of a person, newest first, paged by key. One query."""
    notices = Notification.objects.of(user.pk)
    if after is not None:
        found = list(notices.filter(pk__gt=after).order_by("pk")[: size + 1])
        has_newer, has_older = len(found) > size, True
        found = found[:size][::-1]
    else:
        if before is not None:
            notices = notices.filter(pk__lt=before)
        found = list(notices.order_by("-pk")[: size + 1])
        has_newer, has_older = before is not None, len(found) > size
        found = found[:size]
    return NoticePage(
        notices=found,
        newer=found[0].pk if found and has_newer else None,
        older=found[-1].pk if found and has_older else None,
    )


def get_for(user: User, pk: int) -> Notification:
    """Return a notice of this person; somebody else's does not exist (404)."""
    notice = Notification.objects.of(user.pk).filter(pk=pk).first()
    if notice is None:
        raise Http404
    return notice


def choices_of(user: User) -> list[FamilyChoice]:
    """Return the channel of every family, in the order of the table; locked ones last."""
    chosen = dict(Preference.objects.filter(user=user).values_list("family", "channel"))
    rows = [
        FamilyChoice(
            family=family,
            channel=(
                Channel.IMMEDIATE
                if family in LOCKED_FAMILIES
                else Channel(chosen.get(family, DEFAULT_CHANNEL))
            ),
            is_locked=family in LOCKED_FAMILIES,
        )
        for family in Family
    ]
    return sorted(rows, key=lambda row: row.is_locked)


def muted_references(user: User) -> list[str]:
    """Return the references of the cases a person has muted, in order."""
    mutes = Mute.objects.filter(user=user).order_by("reference")
    return list(mutes.values_list("reference", flat=True))


def is_muted(user: User, reference: str) -> bool:
    """Tell whether a person has muted a case."""
    return Mute.objects.filter(user=user, reference=reference).exists()


def get_person(user_id: int) -> User:
    """Return the person of a signed link, whose account is still open (else 404)."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise Http404
    return user


class Wording(TypedDict):
    """What a message says, as `notify` takes it."""

    family: Family
    subject: str
    sentence: str
    consequence: str
    locked: bool


@dataclass(frozen=True)
class ShownMessage:
    """A message as the administration shows it: its words today, and their version."""

    kind: Kind
    words: dict[str, str]
    version: int
    is_proposed: bool


def wording(code: str, **values: Any) -> Wording:
    """Return the words of a message today, its variables replaced by `values`. One query.

    A message that does not exist, or a variable without a value, is an error of the caller
    (KeyError). Lines of a subject are joined by `notify`.
    """
    shown = _shown(kinds.get(code), _last_words([code]).get(code))
    texts = {field: kinds.fill(text, values).strip() for field, text in shown.words.items()}
    kind = shown.kind
    return Wording(family=kind.family, locked=kind.is_locked, **texts)  # type: ignore[typeddict-item]


def messages() -> list[ShownMessage]:
    """Return every message with its words of today. One query."""
    found = kinds.every()
    last = _last_words([kind.code for kind in found])
    return [_shown(kind, last.get(kind.code)) for kind in found]


def get_message(code: str) -> ShownMessage:
    """Return one message with its words of today; 404 when there is none of that code."""
    kind = kinds.find(code)
    if kind is None:
        raise Http404
    return _shown(kind, _last_words([code]).get(code))


def versions_of(code: str) -> list[MessageWords]:
    """Return the words that a message had, the last ones first."""
    rows = MessageWords.objects.filter(code=code).select_related("created_by")
    return list(rows.order_by("-version"))


def _last_words(codes: list[str]) -> dict[str, MessageWords]:
    rows = MessageWords.objects.filter(code__in=codes)
    return {row.code: row for row in rows.order_by("code", "-version").distinct("code")}


def _shown(kind: Kind, row: MessageWords | None) -> ShownMessage:
    if row is None or row.is_proposal:
        return ShownMessage(kind, kind.proposal, row.version if row else 0, is_proposed=True)
    words = {field: getattr(row, field) for field in kinds.FIELDS}
    return ShownMessage(kind, words, row.version, is_proposed=False)

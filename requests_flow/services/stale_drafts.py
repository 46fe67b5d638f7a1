"""Drafts that nobody writes any more: announced, then closed (ux/spec.md, §4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cases import announcements, clock, engine
from cases.enums import Delay
from cases.models import CaseUserObjectPermission
from journal.enums import Audience
from notifications.models import ReminderSent
from notifications.selectors import wording
from notifications.services import notify, remind_once
from requests_flow.enums import RequestStage
from requests_flow.models import DataRequest


class _Touched(Exception):
    """Somebody wrote the draft while it was being closed: it stays open."""


@dataclass(frozen=True)
class Done:
    """How many drafts were told to be closed soon, and how many were closed."""

    noticed: int = 0
    closed: int = 0


def close_stale_drafts(*, today: date | None = None) -> Done:
    """Tell the writers of drafts unused for five months, close those unused for six.

    Both delays are rows that managers change (`Delay.DRAFT_NOTICE`, `Delay.DRAFT_CLOSING`). No
    draft is closed before its writers had all the time between the two since they were told, even
    when the work did not run for a while. Done twice it changes nothing.
    """
    day = today or timezone.localdate()
    noticed = closed = 0
    for draft in _unused(day):
        last_touched = timezone.localdate(draft.updated_at)
        key = f"draft:{draft.pk}:{draft.updated_at:%Y-%m-%dT%H:%M}:notice"
        told_at = ReminderSent.objects.filter(key=key).values_list("sent_at", flat=True).first()
        if told_at is None:
            noticed += _notice(draft, key, _closing_day(last_touched, day))
        elif _closing_day(last_touched, timezone.localdate(told_at)) <= day:
            closed += _close(draft)
    return Done(noticed, closed)


def _unused(day: date) -> Iterator[DataRequest]:
    """The open drafts whose notice is due; a draft under legal hold is left alone."""
    # No delay is shorter than its number of days: the rest is decided draft by draft.
    before = day - timedelta(days=clock.rule(Delay.DRAFT_NOTICE).days)
    drafts = DataRequest.objects.filter(
        opened_at=None, closed_at=None, legal_hold=False, updated_at__date__lte=before
    ).select_related("created_by")
    for draft in drafts.order_by("pk"):
        start = timezone.localdate(draft.updated_at)
        if clock.due_date(Delay.DRAFT_NOTICE, start=start) <= day:
            yield draft


def _closing_day(last_touched: date, told_on: date) -> date:
    """The day a draft is closed: as its delay says, and never sooner after the notice than that."""
    asked = clock.due_date(Delay.DRAFT_CLOSING, start=last_touched)
    notice = clock.due_date(Delay.DRAFT_NOTICE, start=last_touched)
    return max(asked, told_on + max(timedelta(0), asked - notice))


def _writers(draft: DataRequest) -> list[User]:
    invited = CaseUserObjectPermission.objects.filter(content_object_id=draft.pk).values("user_id")
    known = Q(pk=draft.created_by_id) | Q(pk__in=invited)
    return list(User.objects.filter(known, is_active=True))


def _title(draft: DataRequest) -> str:
    return draft.title or _("demande sans titre")


def _notice(draft: DataRequest, key: str, closing: date) -> bool:
    return remind_once(
        key,
        recipients=_writers(draft),
        **wording(
            "request-draft-notice",
            titre=_title(draft),
            depuis=announcements.day_text(timezone.localdate(draft.updated_at)),
            date=announcements.day_text(closing),
        ),
        url=f"{settings.SITE_URL}{draft.get_absolute_url()}",
        reference="",
    )


def _close(draft: DataRequest) -> bool:
    try:
        with engine.move(draft, by=None) as move:
            case: DataRequest = move.case
            if case.updated_at != draft.updated_at or not case.is_draft or case.is_closed:
                raise _Touched
            move.close_as(RequestStage.WITHDRAWN)
            move.record(
                "request.draft_closed",
                _("a clos le brouillon, inutilisé depuis le %(day)s")
                % {"day": announcements.day_text(timezone.localdate(draft.updated_at))},
                audience=Audience.AUDIT,
            )
            notify(
                recipients=_writers(case),
                **wording("request-draft-closed", titre=_title(case)),
                url=f"{settings.SITE_URL}/demandes/nouvelle/",
                reference="",
            )
    except _Touched:
        return False
    return True

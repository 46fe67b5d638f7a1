"""Reminders of pending steps: 50 %, 80 %, 100 % of the delay, then escalation (process.md, §11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.selectors import holders_of
from cases import announcements, clock
from cases.enums import Delay
from cases.models import OPEN_STATUSES, RUNNING, DelayRule, Suspension, Task
from notifications.selectors import Wording
from notifications.services import remind_once

THRESHOLDS = (50, 80, 100)
# Days before the end (complement: process.md, S3), or after the opening (signature: S10).
DAYS_BEFORE = {Delay.COMPLEMENT: (10, 3, 0)}
DAYS_AFTER = {Delay.SIGNATURE: (5, 10, 15)}
ESCALATION_WORKING_DAYS = 1


@dataclass(frozen=True)
class _Clock:
    """What every reminder reads, read once."""

    day: date
    calendars: clock.Calendars
    rules: dict[str, DelayRule]


def remind_all(*, today: date | None = None) -> int:
    """Write every reminder due today, each once even after a crash; return how many.

    A case whose clock is suspended is left alone, except the answer that is awaited.
    """
    tools = _Clock(today or timezone.localdate(), clock.Calendars(), clock.rules())
    tasks = (
        Task.objects.filter(
            status__in=OPEN_STATUSES,
            flow_task_type="HUMAN",
            process__status=RUNNING,
            due_on__isnull=False,
        )
        .select_related("case", "organisation", "owner")
        .prefetch_related("case__suspensions")
    )
    return sum(_remind(task, tools) for task in tasks.iterator(chunk_size=500))


def _remind(task: Task, tools: _Clock) -> int:
    suspensions = list(task.case.suspensions.all())
    rule, due_on = tools.rules[task.delay], task.due_on
    if due_on is None:
        return 0
    if rule.is_suspendable and any(one.ends_on is None for one in suspensions):
        return 0
    late = tools.calendars.of(task.organisation_id).working_days_between(due_on, tools.day)
    sent = 0
    if name := _moment(task, tools, suspensions):
        words = _late(task, late) if late > 0 else _coming(task)
        sent += _send(task, name, announcements.people_of(task), words)
    if late >= ESCALATION_WORKING_DAYS:
        people = list(holders_of(rule.escalation_role))
        sent += _send(task, "escalation", people, _late(task, late))
    return sent


def _moment(task: Task, tools: _Clock, suspensions: list[Suspension]) -> str:
    """Name the last moment of reminder that is reached; nothing before the first."""
    if task.delay in DAYS_BEFORE and task.due_on is not None:
        left = (task.due_on - tools.day).days
        reached = [f"J-{days}" for days in DAYS_BEFORE[Delay(task.delay)] if left <= days]
    elif task.delay in DAYS_AFTER:
        passed = (tools.day - timezone.localdate(task.created)).days
        reached = [f"J+{days}" for days in DAYS_AFTER[Delay(task.delay)] if passed >= days]
    else:
        stopped = suspensions if tools.rules[task.delay].is_suspendable else []
        done, total = clock.progress(
            task, today=tools.day, calendars=tools.calendars, suspensions=stopped
        )
        reached = [f"{step}" for step in THRESHOLDS if 100 * done >= step * total]
    return reached[-1] if reached else ""


def _send(task: Task, step: str, people: list[User], words: Wording) -> int:
    """Send one reminder to people, unless it was sent before."""
    if not people:
        return 0
    return int(
        remind_once(
            f"task:{task.pk}:{task.due_on:%Y-%m-%d}:{step}",
            recipients=people,
            url=f"{settings.SITE_URL}{task.case.get_absolute_url()}",
            reference=task.case.reference or "",
            **words,
        )
    )


def _coming(task: Task) -> Wording:
    """« Rappel : Avis attendu avant le 24 mars 2026 »"""
    announced = announcements.words_of(task)["subject"]
    return announcements.worded("reminder", task, annonce=announced)


def _late(task: Task, late: int) -> Wording:
    """« Avis en retard de 3 jours ouvrés » : what the step announced, without its date."""
    what = announcements.words_of(task)["subject"].partition(_(" avant le "))[0]
    for awaited in (_(" attendu"), _(" attendue")):
        what = what.removesuffix(awaited)
    days = ngettext("%(late)s jour ouvré", "%(late)s jours ouvrés", late) % {"late": late}
    return announcements.worded("late", task, objet=what, retard=days)

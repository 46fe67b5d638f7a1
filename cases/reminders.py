"""Reminders of pending steps: 50 %, 80 %, 100 % of the delay, then escalation (process.md, §11)."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from viewflow.workflow.status import PROCESS

from accounts.models import User
from accounts.selectors import holders_of
from cases import announcements, clock
from cases.models import OPEN_STATUSES, Task
from notifications.enums import Family
from notifications.services import remind_once

THRESHOLDS = (50, 80, 100)
ESCALATION_WORKING_DAYS = 1


def remind_all(*, today: date | None = None) -> int:
    """Write every reminder due today, each once even after a crash; return how many.

    A case whose clock is suspended is left alone, except the answer that is awaited.
    """
    day = today or timezone.localdate()
    tasks = (
        Task.objects.filter(
            status__in=OPEN_STATUSES,
            flow_task_type="HUMAN",
            process__status=PROCESS.NEW,
            due_on__isnull=False,
        )
        .select_related("case", "organisation", "owner")
        .prefetch_related("case__suspensions")
    )
    return sum(_remind(task, day) for task in tasks.iterator(chunk_size=500))


def _remind(task: Task, day: date) -> int:
    suspended = any(one.ends_on is None for one in task.case.suspensions.all())
    if suspended and clock.rule(task.delay).is_suspendable:
        return 0
    done, total = clock.progress(task, today=day)
    percent = 100 * done // total
    reached = [threshold for threshold in THRESHOLDS if percent >= threshold]
    sent = 0
    if reached:
        sent += _send(task, f"{reached[-1]}", announcements.people_of(task), _subject(task, day))
    late = clock.Calendar(task.organisation).working_days_between(task.due_on, day)
    if late >= ESCALATION_WORKING_DAYS:
        role = clock.rule(task.delay).escalation_role
        sent += _send(task, "escalation", list(holders_of(role)), _late(task, late))
    return sent


def _send(task: Task, step: str, people: list[User], subject: str) -> int:
    """Send one reminder to people, unless it was sent before."""
    if not people:
        return 0
    return int(
        remind_once(
            f"task:{task.pk}:{task.due_on:%Y-%m-%d}:{step}",
            recipients=people,
            family=Family(task.flow_task.family),
            subject=subject,
            sentence=_("%(what)s : « %(title)s ».")
            % {"what": task.title, "title": task.case.title},
            consequence=_("Au plus tard le %(due)s.")
            % {"due": announcements.day_text(task.due_on)},
            url=f"{settings.SITE_URL}{task.case.get_absolute_url()}",
            reference=task.case.reference or "",
        )
    )


def _subject(task: Task, day: date) -> str:
    late = clock.Calendar(task.organisation).working_days_between(task.due_on, day)
    if late > 0:
        return _late(task, late)
    return _("Rappel : %(what)s avant le %(due)s") % {
        "what": task.title,
        "due": announcements.day_text(task.due_on),
    }


def _late(task: Task, late: int) -> str:
    return _("%(what)s : en retard de %(late)s jours ouvrés") % {"what": task.title, "late": late}

"""Tell people that their turn has come, or that time passes: in the step's own transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Absence, User
from accounts.selectors import holders_of
from cases import policies
from cases.models import Case, Task
from notifications.enums import Family
from notifications.services import notify


def people_of(task: Task) -> list[User]:
    """Return who must act on a task: its owner, else every holder of its role there; with those
    who deputise them today. A task whose owner lost the role falls back to the others."""
    if not task.role:
        return [task.owner] if task.owner else []
    holders = list(holders_of(task.role, task.organisation, with_deputies=True))
    if task.owner is None or not policies.is_addressed(task.owner, task):
        return holders
    deputies = Absence.objects.filter(user_id=task.owner_id).current().values("deputy_id")
    return [task.owner, *User.objects.filter(pk__in=deputies, is_active=True)]


def day_text(day: Any) -> str:
    """« 12 mars 2026 », or nothing."""
    return date_format(day, "j F Y") if day else ""


def announce(case: Case, tasks: Iterable[Task]) -> None:
    """Write one message per newly opened task, to whoever must act, once."""
    for task in tasks:
        if task.flow_task_type == "HUMAN" and (people := people_of(task)):
            subject = str(task.flow_task.announcement or task.title) % {
                "due": day_text(task.due_on)
            }
            notify(
                recipients=people,
                family=Family(task.flow_task.family),
                subject=subject,
                sentence=_("%(what)s : « %(title)s ».") % {"what": task.title, "title": case.title},
                consequence=_("Au plus tard le %(due)s.") % {"due": day_text(task.due_on)}
                if task.due_on
                else "",
                url=f"{settings.SITE_URL}{case.get_absolute_url()}",
                reference=case.reference or "",
                role_label=str(Role(task.role).label) if task.role else "",
            )
        task.announced_at = timezone.now()
        task.save(update_fields=["announced_at"])


def tell(
    case: Case,
    people: Iterable[User],
    *,
    family: Family,
    subject: str,
    sentence: str,
    locked: bool = False,
) -> None:
    """Tell people what happened on a case (number and title only, never its content)."""
    notify(
        recipients=list(people),
        family=family,
        subject=subject,
        sentence=sentence,
        url=f"{settings.SITE_URL}{case.get_absolute_url()}",
        reference=case.reference or "",
        locked=locked,
    )

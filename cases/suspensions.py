"""The clock of a case stands still while its requester owes an answer (process.md, §7)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from cases import clock
from cases.enums import Delay
from cases.models import Case, Suspension, Task


def suspend(case: Case, reason: str) -> None:
    """Stop the clock of a case, in the caller's move; once only."""
    if clock.current_suspension(case) is None:
        Suspension.objects.create(case_id=case.pk, starts_on=timezone.localdate(), reason=reason)


def resume(case: Case, tasks: Iterable[Task]) -> None:
    """Start the clock again, in the caller's move, and push every suspendable date of the open
    tasks by the time lost.

    A task that was opened during the suspension only lost what came after its opening.
    """
    suspension = clock.current_suspension(case)
    if suspension is None:
        return
    start, end = suspension.starts_on, timezone.localdate()
    suspension.ends_on = end
    suspension.save(update_fields=["ends_on"])
    calendars, rules = clock.Calendars(), clock.rules()
    if case.due_on:
        case.due_on = calendars.of(None).postponed(
            case.due_on, rules[Delay.ANSWER].unit, start, end
        )
    for task in tasks:
        if task.due_on is None or not rules[task.delay].is_suspendable:
            continue
        since = max(timezone.localdate(task.created), start)
        task.due_on = calendars.of(task.organisation_id).postponed(
            task.due_on, rules[task.delay].unit, since, end
        )
        task.save(update_fields=["due_on"])

"""Reminders: at 50, 80 and 100 %, then escalation; each once, even after a crash (§11)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from cases import clock, reminders
from cases.enums import DayUnit, Delay
from cases.models import DelayRule, Task
from cases.reminders import remind_all
from notifications.models import Notification, ReminderSent
from requests_flow.models import DataRequest
from requests_flow.services import complements
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> worlds.Ministry:
    return worlds.ministry()


def told(user: User) -> list[str]:
    return list(
        Notification.objects.filter(recipient=user).order_by("pk").values_list("subject", flat=True)
    )


def at(task: Task, percent: int) -> date:
    """The day on which this part of the delay has passed."""
    opened = timezone.localdate(task.created)
    calendar = clock.Calendar()
    total = calendar.working_days_between(opened, task.due_on)
    return calendar.add_working_days(opened, -(-total * percent // 100))


def only(case: DataRequest, node: str) -> Task:
    """Leave one dated task, so that nothing else is reminded."""
    task = worlds.task(case, node)
    Task.objects.filter(case_id=case.pk).exclude(pk=task.pk).update(due_on=None)
    return task


def test_each_moment_is_told_once_whatever_the_number_of_passes(world: worlds.Ministry) -> None:
    task = only(worlds.filed(world), "check_admissibility")
    told_before = len(told(world.officer))

    counts = [remind_all(today=at(task, percent)) for percent in (0, 40, 50, 50, 70, 80, 100, 100)]

    assert counts == [0, 0, 1, 0, 0, 1, 1, 0]
    assert len(told(world.officer)) == told_before + 3
    assert len(told(world.second_officer)) >= 3


def test_a_late_task_is_escalated_once_to_who_the_delay_names(world: worlds.Ministry) -> None:
    task = only(worlds.filed(world), "check_admissibility")
    day = clock.Calendar().add_working_days(task.due_on, 1)

    assert remind_all(today=day) == 2
    assert remind_all(today=day + timedelta(days=10)) == 0

    late = [subject for subject in told(world.amdac) if "en retard de 1 jour ouvré" in subject]
    assert len(late) == 1


def test_a_missed_moment_is_not_told_afterwards(world: worlds.Ministry) -> None:
    """After a stop of the worker, the last moment alone is told, not those that were missed."""
    task = only(worlds.filed(world), "check_admissibility")

    assert remind_all(today=at(task, 90)) == 1
    assert [one.key.rpartition(":")[2] for one in ReminderSent.objects.all()] == ["80"]


def test_a_crash_in_the_middle_loses_none_and_doubles_none(
    world: worlds.Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [worlds.filed(world) for _count in range(3)]
    tasks = [only(case, "check_admissibility") for case in cases]
    day, real, calls = at(tasks[0], 50), reminders.remind_once, []

    def crash(*args: Any, **kwargs: Any) -> bool:
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError("the worker is killed")
        return real(*args, **kwargs)

    monkeypatch.setattr(reminders, "remind_once", crash)
    with pytest.raises(RuntimeError):
        remind_all(today=day)
    assert ReminderSent.objects.count() == 1

    assert remind_all(today=day) == 2
    assert ReminderSent.objects.count() == 3


def test_a_suspended_case_is_left_alone_but_for_the_awaited_answer(
    world: worlds.Ministry,
) -> None:
    case = worlds.studied(world)
    asked = complements.ask_during(data_request=case, items=worlds.missing(), by=world.legal)
    Task.objects.filter(case_id=case.pk).exclude(pk=asked.task_id).exclude(
        delay=Delay.OPINION_LEGAL
    ).update(due_on=None)
    due = asked.task.due_on

    counts = [remind_all(today=due - timedelta(days=left)) for left in (11, 10, 9, 3, 0)]

    assert counts == [0, 1, 0, 1, 1]
    assert len([one for one in told(world.legal) if "Rappel" in one or "retard" in one]) == 0


def test_the_clock_follows_the_managers_rows(world: worlds.Ministry) -> None:
    DelayRule.objects.update_or_create(
        code=Delay.ADMISSIBILITY,
        defaults={"days": 2, "unit": DayUnit.CALENDAR, "escalation_role": "legal_officer"},
    )
    task = only(worlds.filed(world), "check_admissibility")

    remind_all(today=clock.Calendar().add_working_days(task.due_on, 1))

    assert any("en retard" in subject for subject in told(world.legal))
    assert not any("en retard" in subject for subject in told(world.amdac))

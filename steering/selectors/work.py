"""How much work waits for each person, for the daily digest (ux/spec.md, §8)."""

from __future__ import annotations

from collections.abc import Collection

from django.utils import timezone

from accounts.models import User
from cases.selectors import inbox
from notifications.digest import WorkFigures


def work_figures(user_ids: Collection[int]) -> dict[int, WorkFigures]:
    """Count, for each person, the cases that await him and those whose step is late.

    Runs once a day in the worker, for those who have news: a few queries per person.
    """
    return {user.pk: _figures(user) for user in User.objects.filter(pk__in=user_ids)}


def _figures(user: User) -> WorkFigures:
    today = timezone.localdate()
    rows = list(inbox(user).values_list("case_id", "due_on"))
    late = {case for case, due_on in rows if due_on is not None and due_on < today}
    return WorkFigures(to_do=len({case for case, _due_on in rows}), late=len(late))

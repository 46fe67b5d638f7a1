"""When things happen in the demonstration: days counted from today, a working hour of each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import time_machine
from django.utils import timezone

# Where each step falls, in days after the filing.
DAYS = {
    "visa": 2,
    "admissibility": 5,
    "orientation": 8,
    "feasibility": 20,
    "study": 27,
    "opinions": 40,
    "decision": 54,
    "conclusion": 60,
    "formalities": 65,
    "act": 68,
    "round": 80,
    "freeze": 92,
    "signature": 99,
}
ORDER = (
    "filed",
    "complement",
    "oriented",
    "studied",
    "reviewed",
    "decided",
    "concluded",
    "drafting",
    "negotiation",
    "signing",
    "signed",
)


@contextmanager
def on_day(offset: float) -> Iterator[None]:
    """Live a working hour of the day `offset` days from the real today."""
    moment = datetime.now(tz=timezone.get_default_timezone()) + timedelta(days=offset)
    moment = moment.replace(
        hour=9 + int(abs(offset) * 7) % 8, minute=int(abs(offset) * 13) % 60, second=5
    )
    with time_machine.travel(
        min(moment, datetime.now(tz=timezone.get_default_timezone())), tick=True
    ):
        yield

"""Background work of acts: fetch, call a service."""

from __future__ import annotations

from procrastinate.contrib.django import app

from agreements.services.life import enter_all_into_force


@app.periodic(cron="5 1 * * *")
@app.task(name="agreements.enter_into_force", queueing_lock="agreements.enter_into_force")
def put_in_force(timestamp: int) -> None:
    """Every night: signed acts whose date has come enter into force."""
    enter_all_into_force()

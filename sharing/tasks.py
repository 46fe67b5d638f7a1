"""Background work of sharings: fetch, call a service."""

from __future__ import annotations

from procrastinate.contrib.django import app

from sharing.services.reviews import close_lapsed


@app.periodic(cron="* * * * *")
@app.task(name="sharing.close_lapsed", queueing_lock="sharing.close_lapsed")
def close_accesses(timestamp: int) -> None:
    """Every minute: close the accesses that ended by themselves, ask the reviews that are due."""
    close_lapsed()

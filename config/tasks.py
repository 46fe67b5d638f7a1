"""Periodic work that knows every app."""

from __future__ import annotations

from procrastinate.contrib.django import app

from config import retention


@app.periodic(cron="41 3 * * *")
@app.task(name="config.purge_personal_data", queueing_lock="config.purge_personal_data")
def purge_personal_data(timestamp: int) -> None:
    """Every night: erase the personal data whose time has come."""
    retention.purge()

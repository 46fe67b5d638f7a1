"""Background work of acts: fetch, call a service."""

from __future__ import annotations

from procrastinate.contrib.django import app

from agreements.services.elimination import eliminate_all
from agreements.services.integrity import check_archive
from agreements.services.life import enter_all_into_force, expire_all, wind_up_all
from agreements.services.life_moves import terminate_all
from agreements.services.life_reminders import remind_all


@app.periodic(cron="5 1 * * *")
@app.task(name="agreements.enter_into_force", queueing_lock="agreements.enter_into_force")
def put_in_force(timestamp: int) -> None:
    """Every night: signed acts whose date has come enter into force."""
    enter_all_into_force()


@app.periodic(cron="10 1 * * *")
@app.task(name="agreements.end_acts", queueing_lock="agreements.end_acts")
def end_acts(timestamp: int) -> None:
    """Every night: terminations take effect, terms are passed, and the sharing is wound up."""
    terminate_all()
    expire_all()
    wind_up_all()


@app.periodic(cron="30 6 * * *")
@app.task(name="agreements.remind", queueing_lock="agreements.remind")
def remind(timestamp: int) -> None:
    """Every morning: terms, formalities and suspensions whose date comes near."""
    remind_all()


@app.periodic(cron="30 4 * * *")
@app.task(name="agreements.check_archive", queueing_lock="agreements.check_archive")
def control_archive(timestamp: int) -> None:
    """Every night: each archived act is read again (the journal is, half an hour before)."""
    check_archive()


@app.periodic(cron="20 2 * * *")
@app.task(name="agreements.eliminate", queueing_lock="agreements.eliminate")
def eliminate_approved(timestamp: int) -> None:
    """Every night: acts whose elimination has its visa are eliminated."""
    eliminate_all()

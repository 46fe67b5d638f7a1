"""Nightly work on the journal (hours are UTC; the sentences say Paris time)."""

from procrastinate.contrib.django import app

from journal import services


@app.periodic(cron="0 1 * * *")
@app.task(queueing_lock="journal-seal", pass_context=False)
def seal_journal(timestamp: int) -> None:
    services.seal()


@app.periodic(cron="0 4 * * *")
@app.task(queueing_lock="journal-check", pass_context=False)
def check_journal(timestamp: int) -> None:
    services.check()

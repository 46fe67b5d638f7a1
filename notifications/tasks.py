"""Background work of the messages. Hours of `cron` are UTC, the services know Paris time."""

from procrastinate.contrib.django import app

from notifications import services


@app.periodic(cron="* * * * *")
@app.task(name="notifications.send_outbox", queueing_lock="outbox", lock="outbox")
def send_outbox(timestamp: int = 0) -> None:
    services.send_outbox()


@app.periodic(cron="*/10 * * * *")
@app.task(name="notifications.send_digests", queueing_lock="digests", lock="digests")
def send_digests(timestamp: int = 0) -> None:
    services.send_digests()


@app.periodic(cron="30 2 * * *")
@app.task(name="notifications.purge_outbox", queueing_lock="purge-outbox")
def purge_outbox(timestamp: int = 0) -> None:
    services.purge_outbox()

"""Background work of cases: jobs of the flows, and the clock that chases for people."""

from __future__ import annotations

from procrastinate.contrib.django import app

from cases import reminders, services
from cases.models import JOB_STATUSES, Task


@app.task(name="cases.run_job", retry=3)
def run_job(*, task_id: int) -> None:
    """Do the work of a `Job` node, then let the flow go on. Delivered twice, done once."""
    task = Task.objects.get(pk=task_id)
    if task.status not in JOB_STATUSES:
        return
    task.flow_task.work(task)


@app.periodic(cron="*/10 * * * *")
@app.task(name="cases.scan", queueing_lock="cases.scan")
def scan(timestamp: int) -> None:
    """Scan the files that waited for a silent scanner; nobody opened them meanwhile."""
    services.scan_pending()


@app.periodic(cron="17 6-20 * * *")
@app.task(name="cases.remind", queueing_lock="cases.remind")
def remind(timestamp: int) -> None:
    """Every hour of the day: reminders at 50, 80 and 100 %, then escalation; each once."""
    reminders.remind_all()

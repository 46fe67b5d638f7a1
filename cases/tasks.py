"""Background work of cases: jobs of the flows, and the clock that chases for people."""

from __future__ import annotations

from procrastinate.contrib.django import app
from viewflow.workflow.status import STATUS

from cases import reminders
from cases.models import Task


@app.task(name="cases.run_job", retry=3)
def run_job(*, task_id: int) -> None:
    """Do the work of a `Job` node, then let the flow go on. Delivered twice, done once."""
    task = Task.objects.get(pk=task_id)
    if task.status not in (STATUS.SCHEDULED, STATUS.STARTED):
        return
    task.flow_task.work(task)


@app.periodic(cron="17 6-20 * * *")
@app.task(name="cases.remind", queueing_lock="cases.remind")
def remind(timestamp: int) -> None:
    """Every hour of the day: reminders at 50, 80 and 100 %, then escalation; each once."""
    reminders.remind_all()

"""A request whose act is drawn up is due when the act is."""

from django.db import migrations

FOLD = """
UPDATE cases_case AS request SET next_due_on = LEAST(request.next_due_on, act.first_due)
FROM (
    SELECT agreement.source_case_id, MIN(task.due_on) AS first_due
    FROM agreements_agreement AS agreement
    JOIN cases_case AS own ON own.id = agreement.case_ptr_id AND own.stage <> 'abandoned'
    JOIN cases_task AS task ON task.case_id = own.id
    JOIN cases_process AS process ON process.id = task.process_id AND process.status = 'NEW'
    WHERE task.status IN ('NEW', 'ASSIGNED', 'SCHEDULED') AND task.flow_task_type <> 'JOIN'
    GROUP BY agreement.source_case_id
) AS act
WHERE request.id = act.source_case_id AND request.stage IN ('agreement', 'running')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("requests_flow", "0001_initial"),
        ("agreements", "0001_initial"),
        ("cases", "0001_initial"),
    ]

    operations = [migrations.RunSQL(FOLD, migrations.RunSQL.noop)]

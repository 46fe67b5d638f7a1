"""What `make bench` multiplies: every table that hangs from a request."""

from __future__ import annotations

from django.db import connection

from bench.copies import dependants
from cases.models import Case, Party, Task
from questionnaires.models import AnswerSet
from requests_flow.models import Consultation, DataRequest


def test_what_hangs_from_a_request_is_copied(db: None) -> None:
    found = dependants()

    assert {Case, DataRequest, Party, Task, Consultation, AnswerSet} <= set(found)
    assert Task.previous.through in found
    assert len(found) == len(set(found))
    tables = set(connection.introspection.table_names())
    assert {model._meta.db_table for model in found} <= tables

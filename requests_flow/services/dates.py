"""The due date of a request is that of what is under way, be it on its act."""

from __future__ import annotations

from datetime import date

from agreements.enums import AgreementStage
from agreements.models import Agreement
from cases import engine
from cases.models import Case
from requests_flow.enums import RequestStage

# Stages at which an act may be under way for a request.
WITH_ACT = frozenset({RequestStage.AGREEMENT, RequestStage.RUNNING})


def follow(case: Case) -> None:
    """Work out `next_due_on` of a request again, once it or its act has moved.

    Lists sort by it, and « En retard » reads it: what the act awaits counts like what the request
    awaits. In the transaction of the move, whose event it belongs to.
    """
    if isinstance(case, Agreement):
        _refresh(case.source_case_id)
    elif case.stage in WITH_ACT:
        case.next_due_on = _refresh(case.pk)


def _refresh(request_id: int | None) -> date | None:
    # The row is locked before the tasks are read: of two moves, the last one sees both.
    request = Case.objects.select_for_update().filter(pk=request_id).first()
    if request is None:
        return None
    acts = Agreement.objects.filter(source_case_id=request.pk)
    under_way = acts.exclude(stage=AgreementStage.ABANDONED)
    first = engine.first_due(request, *under_way)
    request.next_due_on = first
    request.save(update_fields=["next_due_on"])
    return first

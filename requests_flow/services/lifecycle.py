"""Withdrawal, reopening, and the requester's other exceptional paths (process.md, §8)."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cases import engine
from cases.errors import Conflict, Impossible
from cases.models import OPEN_STATUSES
from questionnaires import services as questionnaires
from requests_flow import policies
from requests_flow.enums import RequestStage, Verdict
from requests_flow.flows.circuit_v1 import CircuitV1
from requests_flow.models import DataRequest

REOPENING_DAYS = 365


def withdraw(*, data_request: DataRequest, by: User, reason: str = "") -> None:
    """The requester withdraws at any step before signature; pending opinions are cancelled."""
    with engine.move(data_request, by=by) as move:
        case: DataRequest = move.case
        policies.check_can_withdraw(by, case)
        case.consultations.filter(given_at=None, task__status__in=OPEN_STATUSES).update(
            verdict=Verdict.CANCELLED
        )
        move.resume_clock()
        move.close_as(RequestStage.WITHDRAWN)
        move.record("request.withdrawn", _("a retiré la demande"), reason=reason)


def reopen(*, data_request: DataRequest, by: User) -> None:
    """Reopen a lapsed request within twelve months: it is filed again, same number."""
    with engine.move(data_request, by=by) as move:
        case: DataRequest = move.case
        policies.check_is_requester(by, case)
        if case.stage != RequestStage.LAPSED or case.closed_at is None:
            raise Conflict(_("Seule une demande classée sans suite peut être rouverte."))
        if timezone.now() > case.closed_at + timedelta(days=REOPENING_DAYS):
            raise Impossible(_("Le délai de douze mois pour rouvrir cette demande est passé."))
        case.complements.filter(state="lapsed").update(state="answered")
        engine.start(CircuitV1.start, move)
        move.record("request.reopened", _("a rouvert la demande"))


def reuse(*, data_request: DataRequest, by: User) -> DataRequest:
    """Make a new draft of a closed request's answers (inadmissible, unfavourable, withdrawn)."""
    from requests_flow.services.drafting import start_draft

    if not policies.can_read_answers(by, data_request) or data_request.organisation is None:
        raise Conflict(_("Cette demande ne peut pas être reprise."))
    draft = start_draft(by=by, organisation=data_request.organisation)
    with engine.move(draft, by=by) as move:
        values = dict(data_request.answers.values)
        questionnaires.save_values(answers=move.case.answers, values=values, by=by)
        move.case.title = str(values.get("title") or "")[:200]
        move.record(
            "request.reused",
            _("a repris les réponses de %(ref)s") % {"ref": data_request.reference},
        )
    return draft

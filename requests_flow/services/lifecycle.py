"""Withdrawal, reopening, and the requester's other exceptional paths (process.md, §8)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements import services as agreements
from cases import announcements, clock, engine
from cases.enums import Delay
from cases.errors import Conflict, Impossible
from notifications.selectors import wording
from questionnaires import services as questionnaires
from requests_flow import policies
from requests_flow.enums import RequestStage
from requests_flow.flows.circuit_v1 import CircuitV1
from requests_flow.models import DataRequest
from requests_flow.services.acts import check_not_in_signature, projects_of
from requests_flow.services.drafting import start_draft
from requests_flow.services.endings import cancel_pending
from requests_flow.services.study.tracks import open_pending_consultations


def withdraw(*, data_request: DataRequest, by: User, reason: str = "") -> None:
    """The requester withdraws at any step before signature; what was awaited is cancelled.

    The project of act is abandoned in the same transaction. Raises NotAllowed for another than
    the requester or once signed, Impossible while the act is in signature.
    """
    with engine.hold(data_request, *projects_of(data_request)):
        with engine.move(data_request, by=by) as move:
            case: DataRequest = move.case
            policies.check_can_withdraw(move.by, case)
            check_not_in_signature(case)
            told = {
                person
                for task in engine.open_tasks(case)
                for person in announcements.people_of(task)
                if person != move.by
            }
            cancel_pending(case)
            move.resume_clock()
            move.close_as(RequestStage.WITHDRAWN)
            move.record("request.withdrawn", _("a retiré la demande"), reason=reason)
            announcements.tell(
                case,
                told,
                **wording("request-withdrawn", titre=case.title),
            )
        for project in projects_of(data_request):
            agreements.abandon(
                agreement=project, reason=_("La demande a été retirée par le demandeur."), by=None
            )


def reopen(*, data_request: DataRequest, by: User) -> None:
    """Reopen a lapsed request within twelve months: it is examined again, under the same number.

    Raises NotAllowed for another than the requester, Conflict when it did not lapse, Impossible
    after twelve months.
    """
    with engine.move(data_request, by=by) as move:
        case: DataRequest = move.case
        policies.check_is_requester(move.by, case)
        if case.stage != RequestStage.LAPSED or case.closed_at is None:
            raise Conflict(_("Seule une demande classée sans suite peut être rouverte."))
        if policies.is_past(case, policies.REOPENING_DAYS):
            raise Impossible(_("Le délai de douze mois pour rouvrir cette demande est passé."))
        case.complete_on, case.due_on = None, clock.due_date(Delay.ANSWER)
        case.save()
        engine.start(CircuitV1.start, move)
        move.afterwards(lambda: open_pending_consultations(move, move.by))
        move.record("request.reopened", _("a rouvert la demande"))


@transaction.atomic
def reuse(*, data_request: DataRequest, by: User) -> DataRequest:
    """Make a new draft of a closed request's answers (inadmissible, unfavourable, withdrawn).

    Raises Conflict while it runs, NotAllowed for who is no requester of the requesting body.
    """
    organisation = data_request.organisation
    if not data_request.is_closed or organisation is None:
        raise Conflict(_("Cette demande ne peut pas être reprise."))
    policies.check_is_requester(by, data_request)
    draft = start_draft(by=by, organisation=organisation)
    with engine.move(draft, by=by) as move:
        values = dict(data_request.answers.values)
        questionnaires.save_values(answers=move.case.answers, values=values, by=by)
        move.case.title = str(values.get("title") or "")[:200]
        move.record(
            "request.reused",
            _("a repris les réponses de %(ref)s") % {"ref": data_request.reference},
        )
    return draft

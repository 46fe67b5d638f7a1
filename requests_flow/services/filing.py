"""Filing: the draft becomes DEM-AAAA-NNNN and enters the circuit (process.md, S1)."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.selectors import has_role
from cases import announcements, clock, engine
from cases.accreditations import check_accredited
from cases.enums import Delay, Side
from cases.errors import Conflict, NotAllowed
from cases.models import Follower
from cases.services import add_party, next_reference
from notifications.selectors import wording
from requests_flow import policies
from requests_flow.enums import RequestStage
from requests_flow.flows.circuit_v1 import CircuitV1
from requests_flow.models import DataRequest
from requests_flow.services.revisions import Incomplete, new_revision
from requests_flow.services.study.tracks import open_pending_consultations

__all__ = ["Incomplete", "submit"]


def submit(*, data_request: DataRequest, by: User) -> DataRequest:
    """File a complete draft: number, revision 1, parties, clock, and the circuit starts.

    Raises Incomplete (every field to correct), Impossible when the organisation is not accredited
    for such data, NotAllowed for who is not a requester of it, Conflict when it is already filed.
    """
    with engine.move(data_request, by=by) as move:
        case: DataRequest = move.case
        if not case.is_draft or case.is_closed:
            raise Conflict(
                _("Cette demande est déjà déposée sous le n° %(ref)s.")
                % {"ref": case.reference or "–"}
            )
        policies.check_can_write(move.by, case)
        revision = new_revision(case, move.by)
        organisation = _check_filer(case, move.by)
        case.reference = next_reference("DEM", width=4)
        case.opened_at = timezone.now()
        case.due_on = clock.due_date(Delay.ANSWER)
        case.stage = RequestStage.SUBMITTED
        case.save()
        add_party(
            case,
            organisation,
            Side.REQUESTER,
            unit=str(revision.answers.values.get("requesting_unit") or ""),
        )
        Follower.objects.get_or_create(case_id=case.pk, user=by)
        engine.start(CircuitV1.start, move)
        move.afterwards(lambda: open_pending_consultations(move, move.by))
        move.record(
            "request.submitted",
            _("a déposé la demande %(ref)s") % {"ref": case.reference},
            data={"revision": 1, "natures": list(case.natures), "risk": case.risk_level},
        )
        announcements.tell(
            case,
            [by],
            **wording("request-filed", titre=case.title, date=announcements.day_text(case.due_on)),
        )
    return case


def _check_filer(case: DataRequest, by: User) -> Organisation:
    """Return the requesting body, when `by` files for it and it may receive such data."""
    organisation = case.organisation
    if organisation is None or not has_role(
        by, Role.REQUESTER, organisation_id=case.organisation_id
    ):
        raise NotAllowed(
            _("Vous n’avez pas le rôle « Demandeur » pour %(org)s.") % {"org": organisation or "–"}
        )
    check_accredited(organisation, case)
    return organisation

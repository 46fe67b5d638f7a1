"""Admissibility: complete, incomplete, inadmissible, better served elsewhere (process.md, S2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.selectors import has_role
from cases import announcements, clock, engine
from cases.enums import Delay
from cases.errors import Impossible
from cases.models import Task
from notifications.selectors import wording
from requests_flow.enums import REDIRECTIONS, DecisionOutcome
from requests_flow.models import DataRequest
from requests_flow.services.complements import attach_task, open_complement
from requests_flow.services.endings import cancel_pending


@dataclass(frozen=True)
class Redirection:
    """Where the requester is sent instead: open data, an API, another desk (with its contact)."""

    outcome: str
    url: str = ""
    contact: str = ""
    desk: str = ""
    licence: str = ""


def take_over(case: DataRequest, by: User) -> None:
    """Whoever instructs becomes the officer in charge, unless somebody is and still may.

    The AMDAC who arbitrates is never the officer: he could not conclude (process.md, §2).
    """
    if case.officer is not None and has_role(case.officer, Role.OFFICER):
        return
    if has_role(by, Role.OFFICER):
        case.officer = by


def declare_admissible(
    *, task: Task, by: User, comment: str = "", transmit_to: Organisation | None = None
) -> None:
    """The file is complete: its date starts the clock of the answer (S2).

    `transmit_to` is the right holder when the requester named another one (CRPA L.114-2 by
    analogy): the orientation starts from it.
    """
    with engine.step(task, by=by, at="check_admissibility") as step:
        case: DataRequest = step.case
        take_over(case, step.by)
        case.complete_on = timezone.localdate()
        case.due_on = clock.due_date(Delay.ANSWER, start=case.complete_on)
        step.done(outcome="admissible", transmit_to=transmit_to.pk if transmit_to else None)
        step.record(
            "request.admissible",
            _("a déclaré la demande recevable et la transmet à %(org)s") % {"org": transmit_to}
            if transmit_to
            else _("a déclaré la demande recevable"),
            reason=comment,
            data={"complete_on": case.complete_on.isoformat()},
        )


def ask_complement(*, task: Task, items: list[dict[str, str]], by: User) -> None:
    """List what is missing, with the reason for each; the clock stops (S3).

    After three rounds the AMDAC arbitrates: the check is addressed to him (routing.examiner), and
    he alone may still ask. Raises Impossible for an empty list or a fourth round by somebody else.
    """
    with engine.step(task, by=by, at="check_admissibility") as step:
        case: DataRequest = step.case
        take_over(case, step.by)
        complement = open_complement(step, items)
        step.done(outcome="info_request", complement=complement.pk)
        step.afterwards(lambda: attach_task(complement))
        step.record(
            "complement.asked",
            _("a demandé un complément (%(n)s points)") % {"n": len(items)},
            data={"complement": complement.number, "items": items},
        )


def declare_inadmissible(*, task: Task, reason: str, by: User) -> None:
    """Close an inadmissible file with its reasons; it can be reused as a draft.

    Raises Impossible without a reason.
    """
    if not reason.strip():
        raise Impossible(
            _("Expliquez le motif : le demandeur doit pouvoir comprendre et répondre.")
        )
    with engine.step(task, by=by, at="check_admissibility") as step:
        take_over(step.case, step.by)
        step.case.outcome = DecisionOutcome.INADMISSIBLE
        cancel_pending(step.case)
        step.done(outcome="inadmissible")
        step.record("request.inadmissible", _("a déclaré la demande irrecevable"), reason=reason)
        tell_outcome(step.case)


def redirect(*, task: Task, redirection: Redirection, reason: str, by: User) -> None:
    """Send the requester to what already answers the need (S2 or S4), with link or contact.

    Raises Impossible for an unknown desk, or with neither link nor contact.
    """
    check_redirection(redirection)
    at = "orient" if task.node == "orient" else "check_admissibility"
    with engine.step(task, by=by, at=at) as step:
        apply_redirection(step.case, redirection)
        step.case.redirect_reason = reason.replace("\x00", "").strip()
        take_over(step.case, step.by)
        cancel_pending(step.case)
        step.done(outcome="redirected")
        step.record(
            "request.redirected",
            _("a réorienté la demande : %(how)s")
            % {"how": DecisionOutcome(redirection.outcome).label},
            reason=reason,
            data={
                "url": redirection.url,
                "contact": redirection.contact,
                "desk": redirection.desk,
                "licence": redirection.licence,
            },
        )
        tell_outcome(step.case)


def check_redirection(redirection: Redirection | None) -> None:
    """Refuse a redirection that leads nowhere. Raises Impossible."""
    if redirection is None or not (redirection.url.strip() or redirection.contact.strip()):
        raise Impossible(
            _("Indiquez le lien ou le contact vers lequel vous orientez le demandeur.")
        )
    if redirection.outcome not in REDIRECTIONS:
        raise Impossible(_("Choisissez vers quoi vous orientez le demandeur."))


def apply_redirection(case: DataRequest, redirection: Redirection) -> None:
    """Write on the case where the requester is sent (in the caller's step)."""
    case.outcome = redirection.outcome
    case.redirect_url, case.redirect_contact = redirection.url[:200], redirection.contact[:200]
    case.redirect_desk, case.redirect_licence = redirection.desk[:60], redirection.licence[:200]


def tell_outcome(case: DataRequest, *, also: Iterable[User] = ()) -> None:
    """Tell the requester, and whom the answer binds, that it is given (always immediate)."""
    announcements.tell(
        case,
        {case.created_by, *also},
        **wording("request-decided", titre=case.title),
    )

"""The visa of the ADDAC or of the data referent: transmitted with its reasons, no veto (S1)."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import holders_of
from cases import announcements, engine
from cases.errors import Impossible
from cases.models import OPEN_STATUSES, Task
from journal.enums import Audience
from notifications.selectors import wording
from requests_flow import routing
from requests_flow.enums import Priority, Verdict
from requests_flow.flows.circuit_v1 import CircuitV1
from requests_flow.models import Consultation
from requests_flow.services.study.tracks import consultation_of, give, not_given


def give_visa(
    *, task: Task, verdict: str, comment: str, by: User, priority: str = ""
) -> Consultation:
    """The ADDAC or referent gives his visa: an opinion that is transmitted, never a veto.

    `priority` says how much the request matters to his body; it may be left out. Raises Impossible
    for an unknown visa or priority, or a negative visa without its reasons.
    """
    if priority and priority not in Priority.values:
        raise Impossible(_("Choisissez une priorité."))
    if verdict not in (Verdict.FAVOURABLE, Verdict.UNFAVOURABLE):
        raise Impossible(_("Choisissez un visa."))
    if verdict == Verdict.UNFAVOURABLE and not comment.strip():
        raise Impossible(_("Expliquez pourquoi : votre visa est transmis avec ses motifs."))
    with engine.step(task, by=by, at="give_visa") as step:
        consultation = consultation_of(step.task)
        consultation.priority = priority
        give(step, consultation, verdict=verdict, synthesis=comment, by=step.by)
        step.done(outcome="given", verdict=verdict)
        step.record(
            "visa.given",
            _("a rendu un visa %(v)s") % {"v": Verdict(verdict).label.lower()},
            reason=comment,
            data={"priority": priority},
            audience=Audience.EVERYONE,
        )
    return consultation


def escalate_visas(*, today: date | None = None) -> int:
    """A visa not given in time is passed over silently: the cell goes on, told so (S1).

    Returns how many were; done twice it changes nothing.
    """
    day = today or timezone.localdate()
    late = Task.objects.filter(
        flow_task=CircuitV1.give_visa, status__in=OPEN_STATUSES, due_on__lt=day
    ).select_related("case")
    return sum(_escalate(task) for task in late)


def _escalate(task: Task) -> bool:
    with engine.unattended(task) as step:
        if step is None:
            return False
        not_given(task)
        step.done(outcome="given", verdict=Verdict.NOT_GIVEN)
        step.record("visa.escalated", _("a constaté l’absence de visa dans le délai"))
        announcements.tell(
            step.case,
            {*holders_of(Role.OFFICER, routing.cell()), *announcements.people_of(task)},
            **wording("request-visa-not-given", titre=step.case.title),
        )
    return True

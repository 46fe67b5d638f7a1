"""External formalities: CESREES, CNIL, statistical secrecy, DPIA… (process.md, S8)."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from accounts.models import User
from cases import engine
from cases.errors import Impossible
from cases.models import Task
from requests_flow import policies
from requests_flow.enums import FormalityAnswer
from requests_flow.models import DataRequest, Formality


def save_formality(
    *,
    data_request: DataRequest,
    authority: str,
    by: User,
    formality: Formality | None = None,
    reference: str = "",
    filed_on: date | None = None,
    due_on: date | None = None,
    answer: str = FormalityAnswer.PENDING,
    answered_on: date | None = None,
    expires_on: date | None = None,
) -> Formality:
    """Add or update a line of the register. The bearer is the requester; the cell helps.

    Raises Impossible for dates out of order or an answer without its date.
    """
    if not authority.strip():
        raise Impossible(_("Indiquez l’autorité saisie."))
    if filed_on and answered_on and answered_on < filed_on:
        raise Impossible(_("La réponse ne peut pas précéder le dépôt."))
    if answer not in (FormalityAnswer.PENDING, FormalityAnswer.NOT_NEEDED) and answered_on is None:
        raise Impossible(_("Indiquez la date de la réponse."))
    with engine.move(data_request, by=by) as move:
        policies.check_can_track_formalities(by, move.case)
        row = formality or Formality(data_request=move.case)
        row.authority, row.reference = authority.strip()[:120], reference.strip()[:120]
        row.filed_on, row.due_on, row.answered_on = filed_on, due_on, answered_on
        row.answer, row.expires_on = answer, expires_on
        row.save()
        move.record(
            "formality.saved",
            _("a mis à jour la formalité « %(what)s »") % {"what": row},
            data={"answer": answer, "authority": row.authority},
        )
    return row


def close_formalities(*, task: Task, by: User) -> None:
    """Declare that every formality has its answer: the act can be drawn up, or it is a refusal."""
    with engine.step(task, by=by) as step:
        answers = list(step.case.formalities.values_list("answer", flat=True))
        if FormalityAnswer.PENDING in answers:
            raise Impossible(_("Une formalité attend encore sa réponse."))
        refused = FormalityAnswer.UNFAVOURABLE in answers
        step.done(outcome="refused" if refused else "obtained")
        step.record(
            "formalities.closed",
            _("a constaté le refus d’une formalité")
            if refused
            else _("a obtenu toutes les formalités"),
        )

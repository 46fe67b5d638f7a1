"""External formalities: CESREES, CNIL, statistical secrecy, DPIA… (process.md, S8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cases import engine, files, storage
from cases.enums import Room
from cases.errors import Impossible
from cases.models import Task
from requests_flow import policies
from requests_flow.enums import DecisionOutcome, FormalityAnswer, RefusalReason
from requests_flow.models import DataRequest, Formality
from requests_flow.services.endings import cancel_pending


@dataclass(frozen=True)
class Required:
    """A formality that a pathway needs: `key` finds it again in the words of the register."""

    key: str
    authority: Any
    days: int


CNIL_DAYS, CESREES_DAYS, OTHER_DAYS = 60, 30, 60
DPIA = Required("AIPD", gettext_lazy("AIPD — analyse d’impact (RGPD, art. 35)"), OTHER_DAYS)
# process.md, §6 (points of control) and §7 (delays).
REQUIRED: dict[str, tuple[Required, ...]] = {
    "snds_project": (
        Required("CESREES", gettext_lazy("CESREES — avis"), CESREES_DAYS),
        Required("CNIL", gettext_lazy("CNIL — autorisation"), CNIL_DAYS),
    ),
    "stat_secret": (
        Required("secret", gettext_lazy("Comité du secret statistique — avis"), OTHER_DAYS),
        Required("Archives", gettext_lazy("Archives de France — décision"), OTHER_DAYS),
    ),
    "stat_7bis": (Required("CNIS", gettext_lazy("CNIS — avis"), OTHER_DAYS),),
    "health_mr": (
        Required(
            "CNIL", gettext_lazy("CNIL — déclaration de conformité à la méthodologie"), OTHER_DAYS
        ),
    ),
}


def required_for(case: DataRequest) -> list[Required]:
    """Return the formalities that the pathway and the data of a request need (process.md, S8).

    An impact assessment that the requester already joined is not asked again.
    """
    found = list(REQUIRED.get(case.legal_pathway, ()))
    if case.is_dpia_required and _dpia_status(case) not in ("done", "cnil_opinion"):
        found.append(DPIA)
    return found


def _dpia_status(case: DataRequest) -> str:
    revision = case.revisions.last()
    return str(revision.answers.values.get("aipd_status") or "") if revision else ""


def ensure_required(case: DataRequest) -> list[str]:
    """Enter in the register what is required and not there yet (in the caller's step).

    Returns the names of what was added.
    """
    known = list(case.formalities.values_list("authority", flat=True))
    added = []
    for one in required_for(case):
        if any(one.key.lower() in authority.lower() for authority in known):
            continue
        Formality.objects.create(
            data_request=case,
            authority=str(one.authority)[:120],
            due_on=timezone.localdate() + timedelta(days=one.days),
        )
        added.append(str(one.authority))
    return added


def _check_formality(
    authority: str, filed_on: date | None, answer: str, answered_on: date | None, ends: date | None
) -> None:
    if not authority.replace("\x00", "").strip():
        raise Impossible(_("Indiquez l’autorité saisie."))
    if answer not in FormalityAnswer.values:
        raise Impossible(_("Choisissez une réponse."))
    if filed_on and answered_on and answered_on < filed_on:
        raise Impossible(_("La réponse ne peut pas précéder le dépôt."))
    if answered_on and ends and ends < answered_on:
        raise Impossible(_("L’échéance ne peut pas précéder la réponse."))
    if answer not in (FormalityAnswer.PENDING, FormalityAnswer.NOT_NEEDED) and answered_on is None:
        raise Impossible(_("Indiquez la date de la réponse."))


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
    document: UploadedFile[Any] | None = None,
) -> Formality:
    """Add or update a line of the register. The bearer is the requester; the cell helps.

    `document` is the authorisation or the opinion received: every party reads it. Raises
    Impossible for dates out of order or an answer without its date, ValidationError naming a
    refused file, Http404 for a line of another request.
    """
    _check_formality(authority, filed_on, answer, answered_on, expires_on)
    policies.check_can_track_formalities(by, data_request)
    stored = storage.store(document) if document is not None else None
    with engine.move(data_request, by=by) as move:
        policies.check_can_track_formalities(move.by, move.case)
        row = Formality(data_request=move.case)
        if formality is not None:
            row = get_object_or_404(Formality, pk=formality.pk, data_request_id=move.case.pk)
        row.authority, row.reference = authority.strip()[:120], reference.strip()[:120]
        row.filed_on, row.due_on, row.answered_on = filed_on, due_on, answered_on
        row.answer, row.expires_on = answer, expires_on
        if stored is not None:
            row.document = files.keep(move, stored, room=Room.PARTIES, nature=row.authority)
        row.save()
        move.record(
            "formality.saved",
            _("a mis à jour la formalité « %(what)s »") % {"what": row},
            data={
                "answer": answer,
                "authority": row.authority,
                "document": stored.sha256 if stored else None,
            },
        )
    return row


def close_formalities(*, task: Task, by: User) -> None:
    """Declare that every formality has its answer: the act can be drawn up, or it is a refusal.

    A refused formality makes the conclusion unfavourable, whatever the holders decided (S8).
    Raises Impossible while an answer is awaited.
    """
    with engine.step(task, by=by, at="track_formalities") as step:
        case: DataRequest = step.case
        answers = list(case.formalities.values_list("answer", flat=True))
        if FormalityAnswer.PENDING in answers:
            raise Impossible(_("Une formalité attend encore sa réponse."))
        refused = FormalityAnswer.UNFAVOURABLE in answers
        if refused:
            case.outcome = DecisionOutcome.UNFAVOURABLE
            cancel_pending(case)
        step.done(outcome="refused" if refused else "obtained")
        step.record(
            "formalities.closed",
            _("a constaté le refus d’une formalité")
            if refused
            else _("a obtenu toutes les formalités"),
            data={"reason": RefusalReason.FORMALITY_REFUSED} if refused else None,
        )

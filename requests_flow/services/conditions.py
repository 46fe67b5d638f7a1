"""Reserves: each has a text, an owner, a moment, a proof; it is lifted or inscribed, never lost."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.enums import AgreementStage
from agreements.models import Agreement
from cases import engine
from cases.errors import Conflict, Impossible, NotAllowed
from cases.models import Attachment
from journal.enums import Audience
from requests_flow import policies
from requests_flow.enums import ConditionStage, ConditionState
from requests_flow.models import Condition, Consultation, DataRequest, HolderDecision

OPEN = (ConditionState.OPEN, ConditionState.PROOF_RECEIVED)


@dataclass(frozen=True)
class NewCondition:
    """A reserve as it is written: what, who must lift it, by when, with which proof."""

    text: str
    owner: str
    due_stage: str
    proof: str = ""


def add_conditions(
    data_request: DataRequest,
    conditions: list[NewCondition],
    *,
    consultation: Consultation | None = None,
    decision: HolderDecision | None = None,
) -> list[Condition]:
    """Write reserves as rows (in the caller's step). Each needs a text and an owner."""
    for one in conditions:
        if not one.text.strip():
            raise Impossible(_("Écrivez la réserve, ou retirez la ligne."))
        if not one.owner.strip():
            raise Impossible(
                _("Indiquez qui doit lever la réserve « %(text)s ».") % {"text": one.text[:60]}
            )
        if one.due_stage not in ConditionStage.values:
            raise Impossible(_("Indiquez à quel moment la réserve doit être levée."))
    # A decision takes up the reserves of the opinions: those that stand already stay one row.
    standing = (
        set(data_request.conditions.filter(state__in=OPEN).values_list("text", "due_stage"))
        if decision is not None
        else set()
    )
    return [
        Condition.objects.create(
            data_request=data_request,
            consultation=consultation,
            decision=decision,
            text=one.text.strip()[:4000],
            owner=one.owner.strip()[:200],
            due_stage=one.due_stage,
            proof=one.proof.strip()[:500],
        )
        for one in conditions
        if (one.text.strip(), one.due_stage) not in standing
    ]


def _check_before_the_act(data_request: DataRequest) -> None:
    """Once the act is opened, its own reserves are those that are lifted or inscribed."""
    act = (
        Agreement.objects.filter(source_case_id=data_request.pk)
        .exclude(stage=AgreementStage.ABANDONED)
        .first()
    )
    if act is not None:
        raise Conflict(
            _("L’acte %(ref)s est ouvert : les réserves se traitent dans l’acte.")
            % {"ref": act.reference or act.title}
        )
    if data_request.is_closed:
        raise Conflict(_("Cette demande est close."))


def _fresh(data_request: DataRequest, condition: Condition) -> Condition:
    """Read a reserve again, locked, when it is still open. Raises Conflict otherwise."""
    _check_before_the_act(data_request)
    fresh = Condition.objects.select_for_update(of=("self",)).get(
        pk=condition.pk, data_request_id=data_request.pk
    )
    if fresh.state not in OPEN:
        raise Conflict(
            _("Cette réserve est déjà traitée : %(state)s.") % {"state": fresh.get_state_display()}
        )
    return fresh


def add(*, data_request: DataRequest, condition: NewCondition, by: User) -> Condition:
    """The cell adds a reserve of its own.

    Raises NotAllowed out of the cell, Impossible when it lacks a text, an owner or a moment.
    """
    with engine.move(data_request, by=by) as move:
        policies.check_can_settle_condition(move.by, move.case)
        _check_before_the_act(move.case)
        created = add_conditions(move.case, [condition])[0]
        move.record(
            "condition.added",
            _("a ajouté la réserve « %(text)s »") % {"text": created.text[:80]},
            audience=Audience.REVIEWERS,
        )
    return created


def give_proof(
    *, condition: Condition, text: str, by: User, attachment: Attachment | None = None
) -> None:
    """Whoever must lift a reserve brings its proof.

    Raises Impossible without a text nor a file, Conflict when it is settled or the act is open.
    """
    if not text.strip() and attachment is None:
        raise Impossible(_("Décrivez la preuve ou joignez une pièce."))
    with engine.move(condition.data_request, by=by) as move:
        policies.check_can_bring_proof(move.by, move.case)
        fresh = _fresh(move.case, condition)
        fresh.state, fresh.proof_text, fresh.proof_by = (
            ConditionState.PROOF_RECEIVED,
            text.strip()[:4000],
            by,
        )
        fresh.proof_file = _file_of(move.case, attachment)
        fresh.save()
        move.record(
            "condition.proved",
            _("a apporté la preuve de « %(text)s »") % {"text": fresh.text[:80]},
        )


def _file_of(data_request: DataRequest, attachment: Attachment | None) -> Attachment | None:
    if attachment is not None and attachment.case_id != data_request.pk:
        raise Impossible(_("Choisissez une pièce de ce dossier."))
    return attachment


def lift(*, condition: Condition, reason: str, by: User) -> None:
    """Lift a reserve: it needs a proof, and a person other than who brought it.

    Raises Impossible without a proof, NotAllowed for whoever brought it.
    """
    with engine.move(condition.data_request, by=by) as move:
        policies.check_can_settle_condition(move.by, move.case)
        fresh = _fresh(move.case, condition)
        if fresh.state != ConditionState.PROOF_RECEIVED:
            raise Impossible(_("Aucune preuve n’a été reçue : la réserve ne peut pas être levée."))
        if fresh.proof_by_id == by.pk:
            raise NotAllowed(
                _("Vous avez apporté la preuve : une autre personne doit lever la réserve.")
            )
        _settle(fresh, ConditionState.LIFTED, reason, by)
        move.record(
            "condition.lifted",
            _("a levé la réserve « %(text)s »") % {"text": fresh.text[:80]},
            reason=reason,
        )


def inscribe(*, condition: Condition, clause_code: str, by: User) -> None:
    """Move a reserve into a clause of the act, which carries it from then on.

    Raises Impossible without a clause.
    """
    if not clause_code.strip():
        raise Impossible(_("Choisissez l’article qui porte la réserve."))
    with engine.move(condition.data_request, by=by) as move:
        policies.check_can_settle_condition(move.by, move.case)
        fresh = _fresh(move.case, condition)
        fresh.clause_code = clause_code.strip()[:8]
        _settle(fresh, ConditionState.INSCRIBED, "", by)
        move.record(
            "condition.inscribed",
            _("a inscrit la réserve « %(text)s » à la clause %(code)s")
            % {"text": fresh.text[:80], "code": fresh.clause_code},
        )


def withdraw(*, condition: Condition, reason: str, by: User) -> None:
    """Set a reserve aside, with the reason; it stays readable. Raises Impossible without one."""
    if not reason.strip():
        raise Impossible(_("Expliquez pourquoi la réserve est retirée."))
    with engine.move(condition.data_request, by=by) as move:
        policies.check_can_settle_condition(move.by, move.case)
        fresh = _fresh(move.case, condition)
        _settle(fresh, ConditionState.WITHDRAWN, reason, by)
        move.record(
            "condition.withdrawn",
            _("a retiré la réserve « %(text)s »") % {"text": fresh.text[:80]},
            reason=reason,
        )


def _settle(condition: Condition, state: str, reason: str, by: User) -> None:
    condition.state, condition.settled_reason = state, reason.strip()
    condition.settled_at, condition.settled_by = timezone.now(), by
    condition.save()

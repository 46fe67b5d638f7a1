"""Who may write, withdraw, prove, settle and read on a request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import has_role, is_transversal
from agreements.enums import AgreementStage
from agreements.models import Agreement
from cases import policies as case_policies
from cases.enums import Side
from cases.errors import NotAllowed
from cases.models import OPEN_STATUSES, CaseUserObjectPermission, Task
from requests_flow.enums import ConclusionKind, RequestStage
from requests_flow.models import DataRequest

COMPLEMENT_NODES = frozenset({"provide_complement", "answer_question", "answer_holder"})
# An act that nobody withdraws any more behind the signatories' back.
IN_SIGNATURE = frozenset({AgreementStage.FINAL, AgreementStage.SIGNING})
REEXAMINATION_DAYS = 62
REOPENING_DAYS = 365
SIGNED_STAGES = frozenset({RequestStage.RUNNING, RequestStage.CLOSED})


def _can(check: Callable[..., None], *args: Any) -> bool:
    try:
        check(*args)
    except NotAllowed:
        return False
    return True


def is_writer(user: User, data_request: DataRequest) -> bool:
    """The author, or a colleague he invited."""
    if data_request.created_by_id == user.pk:
        return True
    return CaseUserObjectPermission.objects.filter(
        user=user, content_object_id=data_request.pk, permission__codename="view_case"
    ).exists()


def check_is_requester(user: User, data_request: DataRequest) -> None:
    """Only the requester's side asks for these things."""
    if not has_role(user, Role.REQUESTER, organisation_id=data_request.organisation_id):
        raise NotAllowed(_("Cette action est réservée au demandeur."))


def check_can_write(user: User, data_request: DataRequest) -> None:
    """A draft is written by its writers; a filed request only while a complement is asked."""
    if data_request.is_closed:
        raise NotAllowed(_("Cette demande est close."))
    if data_request.is_draft:
        if not is_writer(user, data_request):
            raise NotAllowed(
                _("Seules les personnes qui rédigent ce brouillon peuvent le modifier.")
            )
        return
    check_is_requester(user, data_request)
    if not awaits_complement(data_request):
        raise NotAllowed(
            _(
                "La demande est déposée : elle ne peut être modifiée que si un complément est "
                "demandé."
            )
        )


def can_write(user: User, data_request: DataRequest) -> bool:
    """Tell whether `user` may write the form (see `check_can_write`)."""
    return _can(check_can_write, user, data_request)


def awaits_complement(data_request: DataRequest) -> bool:
    """Tell whether the requester owes an answer: a complement, or a question of a reviewer."""
    tasks = Task.objects.filter(
        case_id=data_request.pk, status__in=OPEN_STATUSES, flow_task_type="HUMAN"
    )
    return any(task.node in COMPLEMENT_NODES for task in tasks)


def check_can_withdraw(user: User, data_request: DataRequest) -> None:
    """The requester withdraws at any step before signature."""
    check_is_requester(user, data_request)
    if data_request.is_draft or data_request.is_closed:
        raise NotAllowed(_("Cette demande n’est pas en cours."))
    if data_request.stage in SIGNED_STAGES:
        raise NotAllowed(_("La convention est signée : utilisez la résiliation."))


def can_withdraw(user: User, data_request: DataRequest) -> bool:
    """Tell whether `user` may withdraw the request now."""
    return _can(check_can_withdraw, user, data_request)


def why_not_withdrawn(data_request: DataRequest) -> str:
    """Say why a request cannot be withdrawn now, its act being in signature; else nothing."""
    acts = Agreement.objects.filter(source_case_id=data_request.pk, stage__in=IN_SIGNATURE)
    if acts.exists():
        return _("L’acte est en signature : demandez d’abord son retour en rédaction.")
    return ""


def is_past(data_request: DataRequest, days: int) -> bool:
    """Tell whether a request was closed more than so many days ago."""
    closed = data_request.closed_at
    return closed is not None and timezone.now() > closed + timedelta(days=days)


def is_reexamined(data_request: DataRequest) -> bool:
    """Tell whether a request was examined again already: it is once only (process.md, §8)."""
    return any(one.kind == ConclusionKind.REEXAMINATION for one in data_request.conclusions.all())


def has_open_act(data_request: DataRequest) -> bool:
    """Tell whether an act is drawn up or signed: its own reserves are then those that count."""
    acts = Agreement.objects.filter(source_case_id=data_request.pk)
    return acts.exclude(stage=AgreementStage.ABANDONED).exists()


def check_can_settle_condition(user: User, data_request: DataRequest) -> None:
    """The cell and the legal officers lift and inscribe reserves."""
    if not (case_policies.is_cell(user) or has_role(user, Role.LEGAL)):
        raise NotAllowed(_("La levée d’une réserve revient à la cellule AMDAC ou au juriste."))


def can_settle_condition(user: User, data_request: DataRequest) -> bool:
    """Tell whether `user` may lift, inscribe or withdraw a reserve."""
    return _can(check_can_settle_condition, user, data_request)


def check_can_bring_proof(user: User, data_request: DataRequest) -> None:
    """Either side of the case brings proofs."""
    if not any(
        case_policies.is_on_side(user, data_request, side) for side in (Side.REQUESTER, Side.HOLDER)
    ) and not case_policies.is_cell(user):
        raise NotAllowed(_("Seules les parties au dossier apportent une preuve."))


def can_bring_proof(user: User, data_request: DataRequest) -> bool:
    """Tell whether `user` may bring the proof of a reserve."""
    return _can(check_can_bring_proof, user, data_request)


def check_can_track_formalities(user: User, data_request: DataRequest) -> None:
    """The requester bears the formalities; the cell may help."""
    if not case_policies.is_cell(user):
        check_is_requester(user, data_request)
    if data_request.is_closed or data_request.is_draft:
        raise NotAllowed(_("Cette demande n’est pas en cours."))


def can_track_formalities(user: User, data_request: DataRequest) -> bool:
    """Tell whether `user` may write in the register of formalities."""
    return _can(check_can_track_formalities, user, data_request)


def can_read_answers(user: User, data_request: DataRequest) -> bool:
    """Everybody who sees the case reads what was asked."""
    return case_policies.can_view(user, data_request)


def can_read_instruction(user: User, data_request: DataRequest) -> bool:
    """Who takes part in the decision follows the instruction, the requester does not (ux/spec.md,
    §3 table)."""
    return _is_not_only_requester(user, data_request)


def can_read_opinions(user: User, data_request: DataRequest) -> bool:
    """Before the decision opinions are preparatory (CRPA L.311-2): the requester waits for it."""
    if _is_not_only_requester(user, data_request):
        return True
    decided = bool(data_request.outcome) or bool(data_request.conclusions.all())
    return decided and case_policies.can_view(user, data_request)


def _is_not_only_requester(user: User, data_request: DataRequest) -> bool:
    if is_transversal(user):
        return True
    mine = {(held.organisation_id, held.role) for held in user.held_roles}
    deciding = {organisation for organisation, role in mine if role in case_policies.DECIDING_ROLES}
    return any(
        (party.side == Side.HOLDER and party.organisation_id in deciding)
        or (party.side == Side.CONSULTED and (party.organisation_id, party.role) in mine)
        for party in data_request.parties.all()
    )

"""Complements: what the requester must still give, while the clock stands still (S3)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import has_role, holders_of
from cases import announcements, clock, engine
from cases import policies as case_policies
from cases.accreditations import check_accredited
from cases.enums import Delay
from cases.errors import Conflict, Impossible, NotAllowed
from cases.models import OPEN_STATUSES, Task
from notifications.selectors import wording
from requests_flow import routing
from requests_flow.enums import ComplementState, Verdict
from requests_flow.flows.circuit_v1 import CircuitV1
from requests_flow.models import Complement, DataRequest
from requests_flow.services.endings import cancel_pending
from requests_flow.services.revisions import new_revision

NOTICE_DAYS = 10
AWAITED = (ComplementState.ASKED, ComplementState.NOTICED)


def open_complement(move: engine.PersonalMove, items: list[dict[str, str]]) -> Complement:
    """Write what is missing and why, and stop the clock (in the caller's step).

    Raises Impossible for an empty list, and after three rounds for anybody but the AMDAC.
    """
    if not items:
        raise Impossible(_("Indiquez au moins un élément manquant."))
    for item in items:
        if not (item.get("missing") or "").strip():
            raise Impossible(_("Pour chaque élément, dites ce qui manque."))
    case: DataRequest = move.case
    if routing.rounds_are_over(case) and not has_role(move.by, Role.AMDAC):
        raise Impossible(
            _("Trois demandes de complément ont déjà été faites : l’AMDAC doit arbitrer.")
        )
    move.suspend_clock(_("complément demandé au demandeur"))
    return Complement.objects.create(
        data_request=case,
        number=case.complements.count() + 1,
        items=items,
        asked_by=move.by,
        due_on=clock.due_date(Delay.COMPLEMENT),
    )


def attach_task(complement: Complement) -> None:
    """Tie a complement asked at the admissibility to the task that answers it."""
    complement.task = Task.objects.get(
        case_id=complement.data_request_id,
        flow_task=CircuitV1.provide_complement,
        status__in=OPEN_STATUSES,
    )
    complement.save(update_fields=["task"])


def branch_to_ask(case: DataRequest, by: User) -> tuple[Any, Any]:
    """Tell where a question of `by` opens: beside the opinions, or beside the decisions.

    Raises NotAllowed for who owes neither an opinion nor a decision, Conflict out of these steps.
    """
    opened = list(engine.open_tasks(case).filter(flow_task_type="HUMAN"))
    is_cell = case_policies.is_cell(by)
    nodes = {task.node for task in opened if is_cell or case_policies.can_act(by, task)}
    if nodes & routing.DECIDING:
        return CircuitV1.decision_split, CircuitV1.answer_holder
    if nodes & routing.CONSULTING:
        return CircuitV1.consult_split, CircuitV1.answer_question
    if is_cell:
        raise Conflict(_("Un complément se demande pendant les avis ou les décisions."))
    raise NotAllowed(_("Vous n’avez pas d’avis ni de décision à rendre sur ce dossier."))


def ask_during(*, data_request: DataRequest, items: list[dict[str, str]], by: User) -> Complement:
    """A reviewer, a holder or the cell asks the requester something during opinions or decisions.

    The question is one more parallel track; the step cannot end before it is answered.
    Raises NotAllowed for who owes neither an opinion nor a decision, Conflict out of these steps.
    """
    with engine.move(data_request, by=by) as move:
        split, node = branch_to_ask(move.case, by)
        complement = open_complement(move, items)
        complement.task = move.open_branch(split, node, {"complement": complement.pk})
        complement.save(update_fields=["task"])
        move.record(
            "complement.asked",
            ngettext(
                "a demandé un complément (%(n)s point)",
                "a demandé un complément (%(n)s points)",
                len(items),
            )
            % {"n": len(items)},
            data={"complement": complement.number, "items": items},
        )
    return complement


def awaited_by(task: Task) -> Complement | None:
    """Return the complement that this very task answers, while it is awaited."""
    return Complement.objects.filter(task_id=task.pk, state__in=AWAITED).first()


def answer(*, task: Task, answer: str, by: User) -> None:
    """The requester gives the complement: a new revision is kept, the clock starts again.

    The clock starts when nothing else is awaited. What the new version calls for (a DPO, for data
    that became personal) is asked at once. Raises Incomplete when the form no longer holds,
    Impossible for an empty answer or data that the accreditation does not cover.
    """
    text = answer.replace("\x00", "").strip()
    if not text:
        raise Impossible(_("Répondez en une phrase à chaque point demandé."))
    with engine.step(task, by=by) as step:
        case: DataRequest = step.case
        complement = _awaited(step.task)
        revision = new_revision(case, step.by)
        if case.organisation is not None:
            check_accredited(case.organisation, case)
        complement.state = ComplementState.ANSWERED
        complement.answer, complement.answered_at = text[:4000], timezone.now()
        complement.save()
        if not case.complements.filter(state__in=AWAITED).exists():
            step.resume_clock()
        _ask_what_it_calls_for(step)
        step.done(outcome="provided", revision=revision.number)
        step.record(
            "complement.answered",
            _("a fourni le complément (version %(n)s)") % {"n": revision.number},
            data={"complement": complement.number, "revision": revision.number},
        )


def _awaited(task: Task) -> Complement:
    """Return the complement that a task answers, locked. Raises Conflict when none is awaited."""
    found = (
        Complement.objects.select_for_update(of=("self",))
        .filter(task_id=task.pk, state__in=AWAITED)
        .first()
    )
    if found is None:
        raise Conflict(_("Aucun complément n’est attendu."))
    return found


def _ask_what_it_calls_for(step: engine.Step) -> None:
    """Open the opinions that the last version needs and that nobody was asked yet."""
    from requests_flow.services.study.tracks import open_opinions, wants_expert

    nodes = {task.node for task in engine.open_tasks(step.case)}
    if step.task.node == "answer_question" and "conclude_study" not in nodes:
        open_opinions(step, step.by, wants_expert=wants_expert(step.case))


def lapse_overdue(*, today: date | None = None) -> int:
    """The clock's work of every day: notice when a complement is late, then lapse (process.md §8).

    30 days after the due date the file is closed without further action, after a notice of
    10 days sent beforehand. Returns how many files moved; done twice it changes nothing.
    """
    day = today or timezone.localdate()
    wait = timedelta(days=clock.rule(Delay.LAPSE_NOTICE).days)
    late = Complement.objects.filter(state__in=AWAITED, due_on__lt=day).select_related(
        "data_request", "task__case"
    )
    return sum(_chase(complement, day, wait) for complement in late)


def _chase(complement: Complement, day: date, wait: timedelta) -> bool:
    lapse_on = complement.due_on + wait
    notice = timedelta(days=NOTICE_DAYS)
    if complement.state == ComplementState.ASKED:
        return day >= lapse_on - notice and _give_notice(complement, day)
    noticed_on = complement.noticed_on or day
    return day >= max(lapse_on, noticed_on + notice) and _lapse(complement)


def _still(complement: Complement, state: str) -> bool:
    """Read a complement again under the lock of its case."""
    complement.refresh_from_db(fields=["state", "noticed_on"])
    return complement.state == state


def _give_notice(complement: Complement, day: date) -> bool:
    try:
        with engine.move(complement.data_request, by=None) as move:
            if not _still(complement, ComplementState.ASKED):
                raise Conflict(_("Ce complément n’est plus attendu."))
            complement.state, complement.noticed_on = ComplementState.NOTICED, day
            complement.save(update_fields=["state", "noticed_on"])
            announcements.tell(
                move.case,
                _requesters(move.case),
                **wording(
                    "request-complement-last",
                    titre=move.case.title,
                    date=announcements.day_text(day + timedelta(days=NOTICE_DAYS)),
                ),
            )
            move.record(
                "complement.noticed",
                _("a averti le demandeur : sans réponse, la demande sera classée"),
            )
    except Conflict:
        return False
    return True


def _lapse(complement: Complement) -> bool:
    """Close the file: what else was awaited in the block is closed with it, then the flow ends."""
    if complement.task is None:
        return False
    with engine.unattended(
        complement.task, provided=lambda _task: _still(complement, ComplementState.NOTICED)
    ) as step:
        if step is None:
            return False
        _close_siblings(step)
        _close(complement, step)
        step.done(outcome="lapsed")
    return True


def _close_siblings(step: engine.Move) -> None:
    for other in engine.open_tasks(step.case):
        if step.task is not None and other.pk != step.task.pk and other.node in routing.IN_A_BLOCK:
            step.close_branch(other, Verdict.CANCELLED)


def _close(complement: Complement, move: engine.Move) -> None:
    complement.state = ComplementState.LAPSED
    complement.save(update_fields=["state"])
    move.resume_clock()
    cancel_pending(move.case)
    move.record("request.lapsed", _("a classé la demande sans suite : complément non fourni"))
    announcements.tell(
        move.case,
        _requesters(move.case),
        **wording("request-lapsed", titre=move.case.title),
    )


def _requesters(case: DataRequest) -> set[User]:
    """The author, and those of his organisation who follow the request."""
    following = holders_of(Role.REQUESTER, case.organisation).filter(followed__case_id=case.pk)
    return {case.created_by, *following}


def may_answer(user: User, data_request: DataRequest) -> bool:
    """Tell whether `user` may give the complement: a requester of the requesting body."""
    return has_role(user, Role.REQUESTER, organisation_id=data_request.organisation_id)

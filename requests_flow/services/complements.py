"""Complements: what the requester must still give, while the clock stands still (S3)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import has_role, holders_of
from cases import announcements, clock, engine, policies as case_policies
from cases.enums import Delay
from cases.errors import Conflict, Impossible, NotAllowed
from cases.models import Task
from notifications.enums import Family
from requests_flow.enums import ComplementState
from requests_flow.flows.circuit_v1 import CircuitV1
from requests_flow.models import Complement, DataRequest
from requests_flow.services.filing import new_revision

MAX_ROUNDS = 3
NOTICE_DAYS = 10


def open_complement(
    move: engine.Move, items: list[dict[str, str]], *, task: Task | None
) -> Complement:
    """Write what is missing and why, and stop the clock (in the caller's step)."""
    if not items:
        raise Impossible(_("Indiquez au moins un élément manquant."))
    for item in items:
        if not (item.get("missing") or "").strip():
            raise Impossible(_("Pour chaque élément, dites ce qui manque."))
    case: DataRequest = move.case
    assert move.by is not None
    move.suspend_clock(_("complément demandé au demandeur"))
    return Complement.objects.create(
        data_request=case,
        number=case.complements.count() + 1,
        items=items,
        asked_by=move.by,
        due_on=clock.due_date(Delay.COMPLEMENT),
        task=task,
    )


def ask_during(*, data_request: DataRequest, items: list[dict[str, str]], by: User) -> Complement:
    """A reviewer, a holder or the cell asks the requester something during opinions or decisions.

    The question is one more parallel track; the step cannot end before it is answered.
    Raises NotAllowed for who owes neither an opinion nor a decision, Conflict out of these steps.
    """
    with engine.move(data_request, by=by) as move:
        mine = [
            task
            for task in engine.open_tasks(move.case)
            if task.flow_task_type == "HUMAN" and case_policies.can_act(move.by, task)
        ]
        nodes = {task.node for task in mine}
        if case_policies.is_cell(move.by):
            nodes |= {task.node for task in engine.open_tasks(move.case)}
        if nodes & {"decide"}:
            split, node = CircuitV1.decision_split, CircuitV1.answer_holder
        elif nodes & {"conclude_study", "assess_feasibility", "give_opinion"}:
            split, node = CircuitV1.consult_split, CircuitV1.answer_question
        else:
            raise NotAllowed(_("Vous n’avez pas d’avis ni de décision à rendre sur ce dossier."))
        complement = open_complement(move, items, task=None)
        task = move.open_branch(split, node, {"complement": complement.pk})
        complement.task = task
        complement.save(update_fields=["task"])
        move.record(
            "complement.asked",
            _("a demandé un complément (%(n)s points)") % {"n": len(items)},
            data={"complement": complement.number, "items": items},
        )
    return complement


def pending(data_request: DataRequest) -> Complement | None:
    found: Complement | None = (
        data_request.complements.filter(state__in=[ComplementState.ASKED, ComplementState.NOTICED])
        .order_by("-number")
        .first()
    )
    return found


def answer(*, task: Task, answer: str, by: User) -> None:
    """The requester gives the complement: a new revision is kept, the clock starts again.

    Raises Incomplete when the form no longer holds, Impossible for an empty answer.
    """
    with engine.step(task, by=by) as step:
        complement = pending(step.case)
        if complement is None:
            raise Conflict(_("Aucun complément n’est attendu."))
        text = answer.replace("\x00", "").strip()
        if not text:
            raise Impossible(_("Répondez en une phrase à chaque point demandé."))
        revision = new_revision(step.case, by)
        complement.state = ComplementState.ANSWERED
        complement.answer, complement.answered_at = text[:4000], timezone.now()
        complement.save()
        step.resume_clock()
        step.done(outcome="provided", revision=revision.number)
        step.record(
            "complement.answered",
            _("a fourni le complément (version %(n)s)") % {"n": revision.number},
            data={"complement": complement.number, "revision": revision.number},
        )


def lapse_overdue(*, today: date | None = None) -> int:
    """The clock's work of every day: notice when a complement is late, then lapse (process.md §8).

    30 days after the due date the file is closed without further action, after a notice of
    10 days sent beforehand. Returns how many files moved.
    """
    day = today or timezone.localdate()
    moved = 0
    late = Complement.objects.filter(
        state__in=[ComplementState.ASKED, ComplementState.NOTICED], due_on__lt=day
    ).select_related("data_request")
    for complement in late:
        lapse_on = complement.due_on + timedelta(days=clock.rule(Delay.LAPSE_NOTICE).days)
        if complement.state == ComplementState.ASKED and day >= lapse_on - timedelta(
            days=NOTICE_DAYS
        ):
            _give_notice(complement, day)
            moved += 1
        elif complement.state == ComplementState.NOTICED and day >= max(
            lapse_on, (complement.noticed_on or day) + timedelta(days=NOTICE_DAYS)
        ):
            _lapse(complement)
            moved += 1
    return moved


def _give_notice(complement: Complement, day: date) -> None:
    with engine.move(complement.data_request, by=None) as move:
        complement.state, complement.noticed_on = ComplementState.NOTICED, day
        complement.save()
        announcements.tell(
            move.case,
            _requesters(move.case),
            family=Family.COMPLEMENT,
            locked=True,
            subject=_("Dernier rappel avant classement : complément attendu avant le %(day)s")
            % {"day": announcements.day_text(day + timedelta(days=NOTICE_DAYS))},
            sentence=_("Sans réponse, la demande sera classée sans suite."),
        )
        move.record(
            "complement.noticed",
            _("a averti le demandeur : sans réponse, la demande sera classée"),
        )


def _lapse(complement: Complement) -> None:
    task = (
        complement.task
        or Task.objects.filter(
            case_id=complement.data_request_id,
            status__in=["NEW", "ASSIGNED"],
            flow_task=CircuitV1.provide_complement,
        ).first()
    )
    if task is None:
        return
    if task.node != "provide_complement":
        with engine.move(complement.data_request, by=None) as move:
            _close(complement, move)
            move.close_as("lapsed")
        return
    with engine.unattended(task) as step:
        if step is None:
            return
        _close(complement, step)
        step.done(outcome="lapsed")


def _close(complement: Complement, move: Any) -> None:
    complement.state = ComplementState.LAPSED
    complement.save(update_fields=["state"])
    move.resume_clock()
    move.record("request.lapsed", _("a classé la demande sans suite : complément non fourni"))
    announcements.tell(
        move.case,
        _requesters(move.case),
        family=Family.DECISION,
        locked=True,
        subject=_("Demande classée sans suite"),
        sentence=_("Elle peut être rouverte pendant douze mois."),
    )


def _requesters(case: DataRequest) -> list[User]:
    people = {case.created_by}
    people |= {
        user
        for user in holders_of("requester", case.organisation)
        if case.followers.filter(user=user).exists()
    }
    return list(people)


def may_answer(user: User, data_request: DataRequest) -> bool:
    return has_role(user, "requester", organisation_id=data_request.organisation_id)

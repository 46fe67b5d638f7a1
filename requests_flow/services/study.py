"""Visa, admissibility, orientation, feasibility and study (process.md, S1 to S5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.selectors import holders_of
from cases import announcements, clock, engine
from cases.enums import Delay, Nature, Side
from cases.errors import Conflict, Impossible
from cases.models import OPEN_STATUSES, Task
from cases.services import add_party
from journal.enums import Audience
from notifications.enums import Family
from questionnaires import services as questionnaires
from requests_flow import routing
from requests_flow.enums import ConsultationKind, DecisionOutcome, Verdict
from requests_flow.flows.circuit_v1 import CircuitV1
from requests_flow.models import Consultation, DataRequest
from requests_flow.services.complements import MAX_ROUNDS, open_complement
from requests_flow.services.conditions import NewCondition, add_conditions

# A complex file is answered within two months and thirty days (process.md, §7).
COMPLEX_EXTRA_DAYS = 30
DEFINITION_OF_KIND = {
    ConsultationKind.VISA: "visa",
    ConsultationKind.STUDY: "study",
    ConsultationKind.FEASIBILITY: "feasibility",
    ConsultationKind.DPO_REQUESTER: "dpo_opinion",
    ConsultationKind.DPO_HOLDER: "dpo_opinion",
    ConsultationKind.SECURITY: "security_opinion",
    ConsultationKind.LEGAL: "legal_review",
    ConsultationKind.EXPERT: "expert_opinion",
}


@dataclass(frozen=True)
class Redirection:
    """Where the requester is sent instead: open data, an API, another desk (with its contact)."""

    outcome: str
    url: str = ""
    contact: str = ""


def open_consultation(move: engine.Move, task: Task, by: User) -> Consultation:
    """Write the row of a track that just opened, with its empty form (in the caller's step)."""
    case: DataRequest = move.case
    kind = ConsultationKind(task.data["kind"])
    facts = _facts_of(case)
    answers = questionnaires.create(code=DEFINITION_OF_KIND[kind], by=by, context=facts)
    return Consultation.objects.create(
        data_request=case,
        kind=kind,
        organisation=task.organisation,
        task=task,
        answers=answers,
        revision=case.revisions.last(),
    )


def _facts_of(case: DataRequest) -> dict[str, Any]:
    from questionnaires import selectors as answers_of

    revision = case.revisions.last()
    return dict(answers_of.facts(revision.answers)) if revision else {}


def give(
    step: engine.Move, consultation: Consultation, *, verdict: str, synthesis: str, by: User
) -> None:
    """Record what a track concluded, for good (in the caller's step)."""
    consultation.verdict, consultation.synthesis = verdict, synthesis
    consultation.given_at, consultation.given_by = timezone.now(), by
    consultation.revision = step.case.revisions.last()
    if consultation.answers is not None:
        questionnaires.freeze(answers=consultation.answers, by=by)
    consultation.save()


def open_pending_consultations(move: engine.Move, by: User) -> None:
    """Give a row to every track that the flow opened and that has none yet."""
    for task in Task.objects.filter(
        case_id=move.case.pk,
        status__in=OPEN_STATUSES,
        consultation=None,
    ).select_related("organisation"):
        if task.node in {"conclude_study", "assess_feasibility", "give_opinion"}:
            open_consultation(move, task, by)


def give_visa(*, task: Task, verdict: str, comment: str, by: User) -> Consultation:
    """The ADDAC or referent gives his visa: an opinion that is transmitted, never a veto.

    A negative visa needs its reasons (Impossible otherwise).
    """
    if verdict == Verdict.UNFAVOURABLE and not comment.strip():
        raise Impossible(_("Expliquez pourquoi : votre visa est transmis avec ses motifs."))
    with engine.step(task, by=by) as step:
        consultation = Consultation.objects.create(
            data_request=step.case,
            kind=ConsultationKind.VISA,
            organisation=step.task.organisation,
            task=step.task,
            revision=step.case.revisions.last(),
        )
        give(step, consultation, verdict=verdict, synthesis=comment, by=by)
        step.done(outcome="given", verdict=verdict)
        step.record(
            "visa.given",
            _("a rendu un visa %(v)s") % {"v": Verdict(verdict).label.lower()},
            reason=comment,
            audience=Audience.EVERYONE,
        )
    return consultation


def escalate_visas(*, today: date | None = None) -> int:
    """A visa not given in time is passed over silently: the cell goes on, told so (S1)."""
    day = today or timezone.localdate()
    late = Task.objects.filter(
        flow_task=CircuitV1.give_visa, status__in=OPEN_STATUSES, due_on__lt=day
    ).select_related("case")
    moved = 0
    for task in late:
        with engine.unattended(task) as step:
            if step is None:
                continue
            step.done(outcome="given", verdict=Verdict.NOT_GIVEN)
            step.record("visa.escalated", _("a constaté l’absence de visa dans le délai"))
            announcements.tell(
                step.case,
                holders_of(Role.OFFICER, routing.cell()),
                family=Family.STUDY,
                subject=_("Visa non rendu dans le délai"),
                sentence=_("La demande poursuit son circuit sans visa."),
            )
            moved += 1
    return moved


def declare_admissible(
    *, task: Task, by: User, comment: str = "", transmit_to: Organisation | None = None
) -> None:
    """The file is complete: its date starts the clock of the answer (S2).

    `transmit_to` is the right holder when the requester named another one (CRPA L.114-2 by
    analogy): the orientation starts from it.
    """
    with engine.step(task, by=by) as step:
        case: DataRequest = step.case
        case.officer = by
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
    """List what is missing, with the reason for each; the clock stops (S3, three rounds)."""
    with engine.step(task, by=by) as step:
        case: DataRequest = step.case
        if case.complements.count() >= MAX_ROUNDS:
            raise Impossible(
                _("Trois demandes de complément ont déjà été faites : l’AMDAC doit arbitrer.")
            )
        case.officer = case.officer or by
        complement = open_complement(step, items, task=None)
        step.done(outcome="info_request", complement=complement.pk)
        step.record(
            "complement.asked",
            _("a demandé un complément (%(n)s points)") % {"n": len(items)},
            data={"complement": complement.number, "items": items},
        )


def declare_inadmissible(*, task: Task, reason: str, by: User) -> None:
    """Close an inadmissible file with its reasons; it can be reused as a draft."""
    if not reason.strip():
        raise Impossible(
            _("Expliquez le motif : le demandeur doit pouvoir comprendre et répondre.")
        )
    with engine.step(task, by=by) as step:
        step.case.officer = by
        step.case.outcome = DecisionOutcome.INADMISSIBLE
        step.done(outcome="inadmissible")
        step.record("request.inadmissible", _("a déclaré la demande irrecevable"), reason=reason)
        tell_outcome(step.case)


def redirect(*, task: Task, redirection: Redirection, reason: str, by: User) -> None:
    """Send the requester to what already answers the need (S2 or S4), with link and contact."""
    if not (redirection.url or redirection.contact):
        raise Impossible(
            _("Indiquez le lien ou le contact vers lequel vous orientez le demandeur.")
        )
    with engine.step(task, by=by) as step:
        apply_redirection(step.case, redirection)
        step.case.officer = step.case.officer or by
        step.done(outcome="redirected")
        step.record(
            "request.redirected",
            _("a réorienté la demande : %(how)s")
            % {"how": DecisionOutcome(redirection.outcome).label},
            reason=reason,
            data={"url": redirection.url, "contact": redirection.contact},
        )
        tell_outcome(step.case)


def apply_redirection(case: DataRequest, redirection: Redirection) -> None:
    case.outcome = redirection.outcome
    case.redirect_url, case.redirect_contact = redirection.url, redirection.contact


def tell_outcome(case: DataRequest) -> None:
    """Tell the requester that his request was answered (always immediate)."""
    announcements.tell(
        case,
        [case.created_by],
        family=Family.DECISION,
        locked=True,
        subject=_("Décision rendue"),
        sentence=_("Une décision a été rendue sur « %(title)s ».") % {"title": case.title},
    )


def orient(
    *,
    task: Task,
    legal_pathway: str,
    act_type: str,
    holders: list[Organisation],
    by: User,
    wants_expert: bool = False,
    opens_opinions_now: bool = False,
    comment: str = "",
    is_complex: bool = False,
) -> None:
    """Pick the pathway, the nature of the act, the holders and the reviews; consultations open.

    Opinions may be opened beside the study only for an urgent request. Raises Impossible without
    a holder, when requester and holder are the same body, or for the pathway that is no sharing.
    """
    if not holders:
        raise Impossible(_("Désignez au moins un détenteur."))
    if legal_pathway == "gdpr_processor":
        raise Impossible(_("Ce besoin relève d’un contrat de sous-traitance."))
    with engine.step(task, by=by) as step:
        case: DataRequest = step.case
        if case.organisation in holders:
            raise Impossible(_("Le demandeur ne peut pas être aussi le détenteur."))
        if opens_opinions_now and Nature.URGENT not in case.natures:
            raise Impossible(
                _("Les avis s’ouvrent avant la fin de l’étude pour une urgence seulement.")
            )
        case.legal_pathway, case.act_type, case.officer = (
            legal_pathway,
            act_type,
            case.officer or by,
        )
        case.save()
        if is_complex and case.due_on:
            case.due_on += timedelta(days=COMPLEX_EXTRA_DAYS)
        for holder in holders:
            add_party(case, holder, Side.HOLDER)
        step.done(outcome="study", wants_expert=wants_expert, opens_opinions=opens_opinions_now)
        step.afterwards(lambda: open_pending_consultations(step, by))
        if opens_opinions_now:
            step.afterwards(lambda: open_opinions(step, by, wants_expert=wants_expert))
        step.record(
            "request.oriented",
            _("a orienté la demande et saisi les détenteurs"),
            reason=comment,
            data={
                "pathway": legal_pathway,
                "act_type": act_type,
                "holders": [str(h) for h in holders],
            },
        )


def wants_expert(case: DataRequest) -> bool:
    """Was an expert or ethics opinion asked at the orientation?"""
    task = Task.objects.filter(case_id=case.pk, flow_task=CircuitV1.orient, status="DONE").last()
    return bool(task and task.data.get("wants_expert"))


def open_opinions(move: engine.Move, by: User, *, wants_expert: bool) -> list[Consultation]:
    """Open the tracks of opinions that are not open yet, as branches of the consultations."""
    case: DataRequest = move.case
    there = {
        (consultation.kind, consultation.organisation_id)
        for consultation in case.consultations.exclude(verdict=Verdict.CANCELLED)
    }
    opened = []
    for data in routing.opinion_tracks(case, wants_expert=wants_expert):
        if (data["kind"], data["organisation"]) in there:
            continue
        if data["organisation"]:
            organisation = Organisation.objects.get(pk=data["organisation"])
            add_party(case, organisation, Side.CONSULTED, role=data["role"])
        task = move.open_branch(CircuitV1.consult_split, CircuitV1.give_opinion, data)
        opened.append(open_consultation(move, task, by))
    return opened


def assess_feasibility(
    *,
    task: Task,
    verdict: str,
    synthesis: str,
    by: User,
    conditions: list[NewCondition] | None = None,
) -> None:
    """A holder says whether and how he can deliver (15 working days, S5 b).

    Raises Impossible for a refusal without its reason, or a reserve without its text or owner.
    """
    if verdict == Verdict.UNFAVOURABLE and not synthesis.strip():
        raise Impossible(
            _("Expliquez le motif : le demandeur doit pouvoir comprendre et répondre.")
        )
    with engine.step(task, by=by) as step:
        consultation = step.task.consultation
        give(step, consultation, verdict=verdict, synthesis=synthesis, by=by)
        add_conditions(step.case, conditions or [], consultation=consultation)
        step.done(outcome="given", verdict=verdict)
        step.record(
            "feasibility.given",
            _("a rendu son étude de faisabilité : %(v)s") % {"v": Verdict(verdict).label.lower()},
            audience=Audience.REVIEWERS,
        )


def conclude_study(
    *,
    task: Task,
    recommendation: str,
    synthesis: str,
    by: User,
    conditions: list[NewCondition] | None = None,
) -> None:
    """Conclude the study: its recommendation is kept, and the opinions open (S5 → S6).

    Every holder must have answered, or be late: then the track is closed as « non rendu ».
    """
    with engine.step(task, by=by) as step:
        case: DataRequest = step.case
        _settle_feasibilities(step)
        consultation = step.task.consultation
        positive = routing.is_positive(recommendation)
        give(
            step,
            consultation,
            synthesis=synthesis,
            by=by,
            verdict=Verdict.FAVOURABLE if positive else Verdict.UNFAVOURABLE,
        )
        add_conditions(case, conditions or [], consultation=consultation)
        opened = open_opinions(step, by, wants_expert=wants_expert(case))
        step.done(outcome="concluded", recommendation=recommendation)
        step.record(
            "study.concluded",
            _("a conclu l’étude : %(r)s") % {"r": DecisionOutcome(recommendation).label.lower()},
            audience=Audience.REVIEWERS,
            data={"recommendation": recommendation, "opinions_opened": len(opened)},
        )


def _settle_feasibilities(step: engine.Move) -> None:
    today = timezone.localdate()
    pending = Task.objects.filter(
        case_id=step.case.pk, flow_task=CircuitV1.assess_feasibility, status__in=OPEN_STATUSES
    ).select_related("organisation", "consultation")
    for other in pending:
        if other.due_on and other.due_on >= today:
            raise Impossible(
                _(
                    "L’étude de faisabilité de %(holder)s est attendue avant le %(day)s : concluez après "
                    "l’avoir reçue, ou passé ce délai."
                )
                % {"holder": other.organisation, "day": announcements.day_text(other.due_on)}
            )
        other.consultation.verdict = Verdict.NOT_GIVEN
        other.consultation.save(update_fields=["verdict"])
        step.close_branch(other, Verdict.NOT_GIVEN)


def add_holder(*, data_request: DataRequest, holder: Organisation, by: User) -> None:
    """Consult one more holder, found late: one more track, and its DPO's opinion if it is time."""
    with engine.move(data_request, by=by) as move:
        from cases.policies import check_can_manage

        check_can_manage(by, move.case)
        case: DataRequest = move.case
        if holder.pk in {
            p.organisation_id for p in case.parties.filter(side__in=[Side.HOLDER, Side.REQUESTER])
        }:
            raise Conflict(_("%(org)s est déjà partie au dossier.") % {"org": holder})
        nodes = {task.node for task in engine.open_tasks(case)}
        add_party(case, holder, Side.HOLDER)
        data = routing.track(ConsultationKind.FEASIBILITY, holder)
        if nodes & {"conclude_study", "assess_feasibility", "give_opinion"}:
            task = move.open_branch(CircuitV1.consult_split, CircuitV1.assess_feasibility, data)
            open_consultation(move, task, by)
            if "conclude_study" not in nodes:
                open_opinions(move, by, wants_expert=False)
        elif "decide" in nodes:
            move.open_branch(CircuitV1.decision_split, CircuitV1.decide, data)
        else:
            raise Conflict(
                _("Un détenteur s’ajoute pendant l’étude, les avis ou les décisions seulement.")
            )
        move.record(
            "holder.added",
            _("a ajouté le détenteur %(org)s") % {"org": holder},
            data={"holder": str(holder)},
        )


def open_opinions_early(*, data_request: DataRequest, by: User) -> None:
    """For an urgent request, the officer opens the opinions beside the study."""
    with engine.move(data_request, by=by) as move:
        from cases.policies import check_can_manage

        check_can_manage(by, move.case)
        if Nature.URGENT not in move.case.natures:
            raise Impossible(
                _("Les avis s’ouvrent avant la fin de l’étude pour une urgence seulement.")
            )
        opened = open_opinions(move, by, wants_expert=wants_expert(move.case))
        if not opened:
            raise Conflict(_("Les avis sont déjà demandés."))
        move.record("opinions.opened", _("a demandé les avis sans attendre la fin de l’étude"))

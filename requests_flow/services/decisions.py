"""Each holder decides for its own data; the AMDAC concludes; somebody arbitrates (S7)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from accounts.models import Delegation, Organisation, User
from accounts.selectors import holders_of, valid_delegation
from cases import announcements, engine
from cases.accreditations import check_accredited
from cases.enums import Nature, Side
from cases.errors import Conflict, Impossible, NotAllowed
from cases.models import Task
from journal.enums import Audience
from notifications.selectors import wording
from questionnaires.models import AnswerSet
from requests_flow import policies, routing
from requests_flow.enums import (
    DPO_KINDS,
    POSITIVE,
    REDIRECTIONS,
    ConclusionKind,
    ConsultationKind,
    DecisionOutcome,
    RefusalReason,
    RequestStage,
    Verdict,
)
from requests_flow.flows.circuit_v1 import CircuitV1
from requests_flow.models import Conclusion, DataRequest, HolderDecision
from requests_flow.services.conditions import NewCondition, add_conditions
from requests_flow.services.endings import cancel_pending
from requests_flow.services.formalities import ensure_required
from requests_flow.services.study.admissibility import (
    Redirection,
    apply_redirection,
    check_redirection,
    tell_outcome,
)

WHY = gettext_lazy("Expliquez le motif : le demandeur doit pouvoir comprendre et répondre.")


def decide(
    *,
    task: Task,
    outcome: str,
    motivation: str,
    by: User,
    reason_codes: Sequence[str] = (),
    kept: str = "",
    refused: str = "",
    conditions: list[NewCondition] | None = None,
    answers: AnswerSet | None = None,
) -> HolderDecision:
    """A holder decides for the data it is responsible for, in virtue of a delegation of the day.

    Raises Impossible when the choice lacks what it needs (reserves, kept and refused variables,
    coded reason and text), NotAllowed without delegation or when duties must be separate,
    Conflict while a complement is awaited or once decided.
    """
    _check_decision(outcome, reason_codes, motivation, kept, refused, conditions or [])
    with engine.step(task, by=by, at="decide") as step:
        case: DataRequest = step.case
        holder, delegation = _power(step)
        _check_ready(case, holder, outcome)
        decision = HolderDecision.objects.create(
            data_request=case,
            organisation=holder,
            outcome=outcome,
            motivation=motivation.strip(),
            reason_codes=list(dict.fromkeys(reason_codes)),
            kept=kept.strip(),
            refused=refused.strip(),
            power=f"{delegation.title}, {delegation.reference}",
            answers=answers,
            decided_by=step.by,
        )
        add_conditions(case, conditions or [], decision=decision)
        step.done(outcome="decided", decision=outcome)
        step.record(
            "decision.recorded",
            _("a décidé au nom de %(org)s : %(what)s")
            % {"org": holder, "what": DecisionOutcome(outcome).label.lower()},
            reason=motivation,
            data={"outcome": outcome, "power": decision.power, "reasons": list(reason_codes)},
            audience=Audience.REVIEWERS,
        )
        _tell_decided(step, holder)
    return decision


def _tell_decided(step: engine.Step, holder: Organisation) -> None:
    case: DataRequest = step.case
    announcements.tell(
        case,
        (_cell(case) | _holders(case)) - {step.by},
        **wording("request-holder-decided", titre=case.title, organisme=holder),
    )


def _power(step: engine.Step) -> tuple[Organisation, Delegation]:
    """Return for whom and in virtue of what the person decides today."""
    holder = step.task.organisation
    delegation = valid_delegation(step.by, holder) if holder is not None else None
    if holder is None or delegation is None:  # refused by the node's policy before
        raise NotAllowed(_("Aucune délégation en vigueur ne vous permet de décider."))
    return holder, delegation


def _check_ready(case: DataRequest, holder: Organisation, outcome: str) -> None:
    """Nothing is awaited from the requester; a positive decision has its opinions, and both
    organisations are accredited."""
    if any(other.node == "answer_holder" for other in engine.open_tasks(case)):
        raise Conflict(_("Un complément est attendu du demandeur : décidez après l’avoir reçu."))
    if outcome in POSITIVE:
        _check_opinions(case, holder)
        check_accredited(holder, case)
        if case.organisation is not None:
            check_accredited(case.organisation, case)


def _check_decision(
    outcome: str,
    reason_codes: Sequence[str],
    motivation: str,
    kept: str,
    refused: str,
    conditions: list[NewCondition],
) -> None:
    if outcome not in {*POSITIVE, DecisionOutcome.UNFAVOURABLE}:
        raise Impossible(_("Choisissez une décision."))
    if outcome == DecisionOutcome.FAVOURABLE_RESERVE and not conditions:
        raise Impossible(_("Indiquez au moins une réserve, ou choisissez « Favorable »."))
    if outcome == DecisionOutcome.PARTIAL and not (kept.strip() and refused.strip()):
        raise Impossible(_("Indiquez les données retenues et les données refusées."))
    if outcome == DecisionOutcome.UNFAVOURABLE:
        _check_reasons(reason_codes)
        if not motivation.strip():
            raise Impossible(str(WHY))


def _check_opinions(case: DataRequest, holder: Organisation) -> None:
    """No positive decision without the DPOs' opinions when personal data are involved: those that
    were asked, and in any event that of the requester's side and that of the holder's."""
    found = list(case.consultations.filter(kind__in=DPO_KINDS).exclude(verdict=Verdict.CANCELLED))
    for consultation in found:
        if consultation.given_at is None:
            raise Impossible(_("L’avis bloquant manque : %(what)s.") % {"what": consultation})
    if Nature.PERSONAL not in case.natures:
        return
    given = {(one.kind, one.organisation_id) for one in found}
    needed = (
        (ConsultationKind.DPO_REQUESTER, case.organisation),
        (ConsultationKind.DPO_HOLDER, holder),
    )
    for kind, organisation in needed:
        if organisation is not None and (kind, organisation.pk) not in given:
            raise Impossible(
                _("L’avis bloquant manque : %(what)s.") % {"what": f"{kind.label} — {organisation}"}
            )


def _cell(case: DataRequest) -> set[User]:
    """The officer in charge, else those of the cell."""
    if case.officer is not None:
        return {case.officer}
    return set(holders_of(Role.OFFICER, routing.cell()))


def _holders(case: DataRequest) -> set[User]:
    """Those who decide for each holder."""
    return {
        person
        for party in case.parties.filter(side=Side.HOLDER).select_related("organisation")
        for person in holders_of(Role.HOLDER, party.organisation)
    }


def _dpos(case: DataRequest) -> set[User]:
    """The data protection officers who were consulted."""
    found = case.parties.filter(side=Side.CONSULTED, role=Role.DPO).select_related("organisation")
    return {person for party in found for person in holders_of(Role.DPO, party.organisation)}


def arbitrate(
    *,
    task: Task,
    outcome: str,
    motivation: str,
    by: User,
    conditions: list[NewCondition] | None = None,
) -> Conclusion:
    """Settle a disagreement between holders, or between a holder and the study.

    The arbitration advises the conclusion; it binds no holder to share against its decision.
    """
    _check_conclusion(outcome, motivation)
    with engine.step(task, by=by, at="arbitrate") as step:
        case: DataRequest = step.case
        conclusion = _write_conclusion(step, ConclusionKind.ARBITRATION, outcome, motivation)
        add_conditions(case, conditions or [])
        step.done(outcome=outcome)
        step.record(
            "arbitration.recorded",
            _("a arbitré : %(what)s") % {"what": DecisionOutcome(outcome).label.lower()},
            reason=motivation,
            data={"outcome": outcome},
        )
    return conclusion


def conclude(
    *,
    task: Task,
    outcome: str,
    motivation: str,
    by: User,
    reason_codes: Sequence[str] = (),
    redirection: Redirection | None = None,
    conditions: list[NewCondition] | None = None,
) -> Conclusion:
    """The AMDAC records its reasoned conclusion (it concludes, it never authorises: F6).

    A positive conclusion needs at least one holder who decided so, and is « partial » when
    another refused; an unfavourable one needs a coded reason (§5). Whoever wrote the study does
    not conclude. The formalities that the pathway needs enter the register.
    """
    _check_conclusion(outcome, motivation, reason_codes, redirection)
    with engine.step(task, by=by, at="conclude") as step:
        case: DataRequest = step.case
        if outcome in POSITIVE:
            _check_agreement_of_holders(case, outcome)
        conclusion = _write_conclusion(
            step, ConclusionKind.INITIAL, outcome, motivation, reason_codes
        )
        add_conditions(case, conditions or [])
        case.outcome = outcome
        if redirection is not None and outcome in REDIRECTIONS:
            apply_redirection(case, redirection)
        if outcome in POSITIVE:
            ensure_required(case)
        else:
            cancel_pending(case)
        tell_outcome(case, also=_holders(case) | _dpos(case))
        step.done(outcome="redirected" if outcome in REDIRECTIONS else outcome)
        step.record(
            "conclusion.recorded",
            _("a conclu : %(what)s") % {"what": DecisionOutcome(outcome).label.lower()},
            reason=motivation,
            data={"outcome": outcome, "reasons": list(reason_codes)},
        )
    return conclusion


def _check_conclusion(
    outcome: str,
    motivation: str,
    reason_codes: Sequence[str] | None = None,
    redirection: Redirection | None = None,
) -> None:
    if outcome not in {*POSITIVE, *REDIRECTIONS, DecisionOutcome.UNFAVOURABLE}:
        raise Impossible(_("Choisissez une conclusion."))
    if not motivation.strip():
        raise Impossible(str(WHY))
    if outcome in REDIRECTIONS:
        check_redirection(redirection)
    if outcome == DecisionOutcome.UNFAVOURABLE and reason_codes is not None:
        _check_reasons(reason_codes)


def _check_reasons(codes: Sequence[str]) -> None:
    """A refusal has one coded reason or more, all of them of the list (process.md, §5)."""
    if not codes or not set(codes) <= set(RefusalReason.values):
        raise Impossible(_("Choisissez le motif du refus."))


def _check_agreement_of_holders(case: DataRequest, outcome: str) -> None:
    verdicts = {one.outcome in POSITIVE for one in routing.latest_decisions(case.pk)}
    if True not in verdicts:
        raise Impossible(
            _("Aucun détenteur n’a décidé favorablement : la conclusion ne peut pas l’être.")
        )
    if False in verdicts and outcome != DecisionOutcome.PARTIAL:
        raise Impossible(
            _("Un détenteur a refusé pour ses données : la conclusion ne peut être que partielle.")
        )


def _write_conclusion(
    step: engine.Step, kind: str, outcome: str, motivation: str, reason_codes: Sequence[str] = ()
) -> Conclusion:
    return Conclusion.objects.create(
        data_request=step.case,
        kind=kind,
        outcome=outcome,
        reason_codes=list(dict.fromkeys(reason_codes)),
        motivation=motivation.replace("\x00", "").strip(),
        recorded_by=step.by,
    )


def ask_reexamination(*, data_request: DataRequest, reason: str, by: User) -> None:
    """The requester asks that an unfavourable conclusion be examined again, by a new officer.

    Within two months, with a reason; one re-examination at a time (process.md, §8).
    """
    if not reason.strip():
        raise Impossible(_("Expliquez ce que le réexamen doit prendre en compte."))
    with engine.move(data_request, by=by) as move:
        case: DataRequest = move.case
        policies.check_is_requester(move.by, case)
        if case.stage != RequestStage.REJECTED:
            raise Conflict(_("Seule une conclusion défavorable peut être réexaminée."))
        if policies.is_past(case, policies.REEXAMINATION_DAYS):
            raise Impossible(_("Le délai de deux mois pour demander un réexamen est passé."))
        if policies.is_reexamined(case):
            raise Conflict(_("Cette demande a déjà été réexaminée."))
        case.officer = None
        case.save()
        engine.start(CircuitV1.start_reexamination, move)
        move.record("reexamination.asked", _("a demandé un réexamen"), reason=reason)


def reexamine(*, task: Task, opinion: str, by: User) -> None:
    """A new officer looks at the file again and writes his report."""
    if not opinion.strip():
        raise Impossible(_("Rédigez le rapport de réexamen."))
    with engine.step(task, by=by, at="reexamine") as step:
        step.case.officer = step.by
        step.done(outcome="examined", opinion=opinion[:4000])
        step.record("reexamination.reported", _("a remis le rapport de réexamen"), reason=opinion)


def conclude_reexamination(*, task: Task, reopens: bool, motivation: str, by: User) -> Conclusion:
    """Conclude a re-examination: the holders are asked to decide anew, or the refusal stands."""
    if not motivation.strip():
        raise Impossible(str(WHY))
    with engine.step(task, by=by, at="conclude_reexamination") as step:
        case: DataRequest = step.case
        outcome = DecisionOutcome.INFO_REQUEST if reopens else DecisionOutcome.UNFAVOURABLE
        conclusion = _write_conclusion(step, ConclusionKind.REEXAMINATION, outcome, motivation)
        step.done(outcome="new_decision" if reopens else "upheld")
        step.record(
            "reexamination.concluded",
            _("a conclu le réexamen : les détenteurs décident à nouveau")
            if reopens
            else _("a conclu le réexamen : la conclusion défavorable est maintenue"),
            reason=motivation,
        )
        tell_outcome(case)
    return conclusion

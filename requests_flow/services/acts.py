"""From the decision to the act: the legal officer picks it, the agreements app draws it up (S9)."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from agreements import services as agreements
from agreements.enums import BEFORE_SIGNED
from agreements.models import Agreement
from agreements.services import OpinionValue, PartyValue, ReserveValue
from cases import engine
from cases.enums import Nature, Side
from cases.errors import Impossible
from cases.models import Party, Task
from questionnaires import selectors as answers_of
from requests_flow import act_values, policies, routing
from requests_flow.enums import DPO_KINDS, POSITIVE, ConditionState, Verdict
from requests_flow.flows.circuit_v1 import CircuitV1
from requests_flow.models import DataRequest


def choose_act(*, task: Task, act_type: str, by: User) -> Agreement:
    """Open the project of the act chosen by the legal officer, filled from the file.

    Only the holders who decided favourably are parties; a partial decision keeps its perimeter.
    Raises Impossible when no act fits (the reason comes from the rules of clauses.md §6).
    """
    with engine.step(task, by=by, at="choose_act") as step:
        case: DataRequest = step.case
        parties = parties_of(case)
        agreement = agreements.draft(
            title=case.title,
            act_type=act_type,
            facts=act_values.facts_of(case, act_type),
            values=act_values.merge_values(case, [(one.organisation, one.side) for one in parties]),
            parties=parties,
            reserves=_reserves(case),
            source_case=case,
            by=by,
            opinions=_opinions(case),
            annexes=act_values.annexes_of(case),
            formality_ends={
                str(one): one.expires_on
                for one in case.formalities.all()
                if one.expires_on is not None
            },
            signature_level=_signature_level(case),
            datasets=[
                one.dataset for one in case.requested.select_related("dataset") if one.dataset
            ],
        )
        case.act_type = act_type
        step.done(outcome="opened", agreement=agreement.pk)
        step.record(
            "agreement.opened",
            _("a ouvert la rédaction de l’acte %(ref)s") % {"ref": agreement.reference},
            data={"agreement": agreement.reference, "act_type": act_type},
        )
    return agreement


def parties_of(case: DataRequest) -> list[PartyValue]:
    """The requester, every holder who decided favourably, and the operator of a linkage."""
    positive = {
        one.organisation_id for one in routing.latest_decisions(case.pk) if one.outcome in POSITIVE
    }
    rows = [row for row in case.parties.select_related("organisation") if _is_party(row, positive)]
    found = [PartyValue(row.organisation, row.side, row.unit) for row in rows]
    revision = case.revisions.last()
    operator_id = (
        answers_of.effective_values(revision.answers).get("trusted_third_party")
        if revision
        else None
    )
    operator = Organisation.objects.filter(pk=operator_id or 0).first()
    if operator is not None and operator.pk not in {one.organisation.pk for one in found}:
        found.append(PartyValue(operator, Side.OPERATOR))
    order = [Side.HOLDER, Side.OPERATOR, Side.REQUESTER]
    return sorted(found, key=lambda one: order.index(Side(one.side)))


def _is_party(row: Party, positive: set[int]) -> bool:
    if row.side == Side.REQUESTER:
        return True
    return row.side == Side.HOLDER and row.organisation_id in positive


def _reserves(case: DataRequest) -> list[ReserveValue]:
    return [
        ReserveValue(
            text=one.text,
            owner=one.owner,
            stage=one.due_stage,
            proof=one.proof,
            state=one.state,
            source=one.origin,
        )
        for one in case.conditions.exclude(state=ConditionState.WITHDRAWN).select_related(
            "consultation", "decision"
        )
    ]


def _opinions(case: DataRequest) -> list[OpinionValue]:
    return [
        OpinionValue(
            party=str(one.organisation),
            verdict=one.verdict,
            summary=one.synthesis,
            given_on=timezone.localdate(one.given_at) if one.given_at else None,
        )
        for one in case.consultations.filter(kind__in=DPO_KINDS).exclude(verdict=Verdict.CANCELLED)
    ]


def _signature_level(case: DataRequest) -> str:
    """The level that the legal review asks, else the proposal by risk (process.md, §9)."""
    asked = str(act_values.legal_values(case).get("lr_signature_level") or "")
    known = {
        "simple_seal": "simple",
        "advanced": "advanced",
        "advanced_qualified_certificate": "advanced_qc",
        "qualified": "qualified",
    }
    if asked in known:
        return known[asked]
    return "advanced" if Nature.PERSONAL in case.natures else "simple"


def propose_act_type(case: DataRequest) -> str:
    """The act of the orientation, else the one that the rules give (clauses.md, §6)."""
    if case.act_type:
        return case.act_type
    if case.legal_pathway.startswith("l114_8"):
        return "c"
    if len(parties_of(case)) >= 3 or Nature.LINKAGE in case.natures and _has_operator(case):
        return "d"
    if Nature.PERSONAL not in case.natures:
        return "b"
    return "f" if case.legal_pathway == "internal" else "a"


def _has_operator(case: DataRequest) -> bool:
    return any(one.side == Side.OPERATOR for one in parties_of(case))


def follow_signature(*, agreement: Agreement, by: User | None) -> None:
    """The act is signed: the sharing runs (told by the signal of the agreements app)."""
    _arrive(agreement, by, "signed", _("a constaté la signature de la convention %(ref)s"))


def follow_abandonment(*, agreement: Agreement, by: User | None) -> None:
    """The project was abandoned: another act may be chosen, or the request withdrawn."""
    _arrive(agreement, by, "abandoned", _("a constaté l’abandon du projet d’acte %(ref)s"))


def _arrive(agreement: Agreement, by: User | None, outcome: str, summary: str) -> None:
    found = DataRequest.objects.filter(pk=agreement.source_case_id or 0)
    case = found.first()
    if case is None or case.is_closed:
        return
    with engine.move(case, by=None) as move:
        engine.arrive(move, CircuitV1.await_agreement, outcome=outcome)
        move.record(
            f"agreement.{outcome}",
            summary % {"ref": agreement.reference},
            data={"agreement": agreement.reference},
        )


def projects_of(case: DataRequest) -> list[Agreement]:
    """Return the projects of act of a request that are not signed, nor abandoned."""
    return list(Agreement.objects.filter(source_case_id=case.pk, stage__in=BEFORE_SIGNED))


def check_not_in_signature(case: DataRequest) -> None:
    """A request whose act is in signature is not withdrawn behind the signatories' back.

    Raises Impossible.
    """
    if why := policies.why_not_withdrawn(case):
        raise Impossible(why)

"""What the circuit asks: who acts at each node, which tracks open, which way to go.

Every function takes the activation of a node and reads the case; none writes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from accounts.selectors import has_role, holders_of, valid_delegation
from cases.enums import Delay, Nature, Side
from cases.errors import NotAllowed
from cases.models import Case, Task
from requests_flow.enums import (
    GRANTED,
    POSITIVE,
    ConsultationKind,
    DecisionOutcome,
)
from requests_flow.models import Consultation, DataRequest, HolderDecision, Revision

Actor = tuple[Organisation | None, str, User | None]

ROLE_OF_KIND = {
    ConsultationKind.FEASIBILITY: Role.HOLDER,
    ConsultationKind.DPO_REQUESTER: Role.DPO,
    ConsultationKind.DPO_HOLDER: Role.DPO,
    ConsultationKind.SECURITY: Role.SECURITY,
    ConsultationKind.LEGAL: Role.LEGAL,
    ConsultationKind.EXPERT: Role.EXPERT,
}
DELAY_OF_KIND = {
    ConsultationKind.DPO_REQUESTER: Delay.OPINION_DPO,
    ConsultationKind.DPO_HOLDER: Delay.OPINION_DPO,
    ConsultationKind.SECURITY: Delay.OPINION_SECURITY,
    ConsultationKind.LEGAL: Delay.OPINION_LEGAL,
    ConsultationKind.EXPERT: Delay.OPINION_EXPERT,
}


# The parallel blocks of the circuit, by the tasks that keep each of them open.
CONSULTING = frozenset({"conclude_study", "assess_feasibility", "give_opinion", "answer_question"})
DECIDING = frozenset({"decide", "answer_holder"})
IN_A_BLOCK = CONSULTING | DECIDING
MAX_ROUNDS = 3


def request_of(activation: Any) -> DataRequest:
    return DataRequest.objects.get(pk=activation.process.case_id)


# --- Who acts -------------------------------------------------------------------------------


def cell() -> Organisation | None:
    """Return the organisation of the data cell: the one whose members are its officers."""
    officers = Membership.objects.filter(role=Role.OFFICER).select_related("organisation")
    first = officers.current().order_by("pk").first() or officers.order_by("-ends_on").first()
    return first.organisation if first else None


def service_of(role: str) -> Organisation | None:
    """Return the organisation that gives the cell's legal, security or expert opinions."""
    own = cell()
    if own is not None and holders_of(role, own).exists():
        return own
    if own is not None and own.parent and holders_of(role, own.parent).exists():
        return own.parent
    first = Membership.objects.filter(role=role).current().order_by("pk").first()
    return first.organisation if first else own


def officer(activation: Any) -> Actor:
    """The officer in charge, as long as he is one; else any officer of the cell."""
    where, found = cell(), request_of(activation).officer
    if found is not None and not has_role(
        found, Role.OFFICER, organisation_id=where.pk if where else None
    ):
        found = None
    return where, Role.OFFICER, found


def examiner(activation: Any) -> Actor:
    """The officer; after three complements, the AMDAC, who arbitrates (process.md, S3)."""
    if rounds_are_over(request_of(activation)):
        return amdac(activation)
    return officer(activation)


def rounds_are_over(data_request: DataRequest) -> bool:
    """Tell whether three complements were asked: the AMDAC alone may then ask another."""
    return data_request.complements.count() >= MAX_ROUNDS


def amdac(activation: Any) -> Actor:
    """The AMDAC: concludes, arbitrates."""
    return cell(), Role.AMDAC, None


def legal_officer(activation: Any) -> Actor:
    """The legal officers who serve the cell."""
    return service_of(Role.LEGAL), Role.LEGAL, None


def requester(activation: Any) -> Actor:
    """The requesters of the requesting body: the author, or a colleague."""
    return request_of(activation).organisation, Role.REQUESTER, None


def another_officer(activation: Any) -> Actor:
    """Any officer of the cell; the node's policy refuses whoever instructed before."""
    return cell(), Role.OFFICER, None


def visa_actor(activation: Any) -> Actor:
    """The ADDAC of the requester's direction, else its data referent (exactly one of the two)."""
    organisation = request_of(activation).organisation
    for where in (organisation, organisation.parent if organisation else None):
        for role in (Role.ADDAC, Role.DATA_REFERENT):
            if where is not None and holders_of(role, where).exists():
                return where, role, None
    return cell(), Role.OFFICER, None


def track_actor(activation: Any) -> Actor:
    """The organisation and role written on the track when it was opened."""
    data = activation.task.data
    organisation = (
        Organisation.objects.get(pk=data["organisation"]) if data["organisation"] else None
    )
    return organisation, data["role"], None


def opinion_delay(activation: Any) -> str:
    """The delay of the opinion that a track awaits."""
    return DELAY_OF_KIND[ConsultationKind(activation.task.data["kind"])]


# --- Which tracks ---------------------------------------------------------------------------


def track(kind: str, organisation: Organisation | None) -> dict[str, Any]:
    """Describe a parallel track, as kept on its task."""
    role = ROLE_OF_KIND.get(ConsultationKind(kind), Role.OFFICER)
    return {
        "kind": str(kind),
        "organisation": organisation.pk if organisation else None,
        "role": str(role),
    }


def organisations(data_request: Case, side: str) -> list[Organisation]:
    return [
        party.organisation
        for party in data_request.parties.filter(side=side).select_related("organisation")
    ]


def study_tracks(activation: Any) -> list[tuple[str, dict[str, Any]]]:
    """The study by the cell, and the feasibility of every holder."""
    data_request = request_of(activation)
    tracks = [("conclude_study", track(ConsultationKind.STUDY, cell()))]
    tracks += [
        ("assess_feasibility", track(ConsultationKind.FEASIBILITY, holder))
        for holder in organisations(data_request, Side.HOLDER)
    ]
    return tracks


def opinion_tracks(data_request: DataRequest, *, wants_expert: bool) -> list[dict[str, Any]]:
    """Who must give an opinion: DPOs when personal data, security when personal or secret,
    legal always, an expert when asked (process.md, S6)."""
    tracks = []
    natures = set(data_request.natures)
    if Nature.PERSONAL in natures:
        for organisation in organisations(data_request, Side.REQUESTER):
            tracks.append(track(ConsultationKind.DPO_REQUESTER, organisation))
        for organisation in organisations(data_request, Side.HOLDER):
            tracks.append(track(ConsultationKind.DPO_HOLDER, organisation))
    if Nature.PERSONAL in natures or Nature.SENSITIVE in natures:
        tracks.append(track(ConsultationKind.SECURITY, service_of(Role.SECURITY)))
    tracks.append(track(ConsultationKind.LEGAL, service_of(Role.LEGAL)))
    if wants_expert:
        tracks.append(track(ConsultationKind.EXPERT, service_of(Role.EXPERT)))
    return tracks


def decision_tracks(activation: Any) -> list[tuple[str, dict[str, Any]]]:
    """Every holder decides, for its own data only."""
    return [
        ("decide", track(ConsultationKind.FEASIBILITY, holder))
        for holder in organisations(request_of(activation), Side.HOLDER)
    ]


# --- Which way ------------------------------------------------------------------------------


def answered(outcome: str) -> Callable[[Any], bool]:
    """A branch taken when the task before the gate was answered so."""

    def condition(activation: Any) -> bool:
        previous = activation.task.previous.order_by("-pk").first()
        return previous is not None and previous.data.get("outcome") == outcome

    condition.__name__ = f"answered_{outcome}"
    return condition


def has_lapsed(activation: Any) -> bool:
    """A complement asked in this block was never given (process.md, §8)."""
    join = activation.task.previous.get()
    return bool(join.previous.filter(data__outcome="lapsed").exists())


def is_contested(activation: Any) -> bool:
    """The holders disagree with one another, or with the study that the cell concluded."""
    case_id = activation.process.case_id
    decisions = latest_decisions(case_id)
    verdicts = {decision.outcome in POSITIVE for decision in decisions}
    if len(verdicts) > 1:
        return True
    study = (
        Consultation.objects.filter(
            data_request_id=case_id, kind=ConsultationKind.STUDY, given_at__isnull=False
        )
        .select_related("task")
        .order_by("-given_at")
        .first()
    )
    if study is None or study.task is None or not verdicts:
        return False
    return (study.task.data.get("recommendation") in POSITIVE) != verdicts.pop()


def latest_decisions(case_id: int) -> list[HolderDecision]:
    """Return the last decision of each holder."""
    decisions = HolderDecision.objects.filter(data_request_id=case_id).order_by("pk")
    return list({decision.organisation_id: decision for decision in decisions}.values())


def needs_formalities(activation: Any) -> bool:
    """An external formality was declared for this request, and has no favourable answer yet."""
    return request_of(activation).formalities.exclude(answer__in=GRANTED).exists()


# --- Separation of duties (process.md, §2) ---------------------------------------------------


def not_the_requester(user: User, task: Task) -> None:
    """Nobody examines his own request, whether he began it or filed a version of it."""
    if (
        task.case.created_by_id == user.pk
        or Revision.objects.filter(data_request_id=task.case_id, submitted_by=user).exists()
    ):
        raise NotAllowed(_("Vous avez déposé cette demande : une autre personne doit l’instruire."))


def may_conclude_study(user: User, task: Task) -> None:
    """Any officer but the requester; he will not conclude then."""
    not_the_requester(user, task)


def may_give_opinion(user: User, task: Task) -> None:
    """A reviewer is neither the requester nor the officer in charge of the case."""
    not_the_requester(user, task)
    if task.case.officer_id == user.pk:
        raise NotAllowed(
            _("Vous instruisez cette demande : une autre personne doit rendre l’avis.")
        )


def may_decide(user: User, task: Task) -> None:
    """requester ≠ officer ≠ decider; a DPO never decides; the decider holds a valid delegation."""
    not_the_requester(user, task)
    if task.case.officer_id == user.pk:
        raise NotAllowed(_("Vous instruisez cette demande : une autre personne doit décider."))
    if task.organisation is None:
        return
    if any(held.role == Role.DPO for held in user.held_roles):
        raise NotAllowed(
            _("Un délégué à la protection des données rend un avis, jamais la décision.")
        )
    if valid_delegation(user, task.organisation) is None:
        raise NotAllowed(
            _(
                "Aucune délégation en vigueur ne vous permet de décider au nom de "
                "%(organisation)s. Faites-la renouveler ou transmettez le dossier à une "
                "personne qui en dispose."
            )
            % {"organisation": task.organisation}
        )


def may_conclude(user: User, task: Task) -> None:
    """Whoever wrote the study does not conclude (process.md, §2), nor the requester."""
    not_the_requester(user, task)
    if (
        task.case.officer_id == user.pk
        or Consultation.objects.filter(
            data_request_id=task.case_id, kind=ConsultationKind.STUDY, given_by=user
        ).exists()
    ):
        raise NotAllowed(_("Vous avez rédigé l’étude : une autre personne doit conclure."))


def may_reexamine(user: User, task: Task) -> None:
    """A re-examination is made by an officer who did nothing on the case before (§8)."""
    not_the_requester(user, task)
    instructed = Task.objects.filter(
        case_id=task.case_id, owner=user, role__in=[Role.OFFICER, Role.AMDAC], status="DONE"
    )
    if instructed.exists():
        raise NotAllowed(
            _("Vous avez instruit cette demande : le réexamen revient à un autre agent.")
        )


def is_positive(outcome: str) -> bool:
    """Tell whether a decision or a conclusion lets the act be drawn up."""
    return outcome in POSITIVE


NEGATIVE = frozenset(DecisionOutcome) - POSITIVE

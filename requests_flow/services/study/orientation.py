"""Orientation: pathway, nature of the act, holders and reviews (process.md, S4)."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User
from cases import clock, engine
from cases import policies as case_policies
from cases.enums import Nature, Side
from cases.errors import Conflict, Impossible
from cases.models import Task
from cases.services import add_party
from requests_flow import routing
from requests_flow.enums import ConsultationKind
from requests_flow.flows.circuit_v1 import CircuitV1
from requests_flow.models import DataRequest
from requests_flow.services.formalities import ensure_required
from requests_flow.services.study.admissibility import take_over
from requests_flow.services.study.tracks import (
    open_consultation,
    open_opinions,
    open_pending_consultations,
)
from requests_flow.services.study.tracks import (
    wants_expert as expert_was_asked,
)

# A complex file is answered within two months and thirty days (process.md, §7).
COMPLEX_EXTRA_DAYS = 30
# Pathways that lead to no sharing agreement, and what to do instead (process.md, §6).
ELSEWHERE = {
    "gdpr_processor": gettext_lazy("Ce besoin relève d’un contrat de sous-traitance."),
    "open_data": gettext_lazy("Ces données sont ouvertes : réorientez la demande vers elles."),
    "existing_api": gettext_lazy("Une interface existe : réorientez la demande vers elle."),
    "ehds": gettext_lazy("Cette voie n’est pas encore applicable."),
}


def _check_orientation(legal_pathway: str, holders: list[Organisation]) -> None:
    if not holders:
        raise Impossible(_("Désignez au moins un détenteur."))
    if not legal_pathway:
        raise Impossible(_("Choisissez la voie juridique."))
    if legal_pathway in ELSEWHERE:
        raise Impossible(str(ELSEWHERE[legal_pathway]))


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

    The formalities that the pathway needs enter the register (S8). Opinions may be opened beside
    the study only for an urgent request. Raises Impossible without a holder, when requester and
    holder are the same body, or for a pathway that is no sharing.
    """
    _check_orientation(legal_pathway, holders)
    with engine.step(task, by=by, at="orient") as step:
        case: DataRequest = step.case
        if case.organisation in holders:
            raise Impossible(_("Le demandeur ne peut pas être aussi le détenteur."))
        if opens_opinions_now and Nature.URGENT not in case.natures:
            raise Impossible(
                _("Les avis s’ouvrent avant la fin de l’étude pour une urgence seulement.")
            )
        case.legal_pathway, case.act_type = legal_pathway, act_type
        take_over(case, step.by)
        if is_complex:
            _give_more_time(case)
        case.save()
        for holder in holders:
            add_party(case, holder, Side.HOLDER)
        formalities = ensure_required(case)
        step.done(outcome="study", wants_expert=wants_expert, opens_opinions=opens_opinions_now)
        step.afterwards(lambda: open_pending_consultations(step, step.by))
        if opens_opinions_now:
            step.afterwards(lambda: open_opinions(step, step.by, wants_expert=wants_expert))
        step.record(
            "request.oriented",
            _("a orienté la demande et saisi les détenteurs"),
            reason=comment,
            data={
                "pathway": legal_pathway,
                "act_type": act_type,
                "holders": [str(holder) for holder in holders],
                "formalities": formalities,
            },
        )


def _give_more_time(case: DataRequest) -> None:
    if case.due_on:
        later = case.due_on + timedelta(days=COMPLEX_EXTRA_DAYS)
        case.due_on = clock.Calendar().next_working_day(later)


def add_holder(*, data_request: DataRequest, holder: Organisation, by: User) -> None:
    """Consult one more holder, found late: one more track, and its DPO's opinion if it is time.

    Once the opinions are all given, a holder of personal data can no more be added: its DPO would
    not have been heard (process.md, §3). Raises Conflict then, and for a party already there.
    """
    with engine.move(data_request, by=by) as move:
        case_policies.check_can_manage(move.by, move.case)
        case: DataRequest = move.case
        if case.parties.filter(
            organisation=holder, side__in=[Side.HOLDER, Side.REQUESTER]
        ).exists():
            raise Conflict(_("%(org)s est déjà partie au dossier.") % {"org": holder})
        nodes = {task.node for task in engine.open_tasks(case)}
        _open_its_track(move, case, holder, nodes)
        move.record(
            "holder.added",
            _("a ajouté le détenteur %(org)s") % {"org": holder},
            data={"holder": str(holder)},
        )


def _open_its_track(
    move: engine.PersonalMove, case: DataRequest, holder: Organisation, nodes: set[str]
) -> None:
    data = routing.track(ConsultationKind.FEASIBILITY, holder)
    if nodes & routing.CONSULTING:
        add_party(case, holder, Side.HOLDER)
        task = move.open_branch(CircuitV1.consult_split, CircuitV1.assess_feasibility, data)
        open_consultation(move, task, move.by)
        if "conclude_study" not in nodes:
            open_opinions(move, move.by, wants_expert=expert_was_asked(case))
    elif nodes & routing.DECIDING and Nature.PERSONAL not in case.natures:
        add_party(case, holder, Side.HOLDER)
        move.open_branch(CircuitV1.decision_split, CircuitV1.decide, data)
    elif nodes & routing.DECIDING:
        raise Conflict(
            _(
                "L’avis du DPD de %(org)s est nécessaire, et les avis sont clos : ouvrez une autre "
                "demande pour ses données."
            )
            % {"org": holder}
        )
    else:
        raise Conflict(
            _("Un détenteur s’ajoute pendant l’étude, les avis ou les décisions seulement.")
        )

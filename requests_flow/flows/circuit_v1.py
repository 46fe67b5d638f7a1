"""The circuit of a request, version 1: S1 to S10 of domain/process.md §4.

This file is the only table of what comes next (architecture.md, §3). Node names are stored in
every running case: renaming one needs an ADR and a data migration.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from cases.enums import Delay
from cases.models import Process, Task
from cases.nodes import PROCESS_LOCK, ActorTask, Continue, DynamicSplit, Outcome, WaitFor
from notifications.enums import Family
from requests_flow import routing
from requests_flow.enums import RequestStage


class CircuitV1(flow.Flow):
    """Demande de données : du dépôt à la convention signée."""

    process_class = Process
    task_class = Task
    lock_impl = PROCESS_LOCK
    process_title = _("Circuit d’une demande")

    # S1 — filing: the visa is a track, not a gate.
    start = flow.StartHandle(this.on_start).Next(this.filing_split)
    filing_split = flow.Split().Next(this.give_visa).Next(this.check_admissibility)
    give_visa = (
        ActorTask()
        .Annotation(title=_("Rendre le visa d’opportunité"))
        .Announce(_("Visa attendu avant le {echeance}"))
        .Actor(routing.visa_actor)
        .Delay(Delay.VISA)
        .Policy(routing.not_the_requester)
        .Next(this.visa_given)
    )
    visa_given = Continue()

    # S2, S3 — admissibility and its complement loop.
    check_admissibility = (
        ActorTask()
        .Annotation(title=_("Vérifier la recevabilité"))
        .Announce(_("Nouvelle demande à vérifier avant le {echeance}"), Family.FILING)
        .Actor(routing.examiner)
        .Delay(Delay.ADMISSIBILITY)
        .Stage(RequestStage.COMPLETENESS)
        .Policy(routing.not_the_requester)
        .Next(this.admissibility_gate)
    )
    admissibility_gate = (
        flow.Switch()
        .Case(this.provide_complement, routing.answered("info_request"))
        .Case(this.closed_inadmissible, routing.answered("inadmissible"))
        .Case(this.closed_redirected, routing.answered("redirected"))
        .Default(this.orient)
    )
    provide_complement = (
        ActorTask()
        .Annotation(title=_("Fournir le complément demandé"))
        .Announce(_("Complément attendu avant le {echeance}"), Family.COMPLEMENT)
        .Actor(routing.requester)
        .Delay(Delay.COMPLEMENT)
        .Stage(RequestStage.INFO_REQUESTED)
        .Next(this.complement_gate)
    )
    complement_gate = (
        flow.Switch()
        .Case(this.closed_lapsed, routing.answered("lapsed"))
        .Default(this.check_admissibility)
    )

    # S4 — orientation and legal pathway.
    orient = (
        ActorTask()
        .Annotation(title=_("Orienter la demande"))
        .Announce(_("Demande à orienter avant le {echeance}"))
        .Actor(routing.officer)
        .Delay(Delay.ORIENTATION)
        .Stage(RequestStage.STUDY)
        .Policy(routing.not_the_requester)
        .Next(this.orientation_gate)
    )
    orientation_gate = (
        flow.Switch()
        .Case(this.closed_redirected, routing.answered("redirected"))
        .Default(this.consult_split)
    )

    # S5, S6 — study and opinions: one parallel block. Opinions are added to it when the study is
    # concluded, or beside the study when the officer opens them early.
    consult_split = (
        DynamicSplit()
        .Branches(
            this.conclude_study, this.assess_feasibility, this.give_opinion, this.answer_question
        )
        .Items(routing.study_tracks)
        .Empty(this.consult_join)
    )
    conclude_study = (
        ActorTask()
        .Annotation(title=_("Conclure l’étude d’opportunité et de faisabilité"))
        .Announce(_("Étude à conclure avant le {echeance}"))
        .Actor(routing.officer)
        .Delay(Delay.STUDY)
        .Stage(RequestStage.STUDY)
        .Policy(routing.may_conclude_study)
        .Next(this.consult_join)
    )
    assess_feasibility = (
        ActorTask()
        .Annotation(title=_("Étudier la faisabilité"))
        .Announce(_("Étude de faisabilité attendue avant le {echeance}"))
        .Actor(routing.track_actor)
        .Delay(Delay.FEASIBILITY)
        .Stage(RequestStage.STUDY)
        .Policy(routing.not_the_requester)
        .Next(this.consult_join)
    )
    give_opinion = (
        ActorTask()
        .Annotation(title=_("Rendre un avis"))
        .Announce(_("Avis attendu avant le {echeance}"), Family.OPINION)
        .Actor(routing.track_actor)
        .Delay(routing.opinion_delay)
        .Stage(RequestStage.OPINIONS)
        .Policy(routing.may_give_opinion)
        .Next(this.consult_join)
    )
    answer_question = (
        ActorTask()
        .Annotation(title=_("Répondre à une demande de complément"))
        .Announce(_("Complément attendu avant le {echeance}"), Family.COMPLEMENT)
        .Actor(routing.requester)
        .Delay(Delay.COMPLEMENT)
        .Stage(RequestStage.INFO_REQUESTED)
        .Next(this.consult_join)
    )
    consult_join = flow.Join().Next(this.consult_gate)
    consult_gate = (
        flow.Switch().Case(this.closed_lapsed, routing.has_lapsed).Default(this.decision_split)
    )

    # S7 — each holder decides for its own data; the AMDAC concludes; arbitration if they disagree.
    decision_split = (
        DynamicSplit()
        .Branches(this.decide, this.answer_holder)
        .Items(routing.decision_tracks)
        .Empty(this.decision_join)
    )
    decide = (
        ActorTask()
        .Annotation(title=_("Décider pour les données de l’organisme"))
        .Announce(_("Décision attendue avant le {echeance}"))
        .Actor(routing.track_actor)
        .Delay(Delay.DECISION)
        .Stage(RequestStage.HOLDER_DECISION)
        .Policy(routing.may_decide)
        .Next(this.decision_join)
    )
    answer_holder = (
        ActorTask()
        .Annotation(title=_("Répondre au détenteur"))
        .Announce(_("Complément attendu avant le {echeance}"), Family.COMPLEMENT)
        .Actor(routing.requester)
        .Delay(Delay.COMPLEMENT)
        .Stage(RequestStage.INFO_REQUESTED)
        .Next(this.decision_join)
    )
    decision_join = flow.Join().Next(this.decision_gate)
    decision_gate = (
        flow.Switch()
        .Case(this.closed_lapsed, routing.has_lapsed)
        .Case(this.arbitrate, routing.is_contested)
        .Default(this.conclude)
    )
    arbitrate = (
        ActorTask()
        .Annotation(title=_("Rendre l’arbitrage"))
        .Announce(_("Arbitrage attendu avant le {echeance}"))
        .Actor(routing.amdac)
        .Delay(Delay.ARBITRATION)
        .Stage(RequestStage.HOLDER_DECISION)
        .Policy(routing.may_conclude)
        .Next(this.conclude)
    )
    conclude = (
        ActorTask()
        .Annotation(title=_("Enregistrer la conclusion"))
        .Announce(_("Conclusion à enregistrer avant le {echeance}"))
        .Actor(routing.amdac)
        .Delay(Delay.CONCLUSION)
        .Stage(RequestStage.HOLDER_DECISION)
        .Policy(routing.may_conclude)
        .Next(this.conclusion_gate)
    )
    conclusion_gate = (
        flow.Switch()
        .Case(this.closed_rejected, routing.answered("unfavourable"))
        .Case(this.closed_redirected, routing.answered("redirected"))
        .Case(this.track_formalities, routing.needs_formalities)
        .Default(this.choose_act)
    )

    # S8 — external formalities.
    track_formalities = (
        ActorTask()
        .Annotation(title=_("Suivre les formalités externes"))
        .Announce(_("Formalités externes à accomplir avant le {echeance}"), Family.COMPLEMENT)
        .Actor(routing.requester)
        .Delay(Delay.FORMALITIES)
        .Stage(RequestStage.FORMALITIES)
        .Next(this.formalities_gate)
    )
    formalities_gate = (
        flow.Switch()
        .Case(this.closed_rejected, routing.answered("refused"))
        .Default(this.choose_act)
    )

    # S9, S10 — the act is drawn up, negotiated and signed in its own flow.
    choose_act = (
        ActorTask()
        .Annotation(title=_("Choisir l’acte et ouvrir sa rédaction"))
        .Announce(_("Acte à ouvrir avant le {echeance}"), Family.AGREEMENT)
        .Actor(routing.legal_officer)
        .Delay(Delay.DRAFTING)
        .Stage(RequestStage.AGREEMENT)
        .Next(this.await_agreement)
    )
    await_agreement = (
        WaitFor(None)
        .Annotation(title=_("Convention en cours"))
        .Stage(RequestStage.AGREEMENT)
        .Next(this.agreement_gate)
    )
    agreement_gate = (
        flow.Switch().Case(this.choose_act, routing.answered("abandoned")).Default(this.running)
    )
    running = Continue().Stage(RequestStage.RUNNING)

    # §8 — re-examination of an unfavourable conclusion, by somebody else.
    start_reexamination = flow.StartHandle(this.on_start).Next(this.reexamine)
    reexamine = (
        ActorTask()
        .Annotation(title=_("Réexaminer la demande"))
        .Announce(_("Réexamen attendu avant le {echeance}"))
        .Actor(routing.another_officer)
        .Delay(Delay.REEXAMINATION)
        .Stage(RequestStage.STUDY)
        .Policy(routing.may_reexamine)
        .Next(this.conclude_reexamination)
    )
    conclude_reexamination = (
        ActorTask()
        .Annotation(title=_("Conclure le réexamen"))
        .Announce(_("Conclusion du réexamen attendue avant le {echeance}"))
        .Actor(routing.amdac)
        .Delay(Delay.CONCLUSION)
        .Stage(RequestStage.HOLDER_DECISION)
        .Policy(routing.may_conclude)
        .Next(this.reexamination_gate)
    )
    reexamination_gate = (
        flow.Switch()
        .Case(this.decision_split, routing.answered("new_decision"))
        .Default(this.closed_rejected)
    )

    closed_inadmissible = Outcome().Stage(RequestStage.INADMISSIBLE)
    closed_redirected = Outcome().Stage(RequestStage.REDIRECTED)
    closed_rejected = Outcome().Stage(RequestStage.REJECTED)
    closed_lapsed = Outcome().Stage(RequestStage.LAPSED)

    def on_start(self, activation: Any, case: Any) -> Any:
        activation.process.case_id = case.pk
        return activation.process

"""The circuit of an act, first version: drafted, discussed in rounds, frozen, signed, sealed.

Wiring only (architecture.md, §3). A changed circuit is a new file; acts in flight end on this one.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from agreements import policies, routing
from agreements.enums import AgreementStage
from cases import nodes
from cases.enums import Delay
from cases.models import Process, Task
from notifications.enums import Family
from notifications.kinds import VERSION


class ConventionFlow(flow.Flow):
    process_class = Process
    task_class = Task
    lock_impl = nodes.PROCESS_LOCK
    process_title = _("Convention")

    start = flow.StartHandle(this.on_start).Next(this.draft_version)

    draft_version = (
        nodes.ActorTask()
        .Annotation(title=_("Rédiger l’acte"))
        .Stage(AgreementStage.DRAFTING)
        .Actor(routing.drafter)
        .Delay(Delay.DRAFTING)
        .Announce(_("Acte à rédiger avant le {echeance}"), Family.AGREEMENT)
        .Next(this.after_draft)
    )
    after_draft = (
        flow.If(routing.is_sent_to_parties).Then(this.round_split).Else(this.render_document)
    )

    round_split = (
        nodes.DynamicSplit()
        .Branches(this.review_version)
        .Items(routing.review_branches)
        .Empty(this.round_join)
    )
    review_version = (
        nodes.ActorTask()
        .Annotation(title=_("Relire la version de l’acte"))
        .Stage(AgreementStage.NEGOTIATION)
        .Actor(routing.reviewer)
        .Delay(Delay.NEGOTIATION)
        .Announce(_("Version {version} à relire avant le {echeance}"), Family.AGREEMENT, VERSION)
        .Next(this.round_join)
    )
    round_join = flow.Join().Next(this.draft_version)

    render_document = (
        nodes.Job(this.render)
        .Annotation(title=_("Produire le document"))
        .Stage(AgreementStage.FINAL)
        .Next(this.after_render)
    )
    after_render = flow.If(routing.is_rendered).Then(this.sign_split).Else(this.draft_version)

    sign_split = (
        nodes.DynamicSplit()
        .Branches(this.sign_version)
        .Items(routing.signature_branches)
        .Empty(this.sign_join)
    )
    sign_version = (
        nodes.ActorTask()
        .Annotation(title=_("Signer l’acte"))
        .Stage(AgreementStage.SIGNING)
        .Actor(routing.signer)
        .Policy(policies.check_may_sign)
        .Delay(Delay.SIGNATURE)
        .Announce(_("Acte à signer avant le {echeance}"), Family.SIGNATURE)
        .Next(this.sign_join)
    )
    sign_join = flow.Join().Next(this.after_signatures)
    after_signatures = (
        flow.If(routing.is_signed_by_all).Then(this.seal_act).Else(this.draft_version)
    )

    seal_act = (
        nodes.Job(this.register)
        .Annotation(title=_("Sceller et enregistrer l’acte"))
        .Stage(AgreementStage.SIGNING)
        .Next(this.registered)
    )
    registered = nodes.Continue().Stage(AgreementStage.SIGNED)

    def on_start(self, activation: Any, case: Any) -> None:
        activation.process.case = case

    def render(self, task: Task) -> None:
        from agreements.services import render_frozen_version

        render_frozen_version(task=task)

    def register(self, task: Task) -> None:
        from agreements.services import register

        register(task=task)

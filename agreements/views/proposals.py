"""Other wordings that parties propose, taken into the act or not."""

from __future__ import annotations

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements import policies, selectors, services
from agreements.forms import ProposalForm, ReasonForm
from agreements.markup import from_editor, to_editor
from agreements.models import Proposal
from agreements.views.articles import ArticleOf
from agreements.views.base import ActionView, AgreementView, FormPage


class ProposeView(ArticleOf, FormPage):
    """« Proposer une autre rédaction » : the text of the act, changed by a party."""

    intro = gettext_lazy(
        "Modifiez le texte : le juriste qui rédige l’acte voit mot à mot ce que vous changez, puis "
        "le retient ou dit pourquoi il ne le retient pas."
    )
    submit_label = gettext_lazy("Proposer cette rédaction")
    success = gettext_lazy("Rédaction proposée.")

    @property
    def title(self) -> str:
        return _("Proposer une autre rédaction : article %(n)s — %(title)s") % {
            "n": self.line.number, "title": self.line.title,
        }  # fmt: skip

    def check(self) -> None:
        policies.check_can_propose(self.request.user, self.agreement)

    def build(self, data: Any = None) -> ProposalForm:
        return ProposalForm(data, initial={"body": to_editor(self.line.article.body)})

    def perform(self, form: ProposalForm) -> str:
        services.propose(
            agreement=self.agreement,
            key=self.kwargs["key"],
            body=from_editor(form.cleaned_data["body"]),
            reason=form.cleaned_data["reason"],
            by=self.request.user,
        )
        return self.back()


class ProposalOf(AgreementView):
    """The proposal of the address, inside its act."""

    @cached_property
    def proposal(self) -> Proposal:
        return selectors.proposal_of(self.agreement, self.kwargs["pk"])

    def back(self) -> str:
        return f"{self.url('view_draft')}?article={self.proposal.key}"


class AcceptProposalView(ProposalOf, ActionView):
    success = gettext_lazy("Rédaction retenue : les parties sont à consulter de nouveau.")

    def perform(self) -> str:
        services.accept_proposal(proposal=self.proposal, by=self.request.user)
        return self.back()


class RejectProposalView(ProposalOf, FormPage):
    title = gettext_lazy("Ne pas retenir la rédaction proposée")
    submit_label = gettext_lazy("Ne pas retenir")
    success = gettext_lazy("Réponse enregistrée.")

    @property
    def intro(self) -> str:
        return _("Le motif est lu par toutes les parties.")

    def check(self) -> None:
        policies.check_can_draft(self.request.user, self.agreement)

    def build(self, data: Any = None) -> ReasonForm:
        return ReasonForm(data)

    def perform(self, form: ReasonForm) -> str:
        services.reject_proposal(
            proposal=self.proposal, reason=form.cleaned_data["reason"], by=self.request.user
        )
        return self.back()

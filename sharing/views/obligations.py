"""Obligations of an act: their list, their proof, its acceptance."""

from __future__ import annotations

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements import policies, services
from agreements.forms import ProofForm, ReasonForm
from agreements.models import Obligation
from sharing import pages, selectors
from sharing.selectors import ObligationLine
from sharing.views.base import FormPage, SharingView, TabView


class ObligationListView(TabView):
    """« Obligations » : each with its owner, its day, its proof."""

    tab, template_name = "obligations", "sharing/obligations.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = selectors.obligation_lines(self.request.user, self.agreement)
        return super().get_context_data(lines=[self.line(one) for one in lines], **kwargs)

    def line(self, line: ObligationLine) -> dict[str, Any]:
        one = line.obligation
        actions = []
        if line.may_prove:
            actions.append((_("Apporter la preuve"), self.url("prove_obligation", one.pk)))
        if line.may_accept:
            actions.append((_("Constater"), self.url("accept_obligation", one.pk)))
            actions.append((_("Demander une autre preuve"), self.url("return_obligation", one.pk)))
        if line.may_set_aside:
            actions.append((_("Déclarer sans objet"), self.url("set_obligation_aside", one.pk)))
        return {
            "obligation": one,
            "badge": pages.obligation_badge(one),
            "when": pages.rule_text(one),
            "actions": actions,
        }


class ObligationOf(SharingView):
    """The obligation of the address, inside its act."""

    tab = "obligations"

    @cached_property
    def obligation(self) -> Obligation:
        return selectors.obligation_of(self.agreement, self.kwargs["pk"])

    @property
    def intro(self) -> str:
        return self.obligation.text

    def back(self) -> str:
        return self.url("list_obligations")


class SeenWithItsProof(ObligationOf):
    @property
    def intro(self) -> str:
        return _("%(text)s — Preuve reçue : %(proof)s") % {
            "text": self.obligation.text, "proof": self.obligation.proof,
        }  # fmt: skip

    def check(self) -> None:
        policies.check_can_accept_obligation(self.request.user, self.obligation)


class ProveObligationView(ObligationOf, FormPage):
    title = gettext_lazy("Apporter la preuve")
    submit_label = gettext_lazy("Enregistrer la preuve")
    success = gettext_lazy("Preuve enregistrée : le constat revient à une autre personne.")

    def check(self) -> None:
        policies.check_can_prove_obligation(self.request.user, self.obligation)

    def build(self, data: Any = None) -> ProofForm:
        return ProofForm(data)

    def perform(self, form: ProofForm) -> str:
        services.prove_obligation(
            obligation=self.obligation, proof=form.cleaned_data["proof"], by=self.request.user
        )
        return self.back()


class AcceptObligationView(SeenWithItsProof, FormPage):
    title = gettext_lazy("Constater que l’obligation est remplie")
    submit_label = gettext_lazy("Constater")
    success = gettext_lazy("Obligation remplie.")

    def build(self, data: Any = None) -> ReasonForm:
        return ReasonForm(data, label=_("Ce qui est constaté"))

    def perform(self, form: ReasonForm) -> str:
        services.accept_obligation(
            obligation=self.obligation, reason=form.cleaned_data["reason"], by=self.request.user
        )
        return self.back()


class ReturnObligationView(SeenWithItsProof, FormPage):
    title = gettext_lazy("Demander une autre preuve")
    submit_label = gettext_lazy("Demander une autre preuve")
    success = gettext_lazy("Autre preuve demandée.")

    def build(self, data: Any = None) -> ReasonForm:
        return ReasonForm(data, label=_("Ce qui manque à la preuve"))

    def perform(self, form: ReasonForm) -> str:
        services.return_obligation(
            obligation=self.obligation, reason=form.cleaned_data["reason"], by=self.request.user
        )
        return self.back()


class SetAsideObligationView(ObligationOf, FormPage):
    title = gettext_lazy("Déclarer l’obligation sans objet")
    submit_label = gettext_lazy("Déclarer sans objet")
    success = gettext_lazy("Obligation déclarée sans objet.")

    def check(self) -> None:
        policies.check_can_set_aside_obligation(self.request.user, self.obligation)

    def build(self, data: Any = None) -> ReasonForm:
        return ReasonForm(data, label=_("Motif"))

    def perform(self, form: ReasonForm) -> str:
        services.set_obligation_aside(
            obligation=self.obligation, reason=form.cleaned_data["reason"], by=self.request.user
        )
        return self.back()

"""Conditions of the decision: their table, their proof, their lifting, their article."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements import pages, policies, services
from agreements.forms import InscribeForm, ProofForm, ReasonForm, ReserveForm
from agreements.models import Reserve
from agreements.views.base import AgreementView, FormPage, TabView


class ReserveListView(TabView):
    """« Réserves » : what remains to be done before signature, and who must do it."""

    tab, template_name = "reserves", "agreements/reserves.html"
    shows_text = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            lines=[self.line(reserve) for reserve in self.desk.reserves],
            opinions=self.agreement.opinions,
            can_draft=policies.can_draft(self.request.user, self.agreement),
            **kwargs,
        )

    def line(self, reserve: Reserve) -> dict[str, Any]:
        user = self.request.user
        actions = []
        if policies.can_prove_reserve(user, reserve):
            actions.append((_("Apporter la preuve"), self.url("prove_reserve", reserve.pk)))
        if policies.can_lift_reserve(user, reserve):
            actions.append((_("Lever la réserve"), self.url("lift_reserve", reserve.pk)))
        if reserve.is_open and policies.can_draft(user, self.agreement):
            actions.append(
                (_("Inscrire dans un article"), self.url("inscribe_reserve", reserve.pk))
            )
        found = self.desk.line(reserve.article_key) if reserve.article_key else None
        text, variant = pages.reserve_badge(reserve)
        if found is not None:
            text = _("Inscrite à l’article %s") % found.number
        return {"reserve": reserve, "badge": (text, variant), "actions": actions}


class ReserveOf(AgreementView):
    """The condition of the address, inside its act; its bearer may prove it before any round."""

    tab = "reserves"
    shows_text = False

    @property
    def reserve(self) -> Reserve:
        for reserve in self.desk.reserves:
            if reserve.pk == self.kwargs["pk"]:
                return reserve
        raise Http404

    @property
    def intro(self) -> str:
        return self.reserve.text

    def back(self) -> str:
        return self.url("list_reserves")


class AddReserveView(ReserveOf, FormPage):
    title = gettext_lazy("Ajouter une réserve")
    submit_label = gettext_lazy("Ajouter la réserve")
    success = gettext_lazy("Réserve ajoutée.")
    intro = ""

    def check(self) -> None:
        policies.check_can_draft(self.request.user, self.agreement)

    def build(self, data: Any = None) -> ReserveForm:
        return ReserveForm(data)

    def perform(self, form: ReserveForm) -> str:
        services.add_reserve(agreement=self.agreement, by=self.request.user, **form.cleaned_data)
        return self.back()


class ProveReserveView(ReserveOf, FormPage):
    title = gettext_lazy("Apporter la preuve")
    submit_label = gettext_lazy("Enregistrer la preuve")
    success = gettext_lazy("Preuve enregistrée : la levée revient à une autre personne.")

    def check(self) -> None:
        policies.check_can_prove_reserve(self.request.user, self.reserve)

    def build(self, data: Any = None) -> ProofForm:
        return ProofForm(data)

    def perform(self, form: ProofForm) -> str:
        services.prove_reserve(
            reserve=self.reserve, proof=form.cleaned_data["proof"], by=self.request.user
        )
        return self.back()


class LiftReserveView(ReserveOf, FormPage):
    title = gettext_lazy("Lever la réserve")
    submit_label = gettext_lazy("Lever la réserve")
    success = gettext_lazy("Réserve levée.")

    @property
    def intro(self) -> str:
        return _("%(text)s — Preuve reçue : %(proof)s") % {
            "text": self.reserve.text, "proof": self.reserve.proof,
        }  # fmt: skip

    def check(self) -> None:
        policies.check_can_lift_reserve(self.request.user, self.reserve)

    def build(self, data: Any = None) -> ReasonForm:
        return ReasonForm(data, label=_("Motif de la levée"))

    def perform(self, form: ReasonForm) -> str:
        services.lift_reserve(
            reserve=self.reserve, reason=form.cleaned_data["reason"], by=self.request.user
        )
        return self.back()


class InscribeReserveView(ReserveOf, FormPage):
    title = gettext_lazy("Inscrire la réserve dans un article")
    submit_label = gettext_lazy("Inscrire la réserve")
    success = gettext_lazy("Réserve inscrite dans l’acte.")

    def check(self) -> None:
        policies.check_can_draft(self.request.user, self.agreement)
        if not self.reserve.is_open:
            raise Http404

    def build(self, data: Any = None) -> InscribeForm:
        articles = [(line.key, f"{line.number}. {line.title}") for line in self.desk.articles]
        return InscribeForm(data, articles=articles)

    def perform(self, form: InscribeForm) -> str:
        services.inscribe_reserve(
            reserve=self.reserve, key=form.cleaned_data["key"], by=self.request.user
        )
        return self.back()

"""Rounds, freezing, and what sends an act back or ends it: each says what it is about to do."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements import pages, policies, services
from agreements.errors import NotReady
from agreements.forms import ReasonForm, ReviewForm
from agreements.models import AgreementVersion
from agreements.views.base import FormPage
from cases.errors import Conflict
from cases.models import Task
from cases.policies import check_can_act
from cases.selectors import task_for


class LegalPage(FormPage):
    """A page of the legal officer who drafts the act."""

    label: Any = gettext_lazy("Motif")
    required = True

    def check(self) -> None:
        policies.check_can_decide_on_text(self.request.user, self.agreement)

    def build(self, data: Any = None) -> ReasonForm:
        return ReasonForm(data, label=self.label, required=self.required)


class SendRoundView(LegalPage):
    """« Envoyer la version aux parties »."""

    label = gettext_lazy("Mot d’accompagnement ou motif de la nouvelle version")
    required = False
    submit_label = gettext_lazy("Envoyer la version")
    success = gettext_lazy("Version envoyée aux parties.")

    @property
    def title(self) -> str:
        return _("Envoyer la version %s aux parties") % (len(self.desk.versions) + 1)

    @property
    def intro(self) -> str:
        names = ", ".join(self.desk.party_names)
        text = _("Chaque partie (%s) donne sa position, article par article.") % names
        if self.agreement.round >= 2:
            text += " " + _("Deux tours ont eu lieu : prévoyez une réunion d’arbitrage.")
        return text

    def perform(self, form: ReasonForm) -> str:
        services.send_round(
            agreement=self.agreement, reason=form.cleaned_data["reason"], by=self.request.user
        )
        return self.url("view_draft")


class EndRoundView(LegalPage):
    title = gettext_lazy("Clore le tour d’échanges")
    intro = gettext_lazy("Une partie qui n’a pas répondu n’est pas réputée d’accord.")
    submit_label = gettext_lazy("Clore le tour")
    success = gettext_lazy("Tour clos : l’acte revient en rédaction.")

    def perform(self, form: ReasonForm) -> str:
        services.end_round(
            agreement=self.agreement, reason=form.cleaned_data["reason"], by=self.request.user
        )
        return self.url("view_draft")


class ReturnToDraftingView(LegalPage):
    tab = "signature"
    title = gettext_lazy("Remettre l’acte en rédaction")
    intro = gettext_lazy(
        "Les signatures déjà apposées ne vaudront pas pour la prochaine version arrêtée."
    )
    submit_label = gettext_lazy("Remettre en rédaction")
    success = gettext_lazy("L’acte est revenu en rédaction.")

    def perform(self, form: ReasonForm) -> str:
        services.return_to_drafting(
            agreement=self.agreement, reason=form.cleaned_data["reason"], by=self.request.user
        )
        return self.url("view_draft")


class AbandonView(FormPage):
    title = gettext_lazy("Abandonner le projet")
    intro = gettext_lazy("Le projet est clos ; la demande pourra donner lieu à un autre acte.")
    submit_label = gettext_lazy("Abandonner le projet")
    success = gettext_lazy("Projet abandonné.")

    def check(self) -> None:
        policies.check_can_abandon(self.request.user, self.agreement)

    def build(self, data: Any = None) -> ReasonForm:
        return ReasonForm(data, label=_("Motif de l’abandon"))

    def perform(self, form: ReasonForm) -> str:
        services.abandon(
            agreement=self.agreement, reason=form.cleaned_data["reason"], by=self.request.user
        )
        return self.url("view_history")


class FreezeView(FormPage):
    """« Arrêter la version » : what will be frozen, then the second button."""

    template_name = "agreements/freeze.html"
    title = gettext_lazy("Arrêter la version")
    success = gettext_lazy("Version arrêtée : le document est en préparation.")

    def check(self) -> None:
        policies.check_can_decide_on_text(self.request.user, self.agreement)

    def build(self, data: Any = None) -> ReasonForm:
        return ReasonForm(data, required=False)

    def extra(self) -> dict[str, Any]:
        checks = [pages.check_line(self.agreement, check) for check in self.desk.blocking]
        return {"blocking": checks, "next_number": len(self.desk.versions) + 1}

    def perform(self, form: ReasonForm) -> str:
        services.freeze(agreement=self.agreement, by=self.request.user)
        return self.url("view_signature")

    def refuse(self, form: Any, refusal: Exception) -> None:
        if not isinstance(refusal, NotReady):
            super().refuse(form, refusal)


class ReviewView(FormPage):
    """A party reads a version and answers, article by article (no mail, no Word file)."""

    template_name = "agreements/review.html"
    submit_label = gettext_lazy("Envoyer la réponse")
    success = gettext_lazy("Réponse envoyée à toutes les parties.")

    @property
    def title(self) -> str:
        return _("Répondre à la version %s") % self.version.number

    @cached_property
    def task(self) -> Task:
        task = task_for(self.request.user, self.agreement, self.kwargs["task"])
        if task.node != "review_version":
            raise Http404
        return task

    @cached_property
    def version(self) -> AgreementVersion:
        version = self.desk.last_round
        if version is None:
            raise Http404
        return version

    def check(self) -> None:
        if not self.task.is_open:
            raise Conflict(_("Cette relecture est déjà faite, ou le tour est clos."))
        check_can_act(self.request.user, self.task)

    def build(self, data: Any = None) -> ReviewForm:
        return ReviewForm(data)

    def extra(self) -> dict[str, Any]:
        posted = self.request.POST
        before = next(
            (one for one in self.desk.versions if one.round and one.number < self.version.number),
            None,
        )
        articles = [
            {
                **article,
                "old": (before.article(article["key"]) or {}).get("text", "") if before else "",
                "position": posted.get(f"position-{article['key']}", ""),
                "comment": posted.get(f"comment-{article['key']}", ""),
            }
            for article in self.version.content["articles"]
        ]
        return {"version": self.version, "previous": before, "articles": articles}

    def perform(self, form: ReviewForm) -> str:
        keys = [article["key"] for article in self.version.content["articles"]]
        services.review(
            task=self.task,
            verdict=form.cleaned_data["verdict"],
            comment=form.cleaned_data["comment"],
            positions=form.positions(keys),
            by=self.request.user,
        )
        return self.url("view_draft")


def to_list(_request: HttpRequest) -> HttpResponse:
    return redirect("agreements:list_acts")

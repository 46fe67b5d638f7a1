"""Deliveries: their calendar, what was sent, received and checked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.forms import ReasonForm
from agreements.views.base import ActionView
from cases.errors import Impossible, message_of
from questionnaires import definitions, parsing
from questionnaires.forms import blank_form
from questionnaires.selectors import read_view
from questionnaires.validation import problems
from sharing import delivery_pages, policies, quality, quality_reports, selectors, services
from sharing.forms import ApiMonthForm, PlanForm, ReceptionForm
from sharing.models import Delivery
from sharing.views.base import FormPage, SharingView, TabView


class DeliveryListView(TabView):
    """« Livraisons » : the calendar, and where each delivery stands."""

    tab, template_name = "deliveries", "sharing/deliveries.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, agreement = self.request.user, self.agreement
        lines = selectors.delivery_lines(user, agreement)
        return super().get_context_data(
            columns=delivery_pages.DELIVERY_COLUMNS,
            rows=[delivery_pages.delivery_row(agreement, line) for line in lines],
            can_plan=policies.can_plan(user, agreement),
            can_declare_api=policies.can_declare_api(user, agreement),
            api_columns=delivery_pages.API_COLUMNS,
            api_rows=[delivery_pages.api_row(one) for one in selectors.api_months(agreement)],
            prior=selectors.prior_text(agreement),
            **kwargs,
        )


class DeliveryOf(SharingView):
    """The delivery of the address, inside its sharing."""

    tab = "deliveries"

    @cached_property
    def delivery(self) -> Delivery:
        return selectors.delivery_of(self.agreement, self.kwargs["number"])

    def back(self) -> str:
        return self.url("view_delivery", self.delivery.number)


class DeliveryView(DeliveryOf, TabView):
    """One delivery: what was sent, what was measured, what comes next."""

    template_name = "sharing/delivery.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        delivery = self.delivery
        found = quality.measures(delivery, quality.thresholds(self.agreement))
        return super().get_context_data(
            delivery=delivery,
            line=selectors.line_of(self.request.user, delivery),
            badge=delivery_pages.delivery_badge(delivery),
            sending=read_view(delivery.sending) if delivery.sending else None,
            checking=read_view(delivery.quality) if delivery.quality else None,
            measure_columns=delivery_pages.MEASURE_COLUMNS,
            measure_rows=[delivery_pages.measure_row(one) for one in found],
            score=quality.score(found),
            **kwargs,
        )


class QuestionnairePage(DeliveryOf):
    """A page whose form is a questionnaire, sent to one service. A refusal loses nothing."""

    code = ""
    title: Any = ""
    submit_label: Any = ""
    success: Any = ""
    facts: tuple[str, ...] = ()
    takes_report = False

    def check(self) -> None:
        raise NotImplementedError

    def perform(self, values: dict[str, Any]) -> None:
        raise NotImplementedError

    @property
    def context(self) -> dict[str, bool]:
        return {name: bool(self.agreement.facts.get(name)) for name in self.facts}

    def show(
        self, values: dict[str, Any], found: Any = (), *, refusal: str = "", added: str = ""
    ) -> HttpResponse:
        form = blank_form(
            self.code, values=values, context=self.context, problems=found, added=added
        )
        shown = self.frame(
            form=form,
            errors=form.error_entries,
            refusal=refusal,
            title=self.title,
            submit_label=self.submit_label,
            back_url=self.back(),
            takes_report=self.takes_report,
        )
        status = 422 if found or refusal else 200
        return render(self.request, "sharing/questionnaire.html", shown, status=status)

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.check()
        return self.show({})

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.check()
        definition = definitions.get(self.code)
        values = parsing.parse(definition, request.POST)
        if parsing.wants_row(request.POST):
            return self.show(values, added=str(request.POST.get("_add") or "")[:60])
        if found := problems(definition, values, "L", context=self.context):
            return self.show(values, found)
        try:
            self.perform(values)
        except Impossible as refusal:
            return self.show(values, refusal=message_of(refusal))
        messages.success(request, self.success)
        return redirect(self.back())


class SendDeliveryView(QuestionnairePage):
    code, facts = "delivery_sending", ("PD",)
    title = gettext_lazy("Déclarer l’envoi")
    submit_label = gettext_lazy("Déclarer l’envoi")
    success = gettext_lazy("Envoi déclaré : le destinataire est prévenu.")

    def check(self) -> None:
        policies.check_can_send(self.request.user, self.delivery)

    def perform(self, values: dict[str, Any]) -> None:
        services.send_delivery(delivery=self.delivery, values=values, by=self.request.user)


class CheckDeliveryView(QuestionnairePage):
    code, facts, takes_report = "delivery_quality", ("LINK",), True
    title = gettext_lazy("Contrôler la livraison")
    submit_label = gettext_lazy("Enregistrer le contrôle")
    success = gettext_lazy("Contrôle enregistré : le détenteur est prévenu.")

    def check(self) -> None:
        policies.check_can_check(self.request.user, self.delivery)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.POST.get("action") != "lire":
            return super().post(request, **kwargs)
        self.check()
        values = parsing.parse(definitions.get(self.code), request.POST)
        report = request.FILES.get("report")
        if report is None:
            return self.show(values, refusal=_("Choisissez le fichier du rapport."))
        try:
            read = quality_reports.read_measures(report.read(quality_reports.MAX_BYTES + 1))
        except Impossible as refusal:
            return self.show(values, refusal=message_of(refusal))
        messages.success(request, _("Mesures reprises du rapport : vérifiez-les."))
        return self.show({**values, **read})

    def perform(self, values: dict[str, Any]) -> None:
        services.check_delivery(delivery=self.delivery, values=values, by=self.request.user)


class AnnounceDeliveryView(DeliveryOf, ActionView):
    success = gettext_lazy("Le destinataire est prévenu.")

    def perform(self) -> str:
        services.announce_delivery(delivery=self.delivery, by=self.request.user)
        return self.back()


class PlanDeliveryView(FormPage):
    tab = "deliveries"
    title = gettext_lazy("Prévoir une livraison")
    submit_label = gettext_lazy("Prévoir la livraison")
    success = gettext_lazy("Livraison prévue.")

    def back(self) -> str:
        return self.url("list_deliveries")

    def check(self) -> None:
        policies.check_can_plan(self.request.user, self.agreement)

    def build(self, data: Any = None) -> PlanForm:
        return PlanForm(data)

    def perform(self, form: PlanForm) -> str:
        services.plan_delivery(agreement=self.agreement, by=self.request.user, **form.cleaned_data)
        return self.back()


class ReceiveDeliveryView(DeliveryOf, FormPage):
    title = gettext_lazy("Déclarer la réception")
    submit_label = gettext_lazy("Déclarer la réception")
    success = gettext_lazy("Réception déclarée : le détenteur est prévenu.")

    @property
    def intro(self) -> str:
        digests = [f"{one['name']} : {one['sha256']}" for one in self.delivery.files]
        return _("Empreintes annoncées — %s") % " ; ".join(digests) if digests else ""

    def check(self) -> None:
        policies.check_can_receive(self.request.user, self.delivery)

    def build(self, data: Any = None) -> ReceptionForm:
        return ReceptionForm(data)

    def perform(self, form: ReceptionForm) -> str:
        services.receive_delivery(
            delivery=self.delivery,
            received_on=form.cleaned_data["received_on"],
            digest_agrees=form.cleaned_data["digest_agrees"] == "yes",
            by=self.request.user,
        )
        return self.back()


class CancelDeliveryView(DeliveryOf, FormPage):
    title = gettext_lazy("Annuler la livraison")
    submit_label = gettext_lazy("Annuler la livraison")
    success = gettext_lazy("Livraison annulée.")

    def check(self) -> None:
        policies.check_can_cancel(self.request.user, self.delivery)

    def build(self, data: Any = None) -> ReasonForm:
        return ReasonForm(data)

    def perform(self, form: ReasonForm) -> str:
        services.cancel_delivery(
            delivery=self.delivery, reason=form.cleaned_data["reason"], by=self.request.user
        )
        return self.back()


class DeclareApiMonthView(FormPage):
    tab = "deliveries"
    title = gettext_lazy("Déclarer un mois de l’API")
    submit_label = gettext_lazy("Déclarer le mois")
    success = gettext_lazy("Suivi de l’API déclaré.")

    def back(self) -> str:
        return self.url("list_deliveries")

    def check(self) -> None:
        policies.check_can_declare_api(self.request.user, self.agreement)

    def build(self, data: Any = None) -> ApiMonthForm:
        return ApiMonthForm(data)

    def perform(self, form: ApiMonthForm) -> str:
        services.declare_api_month(
            agreement=self.agreement, by=self.request.user, **form.cleaned_data
        )
        return self.back()

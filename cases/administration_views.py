"""Pages of the administration about legal time: delays and days off. Managers only."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from accounts.forms.administration import ConfirmForm
from accounts.tables import long_day
from accounts.views.services_forms import AdministrationFormView, AdministrationMixin
from cases import administration_tables as tables
from cases import selectors_calendar as selectors
from cases import services_calendar as services
from cases.forms import ClosingDayForm, DelayForm
from cases.models import ClosingDay, DelayRule
from cases.selectors_calendar import ShownDelay

DELAYS = (gettext_lazy("Délais"), reverse_lazy("cases:list_delays"))
DAYS = (gettext_lazy("Jours fériés et fermetures"), reverse_lazy("cases:list_closing_days"))


class DelayListView(AdministrationMixin, TemplateView):
    title = DELAYS[0]
    template_name = "administration/delays.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(table=tables.delays(selectors.delays()), **kwargs)


class DelayMixin(AdministrationFormView):
    """A page about the delay of one stage."""

    above = [DELAYS]
    success_url = DELAYS[1]

    @cached_property
    def shown(self) -> ShownDelay:
        return selectors.get_delay(self.kwargs["code"])

    @property
    def proposed(self) -> str:
        code = self.shown.rule.code
        return tables.duration(DelayRule(code=code, **services.proposal(code)))


class DelayUpdateView(DelayMixin):
    form_class = DelayForm
    template_name = "administration/delay.html"
    submit_label = gettext_lazy("Enregistrer le délai")
    success_message = gettext_lazy("Le délai est enregistré.")

    def get_title(self) -> str:
        return _("Délai : %(label)s") % {"label": self.shown.rule.get_code_display()}

    def get_intro(self) -> str:
        return _("Navette propose %(delay)s. Les étapes déjà ouvertes gardent leur échéance.") % {
            "delay": self.proposed
        }

    def get_initial(self) -> dict[str, Any]:
        return {field: getattr(self.shown.rule, field) for field in services.FIELDS}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reset = reverse("cases:reset_delay", args=[self.shown.rule.code])
        return super().get_context_data(reset_url="" if self.shown.is_proposed else reset, **kwargs)

    def perform(self, data: dict[str, Any]) -> None:
        services.set_delay(code=self.shown.rule.code, **data, by=self.request.user)


class DelayResetView(DelayMixin):
    form_class = ConfirmForm
    submit_label = gettext_lazy("Rétablir le délai proposé")
    success_message = gettext_lazy("Le délai proposé est rétabli.")

    def get_title(self) -> str:
        label = self.shown.rule.get_code_display()
        return _("Rétablir le délai proposé : %(label)s") % {"label": label}

    def get_intro(self) -> str:
        return _(
            "Le délai passera de %(before)s à %(after)s. Les étapes déjà ouvertes gardent "
            "leur échéance."
        ) % {"before": tables.duration(self.shown.rule), "after": self.proposed}

    def perform(self, data: dict[str, Any]) -> None:
        services.reset_delay(code=self.shown.rule.code, by=self.request.user)


class ClosingDayListView(AdministrationMixin, TemplateView):
    title = DAYS[0]
    template_name = "administration/closing_days.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        year = selectors.shown_year(self.request.GET.get("annee", ""))
        years = selectors.years()
        return super().get_context_data(
            year=str(year),
            before=str(year - 1) if year - 1 in years else "",
            after=str(year + 1) if year + 1 in years else "",
            holidays=tables.holidays(selectors.named_holidays(year)),
            table=tables.closing_days(selectors.closing_days(year)),
            **kwargs,
        )


class ClosingDayCreateView(AdministrationFormView):
    form_class = ClosingDayForm
    title = gettext_lazy("Ajouter un jour de fermeture")
    intro = gettext_lazy(
        "Ce jour ne comptera plus dans les délais en jours ouvrés. Les échéances déjà fixées ne "
        "changent pas."
    )
    submit_label = gettext_lazy("Ajouter le jour de fermeture")
    success_message = gettext_lazy("Le jour de fermeture est ajouté.")
    success_url = DAYS[1]
    above = [DAYS]

    def perform(self, data: dict[str, Any]) -> None:
        services.add_closing_day(**data, by=self.request.user)
        self.success_url = f"{DAYS[1]}?annee={data['day'].year}"


class ClosingDayRemoveView(AdministrationFormView):
    form_class = ConfirmForm
    title = gettext_lazy("Retirer un jour de fermeture")
    submit_label = gettext_lazy("Retirer le jour de fermeture")
    success_message = gettext_lazy("Le jour de fermeture est retiré.")
    above = [DAYS]

    @cached_property
    def closing_day(self) -> ClosingDay:
        return selectors.get_closing_day(self.kwargs["pk"])

    def get_success_url(self) -> str:
        return f"{DAYS[1]}?annee={self.closing_day.day.year}"

    def get_intro(self) -> str:
        return _(
            "Le %(day)s (%(label)s, %(where)s) comptera de nouveau comme un jour ouvré. Les "
            "échéances déjà fixées ne changent pas."
        ) % {
            "day": long_day(self.closing_day.day),
            "label": self.closing_day.label,
            "where": self.closing_day.organisation or _("tous les organismes"),
        }

    def perform(self, data: dict[str, Any]) -> None:
        services.remove_closing_day(closing_day=self.closing_day, by=self.request.user)

"""Pages that give and end roles, and those that declare absences for others."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from dsfr.forms import DsfrBaseForm

from accounts import policies, selectors, services, tables
from accounts.forms.administration import AbsenceForm, EndForm, MembershipForm
from accounts.forms.fields import add_errors
from accounts.models import Absence, Membership
from accounts.views.persons import PersonMixin
from accounts.views.services_forms import AdministrationFormView


class MembershipCreateView(PersonMixin, AdministrationFormView):
    """Grant a role in two steps: the second page says what will happen."""

    form_class = MembershipForm
    title = gettext_lazy("Attribuer un rôle")
    submit_label = gettext_lazy("Vérifier avant d’enregistrer")
    success_message = gettext_lazy("Le rôle est attribué.")

    def check(self, request: HttpRequest) -> None:
        policies.check_can_grant_role(request.user, self.person)  # type: ignore[arg-type]

    def get_intro(self) -> str:
        return _("Rôle de %(name)s") % {"name": self.person.get_full_name()}

    def form_valid(self, form: Form) -> HttpResponse:
        if self.request.POST.get("action") == "corriger":
            return self.render_to_response(self.get_context_data(form=form))
        if "confirm" in self.request.POST:
            return super().form_valid(form)
        try:
            services.check_membership(
                person=self.person, by=self.request.user, **_rule_of(form.cleaned_data)
            )
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)
        posted = self.request.POST
        hidden = [(name, value) for name in form.fields for value in posted.getlist(name)]
        verify = {**tables.grant_summary(self.person, form.cleaned_data), "hidden": hidden}
        return self.render_to_response(self.get_context_data(form=form, verify=verify))

    def perform(self, data: dict[str, Any]) -> None:
        services.grant_membership(person=self.person, by=self.request.user, **data)


def _rule_of(data: dict[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in ("organisation", "role", "starts_on", "ends_on")}


class MembershipEndView(PersonMixin, AdministrationFormView):
    form_class = EndForm
    title = gettext_lazy("Mettre fin à un rôle")
    submit_label = gettext_lazy("Mettre fin au rôle")
    success_message = gettext_lazy("Le rôle prend fin.")

    @cached_property
    def membership(self) -> Membership:
        return selectors.get_membership(self.person, self.kwargs["membership_pk"])

    def check(self, request: HttpRequest) -> None:
        policies.check_can_administer(request.user)  # type: ignore[arg-type]
        policies.check_can_end_membership(request.user, self.membership)  # type: ignore[arg-type]

    def get_intro(self) -> str:
        return str(self.membership)

    def perform(self, data: dict[str, Any]) -> None:
        services.end_membership(membership=self.membership, by=self.request.user, **data)


class AbsenceCreateView(PersonMixin, AdministrationFormView):
    form_class = AbsenceForm
    title = gettext_lazy("Déclarer une absence")
    submit_label = gettext_lazy("Confier les rôles")
    success_message = gettext_lazy("La suppléance est enregistrée.")

    def get_intro(self) -> str:
        return _("Pendant l’absence, le suppléant exerce tous les rôles de %(name)s.") % {
            "name": self.person.get_full_name()
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "colleagues": selectors.colleagues(self.person)}

    def perform(self, data: dict[str, Any]) -> None:
        services.declare_absence(person=self.person, by=self.request.user, **data)


class AbsenceCancelView(PersonMixin, AdministrationFormView):
    form_class = DsfrBaseForm
    title = gettext_lazy("Mettre fin à une suppléance")
    submit_label = gettext_lazy("Mettre fin à la suppléance")
    success_message = gettext_lazy("La suppléance prend fin.")

    @cached_property
    def absence(self) -> Absence:
        return selectors.get_absence(self.person, self.kwargs["absence_pk"])

    def get_intro(self) -> str:
        return tables.absence_text(self.absence)

    def perform(self, data: dict[str, Any]) -> None:
        services.cancel_absence(absence=self.absence, by=self.request.user)

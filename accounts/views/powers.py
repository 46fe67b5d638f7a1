"""Pages of the accreditations and of the delegations of signature."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policies, selectors, services
from accounts.forms.administration import AccreditationForm, DelegationForm, EndForm, ReasonForm
from accounts.models import Accreditation, Delegation
from accounts.views.organisations import OrganisationMixin
from accounts.views.persons import PersonMixin
from accounts.views.services_forms import AdministrationFormView


class AccreditationCreateView(OrganisationMixin, AdministrationFormView):
    form_class = AccreditationForm
    title = gettext_lazy("Accréditer l’organisme")
    submit_label = gettext_lazy("Enregistrer l’accréditation")
    success_message = gettext_lazy("L’accréditation est enregistrée.")

    def perform(self, data: dict[str, Any]) -> None:
        services.grant_accreditation(organisation=self.organisation, by=self.request.user, **data)


class AccreditationEndView(OrganisationMixin, AdministrationFormView):
    form_class = EndForm
    title = gettext_lazy("Mettre fin à une accréditation")
    submit_label = gettext_lazy("Mettre fin à l’accréditation")
    success_message = gettext_lazy("L’accréditation prend fin.")

    @cached_property
    def accreditation(self) -> Accreditation:
        return selectors.get_accreditation(self.organisation, self.kwargs["pk"])

    def get_intro(self) -> str:
        return f"{self.accreditation} — {self.accreditation.act_reference}"

    def perform(self, data: dict[str, Any]) -> None:
        services.end_accreditation(accreditation=self.accreditation, by=self.request.user, **data)


class DelegationCreateView(PersonMixin, AdministrationFormView):
    form_class = DelegationForm
    title = gettext_lazy("Enregistrer une délégation de signature")
    submit_label = gettext_lazy("Enregistrer la délégation")
    success_message = gettext_lazy("La délégation est enregistrée.")

    def check(self, request: HttpRequest) -> None:
        policies.check_can_grant_delegation(request.user, self.person)  # type: ignore[arg-type]

    def get_intro(self) -> str:
        return _("Délégation de %(name)s") % {"name": self.person.get_full_name()}

    def perform(self, data: dict[str, Any]) -> None:
        services.grant_delegation(person=self.person, by=self.request.user, **data)


class DelegationRevokeView(PersonMixin, AdministrationFormView):
    form_class = ReasonForm
    title = gettext_lazy("Révoquer une délégation de signature")
    submit_label = gettext_lazy("Révoquer la délégation")
    success_message = gettext_lazy("La délégation est révoquée.")

    @cached_property
    def delegation(self) -> Delegation:
        return selectors.get_delegation(self.person, self.kwargs["delegation_pk"])

    def get_intro(self) -> str:
        return str(self.delegation)

    def perform(self, data: dict[str, Any]) -> None:
        services.revoke_delegation(delegation=self.delegation, by=self.request.user, **data)

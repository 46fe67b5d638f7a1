"""Pages of the organisations."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from accounts import administration, selectors, services, tables
from accounts.forms.administration import OrganisationFilters, OrganisationForm, ReasonForm
from accounts.models import Organisation
from accounts.services.organisations import FIELDS
from accounts.views.services_forms import (
    AdministrationFormView,
    AdministrationMixin,
    FilteredListView,
)

LIST = (gettext_lazy("Organismes"), reverse_lazy("accounts:list_organisations"))


class OrganisationListView(FilteredListView):
    title = gettext_lazy("Organismes")
    filter_form = OrganisationFilters

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form, data = self.filters()
        criteria = {
            "text": data.get("texte", ""),
            "kind": data.get("nature", ""),
            "accredited": data.get("accreditation", ""),
            "state": {"": "open", "all": ""}.get(data.get("etat", ""), "closed"),
        }
        page = selectors.list_organisations(**criteria, cursor=self.request.GET.get("page", ""))
        used = administration.usage("organisation", [row.pk for row in page.rows])
        return super().get_context_data(
            filters=form,
            active=self.active(form),
            result=tables.organisation_count(selectors.search_organisations(**criteria).count()),
            table=tables.organisations(page.rows, used),
            add_url=reverse("accounts:create_organisation"),
            add_label=_("Ajouter un organisme"),
            empty_text=_("Aucun organisme ne correspond à ces filtres."),
            **self.page_links(page),
            **kwargs,
        )


class OrganisationMixin(AdministrationMixin):
    """A page about one organisation."""

    @cached_property
    def organisation(self) -> Organisation:
        return selectors.get_organisation(self.kwargs["slug"])

    def get_above(self) -> list[tuple[Any, str]]:
        url = reverse("accounts:view_organisation", args=[self.organisation.slug])
        return [LIST, (self.organisation.name, url)]

    def get_success_url(self) -> str:
        return reverse("accounts:view_organisation", args=[self.organisation.slug])


class OrganisationView(OrganisationMixin, TemplateView):
    template_name = "administration/organisation.html"

    def get_title(self) -> str:
        return self.organisation.name

    def get_above(self) -> list[tuple[Any, str]]:
        return [LIST]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        card = selectors.organisation_card(self.organisation)
        return super().get_context_data(
            organisation=self.organisation,
            entries=tables.organisation_entries(card),
            members=tables.members(card.memberships),
            past=tables.members(card.past_memberships, past=True),
            accreditations=tables.accreditations(card.accreditations),
            delegations=tables.delegations_of_organisation(card.delegations),
            **kwargs,
        )


class OrganisationCreateView(AdministrationFormView):
    form_class = OrganisationForm
    title = gettext_lazy("Ajouter un organisme")
    submit_label = gettext_lazy("Ajouter l’organisme")
    success_message = gettext_lazy("L’organisme est ajouté.")
    success_url = reverse_lazy("accounts:list_organisations")
    above = [LIST]

    def perform(self, data: dict[str, Any]) -> None:
        created = services.create_organisation(**data, by=self.request.user)
        self.success_url = reverse("accounts:view_organisation", args=[created.slug])


class OrganisationUpdateView(OrganisationMixin, AdministrationFormView):
    form_class = OrganisationForm
    title = gettext_lazy("Modifier l’organisme")
    submit_label = gettext_lazy("Enregistrer")
    success_message = gettext_lazy("L’organisme est modifié.")

    def get_initial(self) -> dict[str, Any]:
        return {field: getattr(self.organisation, field) for field in FIELDS}

    def perform(self, data: dict[str, Any]) -> None:
        services.update_organisation(organisation=self.organisation, by=self.request.user, **data)


class OrganisationStateView(OrganisationMixin, AdministrationFormView):
    """Deactivate an organisation, or put it back."""

    form_class = ReasonForm
    success_message = gettext_lazy("C’est enregistré.")

    def get_title(self) -> str:
        return _("Désactiver l’organisme") if self.organisation.is_active else _("Réactiver")

    def get_intro(self) -> str:
        if self.organisation.is_active:
            return _(
                "Il ne sera plus proposé dans les formulaires ; les dossiers et les actes "
                "où il figure ne changent pas."
            )
        return _("Il sera de nouveau proposé dans les formulaires.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        active = self.organisation.is_active
        self.submit_label = _("Désactiver l’organisme") if active else _("Réactiver l’organisme")
        return super().get_context_data(**kwargs)

    def perform(self, data: dict[str, Any]) -> None:
        change = (
            services.close_organisation
            if self.organisation.is_active
            else services.reopen_organisation
        )
        change(organisation=self.organisation, by=self.request.user, **data)

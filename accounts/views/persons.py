"""Pages of the persons."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from dsfr.forms import DsfrBaseForm

from accounts import administration, policies, selectors, services, tables
from accounts.forms.administration import PersonFilters, PersonForm, ReasonForm
from accounts.models import User
from accounts.services.persons import FIELDS
from accounts.views.services_forms import (
    AdministrationFormView,
    AdministrationMixin,
    FilteredListView,
)

LIST = (gettext_lazy("Personnes"), reverse_lazy("accounts:list_persons"))


class PersonListView(FilteredListView):
    title = gettext_lazy("Personnes")
    filter_form = PersonFilters

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form, data = self.filters()
        organisation = data.get("organisme")
        criteria = {
            "text": data.get("texte", ""),
            "role": data.get("role", ""),
            "organisation_id": organisation.pk if organisation else None,
            "state": {"": "open", "all": ""}.get(data.get("etat", ""), "closed"),
        }
        page = selectors.list_persons(**criteria, cursor=self.request.GET.get("page", ""))
        used = administration.usage("person", [row.pk for row in page.rows])
        return super().get_context_data(
            filters=form,
            active=self.active(form),
            result=tables.person_count(page.rows[0].result_count if page.rows else 0),
            table=tables.persons(page.rows, used),
            add_url=reverse("accounts:create_person"),
            add_label=_("Ajouter une personne"),
            empty_text=_("Aucune personne ne correspond à ces filtres."),
            **self.page_links(page),
            **kwargs,
        )


class PersonMixin(AdministrationMixin):
    """A page about one person."""

    @cached_property
    def person(self) -> User:
        return selectors.get_person(self.kwargs["pk"])

    def get_above(self) -> list[tuple[Any, str]]:
        return [LIST, (self.person.get_full_name(), self.get_success_url())]

    def address(self, name: str) -> str:
        return reverse(f"accounts:{name}", args=[self.person.pk])

    def get_success_url(self) -> str:
        return self.address("view_person")


class PersonView(PersonMixin, TemplateView):
    template_name = "administration/person.html"

    def get_title(self) -> str:
        return self.person.get_full_name()

    def get_above(self) -> list[tuple[Any, str]]:
        return [LIST]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        card = selectors.person_card(self.person)
        is_self = self.person.pk == self.request.user.pk
        granting = self.person.is_active and not is_self
        return super().get_context_data(
            person=self.person,
            is_self=is_self,
            add_role=self.address("grant_membership") if granting else "",
            add_delegation=self.address("grant_delegation") if granting else "",
            add_absence=self.address("declare_absence_of") if self.person.is_active else "",
            entries=tables.person_entries(self.person),
            roles=tables.roles(card.memberships),
            past=tables.roles(card.past_memberships, past=True),
            absences=tables.absences(card.absences),
            deputisings=tables.deputisings(card.deputisings),
            delegations=tables.delegations(card.delegations),
            **kwargs,
        )


class PersonCreateView(AdministrationFormView):
    form_class = PersonForm
    title = gettext_lazy("Ajouter une personne")
    intro = gettext_lazy(
        "La personne reçoit un courriel pour choisir son mot de passe. Attribuez-lui ensuite "
        "ses rôles."
    )
    submit_label = gettext_lazy("Ouvrir le compte")
    success_message = gettext_lazy("Le compte est ouvert, l’invitation est envoyée.")
    success_url = reverse_lazy("accounts:list_persons")
    above = [LIST]

    def perform(self, data: dict[str, Any]) -> None:
        created = services.create_account(**data, by=self.request.user)
        self.success_url = reverse("accounts:view_person", args=[created.pk])


class PersonUpdateView(PersonMixin, AdministrationFormView):
    form_class = PersonForm
    title = gettext_lazy("Modifier le compte")
    submit_label = gettext_lazy("Enregistrer")
    success_message = gettext_lazy("Le compte est modifié.")

    def get_initial(self) -> dict[str, Any]:
        return {field: getattr(self.person, field) for field in FIELDS}

    def perform(self, data: dict[str, Any]) -> None:
        services.update_account(person=self.person, by=self.request.user, **data)


class PersonStateView(PersonMixin, AdministrationFormView):
    """Close an account, or open it again."""

    form_class = ReasonForm
    success_message = gettext_lazy("C’est enregistré.")

    def check(self, request: HttpRequest) -> None:
        super().check(request)
        if self.person.is_active:
            policies.check_can_close_account(request.user, self.person)  # type: ignore[arg-type]

    def get_title(self) -> str:
        return _("Fermer le compte") if self.person.is_active else _("Rouvrir le compte")

    def get_intro(self) -> str:
        if self.person.is_active:
            return _(
                "La personne est déconnectée tout de suite et n’exerce plus aucun rôle. "
                "Ce qu’elle a fait reste au journal et dans les dossiers."
            )
        return _("La personne retrouve les rôles qui n’ont pas pris fin.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.submit_label = self.get_title()
        return super().get_context_data(**kwargs)

    def perform(self, data: dict[str, Any]) -> None:
        change = services.close_account if self.person.is_active else services.reopen_account
        change(person=self.person, by=self.request.user, **data)


class PersonInviteView(PersonMixin, AdministrationFormView):
    form_class = DsfrBaseForm
    title = gettext_lazy("Inviter de nouveau")
    submit_label = gettext_lazy("Envoyer l’invitation")
    success_message = gettext_lazy("L’invitation est envoyée.")

    def get_intro(self) -> str:
        return _("Un courriel part à %(email)s avec un lien pour choisir un mot de passe.") % {
            "email": self.person.email
        }

    def perform(self, data: dict[str, Any]) -> None:
        services.invite(person=self.person, by=self.request.user)

"""Authorised persons: who they are, what their access lacks, its review, its removal."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.services import record_read
from agreements.views.base import ActionView
from sharing import person_pages, policies, selectors, services
from sharing.forms import (
    AccountForm,
    NamePersonForm,
    RemovalForm,
    ReviewForm,
    TrainingForm,
    UndertakingForm,
)
from sharing.models import AuthorisedPerson
from sharing.services.persons import undertaking_text
from sharing.views.base import FormPage, SharingView, TabView


class PersonsPage(SharingView):
    """Pages about who is named: read by the parties, as annex 3 is."""

    tab = "persons"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        policies.check_can_read_persons(request.user, self.agreement)
        return super().dispatch(request, *args, **kwargs)

    def back(self) -> str:
        return self.url("list_persons")


class PersonListView(PersonsPage, TabView):
    """« Habilités » : every name, and whether the access is open today."""

    template_name = "sharing/persons.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        record_read(
            agreement=self.agreement, what=_("liste des personnes habilitées"), by=request.user
        )
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, agreement = self.request.user, self.agreement
        rows, opened = selectors.persons(agreement), selectors.open_ids(agreement)
        return super().get_context_data(
            columns=person_pages.COLUMNS,
            rows=[person_pages.row(agreement, one, one.pk in opened) for one in rows],
            notice=person_pages.unsigned_text(selectors.unsigned(rows)),
            can_name=policies.can_name(user, agreement),
            can_review=policies.can_review(user, agreement)
            and bool(selectors.to_review(user, agreement)),
            **kwargs,
        )


class PersonOf(PersonsPage):
    """The person of the address, named under this very act."""

    @cached_property
    def person(self) -> AuthorisedPerson:
        return selectors.person_of(self.agreement, self.kwargs["pk"])

    @property
    def intro(self) -> str:
        return str(self.person)

    def back(self) -> str:
        return self.url("view_person", self.person.pk)


class PersonView(PersonOf, TabView):
    template_name = "sharing/person.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        what = _("habilitation de %s") % self.person
        record_read(agreement=self.agreement, what=what, by=request.user)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        line = selectors.person_line(self.request.user, self.person)
        return super().get_context_data(
            person=self.person,
            line=line,
            badge=person_pages.badge(self.person, not line.why_closed),
            **kwargs,
        )


class NamePersonView(PersonsPage, FormPage):
    title = gettext_lazy("Nommer une personne")
    submit_label = gettext_lazy("Nommer cette personne")
    success = gettext_lazy("Personne nommée : son engagement et sa formation sont attendus.")

    def check(self) -> None:
        policies.check_can_name(self.request.user, self.agreement)

    def build(self, data: Any = None) -> NamePersonForm:
        members = selectors.members_to_name(self.request.user, self.agreement)
        return NamePersonForm(data, members=members)

    def perform(self, form: NamePersonForm) -> str:
        services.name_person(agreement=self.agreement, by=self.request.user, **form.cleaned_data)
        return self.back()


class AttachAccountView(PersonOf, FormPage):
    title = gettext_lazy("Rattacher un compte")
    submit_label = gettext_lazy("Rattacher ce compte")
    success = gettext_lazy("Compte rattaché : la personne peut signer son engagement.")

    def check(self) -> None:
        policies.check_can_prepare(self.request.user, self.person)

    def build(self, data: Any = None) -> AccountForm:
        members = selectors.members_to_name(self.request.user, self.agreement)
        return AccountForm(data, members=members)

    def perform(self, form: AccountForm) -> str:
        services.attach_account(
            person=self.person, user=form.cleaned_data["user"], by=self.request.user
        )
        return self.back()


class RecordTrainingView(PersonOf, FormPage):
    title = gettext_lazy("Enregistrer la formation")
    submit_label = gettext_lazy("Enregistrer la formation")
    success = gettext_lazy("Formation enregistrée.")

    def check(self) -> None:
        policies.check_can_prepare(self.request.user, self.person)

    def build(self, data: Any = None) -> TrainingForm:
        return TrainingForm(data)

    def perform(self, form: TrainingForm) -> str:
        services.record_training(person=self.person, by=self.request.user, **form.cleaned_data)
        return self.back()


class SignUndertakingView(PersonOf, FormPage):
    title = gettext_lazy("Signer l’engagement individuel")
    submit_label = gettext_lazy("Signer l’engagement")
    success = gettext_lazy("Engagement signé.")

    @property
    def intro(self) -> str:
        return undertaking_text(self.agreement)

    def check(self) -> None:
        policies.check_can_undertake(self.request.user, self.person)

    def build(self, data: Any = None) -> UndertakingForm:
        return UndertakingForm(data)

    def perform(self, form: UndertakingForm) -> str:
        services.sign_undertaking(
            person=self.person, has_read=form.cleaned_data["has_read"], by=self.request.user
        )
        return self.back()


class OpenAccessView(PersonOf, ActionView):
    success = gettext_lazy("Accès ouvert : la personne est prévenue.")

    def perform(self) -> str:
        services.open_access(person=self.person, by=self.request.user)
        return self.back()


class RemovePersonView(PersonOf, FormPage):
    title = gettext_lazy("Retirer l’habilitation")
    submit_label = gettext_lazy("Retirer l’habilitation")
    success = gettext_lazy("Habilitation retirée : les deux parties sont prévenues.")

    def check(self) -> None:
        policies.check_can_remove(self.request.user, self.person)

    def build(self, data: Any = None) -> RemovalForm:
        return RemovalForm(data, initial={"ended_on": timezone.localdate()})

    def perform(self, form: RemovalForm) -> str:
        services.remove_person(person=self.person, by=self.request.user, **form.cleaned_data)
        return self.back()


class ReviewPersonsView(PersonsPage, FormPage):
    title = gettext_lazy("Revoir les personnes habilitées")
    intro = gettext_lazy("Chaque nom est un choix. Personne ne confirme son propre accès.")
    submit_label = gettext_lazy("Enregistrer la revue")
    success = gettext_lazy("Revue enregistrée.")

    def check(self) -> None:
        policies.check_can_review(self.request.user, self.agreement)

    def build(self, data: Any = None) -> ReviewForm:
        return ReviewForm(data, rows=selectors.to_review(self.request.user, self.agreement))

    def perform(self, form: ReviewForm) -> str:
        services.review_persons(
            agreement=self.agreement, choices=form.choices, by=self.request.user
        )
        return self.back()

"""« Mon compte »: profile, roles, absence, second factor, and whom one acts for."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from django.views.generic.base import View
from dsfr.forms import DsfrBaseForm

from accounts import selectors, services, tables
from accounts.forms.administration import AbsenceForm, ProfileForm
from accounts.models import Absence
from accounts.views.services_forms import ServiceFormView


class MyAccountView(TemplateView):
    template_name = "accounts/my_account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        card = selectors.person_card(user)
        return super().get_context_data(
            entries=tables.person_entries(user),
            roles=tables.roles(card.memberships, actions=False),
            absences=tables.absences(card.absences, mine=True),
            deputisings=tables.deputisings(card.deputisings),
            delegations=tables.delegations(card.delegations, actions=False),
            acting=selectors.organisations_of(user),
            acting_for_id=self.request.acting_for_id,
            has_second_factor=selectors.has_second_factor(user),
            **kwargs,
        )


class MineFormView(ServiceFormView):
    """A small form of one's account."""

    template_name = "accounts/my_form.html"
    success_url = reverse_lazy("accounts:my_account")
    title: Any = ""
    intro: Any = ""
    submit_label: Any = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            page_title=self.title,
            intro=self.get_intro(),
            submit_label=self.submit_label,
            **kwargs,
        )

    def get_intro(self) -> str:
        return str(self.intro)


class ProfileView(MineFormView):
    form_class = ProfileForm
    title = gettext_lazy("Modifier mon profil")
    intro = gettext_lazy(
        "Votre nom et votre adresse électronique ne peuvent être changés que par un gestionnaire."
    )
    submit_label = gettext_lazy("Enregistrer mon profil")
    success_message = gettext_lazy("Votre profil est enregistré.")

    def get_initial(self) -> dict[str, Any]:
        return {"job_title": self.request.user.job_title, "phone": self.request.user.phone}

    def perform(self, data: dict[str, Any]) -> None:
        services.update_own_profile(**data, by=self.request.user)


class AbsenceView(MineFormView):
    form_class = AbsenceForm
    title = gettext_lazy("Déclarer une absence")
    intro = gettext_lazy(
        "Pendant votre absence, votre suppléant exerce tous vos rôles. Vous gardez les vôtres."
    )
    submit_label = gettext_lazy("Confier mes rôles")
    success_message = gettext_lazy("Votre suppléance est enregistrée.")

    def get_form_kwargs(self) -> dict[str, Any]:
        colleagues = selectors.colleagues(self.request.user)
        return {**super().get_form_kwargs(), "colleagues": colleagues}

    def perform(self, data: dict[str, Any]) -> None:
        services.declare_absence(person=self.request.user, by=self.request.user, **data)


class CancelAbsenceView(MineFormView):
    form_class = DsfrBaseForm
    title = gettext_lazy("Mettre fin à ma suppléance")
    submit_label = gettext_lazy("Mettre fin à la suppléance")
    success_message = gettext_lazy("Votre suppléance prend fin.")

    @cached_property
    def absence(self) -> Absence:
        return selectors.get_absence(self.request.user, self.kwargs["pk"])

    def get_intro(self) -> str:
        return tables.absence_text(self.absence)

    def perform(self, data: dict[str, Any]) -> None:
        services.cancel_absence(absence=self.absence, by=self.request.user)


class ActingForView(View):
    """« Agir pour »: kept in the session, and only among one's own organisations."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        number = request.POST.get("organisation", "")
        try:
            chosen = services.choose_acting_for(
                organisation_id=int(number) if re.fullmatch("[0-9]{1,18}", number) else 0,
                by=request.user,
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            request.session["acting_for"] = chosen.pk
            messages.success(request, _("Vous agissez pour %(name)s.") % {"name": chosen.name})
        return redirect(_onward(request))


def _onward(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else "/mon-compte/"

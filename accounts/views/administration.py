"""The home page of the administration."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from accounts import policies
from accounts.views.services_forms import AdministrationMixin


class HomeView(AdministrationMixin, TemplateView):
    template_name = "administration/home.html"
    title = _("Administration")

    def check(self, request: HttpRequest) -> None:
        policies.check_can_enter_administration(request.user)  # type: ignore[arg-type]

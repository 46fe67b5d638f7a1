"""Sign-in, password and entering the demonstration."""

from __future__ import annotations

import re
from typing import Any

from allauth.account import views as account_views
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from accounts import services
from accounts.forms import sign_in as forms
from accounts.resume import kept_page
from accounts.selectors import demo_personas, get_person

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class LoginView(account_views.LoginView):  # type: ignore[misc]
    form_class = forms.LoginForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["personas"] = demo_personas() if settings.DEMO_MODE else []
        context["demo_password"] = services.DEMO_PASSWORD if settings.DEMO_MODE else ""
        return context


class LogoutView(account_views.LogoutView):  # type: ignore[misc]
    pass


class AccountClosedView(account_views.AccountInactiveView):  # type: ignore[misc]
    pass


class ReauthenticateView(account_views.ReauthenticateView):  # type: ignore[misc]
    form_class = forms.ReauthenticateForm


class PasswordChangeView(account_views.PasswordChangeView):  # type: ignore[misc]
    form_class = forms.ChangePasswordForm


class PasswordSetView(account_views.PasswordSetView):  # type: ignore[misc]
    form_class = forms.SetPasswordForm


class PasswordForgottenView(account_views.PasswordResetView):  # type: ignore[misc]
    form_class = forms.PasswordForgottenForm


class PasswordLinkSentView(account_views.PasswordResetDoneView):  # type: ignore[misc]
    pass


class PasswordFromLinkView(account_views.PasswordResetFromKeyView):  # type: ignore[misc]
    form_class = forms.NewPasswordForm


class PasswordChosenView(account_views.PasswordResetFromKeyDoneView):  # type: ignore[misc]
    pass


@method_decorator(login_not_required, name="dispatch")
class DemoView(TemplateView):
    """« Entrer comme … »: the personas of the demonstration, and nothing outside it."""

    template_name = "accounts/demo.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.DEMO_MODE:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        password = services.DEMO_PASSWORD
        return super().get_context_data(personas=demo_personas(), demo_password=password, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        number = request.POST.get("persona", "")
        if not re.fullmatch("[0-9]{1,18}", number):
            raise Http404
        person = services.enter_as_persona(person=get_person(int(number)))
        login(request, person, backend=BACKEND)
        messages.success(request, _("Vous êtes %(name)s.") % {"name": person.get_full_name()})
        return redirect(kept_page(request) or get_adapter().get_login_redirect_url(request))

"""The second factor: set-up, sign-in, recovery codes."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base import views as base_views
from allauth.mfa.recovery_codes import views as codes_views
from allauth.mfa.totp import views as totp_views
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse

from accounts import services
from accounts.forms import sign_in as forms
from accounts.middleware import NEXT_KEY
from accounts.selectors import needs_second_factor


class SecondFactorView(base_views.IndexView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        found = context["authenticators"]
        context["is_active"] = "totp" in found
        codes = found.get("recovery_codes")
        context["codes_left"] = len(codes.get_unused_codes()) if codes else 0
        context["is_required"] = not settings.DEMO_MODE and needs_second_factor(self.request.user)
        return context


class AuthenticateView(base_views.AuthenticateView):  # type: ignore[misc]
    form_class = forms.AuthenticateForm


class ReauthenticateView(base_views.ReauthenticateView):  # type: ignore[misc]
    form_class = forms.ReauthenticateCodeForm


class ActivateView(totp_views.ActivateTOTPView):  # type: ignore[misc]
    form_class = forms.ActivateForm

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            services.record_second_factor(person=self.request.user, enabled=True)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        required = not settings.DEMO_MODE and needs_second_factor(self.request.user)
        return super().get_context_data(is_required=required, **kwargs)


class DeactivateView(totp_views.DeactivateTOTPView):  # type: ignore[misc]
    form_class = forms.DeactivateForm

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            services.record_second_factor(person=self.request.user, enabled=False)
        return response


class RecoveryCodesView(codes_views.ViewRecoveryCodesView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # Where the person was going when he was asked to set up his second factor.
        onward = self.request.session.get(NEXT_KEY, "")
        return super().get_context_data(onward=onward, **kwargs)


class GenerateCodesView(codes_views.GenerateRecoveryCodesView):  # type: ignore[misc]
    form_class = forms.GenerateCodesForm

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            services.record_recovery_codes(person=self.request.user)
        return response


class DownloadCodesView(codes_views.DownloadRecoveryCodesView):  # type: ignore[misc]
    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        response["Content-Disposition"] = 'attachment; filename="codes-de-secours.txt"'
        return response

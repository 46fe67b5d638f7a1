"""The page that shows what was typed when the form itself cannot come back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import TemplateView

from accounts import resume


class ResumeView(TemplateView):
    """What was typed, when the page cannot come back as it was: send it again, or give it up."""

    template_name = "accounts/resume.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kept = resume.kept_form(request)
        if kept is None:
            return redirect(settings.LOGIN_REDIRECT_URL)
        return self.render_to_response(self.get_context_data(kept=kept))

    def post(self, request: HttpRequest) -> HttpResponse:
        page = resume.kept_page(request) or settings.LOGIN_REDIRECT_URL
        resume.forget(request)
        return redirect(page)

"""What the pages of a case share: the case of the address, its frame, and how a refusal reads."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from cases.errors import Impossible, message_of
from requests_flow.models import DataRequest
from requests_flow.selectors import requests
from requests_flow.selectors.case_page import case_page


class CaseView(View):
    """A page about the request of its address: 404 when the reader does not see it."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def data_request(self) -> DataRequest:
        return requests.get_for(self.request.user, self.kwargs["reference"])

    def case_url(self, name: str = "view_instruction") -> str:
        return reverse(f"requests_flow:{name}", args=[self.data_request.reference])


class CaseTabView(CaseView, TemplateView):
    """One tab of the case page; `tab` is its code."""

    tab = "answers"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = case_page(self.request.user, self.data_request, self.tab)
        return super().get_context_data(
            page=page, band=page.band, data_request=self.data_request, tab=self.tab, **kwargs
        )


class CaseActionView(CaseView):
    """A POST that does one thing and comes back; a rule that forbids it is said, never a 500."""

    http_method_names = ["post"]
    success_message: Any = ""
    back = "view_answers"

    def perform(self) -> str | None:
        """Call one service; return where to go, or None for the case page."""
        raise NotImplementedError

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        try:
            target = self.perform()
        except (Impossible, ValidationError) as refusal:
            messages.error(request, message_of(refusal))
            return HttpResponseRedirect(self.case_url(self.back))
        if self.success_message:
            messages.success(request, self.success_message)
        return redirect(target or self.case_url(self.back))

"""What the pages of a sharing share: the act of the address, and their frame."""

from __future__ import annotations

from typing import Any

from django.utils.functional import cached_property
from django.views.generic import TemplateView

from agreements.models import Agreement
from agreements.views.base import AgreementView
from agreements.views.base import FormPage as ActFormPage
from sharing import pages, selectors


class SharingView(AgreementView):
    """A page about the sharing of its address: 404 when the reader does not see it."""

    tab = "overview"

    @cached_property
    def agreement(self) -> Agreement:
        return selectors.get_for(self.request.user, self.kwargs["reference"])

    def url(self, name: str, *args: Any) -> str:
        return pages.page_url(self.agreement, name, *args)

    def back(self) -> str:
        return self.url("view_sharing")

    def frame(self, **more: Any) -> dict[str, Any]:
        return {**pages.frame(self.request.user, self.agreement, self.tab), **more}


class TabView(SharingView, TemplateView):
    """One tab of a sharing."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.frame(**kwargs))


class FormPage(SharingView, ActFormPage):
    """A page of a sharing with one form, sent to one service."""

    template_name = "sharing/form_page.html"

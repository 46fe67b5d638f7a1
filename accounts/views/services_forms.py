"""What the pages that call a service share."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView
from django.views.generic.base import ContextMixin, View

from accounts import administration, policies
from accounts.forms.fields import add_errors


class ServiceFormView(FormView):
    """A form whose input goes to one service; what the service refuses stands at the fields."""

    success_message: Any = ""

    def perform(self, data: dict[str, Any]) -> None:
        raise NotImplementedError

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            self.perform(form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, self.success_message)
        return redirect(self.get_success_url())


class AdministrationMixin(ContextMixin, View):
    """A page of the administration: managers only, side menu, breadcrumb."""

    title: Any = ""
    # Labels and addresses of the pages above this one.
    above: list[tuple[Any, str]] = []

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.check(request)
        return super().dispatch(request, *args, **kwargs)

    def check(self, request: HttpRequest) -> None:
        policies.check_can_administer(request.user)  # type: ignore[arg-type]

    def get_title(self) -> str:
        return str(self.title)

    def get_above(self) -> list[tuple[Any, str]]:
        return self.above

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [(_("Administration"), "/administration/"), *self.get_above()]
        return super().get_context_data(
            page_title=self.get_title(),
            side_menu=administration.menu(self.request.user, self.request.path),  # type: ignore[arg-type]
            crumbs=[{"label": label, "url": url} for label, url in crumbs],
            **kwargs,
        )


class AdministrationFormView(AdministrationMixin, ServiceFormView):
    """A form of the administration on its own page."""

    template_name = "administration/form.html"
    submit_label: Any = ""
    intro: Any = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            submit_label=self.submit_label,
            intro=self.get_intro(),
            back=self.get_success_url(),
            **kwargs,
        )

    def get_intro(self) -> str:
        return str(self.intro)


class FilteredListView(AdministrationMixin, TemplateView):
    """A list with filters (GET), key-set pages, and the active filters as tags."""

    template_name = "administration/list.html"
    filter_form: type[Form]

    def filters(self) -> tuple[Form, dict[str, Any]]:
        """Read the filters; one that means nothing is left out."""
        form = self.filter_form(self.request.GET)
        form.is_valid()
        return form, form.cleaned_data

    def address(self, **changes: str) -> str:
        """Return the address of this list with some parameters changed; empty ones are dropped."""
        known = [*self.filter_form.base_fields, "page"]  # type: ignore[attr-defined]
        values = {name: self.request.GET.get(name, "") for name in known} | changes
        query = urlencode({name: value for name, value in values.items() if value})
        return f"{self.request.path}?{query}" if query else self.request.path

    def active(self, form: Form) -> list[dict[str, str]]:
        found = []
        for name, field in form.fields.items():
            value = form.cleaned_data.get(name)
            if value:
                shown = dict(getattr(field, "choices", []) or []).get(value, value)
                remove = self.address(**{name: "", "page": ""})
                found.append({"label": field.label, "value": shown, "remove_url": remove})
        return found

    def page_links(self, page: Any) -> dict[str, str]:
        return {
            "previous": self.address(page=page.previous) if page.previous else "",
            "next": self.address(page=page.next) if page.next else "",
        }

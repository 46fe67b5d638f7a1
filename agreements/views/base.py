"""What the pages of an act share: the act of the address, its frame, and how a refusal reads."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from agreements import pages, policies, selectors
from agreements.models import Agreement
from agreements.selectors import Desk
from cases.errors import Conflict, Impossible, message_of


class AgreementView(View):
    """A page about the act of its address: 404 when the reader does not see it, 403 before the
    first round when he is its recipient."""

    request: HttpRequest
    kwargs: dict[str, Any]
    tab = "redaction"
    # Pages that do not show the text are open to the recipient before the first round.
    shows_text = True

    @cached_property
    def agreement(self) -> Agreement:
        agreement = selectors.get_for(self.request.user, self.kwargs["reference"])
        if self.shows_text:
            policies.check_can_read(self.request.user, agreement)
        return agreement

    @cached_property
    def desk(self) -> Desk:
        return selectors.build_desk(self.agreement)

    def url(self, name: str, *args: Any) -> str:
        return pages.page_url(self.agreement, name, *args)

    def frame(self, **more: Any) -> dict[str, Any]:
        return {**pages.frame(self.request.user, self.desk, self.tab), **more}


class TabView(AgreementView, TemplateView):
    """One tab of an act."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.frame(**kwargs))


class ActionView(AgreementView):
    """A POST that does one thing and comes back; what a rule forbids is said, never a 500."""

    http_method_names = ["post"]
    success: Any = ""

    def perform(self) -> str:
        """Call one service; return where to go."""
        raise NotImplementedError

    def back(self) -> str:
        return self.url("view_draft")

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        try:
            target = self.perform()
        except (Impossible, ValidationError) as refusal:
            messages.error(request, message_of(refusal))
            return redirect(self.back())
        if self.success:
            messages.success(request, self.success)
        return redirect(target)


class FormPage(AgreementView):
    """A page with one form: shown, then sent to one service.

    `check` refuses before anything is shown; `build` makes the form; `perform` calls the service
    with its clean data and returns where to go. A refusal of the service is an error of the form:
    nothing that was typed is lost.
    """

    template_name = "agreements/form_page.html"
    title: Any = ""
    intro: Any = ""
    submit_label: Any = ""
    success: Any = ""

    def check(self) -> None:
        """Raise NotAllowed when the reader may not do this."""
        raise NotImplementedError

    def build(self, data: Any = None) -> Any:
        raise NotImplementedError

    def perform(self, form: Any) -> str:
        raise NotImplementedError

    def back(self) -> str:
        return self.url("view_draft")

    def extra(self) -> dict[str, Any]:
        return {}

    def show(self, form: Any) -> HttpResponse:
        context = self.frame(
            form=form,
            title=self.title,
            intro=self.intro,
            submit_label=self.submit_label,
            back_url=self.back(),
            **self.extra(),
        )
        status = 422 if form.is_bound else 200
        return render(self.request, self.template_name, context, status=status)

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.check()
        return self.show(self.build())

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.check()
        form = self.build(request.POST)
        if not form.is_valid():
            return self.show(form)
        try:
            target = self.perform(form)
        except (Impossible, ValidationError) as refusal:
            self.refuse(form, refusal)
            return self.show(form)
        if self.success:
            messages.success(request, self.success)
        return redirect(target)

    def refuse(self, form: Any, refusal: Exception) -> None:
        """Tie a refusal to the only field of the form, else to the form."""
        fields = list(form.fields)
        form.add_error(fields[0] if len(fields) == 1 else None, message_of(refusal))


def count_attempt(request: HttpRequest) -> None:
    """Count a try to prove who one is, before it is judged. Raises Conflict after too many."""
    if not ratelimit.consume(request, action="reauthenticate", user=request.user):
        raise Conflict(_("Trop d’essais : attendez une minute avant de recommencer."))


class IdentityPage(FormPage):
    """A form in which whoever sends it proves who he is: wrong passwords are counted too."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.check()
        count_attempt(request)
        return super().post(request, **kwargs)

"""The calendar of one's due dates, and the page that makes or revokes its address."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.generic import View

from cases import selectors_feed, services_feed


@require_safe
@login_not_required
def calendar(request: HttpRequest) -> HttpResponse:
    """The calendar of whoever made this address; the secret stands for a sign-in.

    It is a parameter and not a part of the path: technical logs keep paths, never parameters.
    """
    person = selectors_feed.person_of(request.GET.get("cle", ""))
    response = HttpResponse(
        selectors_feed.calendar_of(person), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = 'inline; filename="echeances.ics"'
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


class MyCalendarView(View):
    """« Mon calendrier »: the address is shown once, when it is made."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("action") == "revoquer":
            services_feed.close_calendar(by=request.user)  # type: ignore[arg-type]
            messages.success(request, _("L’adresse de votre calendrier est révoquée."))
            return redirect("due_dates:my_calendar")
        token = services_feed.open_calendar(by=request.user)  # type: ignore[arg-type]
        address = f"{settings.SITE_URL}{reverse('due_dates:calendar')}?cle={token}"
        return self.show(address=address)

    def show(self, **context: Any) -> HttpResponse:
        context["has_calendar"] = selectors_feed.has_calendar(self.request.user)  # type: ignore[arg-type]
        return never_cache(render)(self.request, "accounts/my_calendar.html", context)

"""The archive: what the controls of integrity found, and what was done about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View

from agreements import policies, services
from agreements.forms import ReasonForm
from agreements.models import IntegrityIncident
from agreements.selectors import integrity
from cases.errors import Impossible, message_of
from journal.dates import moment_text


def _badge(incident: IntegrityIncident) -> dict[str, str]:
    if incident.is_open:
        return {"text": _("Ouvert"), "variant": "error"}
    return {"text": _("Clos"), "variant": ""}


class IncidentListView(View):
    """« Incidents d’intégrité » : the open ones first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = [
            [
                {
                    "text": incident.subject,
                    "url": reverse("archives:view_incident", args=[incident.pk]),
                },
                incident.get_kind_display(),
                moment_text(incident.found_at),
                {"text": "", "badge": _badge(incident)},
            ]
            for incident in integrity.incidents(request.user)
        ]
        columns = [_("Objet"), _("Nature"), _("Constaté le"), _("État")]
        context = {"rows": rows, "columns": columns}
        return render(request, "agreements/archives/incidents.html", context)


class IncidentView(View):
    """One incident: what was found; who may, closes it with what was done."""

    @cached_property
    def incident(self) -> IntegrityIncident:
        return integrity.incident_for(self.request.user, self.kwargs["pk"])

    def show(self, form: ReasonForm) -> HttpResponse:
        context = {
            "incident": self.incident,
            "badge": _badge(self.incident),
            "form": form,
            "may_close": self.incident.is_open and policies.can_close_incident(self.request.user),
        }
        status = 422 if form.is_bound else 200
        return render(self.request, "agreements/archives/incident.html", context, status=status)

    def form(self, data: Any = None) -> ReasonForm:
        return ReasonForm(data, label=_("Ce qui a été fait"))

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        _loaded = self.incident
        return self.show(self.form())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        incident = self.incident
        policies.check_can_close_incident(request.user)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form)
        reason = form.cleaned_data["reason"]
        try:
            services.close_incident(incident=incident, reason=reason, by=request.user)
        except Impossible as refusal:
            form.add_error("reason", message_of(refusal))
            return self.show(form)
        messages.success(request, _("L’incident est clos."))
        return redirect("archives:list_incidents")

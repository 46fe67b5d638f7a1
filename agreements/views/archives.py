"""The archive: acts whose use is over, their visa; what the controls of integrity found."""

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
from agreements.forms import ReasonForm, VisaForm
from agreements.models import IntegrityIncident
from agreements.selectors import elimination, integrity
from agreements.selectors.elimination import KeptAct
from agreements.views.lists import nowrap
from agreements.views.signing import pdf_response
from cases.errors import Impossible, message_of
from journal.dates import day_text, moment_text


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


def _kept_row(kept: KeptAct) -> list[Any]:
    reference = kept.archived.reference
    visa = {"text": kept.problem, "badge": {"text": _("Impossible"), "variant": ""}}
    if kept.elimination is not None:
        done = kept.elimination.executed_at
        badge = {"text": _("Éliminé") if done else _("Visé"), "variant": "" if done else "info"}
        visa = {"text": kept.elimination.visa_reference, "badge": badge}
    elif kept.may_be_approved:
        visa = {"text": "", "badge": {"text": _("Visa attendu"), "variant": "warning"}}
    return [
        {"text": nowrap(reference), "url": reverse("archives:view_kept", args=[reference])},
        day_text(kept.until) if kept.until else "–",
        kept.disposition,
        _("Oui") if kept.on_hold else _("Non"),
        visa,
    ]


class KeptListView(View):
    """« Archives » : the acts whose administrative use is over, and those that were eliminated."""

    def get(self, request: HttpRequest) -> HttpResponse:
        eliminated = request.GET.get("vue") == "elimines"
        context = {
            "eliminated": eliminated,
            "columns": [_("Référence"), _("Fin de DUA"), _("Sort final"), _("Gel"), _("Visa")],
            "rows": [
                _kept_row(kept)
                for kept in elimination.kept_acts(request.user, eliminated=eliminated)
            ],
        }
        return render(request, "agreements/archives/list.html", context)


class KeptActView(View):
    """One act of the archive; « Viser l’élimination » when nothing stands in the way."""

    @cached_property
    def kept(self) -> KeptAct:
        return elimination.kept_act_for(self.request.user, self.kwargs["reference"])

    def show(self, form: VisaForm) -> HttpResponse:
        status = 422 if form.is_bound else 200
        context = {"kept": self.kept, "form": form}
        return render(self.request, "agreements/archives/kept.html", context, status=status)

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.show(VisaForm())

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        form, kept = VisaForm(request.POST), self.kept
        if not form.is_valid():
            return self.show(form)
        try:
            services.approve_elimination(
                archived=kept.archived, **form.cleaned_data, by=request.user
            )
        except Impossible as refusal:
            form.add_error("visa_reference", message_of(refusal))
            return self.show(form)
        messages.success(request, _("L’élimination est visée : elle aura lieu la nuit prochaine."))
        return redirect("archives:view_kept", self.kwargs["reference"])


class CertificateView(View):
    """The certificate of an elimination."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        kept = elimination.kept_act_for(request.user, reference)
        try:
            data = elimination.certificate_of(kept)
        except elimination.ArchiveRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("archives:view_kept", reference)
        return pdf_response(f"{reference}-elimination.pdf", data)

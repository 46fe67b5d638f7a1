"""Before a request: three questions, and what already exists (process.md, S0)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.enums import Role
from accounts.models import Organisation
from accounts.selectors import has_role
from cases.errors import NotAllowed
from catalogue.selectors import records
from requests_flow.forms import PrecheckForm
from requests_flow.selectors import precheck
from requests_flow.services import drafting


class RequesterOnly(View):
    """Only a requester begins a request; the refusal says which role is needed."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not has_role(request.user, Role.REQUESTER):
            raise NotAllowed(_("Commencer une demande est réservé au rôle « Demandeur »."))
        return super().dispatch(request, *args, **kwargs)

    def organisation(self, raw: Any) -> Organisation | None:
        return precheck.own_organisation(self.request.user, raw)

    def datasets(self, source: Any) -> list[Any]:
        return records.list_by_slugs(source.getlist("jeu")[:8])


class PrecheckView(RequesterOnly):
    """The three questions, and the cards of what already answers the need; nothing is written."""

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = "organisation" in request.GET
        form = PrecheckForm(request.GET if asked else None, user=request.user)
        context: dict[str, Any] = {
            "form": form,
            "asked": False,
            "usual_delay": precheck.usual_delay(),
            "slugs": request.GET.getlist("jeu")[:8],
        }
        context["chosen"] = self.datasets(request.GET)
        if asked and form.is_valid():
            datasets = precheck.candidates(
                request.user, form.cleaned_data["dataset"], context["slugs"]
            )
            organisation = form.cleaned_data["organisation"]
            context |= {
                "asked": True,
                "datasets": datasets,
                "organisation": organisation,
                "need": form.cleaned_data["need"],
                "findings": precheck.findings(request.user, datasets, organisation),
            }
        return render(request, "requests_flow/precheck.html", context)


class CoveredView(RequesterOnly):
    """« Cela me suffit » : counted as an immediate redirection, then on to the solution."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        datasets = self.datasets(request.POST)
        organisation = self.organisation(request.POST.get("organisation"))
        kind = str(request.POST.get("finding", "")).replace("\x00", "")[:24]
        found = precheck.covering(
            request.user, datasets, organisation, kind, request.POST.get("url", "")
        )
        drafting.redirect_immediately(
            by=request.user,
            organisation=organisation,
            dataset=datasets[0] if datasets else None,
            finding=kind,
            need=str(request.POST.get("need", "")).replace("\x00", ""),
        )
        if found and found["kind"] in ("agreement", "duplicate"):
            return redirect(found["url"])
        context = {
            "url": found["url"] if found else "",
            "kind": found["kind"] if found else "",
            "dataset": datasets[0] if datasets else None,
        }
        return render(request, "requests_flow/covered.html", context)


class StartView(RequesterOnly):
    """« Commencer la demande » : a draft pre-filled from the pre-check."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        organisation = self.organisation(request.POST.get("organisation"))
        if organisation is None:
            return redirect("requests_flow:precheck")
        insufficient = [
            text.replace("\x00", "")[:500]
            for text in request.POST.getlist("insufficient")
            if text.strip()
        ]
        datasets = self.datasets(request.POST)
        draft = drafting.start_draft(
            by=request.user,
            organisation=organisation,
            datasets=datasets,
            values=precheck.extension_of(
                request.user, datasets, organisation, request.POST.get("extension", "")
            ),
            need=str(request.POST.get("need", "")).replace("\x00", "")[:1000],
            precheck={
                "insufficient": insufficient,
                "findings": [
                    text.replace("\x00", "")[:24] for text in request.POST.getlist("finding")[:8]
                ],
            },
        )
        return redirect("requests_flow:edit_draft", draft.draft_key, "need")

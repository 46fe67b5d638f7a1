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
            "chosen": self.datasets(request.GET),
        }
        if asked and form.is_valid():
            context |= self.found(form.cleaned_data, context["slugs"])
        return render(request, "requests_flow/precheck.html", context)

    def found(self, asked: dict[str, Any], slugs: list[str]) -> dict[str, Any]:
        """What already covers the need that is described."""
        user, organisation = self.request.user, asked["organisation"]
        datasets = precheck.candidates(user, asked["dataset"], slugs)
        return {
            "asked": True,
            "datasets": datasets,
            "organisation": organisation,
            "need": asked["need"],
            "findings": precheck.findings(user, datasets, organisation),
        }


class CoveredView(RequesterOnly):
    """« Cela me suffit » : counted as an immediate redirection, then on to the solution."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        datasets = self.datasets(request.POST)
        organisation = self.organisation(request.POST.get("organisation"))
        kind, url = _text(request, "finding", 24), request.POST.get("url", "")
        found = precheck.covering(request.user, datasets, organisation, kind, url)
        dataset = datasets[0] if datasets else None
        drafting.redirect_immediately(
            by=request.user,
            organisation=organisation,
            dataset=dataset,
            finding=kind,
            need=_text(request, "need"),
        )
        if found and found["kind"] in ("agreement", "duplicate"):
            return redirect(found["url"])
        shown = found or {"url": "", "kind": ""}
        context = {"url": shown["url"], "kind": shown["kind"], "dataset": dataset}
        return render(request, "requests_flow/covered.html", context)


class StartView(RequesterOnly):
    """« Commencer la demande » : a draft pre-filled from the pre-check."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        organisation = self.organisation(request.POST.get("organisation"))
        if organisation is None:
            return redirect("requests_flow:precheck")
        datasets = self.datasets(request.POST)
        extended = request.POST.get("extension", "")
        draft = drafting.start_draft(
            by=request.user,
            organisation=organisation,
            datasets=datasets,
            values=precheck.extension_of(request.user, datasets, organisation, extended),
            need=_text(request, "need", 1000),
            precheck=_told(request),
        )
        return redirect("requests_flow:edit_draft", draft.draft_key, "need")


def _text(request: HttpRequest, name: str, longest: int | None = None) -> str:
    """A posted text, as a database keeps it."""
    return str(request.POST.get(name, "")).replace("\x00", "")[:longest]


def _told(request: HttpRequest) -> dict[str, list[str]]:
    """What the pre-check found, and why each does not suffice."""
    why = [text.replace("\x00", "")[:500] for text in request.POST.getlist("insufficient")]
    kinds = [text.replace("\x00", "")[:24] for text in request.POST.getlist("finding")[:8]]
    return {"insufficient": [text for text in why if text.strip()], "findings": kinds}

"""The signed act, its archived file, and the history of the file."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from agreements import policies, selectors, services
from agreements.views.base import AgreementView, TabView
from agreements.views.signing import file_response, pdf_response
from cases.selectors import audiences_of
from journal.selectors import timeline


class SignedActView(AgreementView):
    """« Acte signé » : facts, signatures, download; the request and its annexes."""

    tab = "acte"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if not self.agreement.is_signed:
            raise Http404
        context = self.frame(
            act=selectors.signed_act(self.agreement),
            can_take_evidence=policies.can_take_evidence(request.user, self.agreement),
        )
        return render(request, "agreements/act.html", context)


class FileView(AgreementView):
    """A file of the archive; what is not what was sealed is not handed out."""

    def refuse(self, refusal: Exception) -> HttpResponse:
        context = self.frame(reason=str(refusal))
        return render(self.request, "agreements/damaged.html", context, status=409)


class ArchivedFileView(FileView):
    """The sealed file, hashed again before it is handed out."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        archived = selectors.archived_of(self.agreement)
        try:
            data = selectors.archived_bytes(archived)
        except selectors.ArchiveRefused as refusal:
            return self.refuse(refusal)
        services.record_read(agreement=self.agreement, what=archived.reference, by=request.user)
        return pdf_response(f"{archived.reference}.pdf", data)


class EvidenceView(FileView):
    """« Dossier de preuve » : what anybody can check without Navette."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        try:
            name, data = selectors.evidence_for(request.user, self.agreement)
        except (selectors.ArchiveRefused, selectors.EvidenceUnavailable) as refusal:
            return self.refuse(refusal)
        services.record_read(
            agreement=self.agreement, what=_("le dossier de preuve"), by=request.user
        )
        return file_response(name, data, content_type="application/zip")


class TwinFileView(FileView):
    """The machine-readable twin, taken out of the sealed file that the archive keeps."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        archived = selectors.archived_of(self.agreement)
        try:
            data = selectors.archived_twin(archived)
        except selectors.ArchiveRefused as refusal:
            return self.refuse(refusal)
        what = f"{archived.reference} (JSON-LD)"
        services.record_read(agreement=self.agreement, what=what, by=request.user)
        name = f"{archived.reference}.jsonld"
        return file_response(name, data, content_type="application/ld+json")


class HistoryView(TabView):
    """« Historique » : what the reader may know, newest first."""

    tab, template_name = "historique", "agreements/history.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = timeline(
            self.agreement.chain,
            audiences_of(self.request.user, self.agreement),
            before=_number(self.request.GET.get("avant")),
            after=_number(self.request.GET.get("apres")),
        )
        return super().get_context_data(
            timeline=page,
            previous=f"?apres={page.newer}" if page.newer else "",
            next=f"?avant={page.older}" if page.older else "",
            **kwargs,
        )


def _number(raw: str | None) -> int | None:
    text = raw or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

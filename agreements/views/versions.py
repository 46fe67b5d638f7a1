"""Versions: read one, compare two word by word, or one with the library."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from agreements import policies, selectors, services
from agreements.documents.redline import redline_pdf
from agreements.models import AgreementVersion
from agreements.selectors.comparing import DRAFT, LIBRARY, Comparison
from agreements.views.base import AgreementView, TabView
from agreements.views.signing import file_response, pdf_response

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class VersionListView(TabView):
    """« Versions » : number, day, author, reason, what to do with each."""

    tab, template_name = "versions", "agreements/versions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        choices = [(str(one.number), str(one)) for one in self.desk.versions]
        return super().get_context_data(
            rows=[self.row(version) for version in self.desk.versions],
            columns=[
                _("Version"),
                _("Date"),
                _("Auteur"),
                _("Nature"),
                _("Motif"),
                _("Empreinte"),
            ],
            exports=selectors.exports_of(self.agreement),
            deviations=selectors.deviations(self.desk).count,
            choices=[(DRAFT, _("Rédaction en cours")), *choices, (LIBRARY, _("Bibliothèque"))],
            **kwargs,
        )

    def row(self, version: AgreementVersion) -> list[Any]:
        kind = _("Version arrêtée") if version.is_final else _("Tour %s") % version.round
        return [
            {"text": str(version), "url": self.url("view_version", version.number)},
            f"{timezone.localtime(version.created_at):%d/%m/%Y}",
            str(version.created_by),
            {"text": "", "badge": (kind, "info" if version.is_final else "")},
            version.reason or "–",
            {"text": version.sha256[:12]},
        ]


class VersionPage(AgreementView):
    """A page about one version of the act: 404 for a version that it does not have."""

    tab = "versions"

    @property
    def version(self) -> AgreementVersion:
        for version in self.desk.versions:
            if version.number == self.kwargs["number"]:
                return version
        raise Http404


class VersionView(VersionPage):
    """A version in full, printable."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        annexes = [
            annex
            for annex in self.version.content["annexes"]
            if policies.can_read_annex(request.user, self.agreement, annex["audience"])
        ]
        context = self.frame(version=self.version, annexes=annexes)
        return render(request, "agreements/version.html", context)


class ExportVersionView(VersionPage):
    """A version as a DOCX file, to be read outside; the export is remembered."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        name, data = selectors.word_version(request.user, self.agreement, self.version)
        services.record_export(version=self.version, by=request.user)
        return file_response(name, data, content_type=DOCX)


class CompareView(AgreementView):
    """What changed between two states of the act: versions, current draft, library."""

    tab = "versions"

    @cached_property
    def comparison(self) -> Comparison:
        asked = self.request.GET
        return selectors.compare(self.desk, asked.get("de", LIBRARY), asked.get("a", DRAFT))

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return render(request, "agreements/compare.html", self.frame(comparison=self.comparison))


class RedlineView(CompareView):
    """The same, as a PDF for the meeting."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        found = self.comparison
        data = redline_pdf(
            found.changes,
            title=self.agreement.title,
            subject=_("De la %(old)s à la %(new)s")
            % {"old": found.old_label, "new": found.new_label},
            reference=self.agreement.reference or "",
            sender=str(self.agreement.drafting_organisation),
            created=timezone.now(),
        )
        return pdf_response(f"{self.agreement.reference}-{found.old}-{found.new}.pdf", data)


class DeviationsView(TabView):
    """« Écarts à la bibliothèque » : what the head of the legal service is asked to accept."""

    tab, template_name = "versions", "agreements/deviations.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(deviations=selectors.deviations(self.desk), **kwargs)

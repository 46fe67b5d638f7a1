"""The whole library as a ZIP of files: taken away, and brought back with a report."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, View

from accounts.forms.fields import add_errors
from agreements import policies, selectors, services
from agreements.enums import ImportOutcome
from agreements.forms_library import LibraryFileForm
from agreements.library import packing
from agreements.services import LibraryReport
from agreements.views.clauses import CLAUSES, ClausePage


class ExportLibraryView(View):
    """« Exporter la bibliothèque » : clauses and templates, the versions before too."""

    def get(self, request: HttpRequest) -> HttpResponse:
        policies.check_can_manage_library(request.user)  # type: ignore[arg-type]
        data = packing.write_zip(selectors.library_files())
        response = HttpResponse(data, content_type="application/zip")
        response["Content-Disposition"] = 'attachment; filename="bibliotheque-de-clauses.zip"'
        return response


class ImportLibraryView(ClausePage, FormView):
    """« Importer la bibliothèque » : a ZIP, then what became of each of its files."""

    title = gettext_lazy("Importer la bibliothèque")
    above = [CLAUSES]
    template_name = "agreements/import_library.html"
    form_class = LibraryFileForm

    def form_valid(self, form: LibraryFileForm) -> HttpResponse:
        try:
            files = packing.read_zip(form.cleaned_data["archive"])
            report = services.import_library(files=files, by=self.request.user)  # type: ignore[arg-type]
        except ValidationError as error:
            add_errors(form, ValidationError({"archive": error.messages}))
            return self.form_invalid(form)
        context = self.get_context_data(form=form, table=_table(report), counts=_counts(report))
        return self.render_to_response(context)


def _counts(report: LibraryReport) -> str:
    counted = [(report.count(one), one.label) for one in ImportOutcome]
    return ", ".join(f"{number} {label}" for number, label in counted if number)


def _table(report: LibraryReport) -> dict[str, Any]:
    """What changed or was refused; the files that say what is known already are only counted."""
    return {
        "caption": _("Ce que chaque fichier est devenu"),
        "columns": [_("Fichier"), _("Version"), _("Résultat"), _("Motif")],
        "rows": [
            [line.file, line.what, str(line.outcome.label), " ".join(line.messages)]
            for line in report.lines
            if line.outcome != ImportOutcome.UNCHANGED
        ],
    }

"""The registers of requests and of acts: pages and exports."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from notifications.forms import PageForm
from steering import services
from steering.exports import Sheet
from steering.forms import AgreementsForm, RequestsForm
from steering.numbers import shown
from steering.selectors import registers
from steering.views.base import (
    SteeringPage,
    active_filters,
    csv_response,
    ods_response,
    page_links,
    query_without,
    trail,
)

# Beyond, an ODS file no longer opens in reasonable time on an office machine; CSV has no limit.
ODS_ROWS_AT_MOST = 20_000


class RegisterPage(SteeringPage):
    """What both registers share; `name` is the end of their addresses."""

    name = ""
    title: Any = ""

    def form(self) -> Any:
        raise NotImplementedError

    def register(self, criteria: Any) -> registers.Register:
        raise NotImplementedError

    def sheet(self, criteria: Any) -> Sheet:
        raise NotImplementedError

    def count_sentence(self, register: registers.Register) -> str:
        raise NotImplementedError

    def get(self, request: HttpRequest) -> HttpResponse:
        form = self.form()
        context: dict[str, Any] = {
            "crumbs": trail((_("Pilotage"), "/pilotage/")),
            "title": self.title,
            "filters": form,
            "register": None,
            "active": [],
            "clear_url": "",
            "result": "",
        }
        if form.is_valid():
            register = self.register(form.criteria())
            query = query_without(request, "avant", "apres").rstrip("&")
            context |= {
                "register": register,
                "result": self.count_sentence(register),
                "menu": self.menu(query),
                **active_filters(request, form),
                **page_links(request, register.page),
            }
        return render(request, f"steering/registers/{self.name}.html", context)

    def menu(self, query: str) -> dict[str, Any]:
        items = [
            {
                "label": _("Tableur CSV"),
                "hint": _("Toutes les lignes, filtres appliqués"),
                "url": f"/registres/{self.name}/export.csv?{query}",
            },
            {
                "label": _("Tableur ODS"),
                "hint": _("LibreOffice, Excel : dates et nombres typés"),
                "url": f"/registres/{self.name}/export.ods?{query}",
            },
        ]
        return {"label": _("Exporter"), "items": items, "secondary": True}


class ExportMixin:
    """The export of a register, in the format of its address; what is filtered is exported."""

    def get(self, request: HttpRequest, extension: str) -> HttpResponseBase:
        page: Any = self
        form = page.form()
        if not form.is_valid():
            messages.error(request, _("Corrigez les filtres avant d’exporter."))
            return redirect(f"/registres/{page.name}/?{request.GET.urlencode()}")
        count = page.register(form.criteria()).count
        if extension == "ods" and count >= min(ODS_ROWS_AT_MOST, registers.RESULTS_COUNTED):
            messages.error(request, _("Trop de lignes pour un tableur ODS : choisissez le CSV."))
            return redirect(f"/registres/{page.name}/?{request.GET.urlencode()}")
        services.record_export(
            by=request.user, what=str(page.title), kind=extension, filters=form.active()
        )
        sheet = page.sheet(form.criteria())
        name = f"registre-{page.name}"
        return csv_response(sheet, name) if extension == "csv" else ods_response([sheet], name)


class RequestsPage(RegisterPage):
    name = "demandes"
    title = gettext_lazy("Registre des demandes")

    def form(self) -> RequestsForm:
        return RequestsForm(self.request.GET, pathways=registers.pathway_labels())

    def register(self, criteria: Any) -> registers.Register:
        keys = PageForm(self.request.GET).keys()
        return registers.list_requests(self.request.user, criteria, **keys)

    def sheet(self, criteria: Any) -> Sheet:
        return registers.requests_sheet(self.request.user, criteria)

    def count_sentence(self, register: registers.Register) -> str:
        if register.is_more:
            return _("Plus de 10 000 demandes, de la dernière déposée à la première")
        return ngettext(
            "%(n)s demande, de la dernière déposée à la première",
            "%(n)s demandes, de la dernière déposée à la première",
            register.count or 1,
        ) % {"n": shown(register.count)}


class AgreementsPage(RegisterPage):
    name = "conventions"
    title = gettext_lazy("Registre des conventions")

    def form(self) -> AgreementsForm:
        return AgreementsForm(self.request.GET, pathways=registers.pathway_labels())

    def register(self, criteria: Any) -> registers.Register:
        keys = PageForm(self.request.GET).keys()
        return registers.list_agreements(self.request.user, criteria, **keys)

    def sheet(self, criteria: Any) -> Sheet:
        return registers.agreements_sheet(self.request.user, criteria)

    def count_sentence(self, register: registers.Register) -> str:
        if register.is_more:
            return _("Plus de 10 000 conventions et projets, du plus récent au plus ancien")
        return ngettext(
            "%(n)s convention ou projet",
            "%(n)s conventions et projets, du plus récent au plus ancien",
            register.count or 1,
        ) % {"n": shown(register.count)}


class RequestsExport(ExportMixin, RequestsPage):
    """CSV and ODS of the register of requests."""


class AgreementsExport(ExportMixin, AgreementsPage):
    """CSV and ODS of the register of acts."""

"""« Pilotage »: the dashboard, each indicator with its list, the definitions, the exports."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.forms import PageForm
from steering import services
from steering.forms import FiguresForm
from steering.numbers import shown
from steering.paging import newest_first
from steering.periods import half_years_since
from steering.selectors import registers
from steering.selectors.indicators import dashboard, exports, values
from steering.selectors.indicators.definitions import DEFINITIONS
from steering.selectors.indicators.scope import first_filing
from steering.views.base import (
    SteeringPage,
    active_filters,
    csv_response,
    ods_response,
    page_links,
    query_without,
    trail,
)


def _form(request: HttpRequest) -> FiguresForm:
    first = first_filing()
    since = timezone.localdate(first) if first else timezone.localdate()
    return FiguresForm(
        request.GET,
        periods=half_years_since(since),
        organisations=registers.organisations(),
        pathways=registers.pathway_labels(),
    )


def _menu(query: str) -> dict[str, Any]:
    items = [
        {"label": _("Tableur CSV"), "hint": _("Toutes les valeurs, filtres appliqués"),
         "url": f"/pilotage/export.csv?{query}"},
        {"label": _("Tableur ODS"), "hint": _("Une feuille par indicateur"),
         "url": f"/pilotage/export.ods?{query}"},
    ]  # fmt: skip
    return {"label": _("Exporter"), "items": items, "secondary": True}


class DashboardView(SteeringPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        form = _form(request)
        query = query_without(request, "avant", "apres").rstrip("&")
        context: dict[str, Any] = {"crumbs": trail(), "filters": form, "board": None}
        if form.is_valid():
            context |= {
                "board": dashboard.build(request.user, form.scope(), query),
                "menu": _menu(query),
                "query": query,
                **active_filters(request, form),
            }
        return render(request, "steering/figures/dashboard.html", context)


class IndicatorView(SteeringPage):
    """One indicator: what it means, its values, and the cases that it counts."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        if code not in DEFINITIONS:
            raise Http404
        form = _form(request)
        context: dict[str, Any] = {
            "crumbs": trail((_("Pilotage"), "/pilotage/")),
            "definition": DEFINITIONS[code],
            "filters": form,
            "value": None,
        }
        if form.is_valid():
            scope = form.scope()
            listing = values.listing(code, scope)
            rows = listing.rows.select_related(*([] if listing.is_acts else ["organisation"]))
            page = newest_first(
                rows.prefetch_related(registers.PARTIES),
                listing.field,
                **PageForm(request.GET).keys(),
            )
            value = values.compute(code, scope)
            context |= {
                "period": scope.period,
                "value": value,
                "figure": shown(value.figure),
                "listing": listing,
                "page": page,
                "count": listing.rows.order_by().count(),
                **active_filters(request, form),
                **page_links(request, page),
            }
        return render(request, "steering/figures/indicator.html", context)


class DefinitionsView(SteeringPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        return render(
            request,
            "steering/figures/definitions.html",
            {
                "crumbs": trail((_("Pilotage"), "/pilotage/")),
                "definitions": DEFINITIONS.values(),
            },
        )


class FiguresExportView(SteeringPage):
    def get(self, request: HttpRequest, extension: str) -> HttpResponseBase:
        form = _form(request)
        if not form.is_valid():
            messages.error(request, _("Corrigez les filtres avant d’exporter."))
            return redirect(f"/pilotage/?{request.GET.urlencode()}")
        scope = form.scope()
        services.record_export(
            by=request.user, what=_("Indicateurs"), kind=extension, filters=form.active()
        )
        name = f"indicateurs-{scope.period.code}"
        if extension == "csv":
            return csv_response(exports.flat_sheet(request.user, scope), name)
        return ods_response(exports.sheets(request.user, scope), name)

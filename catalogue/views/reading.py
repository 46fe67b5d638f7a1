"""Pages that show the catalogue, and its exports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from catalogue import policies, presentation, selectors
from catalogue.exports import dcat, schema_commun
from catalogue.models import Dataset
from catalogue.views.parameters import filters_of, key_of

_RDF = {"ttl": "turtle", "jsonld": "json-ld"}


class DatasetListView(View):
    """The list: filters on the left, one card per record."""

    def get(self, request: HttpRequest) -> HttpResponse:
        query = request.GET.get("q", "").replace("\x00", "")[:200]
        results = selectors.search(
            request.user,  # type: ignore[arg-type]
            query,
            filters_of(request.GET),
            after=key_of(request.GET, "apres"),
            before=key_of(request.GET, "avant"),
        )
        context = {
            "results": results,
            "can_create": policies.can_create(request.user),  # type: ignore[arg-type]
            **presentation.list_context(results, request.GET),
        }
        return render(request, "catalogue/list.html", context)


class RecordView(View):
    """The page of a record."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        page = selectors.record_page(
            request.user,  # type: ignore[arg-type]
            slug,
            query=request.GET.get("variable", ""),
            after=key_of(request.GET, "apres"),
            before=key_of(request.GET, "avant"),
        )
        context = {"page": page, **presentation.record_context(page, request.GET)}
        return render(request, "catalogue/record.html", context)


class ExportListView(View):
    """Every record that the current filters find, in one file."""

    def get(self, request: HttpRequest, form: str) -> HttpResponseBase:
        query = request.GET.get("q", "")
        filters = filters_of(request.GET)
        user: Any = request.user
        rows = selectors.export_rows(user, query, filters)
        return _export(form, rows, "catalogue", reverse("catalogue:list_datasets"))


class ExportView(View):
    """One record, in one file."""

    def get(self, request: HttpRequest, slug: str, form: str) -> HttpResponseBase:
        dataset = selectors.get_for(request.user, slug)  # type: ignore[arg-type]
        return _export(form, [dataset], dataset.slug, reverse("catalogue:list_datasets"))


def _export(form: str, rows: Iterable[Dataset], name: str, address: str) -> HttpResponseBase:
    response: HttpResponseBase
    if form == "csv":
        response = StreamingHttpResponse(
            schema_commun.write(rows), content_type="text/csv; charset=utf-8"
        )
    elif form in _RDF:
        title = _("Catalogue de %(service)s") % {"service": settings.SERVICE_NAME}
        text = dcat.write(
            rows, form=_RDF[form], catalogue_url=f"{settings.SITE_URL}{address}", title=title
        )
        response = HttpResponse(text, content_type=f"{dcat.ROUTES[_RDF[form]][0]}; charset=utf-8")
    else:
        raise Http404(_("Ce format d’export n’existe pas."))
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response

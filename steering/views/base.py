"""What the pages of steering share: who may open them, the way back, the exports."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from steering import exports, policies


class AuditPage(View):
    """A page for auditors and managers."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            policies.check_can_audit(request.user)
        return super().dispatch(request, *args, **kwargs)


class SteeringPage(View):
    """A page for the cell, managers and auditors."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            policies.check_can_steer(request.user)
        return super().dispatch(request, *args, **kwargs)


def trail(*more: tuple[str, str], public: bool = False) -> list[dict[str, str]]:
    """Return the way back to a page, from the home of the reader."""
    home = (_("Accueil"), "/") if public else (_("Mon tableau de bord"), "/tableau-de-bord/")
    return [{"label": label, "url": url} for label, url in (home, *more)]


def query_without(request: HttpRequest, *names: str) -> str:
    """Return the filters of the address, some parameters left out, ready to be followed by one."""
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return f"{query.urlencode()}&" if query else ""


def page_links(request: HttpRequest, page: Any) -> dict[str, str]:
    """Return the addresses of the pages around, filters kept."""
    kept = query_without(request, "avant", "apres")
    return {
        "previous": f"{request.path}?{kept}apres={page.newer}" if page.newer else "",
        "next": f"{request.path}?{kept}avant={page.older}" if page.older else "",
    }


def active_filters(request: HttpRequest, form: Any) -> dict[str, Any]:
    """Return the filters in use as tags, each with the address that removes it."""
    names = {str(field.label): name for name, field in form.fields.items()}
    active = [
        {
            "label": label,
            "value": value,
            "remove_url": f"?{query_without(request, names[label], 'avant', 'apres').rstrip('&')}",
        }
        for label, value in form.active().items()
    ]
    return {"active": active, "clear_url": request.path if active else ""}


def csv_response(sheet: exports.Sheet, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(exports.csv_lines(sheet), content_type=exports.CSV_TYPE)
    return _named(response, name, "csv")


def ods_response(sheets: list[exports.Sheet], name: str) -> HttpResponse:
    response = HttpResponse(exports.ods_bytes(sheets), content_type=exports.ODS_TYPE)
    return _named(response, name, "ods")


def file_response(content: bytes, content_type: str, name: str, extension: str) -> HttpResponse:
    return _named(HttpResponse(content, content_type=content_type), name, extension)


def _named(response: Any, name: str, extension: str) -> Any:
    dated = f"{name}-{timezone.localdate():%Y-%m-%d}.{extension}"
    response["Content-Disposition"] = f'attachment; filename="{dated}"'
    return response

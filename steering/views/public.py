"""The public register: no sign-in, no name of a person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from notifications.forms import PageForm
from steering.forms import PublicForm
from steering.selectors import public_register
from steering.views.base import active_filters, csv_response, page_links, query_without, trail


@method_decorator(login_not_required, name="dispatch")
class PublicPage(View):
    """A page that anybody may open."""


class PublicRegisterView(PublicPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        form = PublicForm(request.GET)
        context: dict[str, Any] = {
            "crumbs": trail(public=True),
            "filters": form,
            "page": None,
            "active": [],
            "clear_url": "",
            "result": "",
        }
        if form.is_valid():
            keys = PageForm(request.GET).keys()
            page = public_register.list_published(form.criteria(), **keys)
            context |= {
                "page": page,
                "result": self.result_line(len(page.rows)),
                "query": query_without(request, "avant", "apres").rstrip("&"),
                **active_filters(request, form),
                **page_links(request, page),
            }
        return render(request, "steering/public/list.html", context)

    def result_line(self, shown: int) -> str:
        return ngettext(
            "%(n)s partage affiché, du dernier signé au premier",
            "%(n)s partages affichés, du dernier signé au premier",
            shown or 1,
        ) % {"n": shown}


class PublicSheetView(PublicPage):
    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        return render(
            request,
            "steering/public/sheet.html",
            {
                "crumbs": trail((_("Registre public"), "/registre/"), public=True),
                "sheet": public_register.get_published(reference),
            },
        )


class PublicExportView(PublicPage):
    """The feed of the register: always of this moment, filters applied."""

    def get(self, request: HttpRequest, extension: str) -> HttpResponseBase:
        form = PublicForm(request.GET)
        if not form.is_valid():
            return redirect(f"/registre/?{request.GET.urlencode()}")
        if extension == "csv":
            sheet = public_register.export_sheet(form.criteria())
            return csv_response(sheet, "registre-des-partages")
        found = public_register.sheets(form.criteria())
        return StreamingHttpResponse(_json(found), content_type="application/json")


def _json(sheets: Iterator[public_register.PublicSheet]) -> Iterator[str]:
    """Write a JSON array sheet by sheet, so that no length of register fills the memory."""
    separator = '{"partages": ['
    for sheet in sheets:
        yield separator + json.dumps(public_register.as_json(sheet), ensure_ascii=False)
        separator = ", "
    yield "]}" if separator == ", " else f"{separator}]}}"

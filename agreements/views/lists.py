"""The list of acts, and the address of each."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from accounts.selectors.paging import KeysetPage
from agreements import pages, selectors
from agreements.enums import SHORT_TYPES
from agreements.forms import AgreementFilterForm
from agreements.selectors import AgreementRow
from agreements.selectors.lists import VIEWS
from agreements.views.base import AgreementView
from cases import views_filters

# Where the browser holds the last filters of the list.
COOKIE = "filtres_conventions"


class AgreementListView(View):
    """« Conventions » : acts and projects, under saved views and filters."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.GET and (query := views_filters.kept(request, COOKIE)):
            return redirect(f"{request.path}?{query}")
        view = request.GET.get("vue", "toutes")
        view = view if view in VIEWS else "toutes"
        form = AgreementFilterForm(request.GET or None)
        filters = form.cleaned_data if form.is_bound and form.is_valid() else {}
        asked = {**filters, "page": request.GET.get("page", "")}
        page = selectors.list_for(request.user, view=view, filters=asked)
        context = {**_table(page, view, filters), **_filters(request, form, filters, view)}
        response = render(request, "agreements/list.html", context)
        views_filters.keep(request, response, COOKIE, form.fields)
        return response


def _table(page: KeysetPage, view: str, filters: dict[str, Any]) -> dict[str, Any]:
    return {
        "columns": [
            _("Référence"),
            _("Objet"),
            _("Type"),
            _("Parties"),
            _("État"),
            _("Effet"),
            _("Fin"),
            {"label": _("Prochaine échéance"), "sort": "ascending"},
        ],
        "rows": [row_of(row) for row in page.rows],
        "result": _result(len(page.rows)),
        "empty": _("Aucune convention ne correspond à ces filtres.")
        if any(filters.values())
        else _empty(view),
        "previous": _page(view, filters, page.previous),
        "next": _page(view, filters, page.next),
    }


def _filters(
    request: HttpRequest, form: AgreementFilterForm, filters: dict[str, Any], view: str
) -> dict[str, Any]:
    return {
        "view": view,
        "views": _views(request, view),
        "filters": form,
        "active": _active(form, filters, view),
        "hidden": [("vue", view)],
        "clear_url": f"?vue={view}",
        "permalink": request.build_absolute_uri(),
    }


def _views(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    return [
        {"label": one["label"], "url": f"?vue={one['code']}", "current": one["code"] == current,
         "count": str(one["count"]), "new": False}
        for one in selectors.views_for(request.user)
    ]  # fmt: skip


def _result(count: int) -> str:
    text = ngettext(
        "%(n)s acte affiché, trié par échéance", "%(n)s actes affichés, triés par échéance", count
    )
    return text % {"n": count}


def _empty(view: str) -> str:
    return {
        "redaction": _("Aucun acte en rédaction."),
        "signature": _("Aucun acte en signature."),
        "vigueur": _("Aucune convention en vigueur."),
        "echeance": _("Aucune convention n’arrive à échéance dans les six mois."),
        "terminees": _("Aucune convention terminée."),
    }.get(
        view, _("Aucune convention. Un acte naît d’une demande dont la conclusion est favorable.")
    )


def _active(form: AgreementFilterForm, filters: dict[str, Any], view: str) -> list[dict[str, str]]:
    active = []
    for name, value in filters.items():
        if value:
            shown = dict(getattr(form.fields[name], "choices", [])).get(value, value)
            left = {key: kept for key, kept in filters.items() if kept and key != name}
            active.append(
                {"label": str(form.fields[name].label), "value": str(shown),
                 "remove_url": f"?{urlencode({'vue': view, **left})}"}
            )  # fmt: skip
    return active


def _page(view: str, filters: dict[str, Any], cursor: str) -> str:
    if not cursor:
        return ""
    kept = {key: value for key, value in filters.items() if value}
    return f"?{urlencode({'vue': view, **kept, 'page': cursor})}"


def row_of(row: AgreementRow) -> list[Any]:
    """One line of the table; the first cell is the row header."""
    agreement = row.agreement
    return [
        {"text": nowrap(agreement.reference), "url": agreement.get_absolute_url()},
        agreement.title,
        str(SHORT_TYPES[agreement.act_type]),
        row.parties,
        {"text": "", "badge": pages.stage_badge(agreement)},
        _short(agreement.effective_on),
        _short(agreement.end_on),
        _short(row.next_due),
    ]


def nowrap(text: Any) -> str:
    return format_html('<span class="cdd-nowrap">{}</span>', text)


def _short(day: Any) -> str:
    return nowrap(f"{day:%d/%m/%Y}") if day else "–"


class OpenView(AgreementView):
    """The address of an act: its workbench while it is a project, the act once it is signed."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        agreement = self.agreement
        if agreement.is_signed and self.kwargs["reference"] != agreement.reference:
            target = reverse("agreements:open_act", args=[agreement.reference])
            return redirect(target, permanent=True)
        if agreement.is_signed:
            return redirect(self.url("view_act"))
        return redirect(self.url("view_draft"))

"""The dashboard, the dates to come, and the list of requests."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView, View

from accounts.enums import Role
from accounts.selectors import has_role
from cases import selectors as case_selectors
from requests_flow.forms import RequestFilterForm
from requests_flow.selectors import lists
from requests_flow.selectors.case_page import stage_badge


class DashboardView(TemplateView):
    """« Mon tableau de bord » : what must I do, before when?"""

    template_name = "requests_flow/dashboard.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        everybody = self.request.GET.get("vue") == "cellule"
        return super().get_context_data(
            **lists.dashboard(self.request.user, everybody=everybody), **kwargs
        )


class DeadlinesView(TemplateView):
    """« Échéances » : every dated step of the next six months, by month."""

    template_name = "requests_flow/deadlines.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tasks = case_selectors.deadlines(self.request.user, days=183)[:200]
        dates = [
            {
                "day": task.due_on,
                "title": str(task.title),
                "url": task.case.get_absolute_url(),
                "detail": task.case.title,
                "reference": task.case.reference,
            }
            for task in tasks
        ]
        return super().get_context_data(dates=dates, **kwargs)


class RequestListView(View):
    """The list of requests that the reader may see, under saved views and filters."""

    def get(self, request: HttpRequest) -> HttpResponse:
        view = request.GET.get("vue", "toutes")
        view = view if view in lists.VIEWS else "toutes"
        form = RequestFilterForm(request.GET or None)
        filters = form.cleaned_data if form.is_bound and form.is_valid() else {}
        page = lists.requests_for(request.user, view, filters, request.GET.get("apres", ""))
        actors = lists.next_actors(page.rows)
        query = request.GET.copy()
        query["apres"] = page.next_key
        context = {
            "may_request": has_role(request.user, Role.REQUESTER),
            "clear_url": f"?vue={view}",
            "kept": [("vue", view)],
            "next_url": f"?{query.urlencode()}" if page.next_key else "",
            "first_url": f"?vue={view}" if "apres" in request.GET else "",
            "view": view,
            "filters": form,
            "active": active_filters(request, form, filters),
            "views": [
                {"label": label, "url": f"?vue={code}", "current": code == view}
                for code, label in lists.VIEWS.items()
            ],
            "columns": [
                _("Référence"),
                _("Échéance"),
                _("Titre"),
                _("Demandeur → Détenteur"),
                _("Étape"),
                _("Prochain acteur"),
                _("Avis"),
            ],
            "rows": [row_of(row, actors) for row in page.rows],
            "result": ngettext(
                "%(n)s demande, triée par échéance",
                "%(n)s demandes, triées par échéance",
                page.total,
            )
            % {"n": page.total},
        }
        return render(request, "requests_flow/list.html", context)


def row_of(row: Any, actors: dict[int, str]) -> list[Any]:
    """One line of the table; the first cell is the row header."""
    badge = stage_badge(row)
    return [
        {"text": row.reference, "url": row.get_absolute_url()},
        {"due": row.next_due_on, "text": f"{row.next_due_on:%d/%m/%Y}" if row.next_due_on else "–"},
        row.title,
        lists.parties_text(row),
        {"badge": badge, "text": ""},
        actors.get(row.pk, "–"),
        _("%(given)s sur %(asked)s") % {"given": row.given, "asked": row.asked}
        if row.asked
        else "–",
    ]


def active_filters(
    request: HttpRequest, form: Any, filters: dict[str, Any]
) -> list[dict[str, str]]:
    """The filters in force, each with the address that removes it."""
    found = []
    for name, value in filters.items():
        if not value:
            continue
        query = request.GET.copy()
        query.pop(name, None)
        query.pop("apres", None)
        shown = dict(form.fields[name].choices).get(value, value) if name == "etat" else value
        found.append(
            {
                "label": str(form.fields[name].label),
                "value": _("oui") if value is True else str(shown),
                "remove_url": f"?{query.urlencode()}",
            }
        )
    return found

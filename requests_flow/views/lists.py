"""The dashboard, the dates to come, and the list of requests."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from accounts import sessions
from accounts.enums import Role
from accounts.selectors import has_role
from cases import selectors as case_selectors
from cases import views_filters
from requests_flow.enums import RequestStage
from requests_flow.forms import RequestFilterForm
from requests_flow.selectors import dashboard, lists
from requests_flow.selectors.case_page import stage_badge
from requests_flow.selectors.wording import actor_name, capital

# Where the browser holds the last filters of the list.
COOKIE = "filtres_demandes"


class DashboardView(TemplateView):
    """« Mon tableau de bord » : what must I do, before when?"""

    template_name = "requests_flow/dashboard.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = dashboard.dashboard(
            self.request.user,
            everybody=self.request.GET.get("vue") == "cellule",
            last_visit=sessions.last_visit(self.request.session),
        )
        return super().get_context_data(**page, **kwargs)


class DeadlinesView(TemplateView):
    """« Échéances » : every dated step of the next six months, by month."""

    template_name = "requests_flow/deadlines.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tasks = case_selectors.deadlines(self.request.user, days=183)[:200]
        dates = [dashboard.date_line(task) for task in tasks]
        return super().get_context_data(dates=dates, **kwargs)


class RequestListView(View):
    """The list of requests that the reader may see, under saved views and filters."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.GET and (query := views_filters.kept(request, COOKIE)):
            return redirect(f"{request.path}?{query}")
        form = RequestFilterForm(request.GET or None)
        filters = form.cleaned_data if form.is_bound and form.is_valid() else {}
        asked = request.GET.get("vue", "")
        view, page = lists.opened(request.user, asked, filters, request.GET.get("apres", ""))
        context = {**_frame(request, view, page), **_filters(request, form, filters, view)}
        response = render(request, "requests_flow/list.html", context)
        views_filters.keep(request, response, COOKIE, form.fields)
        return response


def _frame(request: HttpRequest, view: str, page: lists.RequestPage) -> dict[str, Any]:
    """The table, the saved views, and the way to the other pages."""
    tasks = lists.next_tasks(page.rows)
    query = request.GET.copy()
    query["vue"] = view
    came_from = query.pop("apres", [])
    first_url = f"?{query.urlencode()}"
    return {
        "may_request": has_role(request.user, Role.REQUESTER),
        "next_url": f"{first_url}&apres={page.next_key}" if page.next_key else "",
        "first_url": first_url if came_from else "",
        "view": view,
        "views": [
            {"label": label, "url": f"?vue={code}", "current": code == view}
            for code, label in lists.VIEWS.items()
        ],
        "columns": [
            _("Référence"),
            {"label": _("Échéance"), "sort": "ascending"},
            _("Titre"),
            _("Demandeur → Détenteur"),
            _("Étape"),
            _("Prochain acteur"),
            _("Avis"),
            _("Mise à jour"),
        ],
        "rows": [row_of(row, tasks.get(row.pk)) for row in page.rows],
        "result": lists.result_text(page.total),
        "permalink": request.build_absolute_uri(),
    }


def _filters(
    request: HttpRequest, form: RequestFilterForm, filters: dict[str, Any], view: str
) -> dict[str, Any]:
    return {
        "clear_url": f"?vue={view}",
        "kept": [("vue", view)],
        "filters": form,
        "active": active_filters(request, form, filters),
    }


def row_of(row: Any, task: Any) -> list[Any]:
    """One line of the table, with the task that comes next; the first cell is the row header."""
    due = row.next_due_on
    opinions = _("%(given)s sur %(asked)s") % {"given": row.given, "asked": row.asked}
    return [
        {"text": row.reference, "url": row.get_absolute_url(), "nowrap": True},
        {
            "due": due,
            "suspended": row.stage == RequestStage.INFO_REQUESTED,
            "small": date_of(due),
            "nowrap": True,
        },
        row.title,
        lists.parties_text(row.parties_named),
        {"badge": stage_badge(row)},
        capital(actor_name(task)) if task else "–",
        {"text": opinions if row.asked else "–", "nowrap": True},
        {"text": date_of(timezone.localdate(row.updated_at)), "nowrap": True},
    ]


def date_of(day: Any) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


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
        choices = dict(getattr(form.fields[name], "choices", []))
        shown = choices.get(value, value) if name in ("etat", "voie") else value
        found.append(
            {
                "label": str(form.fields[name].label),
                "value": _("oui") if value is True else str(shown),
                "remove_url": f"?{query.urlencode()}",
            }
        )
    return found

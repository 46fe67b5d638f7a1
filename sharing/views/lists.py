"""« Partages » : the list, and the overview of each."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from agreements.pages import stage_badge
from agreements.views.lists import nowrap
from sharing import delivery_pages, pages, selectors
from sharing.forms import SharingFilterForm
from sharing.selectors import SharingRow
from sharing.views.base import TabView


class SharingListView(View):
    """« Partages » : the signed acts that the reader sees, and where their sharing stands."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = SharingFilterForm(request.GET or None)
        filters = form.cleaned_data if form.is_bound and form.is_valid() else {}
        asked = {**filters, "page": request.GET.get("page", "")}
        page = selectors.list_for(request.user, filters=asked)
        context = {
            "filters": form,
            "active": [],
            "columns": [
                _("Convention"),
                _("Objet"),
                _("Sens"),
                _("Prochaine livraison"),
                _("Qualité"),
                {"label": _("Habilités"), "numeric": True},
                _("Bilan"),
                _("État"),
            ],
            "rows": [row_of(row) for row in page.rows],
            "result": _result(len(page.rows)),
            "empty": _("Aucun partage ne correspond à ces filtres.")
            if any(filters.values())
            else _("Aucun partage. Un partage commence à la signature de sa convention."),
            "previous": _page(filters, page.previous),
            "next": _page(filters, page.next),
        }
        return render(request, "sharing/list.html", context)


def _result(count: int) -> str:
    text = ngettext(
        "%(n)s partage affiché, trié par référence",
        "%(n)s partages affichés, triés par référence",
        count,
    )
    return text % {"n": count}


def _page(filters: dict[str, Any], cursor: str) -> str:
    kept = {key: value for key, value in filters.items() if value}
    return f"?{urlencode({**kept, 'page': cursor})}" if cursor else ""


def row_of(row: SharingRow) -> list[Any]:
    """One line of the table; the first cell is the row header."""
    agreement = row.agreement
    url = reverse("sharing:view_sharing", args=[agreement.reference])
    return [
        {"text": nowrap(agreement.reference), "url": url},
        agreement.title,
        row.direction,
        _next_delivery(row),
        {"text": None, "badge": delivery_pages.verdict_badge(row.last_verdict)},
        str(row.open_accesses),
        pages.short_day(row.next_report),
        {"text": "", "badge": stage_badge(agreement)},
    ]


def _next_delivery(row: SharingRow) -> Any:
    """Its day, or what it waits for."""
    if row.prior_open:
        text = ngettext("%s préalable ouvert", "%s préalables ouverts", row.prior_open)
        return {"text": "", "badge": (text % row.prior_open, "warning")}
    return pages.short_day(row.next_delivery)


class OverviewView(TabView):
    """The overview: what must be done now, the prior conditions, the next dates."""

    template_name = "sharing/overview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = selectors.obligation_lines(self.request.user, self.agreement)
        waiting = [line.obligation for line in lines if line.obligation.is_open]
        return super().get_context_data(
            kpis=delivery_pages.kpis(selectors.figures(self.agreement)),
            checklist=pages.checklist(self.agreement, lines),
            next_steps=pages.next_steps(self.agreement, lines),
            columns=[_("Obligation"), _("Porteur"), _("Échéance"), _("État")],
            rows=[
                [one.text, one.owner, pages.rule_text(one),
                 {"text": "", "badge": pages.obligation_badge(one)}]
                for one in waiting[:10]
            ],
            **kwargs,
        )  # fmt: skip

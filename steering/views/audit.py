"""The journal: search, one event, control of the chain, export with its proof."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal.selectors import last_check
from notifications.forms import PageForm
from steering import proof, services
from steering.forms import AuditForm
from steering.numbers import shown
from steering.selectors import audit
from steering.views.base import (
    AuditPage,
    active_filters,
    file_response,
    page_links,
    query_without,
    trail,
)


def _form(request: HttpRequest) -> AuditForm:
    return AuditForm(request.GET, nouns=audit.nouns_in_use())


def _result_line(found: audit.Found) -> str:
    if found.is_too_wide:
        return _("Plus de 10 000 événements : précisez la recherche.")
    return ngettext(
        "%(n)s événement, du plus récent au plus ancien",
        "%(n)s événements, du plus récent au plus ancien",
        found.count or 1,
    ) % {"n": shown(found.count)}


class AuditSearchView(AuditPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        form = _form(request)
        context: dict[str, Any] = {
            "crumbs": trail(),
            "filters": form,
            "check": last_check(),
            "active": [],
            "clear_url": "",
            "result": "",
            "found": None,
        }
        if form.is_valid():
            found = audit.search(request.user, form.criteria(), **PageForm(request.GET).keys())
            services.record_search(by=request.user, filters=form.active(), found=found.count)
            context |= {
                "found": found,
                "result": _result_line(found),
                "export_query": query_without(request, "avant", "apres").rstrip("&"),
                **active_filters(request, form),
                **page_links(request, found.page),
            }
        return render(request, "steering/audit/search.html", context)


class AuditEventView(AuditPage):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        event = audit.get_event_for(request.user, pk)
        services.record_event_read(by=request.user, event=event)
        return render(
            request,
            "steering/audit/event.html",
            {
                "crumbs": trail((_("Audit"), "/audit/")),
                "event": event,
                "noun": audit.noun_label(event.kind.partition(".")[0]),
                "changes": audit.changes_of(event),
            },
        )


class AuditCheckView(AuditPage):
    """« Contrôler la chaîne »: a POST controls, a GET shows what the last control found."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(
            request,
            "steering/audit/check.html",
            {
                "crumbs": trail((_("Audit"), "/audit/")),
                "check": last_check(),
            },
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        report = services.check_journal(by=request.user)
        level = messages.SUCCESS if report.is_intact else messages.ERROR
        messages.add_message(request, level, report.sentence)
        return redirect("steering:check_journal")


class AuditExportView(AuditPage):
    """« Exporter avec preuve »: what the search found, with the hashes and the seals."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = _form(request)
        if not form.is_valid():
            messages.error(request, _("Corrigez les filtres avant d’exporter."))
            return redirect(f"/audit/?{request.GET.urlencode()}")
        content = proof.archive(
            audit.export_rows(request.user, form.criteria()),
            by=request.user.get_full_name(),
            filters=form.active(),
            made_at=timezone.now(),
        )
        services.record_export(
            by=request.user, what=_("Journal avec preuve"), kind="zip", filters=form.active()
        )
        return file_response(content, "application/zip", "journal-avec-preuve", "zip")

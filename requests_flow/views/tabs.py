"""The seven tabs of a case: one address each (ux/spec.md, §3)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header

from cases import policies as case_policies
from cases import selectors as case_selectors
from cases import storage
from cases.enums import Room
from cases.services import record_reading
from requests_flow import policies
from requests_flow.selectors import actions, history, requests, tabs
from requests_flow.selectors.case_page import conditions
from requests_flow.views.base import CaseTabView, CaseView


class OpenView(CaseView):
    """The address of a request: it leads each reader to where he has to be."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return redirect(actions.landing(request.user, self.data_request))


class AnswersView(CaseTabView):
    """« Demande » : the answers of the last version, step by step."""

    tab, template_name = "answers", "requests_flow/tab_answers.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**tabs.answers_tab(self.data_request), **kwargs)


class InstructionView(CaseTabView):
    """« Instruction » : tracks, reserves, differences, internal notes, people."""

    tab, template_name = "instruction", "requests_flow/tab_instruction.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if not policies.can_read_instruction(self.request.user, self.data_request):
            raise Http404
        return super().get_context_data(
            **tabs.instruction_tab(self.request.user, self.data_request),
            conditions=conditions(self.request.user, self.data_request),
            can_note=case_policies.is_cell(self.request.user),
            **kwargs,
        )


class OpinionsView(CaseTabView):
    """« Avis » : each opinion and decision in full."""

    tab, template_name = "opinions", "requests_flow/tab_opinions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if not policies.can_read_opinions(self.request.user, self.data_request):
            raise Http404
        # Who follows the instruction reads the reserves there; the requester, here.
        elsewhere = policies.can_read_instruction(self.request.user, self.data_request)
        own = [] if elsewhere else conditions(self.request.user, self.data_request)
        return super().get_context_data(
            **tabs.opinions_tab(self.data_request), conditions=own, **kwargs
        )


class AgreementView(CaseTabView):
    """« Convention » : the act that the request leads to."""

    tab, template_name = "agreement", "requests_flow/tab_agreement.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **tabs.agreement_tab(self.request.user, self.data_request), **kwargs
        )


class ThreadView(CaseTabView):
    """« Échanges » : the shared thread; internal notes are written on another page."""

    tab, template_name = "thread", "requests_flow/tab_thread.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return super().get_context_data(
            thread=tabs.thread(user, self.data_request),
            rooms=list(case_policies.rooms_of(user, self.data_request)),
            can_ask_requester=Room.REQUESTER in case_policies.rooms_of(user, self.data_request),
            is_following=case_selectors.is_following(user, self.data_request),
            **kwargs,
        )


class FilesView(CaseTabView):
    """« Pièces » : what was attached, by whom, whether it was scanned."""

    tab, template_name = "files", "requests_flow/tab_files.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **tabs.files_tab(self.request.user, self.data_request), **kwargs
        )


class HistoryView(CaseTabView):
    """« Historique » : full sentences, newest first."""

    tab, template_name = "history", "requests_flow/tab_history.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tab = tabs.history_tab(self.request.user, self.data_request, self.request.GET)
        rows = history.rows(self.data_request, tab["timeline"].events)
        return super().get_context_data(**tab, rows=rows, foot=history.foot(), **kwargs)


class VersionsView(CaseTabView):
    """Two submissions compared, field by field and word by word."""

    tab, template_name = "answers", "requests_flow/versions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        old = requests.revision_for(self.data_request, self.kwargs["old"])
        new = requests.revision_for(self.data_request, self.kwargs["new"])
        return super().get_context_data(**{**kwargs, **tabs.versions(old, new)})


class OpinionView(CaseTabView):
    """One opinion, its grid and its reserves."""

    tab, template_name = "opinions", "requests_flow/opinion.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        consultation = requests.consultation_for(
            self.request.user, self.data_request, self.kwargs["consultation_id"]
        )
        return super().get_context_data(
            **tabs.one_opinion(self.request.user, self.data_request, consultation), **kwargs
        )


class DownloadView(CaseView):
    """A file of the case, checked against its fingerprint; its reading is an event."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        attachment = case_selectors.attachment_for(
            request.user, self.data_request, self.kwargs["attachment_id"]
        )
        if attachment.scan_state in ("pending", "refused"):
            raise Http404
        response = HttpResponse(
            storage.read(attachment.sha256), content_type=attachment.content_type
        )
        response["Content-Disposition"] = content_disposition_header(True, attachment.name)
        record_reading(case=self.data_request, attachment=attachment, by=request.user)
        return response


class PrintView(CaseView):
    """The last version on one page to print: no navigation, no internal note."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return render(request, "requests_flow/print.html", tabs.print_page(self.data_request))

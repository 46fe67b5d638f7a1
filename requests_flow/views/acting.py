"""The acting pages: recap, form, « Vérifier avant d’enregistrer », then one service."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from cases import policies as case_policies
from cases import selectors as case_selectors
from cases.errors import Conflict, Impossible
from cases.models import Task
from questionnaires import parsing
from questionnaires.forms import hidden_inputs
from requests_flow.acts import ACTS, Act
from requests_flow.forms import StepForm, facts_for_step, proposals
from requests_flow.selectors import acting, acting_pages
from requests_flow.services import drafting
from requests_flow.views.base import CaseView, message_of

# Buttons that keep what is typed and stay on the page.
STAYS = ("corriger", "save", "apercu")


class StepView(CaseView):
    """One task, done by its form. A task of another case than that of the address is 404."""

    node = ""
    template_name = "requests_flow/step.html"

    @cached_property
    def task(self) -> Task:
        found = case_selectors.task_for(
            self.request.user, self.data_request, self.kwargs["task_id"]
        )
        if found.node != self.node:
            raise Http404
        return found

    @property
    def act(self) -> Act:
        return ACTS[self.node]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Refuse before showing anything: not visible, already done, or not this person's."""
        if request.method in ("GET", "POST"):
            if not self.task.is_open:
                raise Conflict(acting.who_did(self.task))
            case_policies.check_can_act(request.user, self.task)
        return super().dispatch(request, *args, **kwargs)

    def step_form(self, data: Any = None) -> StepForm:
        return StepForm.of(
            self.task,
            self.act,
            data,
            facts_for_step(self.data_request),
            proposals(self.data_request, self.task),
        )

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.show(self.step_form())

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        form = self.step_form(request.POST)
        if form.answers is not None:
            drafting.save_answers(task=self.task, data=request.POST, by=request.user)
        if request.headers.get("HX-Request"):
            return render(request, "requests_flow/_advice.html", acting_pages.grid(form))
        action = request.POST.get("action", "")
        if parsing.wants_row(request.POST) or action in STAYS:
            return self.show(form, action=action)
        if problems := form.problems():
            return self.show(form, problems)
        asks_more = form.effective.get("decision") == "info_request"
        if "confirm" not in request.POST and not asks_more:
            return self.show(form, verify=True)
        return self.perform(form)

    def perform(self, form: StepForm) -> HttpResponse:
        if self.node == "check_admissibility" and form.effective.get("decision") == "info_request":
            return redirect(
                "requests_flow:request_complement", self.data_request.reference, self.task.pk
            )
        try:
            self.act.perform(self.task, form.effective, self.request.user)
        except Impossible as refusal:
            return self.show(form, refusal=message_of(refusal))
        sentence = self.act.sentence(self.task, form.effective)
        messages.success(self.request, _("C’est enregistré : %(what)s") % {"what": sentence})
        return redirect(self.case_url("view_answers"))

    def show(
        self,
        form: StepForm,
        problems: Any = (),
        *,
        verify: bool = False,
        refusal: str = "",
        action: str = "",
    ) -> HttpResponse:
        frame = acting_pages.frame(self.request.user, self.data_request, form)
        sections = form.sections(problems)
        acting_pages.name_power(sections, frame["power"])
        context = {
            **frame,
            "sections": sections,
            "errors": [one for part in sections for one in part.error_entries],
            "refusal": refusal,
            "saved": action == "save",
            "shows_letter": action == "apercu",
        }
        if verify:
            context["verify"] = acting.verification(
                self.act, self.task, form.effective, hidden_inputs(self.request.POST)
            )
        status = 422 if problems or refusal else 200
        return render(self.request, self.template_name, context, status=status)

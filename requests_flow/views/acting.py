"""The acting pages: recap, form, « Vérifier avant d’enregistrer », then one service."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from cases import policies as case_policies
from cases import selectors as case_selectors
from cases.errors import Conflict, Impossible, message_of
from cases.models import Task
from questionnaires import parsing
from questionnaires.forms import hidden_inputs, uploads
from questionnaires.selectors import conflict_rows
from questionnaires.services import EditConflict
from requests_flow.acts import ACTS, Act
from requests_flow.selectors import acting, acting_pages
from requests_flow.services import step_answers
from requests_flow.services.step_answers import Kept
from requests_flow.step_form import StepForm, definition_of, draft_of
from requests_flow.views.base import CaseView

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

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.show(StepForm.of(self.data_request, self.task, self.act))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if "_resolve" in request.POST and draft_of(self.task, self.act) is not None:
            return self.resolve()
        kept = self.keep_files()
        try:
            form = self.saved_form(kept)
        except EditConflict as conflict:
            return self.show_conflict(conflict, kept)
        if request.headers.get("HX-Request"):
            return render(request, "requests_flow/_advice.html", acting_pages.grid(form))
        return self.go_on(form, kept)

    def keep_files(self) -> Kept:
        """Join the files of the page, unless htmx only asks for the advice again."""
        if self.request.headers.get("HX-Request"):
            return Kept()
        definition = definition_of(self.act, draft_of(self.task, self.act))
        return step_answers.keep_files(
            task=self.task,
            uploads=uploads(definition, None, self.request.FILES),
            labels={name: field.label for name, field in definition.fields.items()},
            by=self.request.user,
        )

    def saved_form(self, kept: Kept) -> StepForm:
        """Save the draft of a consultation, then read the form again."""
        draft = draft_of(self.task, self.act)
        if draft is not None:
            step_answers.save_answers(
                task=self.task, data=self.request.POST, by=self.request.user, joined=kept.files
            )
            draft.refresh_from_db()
        return StepForm.of(self.data_request, self.task, self.act, self.request.POST, kept.files)

    def go_on(self, form: StepForm, kept: Kept) -> HttpResponse:
        """Stay, show what is wrong, ask to verify, or do it: as the button says."""
        action = self.request.POST.get("action", "")
        if kept.refused:
            return self.show(form, form.refusals(kept.refused))
        if parsing.wants_row(self.request.POST) or action in STAYS:
            return self.show(form, action=action)
        if problems := form.problems():
            return self.show(form, problems)
        asks_more = form.effective.get("decision") == "info_request"
        if "confirm" not in self.request.POST and not asks_more:
            return self.show(form, verify=[*hidden_inputs(self.request.POST), *kept.hidden])
        return self.perform(form)

    def resolve(self) -> HttpResponse:
        try:
            step_answers.resolve_conflict(
                task=self.task, data=self.request.POST, by=self.request.user
            )
        except EditConflict as conflict:
            return self.show_conflict(conflict, Kept())
        messages.success(self.request, _("Le conflit est réglé, vos textes sont enregistrés."))
        return redirect(self.request.path)

    def show_conflict(self, conflict: EditConflict, kept: Kept) -> HttpResponse:
        """Both texts side by side; what was typed, and the files, are carried along."""
        context = {
            "draft": self.data_request,
            "rows": conflict_rows(draft_of(self.task, self.act), conflict.conflicts),
            "hidden": [*hidden_inputs(self.request.POST), *kept.hidden],
            "seen": conflict.revision,
            "action": self.request.path,
        }
        return render(self.request, "requests_flow/conflict.html", context, status=409)

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
        verify: list[tuple[str, str]] | None = None,
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
            "upload_names": form.upload_names,
        }
        if verify is not None:
            context["verify"] = acting.verification(self.act, self.task, form.effective, verify)
        status = 422 if problems or refusal else 200
        return render(self.request, self.template_name, context, status=status)

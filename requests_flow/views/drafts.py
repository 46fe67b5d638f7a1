"""The eight-step form of a draft, its summary, and the filing (ux/spec.md, §4)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View

from cases import services as cases
from cases.errors import Impossible, message_of
from questionnaires import forms as pages
from questionnaires import parsing
from questionnaires import selectors as answers_of
from questionnaires.services import EditConflict
from requests_flow import forms, policies
from requests_flow.models import DataRequest
from requests_flow.selectors import drafts, variables
from requests_flow.selectors.case_files import of_the_request
from requests_flow.services import drafting, filing
from requests_flow.services import variables as variable_lists
from requests_flow.services.filing import Incomplete
from requests_flow.views.base import CaseView


class DraftView(View):
    """A page about the draft of the address, or about a request that owes a complement."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def draft(self) -> DataRequest:
        return drafts.writable_for(self.request.user, self.kwargs["draft_key"])

    def draft_url(self, name: str = "review_draft", *arguments: str) -> str:
        return reverse(f"requests_flow:{name}", args=[self.draft.draft_key, *arguments])

    def edit_urls(self) -> dict[str, str]:
        """Where each step is changed: « Modifier » of the summary."""
        return {
            code: self.draft_url("edit_draft", code) for code in drafts.section_codes(self.draft)
        }

    def show_conflict(self, section: str, conflict: EditConflict) -> HttpResponse:
        """Somebody else wrote meanwhile: both texts, and nothing lost."""
        page = drafts.conflict_page(self.draft, section, conflict, self.request.POST)
        return render(self.request, "requests_flow/conflict.html", page, status=409)


class DraftHomeView(DraftView):
    """The bare address of a draft leads to where one stopped."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(
            self.draft_url("edit_draft", drafts.where_one_stopped(self.draft))
        )


class EditView(DraftView):
    """One step: saved whatever is typed, checked on « Enregistrer et continuer »."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        checked = "verifier" in request.GET
        found = answers_of.problems(self.draft.answers, "S", self.section) if checked else []
        return self.show(found)

    @cached_property
    def section(self) -> str:
        if self.kwargs["section"] not in {
            one.code for one in answers_of.sections(self.draft.answers)
        }:
            raise Http404
        return str(self.kwargs["section"])

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        try:
            self.save()
        except EditConflict as conflict:
            return self.show_conflict(self.section, conflict)
        except ValidationError as refusal:
            return self.show(refusal=message_of(refusal), status=422)
        self.draft.answers.refresh_from_db()
        if request.headers.get("HX-Request"):
            return self.saved()
        return self.go_on(request.POST.get("action", ""))

    def save(self) -> None:
        uploads = pages.uploads(self.draft.answers.definition, self.section, self.request.FILES)
        drafting.save_section(
            data_request=self.draft,
            section=self.section,
            data=self.request.POST,
            by=self.request.user,
            expected_revision=pages.expected_revision(self.request.POST),
            files={name: self.attached(files) for name, files in uploads.items()},
        )

    def attached(self, files: list[Any]) -> list[int]:
        kept = drafting.attach(data_request=self.draft, uploads=files, by=self.request.user)
        return [one.pk for one in kept]

    def saved(self) -> HttpResponse:
        """The answer to htmx: the new revision, and the fields again when what is asked changed."""
        form = self.form_of()
        context = drafts.edit_page(self.draft, self.section, form, "")
        context |= {"extra": "requests_flow/_saved.html", "count": variables.count_of(form)}
        context |= drafts.already_covered(self.request.user, self.draft, self.section)
        context["with_fields"] = self.request.headers.get("HX-Target") == pages.FIELDS_ID
        return render(self.request, "questionnaires/autosave.html", context)

    def form_of(self, problems: Any = ()) -> pages.SectionForm:
        form = pages.section_form(
            self.draft.answers,
            self.section,
            problems=problems,
            attachments=of_the_request(self.draft),
            refresh_url=self.draft_url("edit_draft", self.section),
            editor=pages.editor(self.request.POST),
            added=pages.pressed(self.request.POST),
        )
        return variables.with_picker(self.draft, form, self.variable_filter)

    @property
    def variable_filter(self) -> str:
        """What is typed in « Filtrer les variables », posted or in the address."""
        found = self.request.POST.get("filtre", self.request.GET.get("filtre", ""))
        return str(found).replace("\x00", "")[:100]

    def go_on(self, action: str) -> HttpResponse:
        """Where the button leads: this step, the one before, the dashboard, or the next step if
        this one holds."""
        here = self.draft_url("edit_draft", self.section)
        before, after = drafts.neighbours(self.draft, self.section)
        if parsing.wants_row(self.request.POST):
            return redirect(here + pages.row_anchor(self.form_of(), self.request.POST))
        if action == "quitter":
            return redirect("requests_flow:dashboard")
        if action == "retour" and before:
            return redirect(self.draft_url("edit_draft", before))
        if action == "filtrer":
            query = urlencode({"filtre": self.variable_filter})
            return redirect(f"{here}?{query}#id_variables")
        return self.next_step(after) if action == "continuer" else redirect(here)

    def next_step(self, after: str) -> HttpResponse:
        """The step is checked; what is saved stays saved."""
        found = answers_of.problems(self.draft.answers, "S", self.section)
        if found:
            return self.show(found, status=422)
        return redirect(
            self.draft_url("edit_draft", after) if after else self.draft_url("review_draft")
        )

    def show(self, problems: Any = (), *, refusal: str = "", status: int = 200) -> HttpResponse:
        context = drafts.edit_page(self.draft, self.section, self.form_of(problems), refusal)
        context |= drafts.already_covered(self.request.user, self.draft, self.section)
        return render(self.request, "requests_flow/draft_section.html", context, status=status)


class ImportVariablesView(DraftView):
    """« Importer une liste » : names pasted or read from a CSV file, matched with the catalogue."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.show(forms.VariableListForm())

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        form = forms.VariableListForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form, 422)
        try:
            names = variable_lists.names_of(form.cleaned_data["text"])
            done = variable_lists.import_names(
                data_request=self.draft, names=names, by=request.user
            )
        except Impossible as refusal:
            form.add_error("names", refusal.message)
            return self.show(form, 422)
        messages.success(request, done.sentence)
        return redirect(self.draft_url("edit_draft", "data") + "#id_variables")

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        context = {
            "draft": self.draft,
            "form": form,
            "back_url": self.draft_url("edit_draft", "data"),
        }
        return render(self.request, "requests_flow/import_variables.html", context, status=status)


class ConflictView(DraftView):
    """Two editors wrote the same field: keep mine, or take theirs; nothing is lost."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        section = kwargs["section"]
        try:
            drafting.resolve_conflict(
                data_request=self.draft, section=section, data=request.POST, by=request.user
            )
        except EditConflict as conflict:
            return self.show_conflict(section, conflict)
        messages.success(request, _("Le conflit est réglé, vos textes sont enregistrés."))
        return redirect(self.draft_url("edit_draft", section))


class SummaryView(DraftView):
    """Everything on one page: what is missing, what we deduced, who will read, the target date."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        context = drafts.summary_page(self.draft) | {"edit_urls": self.edit_urls()}
        return render(request, "requests_flow/draft_summary.html", context)


class SubmitView(DraftView):
    """File the request; all errors at once when it does not hold."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        try:
            case = filing.submit(data_request=self.draft, by=request.user)
        except Incomplete as refusal:
            return self.show(drafts.summary_page(self.draft, problems=refusal.problems))
        except Impossible as refusal:
            return self.show(drafts.summary_page(self.draft, refusal=refusal.message))
        return redirect("requests_flow:filed", case.reference)

    def show(self, context: dict[str, Any]) -> HttpResponse:
        context["edit_urls"] = self.edit_urls()
        return render(self.request, "requests_flow/draft_summary.html", context, status=422)


class FiledView(CaseView):
    """The confirmation: number, next steps with dates."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if self.data_request.created_by_id != request.user.pk:
            raise Http404
        return render(request, "requests_flow/filed.html", drafts.filed_page(self.data_request))


class InviteView(DraftView):
    """« Inviter un collègue » of the same organisation."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.show(forms.InviteForm(inviter=request.user))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        form = forms.InviteForm(request.POST, inviter=request.user)
        if not form.is_valid():
            return self.show(form, 422)
        try:
            cases.invite(case=self.draft, guest=form.cleaned_data["guest"], by=request.user)
        except Impossible as refusal:
            form.add_error("guest", refusal.message)
            return self.show(form, 422)
        messages.success(
            request,
            _("%(who)s peut lire et modifier ce brouillon.") % {"who": form.cleaned_data["guest"]},
        )
        return redirect(self.draft_url("open_draft"))

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        context = {"draft": self.draft, "form": form, "back_url": self.draft_url("open_draft")}
        return render(self.request, "requests_flow/invite.html", context, status=status)


class DeleteView(DraftView):
    """Deleting a draft asks once more; its number was never given."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        policies.check_can_write(request.user, self.draft)
        return render(
            request,
            "requests_flow/draft_delete.html",
            {"draft": self.draft, "back_url": self.draft_url("open_draft")},
        )

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        drafting.abandon_draft(data_request=self.draft, by=request.user)
        messages.success(request, _("Le brouillon est supprimé."))
        return redirect("requests_flow:dashboard")


class PrintDraftView(DraftView):
    """The saved answers on one page to print, marked « Brouillon »."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return render(request, "requests_flow/print.html", drafts.print_page(self.draft))

"""A version of a clause is written: fields and facts beside it, preview on a file, publication."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from accounts.forms.fields import add_errors
from accounts.views.services_forms import AdministrationFormView
from agreements import selectors, services
from agreements.forms_library import ClauseForm, EmptyForm, RevisionForm
from agreements.library import ClauseText, Library, clause_problems, merged_fields
from agreements.markup import from_editor, to_editor
from agreements.models import Agreement, ClauseDraft, ClauseVersion
from agreements.models.library import Wording
from agreements.views.clauses import (
    CLAUSES,
    ClausePage,
    OneClause,
    clause_url,
    wording_changes,
)
from cases.errors import Conflict, Impossible, message_of

SAVE, PREVIEW = "enregistrer", "apercu"


class WritingPage(ClausePage, TemplateView):
    """The form of a version; what was typed is previewed on each change, or by its button."""

    template_name = "agreements/write_clause.html"
    is_new = False

    @property
    def code(self) -> str:
        raise NotImplementedError

    def initial(self) -> dict[str, Any]:
        raise NotImplementedError

    def save(self, form: ClauseForm) -> ClauseDraft:
        raise NotImplementedError

    def back(self) -> str:
        return str(CLAUSES[1])

    @cached_property
    def files(self) -> list[Agreement]:
        return selectors.files_on_hand(self.request.user)  # type: ignore[arg-type]

    @cached_property
    def library(self) -> Library:
        return selectors.whole_library()

    def build(self, data: Any = None) -> ClauseForm:
        return ClauseForm(data, initial=self.initial(), files=self.files, is_new=self.is_new)

    def show(self, form: ClauseForm, status: int = 200) -> HttpResponse:
        typed = typed_clause(form, self.code)
        library = self.library
        context = self.get_context_data(
            form=form,
            back=self.back(),
            preview=selectors.preview_clause(
                typed, self.files, library, sample=_value(form, "sample")
            ),
            problems=_labelled(form, clause_problems(typed, library)),
            groups=selectors.editor_fields(library),
            known_facts=[(name, fact.label) for name, fact in library.facts.items()],
            codes=[(code, clause.title) for code, clause in sorted(library.clauses.items())],
        )
        return render(self.request, self.template_name, context, status=status)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.build())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, action = self.build(request.POST), request.POST.get("action")
        if action == PREVIEW:
            _add(form, clause_problems(typed_clause(form, self.code), self.library))
            return self.show(form)
        if not form.is_valid():
            return self.show(form, 422)
        try:
            draft = self.save(form)
        except (ValidationError, Impossible) as refusal:
            _refuse(form, refusal)
            return self.show(form, 422)
        return self.saved(draft, form, stays=action == SAVE)

    def saved(self, draft: ClauseDraft, form: ClauseForm, *, stays: bool) -> HttpResponse:
        """The draft is kept; what stands before its publication is said before it is asked for."""
        code = draft.clause.code
        if stays:
            messages.success(self.request, _("Le brouillon est enregistré."))
            return redirect(clause_url(code, "write_clause"))
        problems = clause_problems(typed_clause(form, code), self.library)
        if problems:
            return self.hold_back(draft, form, problems)
        return redirect(clause_url(code, "publish_clause"))

    def hold_back(
        self, draft: ClauseDraft, form: ClauseForm, problems: dict[str, list[str]]
    ) -> HttpResponse:
        message = _("Le brouillon est enregistré. Corrigez-le avant de le publier.")
        messages.warning(self.request, message)
        return redirect(clause_url(draft.clause.code, "write_clause"))


def typed_clause(form: ClauseForm, code: str) -> ClauseText:
    """What the form holds, right or wrong, as a clause to preview."""
    body = from_editor(_value(form, "body"))
    types = form.data.getlist("types") if form.is_bound else form.initial.get("types", [])
    return ClauseText.model_construct(
        code=code,
        version=1,
        title=_value(form, "title"),
        types=[one for one in types if one in dict(form.fields["types"].choices)],  # type: ignore[attr-defined]
        condition=_value(form, "condition").strip(),
        mandatory_when=_value(form, "mandatory_when").strip(),
        fields=list(merged_fields(body)),
        body=body,
        active=True,
    )


def _value(form: ClauseForm, name: str) -> str:
    source = form.data if form.is_bound else form.initial
    return str(source.get(name) or "").replace("\x00", "")


def _add(form: ClauseForm, problems: dict[str, list[str]]) -> None:
    form.is_valid()
    for name, found in problems.items():
        if name in form.fields and name not in form.errors:
            form.add_error(name, found)


def _labelled(form: ClauseForm, problems: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [
        (str(form.fields[name].label), one) for name, found in problems.items() for one in found
    ]


def _refuse(form: ClauseForm, refusal: Exception) -> None:
    if isinstance(refusal, ValidationError):
        add_errors(form, refusal)
    else:
        form.add_error(None, message_of(refusal))


class CreateClauseView(WritingPage):
    """« Nouvelle clause »."""

    title = gettext_lazy("Nouvelle clause")
    above = [CLAUSES]
    is_new = True
    code = ""

    def initial(self) -> dict[str, Any]:
        return {"order": 1000, "revision": 0}

    def save(self, form: ClauseForm) -> ClauseDraft:
        return services.create_clause(
            code=form.cleaned_data["code"],
            wording=form.wording(),
            by=self.request.user,  # type: ignore[arg-type]
        )


class WriteClauseView(OneClause, WritingPage):
    """« Rédiger une nouvelle version » : the draft, or the published text to start from."""

    @property
    def code(self) -> str:
        return self.clause.code

    @cached_property
    def draft(self) -> ClauseDraft | None:
        return selectors.draft_of(self.clause)

    def get_title(self) -> str:
        return _("Rédiger la clause %s") % self.clause.code

    def get_above(self) -> list[tuple[Any, str]]:
        return super().get_above() if self.clause.versions.exists() else [CLAUSES]

    def back(self) -> str:
        above = self.get_above()
        return str(above[-1][1])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(draft=self.draft, clause=self.clause, **kwargs)

    def initial(self) -> dict[str, Any]:
        if self.draft is not None:
            return {
                **_initial(self.draft),
                "note": self.draft.note,
                "revision": self.draft.revision,
            }
        return {**_initial(selectors.clause_version(self.clause.code)), "revision": 0}

    def hold_back(
        self, draft: ClauseDraft, form: ClauseForm, problems: dict[str, list[str]]
    ) -> HttpResponse:
        """The page again, each problem at its field; the draft goes on from what was kept."""
        self.draft = draft
        kept = self.request.POST.copy()
        kept["revision"] = str(draft.revision)
        again = self.build(kept)
        _add(again, problems)
        return self.show(again, 422)

    def save(self, form: ClauseForm) -> ClauseDraft:
        return services.save_clause_draft(
            clause=self.clause,
            wording=form.wording(),
            revision=form.cleaned_data["revision"] or 0,
            by=self.request.user,  # type: ignore[arg-type]
        )


def _initial(wording: Wording) -> dict[str, Any]:
    names = ("title", "purpose", "types", "condition", "order", "locked", "mandatory_when")
    return {**{name: getattr(wording, name) for name in names}, "body": to_editor(wording.body)}


class PublishClauseView(OneClause, AdministrationFormView):
    """« Vérifier avant de publier » : what changes, then the version that nothing changes."""

    template_name = "agreements/publish_clause.html"
    form_class = RevisionForm
    success_message = gettext_lazy("La version est publiée. Elle reste à valider (DAJ et DPD).")

    @cached_property
    def draft(self) -> ClauseDraft:
        draft = selectors.draft_of(self.clause)
        if draft is None:
            raise Conflict(_("Aucune version de cette clause n’est en cours de rédaction."))
        return draft

    @cached_property
    def last(self) -> ClauseVersion | None:
        return next(iter(selectors.versions_of(self.clause)), None)

    def get_title(self) -> str:
        number = self.last.version + 1 if self.last else 1
        return _("Publier la version %(n)s de la clause %(code)s") % {
            "n": number, "code": self.clause.code,
        }  # fmt: skip

    def get_above(self) -> list[tuple[Any, str]]:
        written = (self.clause.code, clause_url(self.clause.code, "write_clause"))
        return [CLAUSES, written]

    def get_initial(self) -> dict[str, Any]:
        return {"revision": self.draft.revision}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = services.draft_text(draft=self.draft)
        return super().get_context_data(
            draft=self.draft,
            changes=wording_changes(self.last, self.draft) if self.last else None,
            text=to_editor(self.draft.body),
            problems=clause_problems(text, selectors.whole_library()),
            **kwargs,
        )

    def get_success_url(self) -> str:
        return clause_url(self.clause.code)

    def perform(self, data: dict[str, Any]) -> None:
        services.publish_clause(
            clause=self.clause,
            revision=data["revision"],
            by=self.request.user,  # type: ignore[arg-type]
        )


class DiscardClauseDraftView(OneClause, AdministrationFormView):
    """« Abandonner le brouillon »."""

    form_class = EmptyForm
    submit_label = gettext_lazy("Abandonner le brouillon")
    success_message = gettext_lazy("Le brouillon est abandonné.")
    intro = gettext_lazy(
        "Le texte en cours de rédaction sera perdu. Les versions publiées restent."
    )

    def get_title(self) -> str:
        return _("Abandonner le brouillon de la clause %s") % self.clause.code

    def get_above(self) -> list[tuple[Any, str]]:
        return [CLAUSES]

    def get_success_url(self) -> str:
        return str(CLAUSES[1])

    def perform(self, data: dict[str, Any]) -> None:
        services.discard_clause_draft(clause=self.clause, by=self.request.user)  # type: ignore[arg-type]

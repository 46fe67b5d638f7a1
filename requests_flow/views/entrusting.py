"""« Confier à … » : a step goes to another person who holds its role there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases import policies as case_policies
from cases import selectors as case_selectors
from cases import services as cases
from cases.errors import Conflict, NotAllowed
from cases.models import Task
from requests_flow import forms
from requests_flow.selectors import actions
from requests_flow.selectors.acting import who_did
from requests_flow.views.base import CaseView
from requests_flow.views.managing import PlainFormView


class ChooseTaskView(CaseView):
    """The steps that the reader may give to somebody else; straight to the page of the only one."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        lines = actions.entrustable(request.user, self.data_request)
        if not lines:
            raise NotAllowed(str(_("Vous ne pouvez confier aucune étape de ce dossier.")))
        if len(lines) == 1:
            return redirect(lines[0]["url"])
        context = {
            "data_request": self.data_request,
            "page_title": _("Confier une étape"),
            "lead": _("Choisissez l’étape à confier à une autre personne."),
            "lines": lines,
        }
        return render(request, "requests_flow/entrust.html", context)


class EntrustView(PlainFormView):
    """One open step, given to one person or to all who hold its role, and why."""

    form_class, title = forms.EntrustForm, _("Confier à…")
    submit_label, success = (
        _("Confier l’étape"),
        _("L’étape est confiée : la personne est avertie."),
    )

    @cached_property
    def task(self) -> Task:
        return case_selectors.task_for(self.request.user, self.data_request, self.kwargs["task_id"])

    @property
    def intro(self) -> str:
        return actions.entrusted_text(self.task)

    def check(self) -> None:
        if not self.task.is_open:
            raise Conflict(who_did(self.task))
        case_policies.check_can_reassign(self.request.user, self.task)

    def form_kwargs(self) -> dict[str, Any]:
        people = case_selectors.possible_owners(self.task)
        return {"people": people, "is_taken": self.task.owner_id is not None}

    def perform(self, cleaned: dict[str, Any]) -> None:
        cases.reassign(
            task=self.task,
            to=cleaned["person"],
            reason=cleaned["reason"],
            by=self.request.user,
        )

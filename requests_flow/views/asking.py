"""Asking the requester for what is missing: at the admissibility, or while opinions are open."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import policies as case_policies
from cases import selectors as case_selectors
from cases.errors import Conflict, Impossible
from cases.models import Task
from questionnaires import definitions, parsing, validation
from questionnaires.forms import blank_form, hidden_inputs
from requests_flow.acts import items_of
from requests_flow.selectors import afterwards
from requests_flow.selectors.acting import who_did
from requests_flow.services import complements, study
from requests_flow.views.base import CaseView

CODE = "complement_request"


class AskComplementView(CaseView):
    """A reviewer, a holder or the cell asks something while consultations or decisions are open."""

    def check(self) -> None:
        """Refuse whoever owes neither an opinion nor a decision, before he types anything."""
        complements.branch_to_ask(self.data_request, self.request.user)

    def perform(self, items: list[dict[str, str]]) -> None:
        complements.ask_during(data_request=self.data_request, items=items, by=self.request.user)

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.check()
        return self.show({})

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.check()
        values = parsing.parse(definitions.get(CODE), request.POST)
        if parsing.wants_row(request.POST) or request.POST.get("action") == "corriger":
            return self.show(values)
        problems = validation.problems(definitions.get(CODE), values, "D")
        if problems:
            return self.show(values, problems, status=422)
        if "confirm" not in request.POST:
            return self.show(values, verify=True)
        try:
            self.perform(items_of(values))
        except Impossible as refusal:
            return self.show(values, refusal=refusal.message, status=422)
        messages.success(
            request, _("Le complément est demandé : le décompte des délais est arrêté.")
        )
        return redirect(self.case_url("view_answers"))

    def show(
        self,
        values: dict[str, Any],
        problems: Any = (),
        *,
        refusal: str = "",
        verify: bool = False,
        status: int = 200,
    ) -> HttpResponse:
        verification = {
            "sentence": ngettext(
                "Vous demandez %(n)s point au demandeur de %(ref)s.",
                "Vous demandez %(n)s points au demandeur de %(ref)s.",
                len(items_of(values)),
            )
            % {"n": len(items_of(values)), "ref": self.data_request.reference},
            "effects": [
                _("Le décompte des délais s’arrête."),
                _(
                    "Sans réponse trente jours après l’échéance, la demande sera classée après un "
                    "préavis."
                ),
            ],
            "hidden": hidden_inputs(self.request.POST),
            "submit_label": _("Envoyer la demande de complément"),
        }
        form = blank_form(CODE, values=values, problems=problems)
        context = {
            "data_request": self.data_request,
            "sections": [form],
            "errors": form.error_entries,
            "refusal": refusal,
            "verify": verification if verify else None,
            "page_title": _("Demander un complément"),
            "lead": _(
                "Dites ce qui manque et pourquoi : le demandeur doit pouvoir répondre sans vous "
                "appeler."
            ),
            "after": afterwards.after_complement(),
        }
        return render(self.request, "requests_flow/ask_complement.html", context, status=status)


class RequestComplementView(AskComplementView):
    """The same at the admissibility: it ends the officer's check until the answer comes."""

    @cached_property
    def task(self) -> Task:
        return case_selectors.task_for(self.request.user, self.data_request, self.kwargs["task_id"])

    def check(self) -> None:
        if self.task.node != "check_admissibility" or not self.task.is_open:
            raise Conflict(who_did(self.task))
        case_policies.check_can_act(self.request.user, self.task)

    def perform(self, items: list[dict[str, str]]) -> None:
        study.ask_complement(task=self.task, items=items, by=self.request.user)

"""Reserves and external formalities: the rows that follow a decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from cases import policies as case_policies
from cases import selectors as case_selectors
from cases.errors import Conflict, Impossible, NotAllowed
from requests_flow import forms, policies
from requests_flow.selectors import requests
from requests_flow.selectors.case_page import case_page, formality_table
from requests_flow.services import conditions, formalities
from requests_flow.services.conditions import NewCondition
from requests_flow.views.base import CaseView
from requests_flow.views.managing import PlainFormView


class AddConditionView(PlainFormView):
    form_class, title, back = forms.ConditionForm, _("Ajouter une réserve"), "view_instruction"
    submit_label, success = _("Ajouter la réserve"), _("Réserve ajoutée.")

    def check(self) -> None:
        policies.check_can_settle_condition(self.request.user, self.data_request)

    def perform(self, cleaned: dict[str, Any]) -> None:
        conditions.add(
            data_request=self.data_request,
            by=self.request.user,
            condition=NewCondition(
                cleaned["text"], cleaned["owner"], cleaned["due_stage"], cleaned["proof"]
            ),
        )


class SettleConditionView(PlainFormView):
    """Prove, lift, inscribe or withdraw a reserve."""

    form_class, title, submit_label = forms.SettleForm, _("Traiter la réserve"), _("Enregistrer")
    success = _("Réserve mise à jour.")

    @property
    def condition(self) -> Any:
        return requests.condition_for(
            self.request.user, self.data_request, self.kwargs["condition_id"]
        )

    def allowed(self) -> list[str]:
        found = []
        if policies.can_bring_proof(self.request.user, self.data_request):
            found.append("prove")
        if policies.can_settle_condition(self.request.user, self.data_request):
            found += ["lift", "inscribe", "withdraw"]
        return found

    def check(self) -> None:
        if not self.allowed():
            raise NotAllowed(str(_("Vous ne pouvez pas traiter cette réserve.")))

    def form_kwargs(self) -> dict[str, Any]:
        return {"allowed": self.allowed()}

    def more(self) -> dict[str, Any]:
        return {"condition": self.condition}

    def perform(self, cleaned: dict[str, Any]) -> None:
        condition, by, text = self.condition, self.request.user, cleaned["text"]
        action = {
            "prove": lambda: conditions.give_proof(condition=condition, text=text, by=by),
            "lift": lambda: conditions.lift(condition=condition, reason=text, by=by),
            "inscribe": lambda: conditions.inscribe(
                condition=condition, clause_code=cleaned["clause_code"], by=by
            ),
            "withdraw": lambda: conditions.withdraw(condition=condition, reason=text, by=by),
        }
        action[cleaned["action"]]()


class FormalitiesView(CaseView):
    """The register of external formalities, and the form to add a line."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        row = self.row_of(request.GET.get("modifier"))
        return self.show(
            forms.FormalityForm(
                prefix="f", initial=model_to_dict(row, exclude=["document"]) if row else None
            ),
            edited=row,
        )

    def row_of(self, raw: Any) -> Any:
        """The line named by the page, resolved inside this case; None for a new one."""
        text = str(raw or "")
        return (
            requests.formality_for(self.data_request, int(text))
            if text.isascii() and text.isdigit() and len(text) < 12
            else None
        )

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        policies.check_can_track_formalities(request.user, self.data_request)
        if "close" in request.POST:
            return self.close()
        form = forms.FormalityForm(request.POST, request.FILES, prefix="f")
        row = self.row_of(request.POST.get("row"))
        if not form.is_valid():
            return self.show(form, status=422, edited=row)
        try:
            formalities.save_formality(
                data_request=self.data_request, by=request.user, formality=row, **form.cleaned_data
            )
        except Impossible as refusal:
            form.add_error(None, refusal.message)
            return self.show(form, status=422, edited=row)
        except ValidationError as refusal:
            form.add_error("document", refusal)
            return self.show(form, status=422, edited=row)
        messages.success(request, _("Formalité enregistrée."))
        return HttpResponseRedirect(self.case_url("view_formalities"))

    def close(self) -> HttpResponse:
        task = case_selectors.open_task(self.data_request, "track_formalities")
        if task is None:
            raise Conflict(str(_("Les formalités sont déjà closes.")))
        try:
            formalities.close_formalities(task=task, by=self.request.user)
        except Impossible as refusal:
            messages.error(self.request, refusal.message)
        return HttpResponseRedirect(self.case_url("view_formalities"))

    def show(self, form: Any, status: int = 200, edited: Any = None) -> HttpResponse:
        user, case = self.request.user, self.data_request
        task = case_selectors.open_task(case, "track_formalities")
        context = {
            "band": case_page(user, case, "").band,
            "data_request": case,
            "form": form,
            "edited": edited,
            **formality_table(case, policies.can_track_formalities(user, case)),
            "can_edit": policies.can_track_formalities(user, case),
            "can_close": task is not None and case_policies.can_act(user, task),
        }
        return render(self.request, "requests_flow/formalities.html", context, status=status)

"""« Signer ailleurs »: the file that comes back signed, and the report that was kept of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from agreements import selectors, services
from agreements.forms import DepositForm
from agreements.views.base import AgreementView, IdentityPage
from agreements.views.signing import SignatureExpected
from cases.errors import message_of


class DepositView(SignatureExpected, IdentityPage):
    """« Déposer le PDF signé », on behalf of the party that one signs for."""

    template_name = "agreements/deposit.html"
    title = gettext_lazy("Déposer le PDF signé")
    submit_label = gettext_lazy("Déposer")
    success = gettext_lazy("Signature valide : elle est enregistrée, avec son rapport.")

    def extra(self) -> dict[str, Any]:
        return {"page": self.page, "field_name": self.page.field_name}

    def build(self, data: Any = None) -> DepositForm:
        given = None if data is None else self.request.FILES
        return DepositForm(data, given, user=self.request.user, annexes=len(self.desk.annexes))

    def perform(self, form: DepositForm) -> str:
        services.deposit_signed_file(
            task=self.expected(),
            by=self.request.user,
            data=form.cleaned_data["upload"].read(),
            has_read=True,
            is_reauthenticated=True,
        )
        return self.back()

    def refuse(self, form: DepositForm, refusal: Exception) -> None:
        form.add_error("upload", message_of(refusal))


class ReportView(AgreementView):
    """The validation report of a signature made elsewhere: in French, or as JSON."""

    tab = "signature"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        signature = selectors.reported_signature(self.agreement, self.kwargs["pk"])
        if request.GET.get("format") == "json":
            return JsonResponse(signature.report["verdict"], json_dumps_params={"indent": 2})
        return render(request, "agreements/report.html", self.frame(signature=signature))

"""« Vérifier un acte » : public, nothing is kept of what is sent."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.generic import View

from agreements.forms import VerifyForm
from agreements.selectors import verifying
from agreements.selectors.verifying import Answer


@method_decorator(login_not_required, name="dispatch")
class VerifyView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(VerifyForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if not ratelimit.consume(request, action="verify_document"):
            return render(request, "429.html", status=429)
        form = VerifyForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form, status=422)
        upload = form.cleaned_data["upload"]
        answer = (
            verifying.answer_to_file(upload.read())
            if upload
            else verifying.answer_to_code(form.cleaned_data["code"])
        )
        return self.show(VerifyForm(), answer=answer)

    def show(
        self, form: VerifyForm, *, answer: Answer | None = None, status: int = 200
    ) -> HttpResponse:
        context = {"form": form, "answer": answer}
        return render(self.request, "agreements/verify.html", context, status=status)

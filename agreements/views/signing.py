"""The signature page, and the file of the act as it stands."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements import pages, policies, selectors, services
from agreements.forms import ReasonForm, SignatoryForm, SignForm, TermsForm
from agreements.models import Signatory
from agreements.selectors.signing import SigningPage, signing_page
from agreements.views.base import AgreementView, FormPage, count_attempt
from cases.errors import Conflict, Impossible, message_of
from cases.models import Party, Task
from cases.policies import check_can_act


class SignaturePage(AgreementView):
    """A page about the signature that is expected of its reader."""

    tab = "signature"

    @cached_property
    def page(self) -> SigningPage:
        return signing_page(self.request.user, self.desk)

    def expected(self) -> Task:
        """The signature that is expected of the reader.

        Raises NotAllowed for who signs for no party, Conflict when it is not his turn.
        """
        if self.page.task is None:
            policies.check_is_signatory(
                self.request.user, [line.signatory for line in self.page.lines]
            )
            raise Conflict(_("Aucune signature n’est attendue de vous sur cet acte."))
        check_can_act(self.request.user, self.page.task)
        return self.page.task


class SignatureExpected(SignaturePage):
    """A form for who is to sign: anybody else is refused before anything is asked for."""

    def check(self) -> None:
        self.expected()

    def back(self) -> str:
        return self.url("view_signature")


class SigningView(SignaturePage):
    """« Signature » : read the act, prove who one is, sign. Nothing else on the page."""

    def form(self, data: Any = None) -> SignForm:
        return SignForm(data, user=self.request.user, annexes=len(self.desk.annexes))

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.show(self.form() if self.page.may_sign and not self.page.elsewhere else None)

    def show(self, form: SignForm | None) -> HttpResponse:
        context = self.frame(
            page=self.page,
            form=form,
            can_decide=policies.can_draft(self.request.user, self.agreement),
            terms=self.agreement,
        )
        wrong = form is not None and form.is_bound
        return render(
            self.request, "agreements/signature.html", context, status=422 if wrong else 200
        )

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        task = self.expected()
        count_attempt(request)
        form = self.form(request.POST)
        if form.is_valid():
            try:
                services.sign(task=task, by=request.user, has_read=True, is_reauthenticated=True)
            except Impossible as refusal:
                form.add_error(None, message_of(refusal))
            else:
                messages.success(request, selectors.signed_sentence(self.agreement.pk))
                return redirect(self.url("view_signature"))
        return self.show(form)


class RefuseView(SignatureExpected, FormPage):
    """« Refuser de signer », with the reason."""

    title = gettext_lazy("Refuser de signer")
    intro = gettext_lazy("L’acte reviendra en rédaction ; les autres signatures attendues cessent.")
    submit_label = gettext_lazy("Refuser de signer")
    success = gettext_lazy("Refus enregistré. L’acte est revenu en rédaction.")

    def build(self, data: Any = None) -> ReasonForm:
        return ReasonForm(data, label=_("Motif du refus"))

    def perform(self, form: ReasonForm) -> str:
        services.refuse_to_sign(
            task=self.expected(), reason=form.cleaned_data["reason"], by=self.request.user
        )
        return self.url("view_draft")


class SignatoryView(FormPage):
    """« Désigner le signataire » of a party."""

    tab = "signature"
    submit_label = gettext_lazy("Désigner")
    success = gettext_lazy("Signataire désigné.")

    @property
    def party(self) -> Party:
        for party in self.desk.parties:
            if party.pk == self.kwargs["party"]:
                return party
        raise Http404

    @property
    def title(self) -> str:
        return _("Désigner le signataire de %s") % self.party.organisation

    def check(self) -> None:
        policies.check_can_draft(self.request.user, self.agreement)

    def back(self) -> str:
        return self.url("view_signature")

    def build(self, data: Any = None) -> SignatoryForm:
        current: Signatory | None = self.desk.signatories.get(self.party.pk)
        initial = {"signatory": current.user_id} if current else {}
        return SignatoryForm(data, party=self.party, initial=initial)

    def perform(self, form: SignatoryForm) -> str:
        services.set_signatory(
            agreement=self.agreement,
            party=self.party,
            signatory=form.cleaned_data["signatory"],
            by=self.request.user,
        )
        return self.back()


class TermsView(FormPage):
    """Level and order of the signatures."""

    tab = "signature"
    title = gettext_lazy("Niveau et ordre des signatures")
    submit_label = gettext_lazy("Enregistrer")
    success = gettext_lazy("Niveau et ordre enregistrés.")

    def check(self) -> None:
        policies.check_can_draft(self.request.user, self.agreement)

    def back(self) -> str:
        return self.url("view_signature")

    def build(self, data: Any = None) -> TermsForm:
        initial = {"level": self.agreement.signature_level, "order": self.agreement.signing_order}
        return TermsForm(data, initial=initial)

    def perform(self, form: TermsForm) -> str:
        services.set_signature_terms(
            agreement=self.agreement, by=self.request.user, **form.cleaned_data
        )
        return self.back()


class DocumentView(AgreementView):
    """« Lire l’acte » : the newest revision of the frozen document."""

    tab = "signature"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        try:
            name, data = selectors.document_of(request.user, self.agreement)
        except selectors.ArchiveRefused as refusal:
            context = self.frame(reason=str(refusal))
            return render(request, "agreements/damaged.html", context, status=409)
        return pdf_response(name, data, inline="lire" in request.GET)


def pdf_response(name: str, data: bytes, *, inline: bool = False) -> HttpResponse:
    return file_response(name, data, content_type="application/pdf", inline=inline)


def file_response(
    name: str, data: bytes, *, content_type: str, inline: bool = False
) -> HttpResponse:
    """A file that is never guessed, kept nor shown under another name."""
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(not inline, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


__all__ = ["DocumentView", "RefuseView", "SignatoryView", "SigningView", "TermsView", "pages"]

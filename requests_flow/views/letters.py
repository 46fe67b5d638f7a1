"""The letters of a request, as PDF: receipt, decision of a holder, conclusion of the cell."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from requests_flow.selectors import letters
from requests_flow.selectors.letters import Letter
from requests_flow.services.letters import laid_out
from requests_flow.views.base import CaseView


class LetterView(CaseView):
    """A letter laid out on demand from what was recorded: reading it writes nothing."""

    file_name = "courrier"

    def letter(self) -> Letter:
        raise NotImplementedError

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        letter = self.letter()
        response = HttpResponse(laid_out(letter), content_type="application/pdf")
        name = f"{letter.reference}-{self.file_name}.pdf"
        response["Content-Disposition"] = content_disposition_header(True, name)
        return response


class ReceiptView(LetterView):
    """« Accusé d’enregistrement » of a filed request."""

    file_name = "accuse"

    def letter(self) -> Letter:
        return letters.receipt(self.data_request)


class RedirectionLetterView(LetterView):
    file_name = "reorientation"

    def letter(self) -> Letter:
        return letters.of_redirection(self.data_request)


class DecisionLetterView(LetterView):
    file_name = "decision"

    def letter(self) -> Letter:
        return letters.of_decision(
            letters.decision_for(self.request.user, self.data_request, self.kwargs["decision_id"])
        )


class ConclusionLetterView(LetterView):
    file_name = "reponse"

    def letter(self) -> Letter:
        return letters.of_conclusion(
            letters.conclusion_for(
                self.request.user, self.data_request, self.kwargs["conclusion_id"]
            )
        )

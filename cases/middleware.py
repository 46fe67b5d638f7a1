"""Domain refusals become pages: 409 for a conflict, 422 for what a rule forbids."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from viewflow.workflow.exceptions import FlowLockFailed

from cases.errors import Conflict, DomainError


class DomainErrorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, (Conflict, FlowLockFailed)):
            return render(request, "409.html", {"reason": str(exception)}, status=409)
        if isinstance(exception, DomainError):
            context = {"reason": exception.message, "impossible": True}
            return render(request, "409.html", context, status=422)
        return None

"""The organisation a person acts for (« Agir pour »), kept in the session."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class ActingForMiddleware:
    """Set `request.acting_for_id`: the organisation chosen, or the only one, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.acting_for_id = None  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            own = sorted({held.organisation_id for held in request.user.held_roles})
            chosen = request.session.get("acting_for")
            request.acting_for_id = chosen if chosen in own else (own[0] if own else None)  # type: ignore[attr-defined]
        return self.get_response(request)

"""The end of a session, whom a person acts for, and the second factor that his roles ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import sessions
from accounts.selectors import needs_second_factor

# Session keys: where to go on after the set-up, and whether the second factor is known to exist.
NEXT_KEY = "second_factor_next"
DONE_KEY = "second_factor_done"


class SessionEndMiddleware:
    """End the session of somebody who left, before the page is asked for.

    Whatever was posted then is kept until the sign-in (accounts/resume).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if sessions.is_over(request.session):
                logout(request)
            else:
                sessions.touch(request.session)
        return self.get_response(request)


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


class SecondFactorMiddleware:
    """Send a person whose roles ask for a second factor to its set-up, then back.

    Roles: `SECOND_FACTOR_ROLES`; not in the demonstration, where personas have none. Signing in
    with an existing second factor is asked for by allauth itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if settings.DEMO_MODE or not request.user.is_authenticated:
            return None
        if not getattr(view, "login_required", True) or _is_set_up(request):
            return None
        if _belongs_to_sign_in(request) or not needs_second_factor(request.user):  # type: ignore[arg-type]
            return None
        if request.method == "GET":
            request.session[NEXT_KEY] = request.get_full_path()
        return redirect("mfa_activate_totp")


def _belongs_to_sign_in(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and (match.url_name or "").startswith(("account_", "mfa_"))


def _is_set_up(request: HttpRequest) -> bool:
    # Those whose roles ask for it cannot remove it: one look per session is enough.
    if request.session.get(DONE_KEY) == request.user.pk:
        return True
    if is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
        request.session[DONE_KEY] = request.user.pk
        return True
    return False

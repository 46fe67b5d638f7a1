"""Keep what was posted when the session had ended; give it back after the sign-in."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.resume.filling import fill

KEY = "kept_form"
COOKIE = "navette_session_before"
KEPT_FOR = 3600
MAX_CHARACTERS = 1_000_000
MAX_FIELDS = 2000
LEFT_OUT = ("csrfmiddlewaretoken",)


class ResumeMiddleware:
    """Keep the form that an ended session was about to lose, and give it back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and request.user.is_authenticated:
            _forget_when_posted(request)
        response = self.get_response(request)
        if not request.user.is_authenticated:
            if request.method == "POST" and _asks_to_sign_in(request, response):
                return _keep(request, response)
        else:
            if request.method == "GET" and request.session.get(KEY):
                response = _give_back(request, response)
            _name_person(request, response)
        return response


def kept_form(request: HttpRequest) -> dict[str, Any] | None:
    """Return what is kept for the person signed in; drop what is old or another's."""
    kept: dict[str, Any] | None = request.session.get(KEY)
    if kept is None:
        return None
    if kept["user"] != request.user.pk or time.time() - kept["at"] > KEPT_FOR:
        del request.session[KEY]
        return None
    return kept


def kept_page(request: HttpRequest) -> str:
    """Return the page whose text is kept for the person signed in, or ""."""
    kept = kept_form(request)
    return str(kept["page"]) if kept else ""


def _is_sign_in(path: str) -> bool:
    return path.startswith(reverse("account_login").removesuffix("connexion/"))


def _asks_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    if response.status_code != 302 or _is_sign_in(request.path):
        return False
    return urlsplit(response["Location"]).path == resolve_url(settings.LOGIN_URL)


def _signer() -> signing.Signer:
    return signing.Signer(salt="accounts.resume")


def _name_person(request: HttpRequest, response: HttpResponse) -> None:
    """Leave, until the browser closes, the signed number of the person whose session this is."""
    value = _signer().sign(str(request.user.pk))
    if request.COOKIES.get(COOKIE) != value:
        response.set_cookie(
            COOKIE,
            value,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )


def _person_before(request: HttpRequest) -> int | None:
    try:
        return int(_signer().unsign(request.COOKIES.get(COOKIE, "")))
    except (signing.BadSignature, ValueError):
        return None


def _page(request: HttpRequest) -> str:
    """Return the page the person sees: the one that posts itself, or the one htmx posts from."""
    current = request.headers.get("HX-Current-URL", "")
    if request.headers.get("HX-Request") and url_has_allowed_host_and_scheme(
        current, allowed_hosts={request.get_host()}
    ):
        parts = urlsplit(current)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.get_full_path()


def _keep(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    person, page = _person_before(request), _page(request)
    fields = [
        [name, value]
        for name, values in request.POST.lists()
        if name not in LEFT_OUT
        for value in values
    ]
    size = sum(len(name) + len(value) for name, value in fields)
    if person is not None and fields and size <= MAX_CHARACTERS and len(fields) <= MAX_FIELDS:
        request.session[KEY] = {
            "user": person,
            "path": request.get_full_path(),
            "page": page,
            "fields": fields,
            "had_files": bool(request.FILES),
            "at": int(time.time()),
        }
    if not request.headers.get("HX-Request"):
        return response
    # htmx would put the sign-in page inside the form: have it leave the page instead.
    away = HttpResponse(status=204)
    away["HX-Redirect"] = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': page})}"
    return away


def _forget_when_posted(request: HttpRequest) -> None:
    kept = request.session.get(KEY)
    if kept is not None and kept["path"] == request.get_full_path():
        del request.session[KEY]


def _give_back(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if _is_sign_in(request.path) or request.headers.get("HX-Request"):
        return response
    kept = kept_form(request)
    if kept is None or kept["page"] != request.get_full_path():
        return response
    if response.status_code == 302 and _is_sign_in(urlsplit(response["Location"]).path):
        return response
    is_page = response.status_code == 200 and response.get("Content-Type", "").startswith(
        "text/html"
    )
    filled = None
    if is_page and not response.streaming:
        filled = fill(response.content.decode(response.charset), kept)
    if filled is None:
        return HttpResponseRedirect(reverse("account_resume"))
    response.content = filled.encode(response.charset)
    if response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))
    return response


def forget(request: HttpRequest) -> None:
    """Give up what is kept."""
    request.session.pop(KEY, None)

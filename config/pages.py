"""Pages that belong to the service itself: home, help, legal notices, errors, components."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from accounts import sessions
from config import gallery, guides, source

logger = logging.getLogger("navette.errors")


@method_decorator(login_not_required, name="dispatch")
class PublicPage(TemplateView):
    """A page of text that anybody may read."""

    extra_context: dict[str, Any] = {}


class HelpPage(PublicPage):
    """« Aide »: what the service does, and one guide per persona."""

    template_name = "pages/help.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(guides=guides.index(), **kwargs)


class GuidePage(PublicPage):
    """A guide, or the glossary."""

    template_name = "pages/guide.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [{"label": _("Aide"), "url": reverse("help")}]
        return super().get_context_data(guide=guides.get(kwargs["slug"]), crumbs=crumbs, **kwargs)


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """Say what the service does and where to begin."""
    return render(request, "pages/home.html")


@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    """Show every component of the interface, on a demonstration only."""
    if not settings.DEMO_MODE:
        raise Http404
    return render(request, "pages/components.html", gallery.context(request))


@login_not_required
def source_code(request: HttpRequest) -> HttpResponse:
    """Hand over the source of the version that is running."""
    response = HttpResponse(source.archive(), content_type="application/gzip")
    name = f"navette-{settings.VERSION}.tar.gz"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
def extend_session(request: HttpRequest) -> HttpResponse:
    """Keep the session of somebody who is still there; a script reads its new length."""
    if request.headers.get("X-Requested-With") == "fetch":
        response = HttpResponse(status=204)
        response["Session-Seconds"] = str(sessions.seconds_left(request.session))
        return response
    if sessions.is_at_its_longest(request.session):
        messages.warning(
            request,
            _(
                "Cette session ne peut pas être prolongée : elle dure %(hours)s heures au plus. "
                "Enregistrez votre travail, puis connectez-vous de nouveau."
            )
            % {"hours": sessions.longest_hours()},
        )
    back = request.META.get("HTTP_REFERER", "")
    safe = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(back if safe else reverse("home"))


def _error(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    return render(request, template, context, status=status)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return _error(request, "413.html", 413, limit=settings.UPLOAD_MAX_BYTES)
    return _error(request, "400.html", 400)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Show why, in the words of the rule that refused (ux/spec.md, P8)."""
    reason = str(exception) if exception is not None else ""
    return _error(request, "403.html", 403, reason=reason)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, "404.html", 404)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Give a reference to quote. Falls back on a bare page when even the frame cannot be drawn."""
    reference = secrets.token_hex(2).upper()
    logger.error("error shown to the person under reference %s on %s", reference, request.path)
    try:
        return _error(request, "500.html", 500, reference=reference)
    except Exception:
        logger.exception("error page %s could not be drawn in its frame", reference)
        return HttpResponse(render_to_string("500_bare.html", {"reference": reference}), status=500)

"""The last filters of a list, kept for whoever chose them: a GET writes nothing, so his browser
holds them, signed with his own key, and nobody else who signs in there can read them back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

DAYS = 90
# A browser refuses a longer cookie; nobody types that much in filters.
LONGEST = 1500


def kept(request: HttpRequest, name: str) -> str:
    """Return the filters last used on a list, as a query string; nothing when there are none."""
    return str(request.get_signed_cookie(name, default="", salt=_salt(request)))


def keep(request: HttpRequest, response: HttpResponse, name: str, fields: Iterable[str]) -> None:
    """Keep the filters of this page, or forget the former ones when it has none."""
    query = urlencode([(one, request.GET[one]) for one in fields if request.GET.get(one)])
    if not query or len(query) > LONGEST:
        response.delete_cookie(name, path=request.path)
        return
    options: dict[str, Any] = {"httponly": True, "samesite": "Lax", "secure": request.is_secure()}
    response.set_signed_cookie(
        name, query, salt=_salt(request), max_age=DAYS * 24 * 3600, path=request.path, **options
    )


def _salt(request: HttpRequest) -> str:
    return f"filters:{request.user.pk}"

"""Where each page lives. URLs are permanent, in French, with a final slash (ux/spec.md, §2)."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from config import pages
from config.health import health

handler400 = pages.bad_request
handler403 = pages.permission_denied
handler404 = pages.not_found
handler500 = pages.server_error

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health, name="healthz"),
    path("", include("config.pages_urls")),
    path("compte/", include("accounts.sign_in_urls")),
    path("", include("accounts.urls")),
    path("administration/", include("cases.administration_urls")),
    path("administration/", include("notifications.administration_urls")),
    path("administration/", include("agreements.administration_urls")),
    path("administration/", include("agreements.retention_urls")),
    path("", include("cases.feed_urls")),
    path("catalogue/", include("catalogue.urls")),
    path("conventions/", include("agreements.urls")),
    path("partages/", include("sharing.urls")),
    path("", include("agreements.public_urls")),
    path("archives/", include("agreements.archives_urls")),
    path("", include("notifications.urls")),
    path("", include("requests_flow.urls")),
    path("", include("steering.urls")),
]

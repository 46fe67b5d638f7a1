"""Where each page lives. URLs are permanent, in French, with a final slash (ux/spec.md, §2)."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("compte/", include("allauth.urls")),
]

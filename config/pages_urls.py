"""Addresses of the pages of the service itself."""

from __future__ import annotations

from django.urls import path

from config import pages

STATIC_PAGES = {
    "site_map": "plan-du-site",
    "accessibility": "accessibilite",
    "legal_notice": "mentions-legales",
    "personal_data": "donnees-personnelles",
}

urlpatterns = [
    path("", pages.home, name="home"),
    *(
        path(f"{slug}/", pages.PublicPage.as_view(template_name=f"pages/{name}.html"), name=name)
        for name, slug in STATIC_PAGES.items()
    ),
    path("aide/", pages.HelpPage.as_view(), name="help"),
    path("aide/guides/<slug:slug>/", pages.GuidePage.as_view(), name="guide"),
    path("composants/", pages.components, name="components"),
    path("code-source/", pages.source_code, name="source_code"),
    path("session/prolonger/", pages.extend_session, name="extend_session"),
]

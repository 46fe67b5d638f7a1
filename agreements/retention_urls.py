"""Addresses of the administration of how long acts are kept."""

from __future__ import annotations

from django.urls import path

from agreements.views import retention as views

app_name = "retention"

urlpatterns = [
    path("durees-de-conservation/", views.RetentionListView.as_view(), name="list_retention"),
    path(
        "durees-de-conservation/<slug:code>/",
        views.RetentionView.as_view(),
        name="update_retention",
    ),
]

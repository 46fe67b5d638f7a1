"""Addresses of the archive."""

from __future__ import annotations

from django.urls import path

from agreements.views import archives as views

app_name = "archives"

urlpatterns = [
    path("incidents/", views.IncidentListView.as_view(), name="list_incidents"),
    path("incidents/<int:pk>/", views.IncidentView.as_view(), name="view_incident"),
]

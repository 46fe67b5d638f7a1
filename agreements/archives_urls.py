"""Addresses of the archive."""

from __future__ import annotations

from django.urls import path

from agreements.views import archives as views
from cases.converters import REFERENCE

app_name = "archives"

urlpatterns = [
    path("", views.KeptListView.as_view(), name="list_kept"),
    path("incidents/", views.IncidentListView.as_view(), name="list_incidents"),
    path("incidents/<int:pk>/", views.IncidentView.as_view(), name="view_incident"),
    path(f"{REFERENCE}/", views.KeptActView.as_view(), name="view_kept"),
    path(f"{REFERENCE}/certificat/", views.CertificateView.as_view(), name="download_certificate"),
]

"""Addresses of the administration of legal time."""

from __future__ import annotations

from django.urls import path

from cases import administration_views as views

app_name = "cases"

urlpatterns = [
    path("delais/", views.DelayListView.as_view(), name="list_delays"),
    path("delais/<slug:code>/", views.DelayUpdateView.as_view(), name="update_delay"),
    path("delais/<slug:code>/proposition/", views.DelayResetView.as_view(), name="reset_delay"),
    path("jours-feries/", views.ClosingDayListView.as_view(), name="list_closing_days"),
    path("jours-feries/ajouter/", views.ClosingDayCreateView.as_view(), name="add_closing_day"),
    path(
        "jours-feries/<int:pk>/retirer/",
        views.ClosingDayRemoveView.as_view(),
        name="remove_closing_day",
    ),
]

"""Addresses of the administration of the clause library."""

from __future__ import annotations

from django.urls import path

from agreements.views import clauses as views

app_name = "clauses"

urlpatterns = [
    path("clauses/", views.ClauseListView.as_view(), name="list_clauses"),
    path("clauses/<slug:code>/", views.ClauseView.as_view(), name="view_clause"),
    path(
        "clauses/<slug:code>/<int:version>/validation/",
        views.ValidateClauseView.as_view(),
        name="validate_clause",
    ),
]

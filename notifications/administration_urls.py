"""Addresses of the administration of messages."""

from __future__ import annotations

from django.urls import path

from notifications import administration_views as views

app_name = "messages"

urlpatterns = [
    path("modeles-de-message/", views.MessageListView.as_view(), name="list_messages"),
    path("modeles-de-message/<slug:code>/", views.MessageUpdateView.as_view(), name="edit_message"),
    path(
        "modeles-de-message/<slug:code>/proposition/",
        views.MessageResetView.as_view(),
        name="reset_message",
    ),
]

"""Pages of messages and of preferences."""

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("notifications/", views.NotificationListView.as_view(), name="list_notifications"),
    path("notifications/lues/", views.NotificationReadAllView.as_view(), name="read_all"),
    path(
        "notifications/<int:pk>/ouvrir/",
        views.NotificationOpenView.as_view(),
        name="open_notification",
    ),
    path("notifications/sourdine/", views.MuteView.as_view(), name="mute"),
    path("notifications/sourdine/lever/", views.UnmuteView.as_view(), name="unmute"),
    path("notifications/arreter/<str:token>/", views.UnsubscribeView.as_view(), name="unsubscribe"),
    path("mon-compte/notifications/", views.PreferencesView.as_view(), name="edit_preferences"),
]

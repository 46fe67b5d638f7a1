"""Addresses of the calendar of due dates."""

from __future__ import annotations

from django.urls import path

from cases import views_feed

app_name = "due_dates"

urlpatterns = [
    path("echeances/calendrier.ics", views_feed.calendar, name="calendar"),
    path("mon-compte/calendrier/", views_feed.MyCalendarView.as_view(), name="my_calendar"),
]

"""The addresses of Navette, and the floor page that every other page is compared with."""

from __future__ import annotations

from django.urls import path

from bench.views import FloorView
from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as served

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

FLOOR = "/banc/plancher/"
urlpatterns = [path(FLOOR.lstrip("/"), FloorView.as_view(), name="bench_floor"), *served]

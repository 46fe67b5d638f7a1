"""Addresses that anybody may open: verify an act."""

from __future__ import annotations

from django.urls import path

from agreements.views import verifying

app_name = "verification"

urlpatterns = [path("verifier/", verifying.VerifyView.as_view(), name="verify")]

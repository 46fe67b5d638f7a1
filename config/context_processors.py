"""What every page needs: the name of the service and where its source is (AGPL, §13)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def service(request: HttpRequest) -> dict[str, Any]:
    return {
        "service_name": settings.SERVICE_NAME,
        "service_tagline": settings.SERVICE_TAGLINE,
        "service_version": settings.VERSION,
        "demo_mode": settings.DEMO_MODE,
    }

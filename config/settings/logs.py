"""Logs that say what happened without saying to whom."""

from __future__ import annotations

import logging
import re
from typing import Any

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# What may follow a path: a search holds names, a reset link holds a key.
QUERY = re.compile(r"(?<=[\w/-])\?[^\s\"'>]*=[^\s\"'>]*")


class ImpersonalFormatter(logging.Formatter):
    """Take e-mail addresses and query strings out of each line, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return QUERY.sub("?…", EMAIL.sub("…@…", super().format(record)))


def logging_config(level: str) -> dict[str, Any]:
    """Return LOGGING: one stream, for the service manager or the container to keep."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "impersonal": {
                "()": "config.settings.logs.ImpersonalFormatter",
                "format": "{asctime} {levelname} {name} {message}",
                "style": "{",
            }
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "impersonal"},
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers would write the same lines a second time, unmasked.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": ["console"], "propagate": False},
            # One line for each job would hide the others.
            "procrastinate": {"level": "WARNING"},
            # Nor do the steps of rendering and sealing concern who operates the service.
            "fontTools": {"level": "WARNING"},
            "pikepdf": {"level": "WARNING"},
            "pyhanko": {"level": "WARNING"},
            "weasyprint": {"level": "WARNING"},
        },
    }

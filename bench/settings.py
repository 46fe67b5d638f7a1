"""The settings of the demonstration, a counter of queries, and the floor page."""

from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR, LOGGING, MIDDLEWARE, TEMPLATES

ROOT_URLCONF = "bench.urls"
# Outermost, so that the queries of sessions and sign-in count too.
MIDDLEWARE = ["bench.middleware.QueryCountMiddleware", *MIDDLEWARE]
TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], BASE_DIR / "bench" / "templates"]
LOGGING["root"]["level"] = "WARNING"

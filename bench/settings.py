"""The settings of the demonstration, a counter of queries, and the floor page."""

import os

from config.settings.base import *  # noqa: F403
from config.settings.base import (
    BASE_DIR,
    LOGGING,
    MIDDLEWARE,
    PLAIN_STORAGE,
    STORAGES,
    TEMPLATES,
)  # fmt: skip

ROOT_URLCONF = "bench.urls"
# Outermost, so that the queries of sessions and sign-in count too.
MIDDLEWARE = ["bench.middleware.QueryCountMiddleware", *MIDDLEWARE]
TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], BASE_DIR / "bench" / "templates"]
LOGGING["root"]["level"] = "WARNING"
if os.environ.get("BENCH_STATIC") == "plain":
    # A quick look need not wait for the static files to be compressed.
    STORAGES["staticfiles"] = PLAIN_STORAGE

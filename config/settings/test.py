"""Settings of the test suite: strict where the product forgives, fast where it may."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import environ

from config.database import embedded_server

# The suite has a server of its own, whose data need not survive; the demo's is left alone.
TEST_VAR = Path(os.environ.get("NAVETTE_VAR", Path(__file__).resolve().parents[2] / "var"))
if not os.environ.get("DATABASE_URL"):
    server = embedded_server(TEST_VAR / "test-postgres", throwaway=True)
    os.environ["DATABASE_URL"] = server.url("navette")
    # Two suites started together have a database each; its processes inherit the name.
    os.environ["NAVETTE_TEST_RUN"] = server.name_for_this_process("test_run")

from config.settings.base import *  # noqa: E402, F403
from config.settings.base import (  # noqa: E402
    CACHES,
    DATABASES,
    INSTALLED_APPS,
    PLAIN_STORAGE,
    STORAGES,
    TEMPLATES,
)
from config.settings.stores import file_store  # noqa: E402
from config.settings.strict_templates import UnknownVariable  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DATABASES["default"]["OPTIONS"].pop("pool", None)
if run := os.environ.get("NAVETTE_TEST_RUN"):
    DATABASES["default"]["TEST"] = {"NAME": run}
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
DEMO_MODE = True
ALLOWED_HOSTS = ["*"]

FILES = Path(tempfile.mkdtemp(prefix="navette-tests-"))
atexit.register(shutil.rmtree, FILES, ignore_errors=True)
MEDIA_ROOT = FILES / "files"
ARCHIVE_ROOT = FILES / "archive"
KEYS_ROOT = FILES / "keys"
STORAGES |= {
    "archive": file_store(environ.Env(), "TESTS", ARCHIVE_ROOT),
    "staticfiles": PLAIN_STORAGE,
}
WHITENOISE_AUTOREFRESH = True
# By this very name pytest-django knows that its server must find the static files in their
# sources: with another, it serves only those that a demo has happened to collect.
INSTALLED_APPS[INSTALLED_APPS.index("config.static.StaticFilesConfig")] = (
    "django.contrib.staticfiles"
)

TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UnknownVariable("%s")

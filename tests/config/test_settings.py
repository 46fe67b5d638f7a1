"""Settings: all documented, strict in production, local by default."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config.checks import REQUIRED, REQUIRED_FOR_KIND
from config.settings.base import BASE_DIR
from config.settings.stores import file_store
from tests.config.test_checks import COMPLETE

READ = re.compile(r"""env\.\w+\(\s*["']([A-Z_0-9]+)["']|environ\.get\(["']([A-Z_0-9]+)["']""")
SHOW = """
import json
from django.conf import settings
names = ["ALLOWED_HOSTS", "CSRF_COOKIE_SECURE", "CSRF_TRUSTED_ORIGINS", "DEBUG",
         "SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE"]
shown = {name: getattr(settings, name) for name in names}
shown["databases"] = sorted(settings.DATABASES)
shown["stores"] = {name: store["BACKEND"] for name, store in settings.STORAGES.items()}
print(json.dumps(shown))
"""


class Variables(dict[str, str]):
    """An environment read as django-environ reads the real one."""

    def str(self, name: str, default: str = "") -> str:
        return self.get(name, default)


def settings_of(**variables: str) -> dict[str, Any]:
    """The settings that a process has in this environment."""
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings.base"}
    done = subprocess.run(
        [sys.executable, "-c", SHOW], cwd=BASE_DIR, env=environment | variables,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    shown: dict[str, Any] = json.loads(done.stdout)
    return shown


def variables_read() -> set[str]:
    sources = [*(BASE_DIR / "config/settings").glob("*.py"), BASE_DIR / "deploy/gunicorn.conf.py"]
    found = {
        first or second
        for path in sources
        for first, second in READ.findall(path.read_text())
        if path.name != "test.py"
    }
    for name in ("BUCKET", "ENDPOINT_URL", "REGION", "ACCESS_KEY", "SECRET_KEY", "KIND"):
        found |= {f"STORAGE_{name}", f"ARCHIVE_{name}"}
    return found


def test_every_variable_is_in_the_table() -> None:
    table = (BASE_DIR / "docs" / "exploitation.md").read_text()
    documented = set(re.findall(r"`([A-Z_0-9]{3,})`", table))

    assert variables_read() <= documented
    required = set(REQUIRED)
    for kinds in REQUIRED_FOR_KIND.values():
        required |= kinds["local"].keys() | kinds["s3"].keys()
    assert required <= documented


def test_settings_file_is_short() -> None:
    assert len((BASE_DIR / "config/settings/base.py").read_text().splitlines()) <= 400


def test_production_is_strict() -> None:
    shown = settings_of(**COMPLETE, DATABASE_REPLICA_URLS="postgres://r1.invalid/n,postgres://r2/n")

    assert shown == {
        "ALLOWED_HOSTS": ["navette.example"],
        "CSRF_COOKIE_SECURE": True,
        "CSRF_TRUSTED_ORIGINS": ["https://navette.example"],
        "DEBUG": False,
        "SECURE_HSTS_SECONDS": 31536000,
        "SECURE_SSL_REDIRECT": True,
        "SESSION_COOKIE_SECURE": True,
        "databases": ["default", "replica_1", "replica_2"],
        "stores": {
            "default": "django.core.files.storage.FileSystemStorage",
            "archive": "agreements.documents.worm.WormS3Storage",
            "staticfiles": "whitenoise.storage.CompressedManifestStaticFilesStorage",
        },
    }


def test_demo_speaks_http_on_this_machine() -> None:
    shown = settings_of(
        NAVETTE_MODE="demo",
        DATABASE_URL="postgres://db.invalid/n",
        SITE_URL="http://127.0.0.1:8080",
    )

    assert shown["SECURE_SSL_REDIRECT"] is False
    assert shown["SESSION_COOKIE_SECURE"] is False
    assert shown["CSRF_TRUSTED_ORIGINS"] == ["http://127.0.0.1:8080"]
    assert "127.0.0.1" in shown["ALLOWED_HOSTS"]


def test_local_store_is_a_directory() -> None:
    assert file_store(Variables(), "STORAGE") == {
        "BACKEND": "django.core.files.storage.FileSystemStorage"
    }
    assert file_store(Variables(), "ARCHIVE", Path("/srv/archive"))["OPTIONS"] == {
        "location": "/srv/archive"
    }


@pytest.mark.parametrize(
    ("own", "expected"),
    [({}, ("files-key", "http://files")), ({"ARCHIVE_ACCESS_KEY": "own"}, ("own", "http://files"))],
)
def test_archive_has_the_keys_of_the_files_unless_its_own(
    own: dict[str, str], expected: tuple[str, str]
) -> None:
    environment = Variables(
        ARCHIVE_KIND="s3", ARCHIVE_BUCKET="acts", STORAGE_ACCESS_KEY="files-key",
        STORAGE_ENDPOINT_URL="http://files", **own,
    )  # fmt: skip

    options = file_store(environment, "ARCHIVE")["OPTIONS"]

    assert (options["access_key"], options["endpoint_url"]) == expected
    assert options["bucket_name"] == "acts"
    assert options["file_overwrite"] is False

"""Where files live: a directory of this machine, or a bucket of an S3 service."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from environ import Env


def s3_options(env: Env, prefix: str) -> dict[str, Any]:
    """Return the options of a bucket; the archive may share the keys of the files."""

    def read(name: str, default: str = "") -> str:
        return env.str(f"{prefix}_{name}", default="") or env.str(
            f"STORAGE_{name}", default=default
        )

    return {
        "bucket_name": env.str(f"{prefix}_BUCKET", default=""),
        "endpoint_url": read("ENDPOINT_URL") or None,
        "region_name": read("REGION", "us-east-1"),
        "access_key": read("ACCESS_KEY") or None,
        "secret_key": read("SECRET_KEY") or None,
        "addressing_style": "path",
        "signature_version": "s3v4",
        "default_acl": None,
        "file_overwrite": False,
        "querystring_auth": True,
        "querystring_expire": 300,
    }


def file_store(
    env: Env,
    prefix: str,
    location: Path | None = None,
    bucket: str = "storages.backends.s3.S3Storage",
) -> dict[str, Any]:
    """Return the entry of STORAGES that the variables `<prefix>_…` describe.

    A local store without a location is the directory MEDIA_ROOT.
    """
    if env.str(f"{prefix}_KIND", default="local") == "s3":
        return {
            "BACKEND": bucket,
            "OPTIONS": s3_options(env, prefix),
        }
    store: dict[str, Any] = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    if location:
        store["OPTIONS"] = {"location": str(location)}
    return store

"""An S3 bucket whose objects nobody can delete before their time (Object Lock, compliance mode)."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.utils import timezone
from storages.backends.s3 import S3Storage

DAYS_PER_YEAR = 366


class WormS3Storage(S3Storage):  # type: ignore[misc]
    """django-storages' bucket, with a retention computed at each write and a write that refuses to
    replace. The bucket must have been made with Object Lock; the key needs PutObjectRetention."""

    failures = (BotoCoreError, ClientError)

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        """Retention of one object, computed now: a date in the settings would not move."""
        days = DAYS_PER_YEAR * settings.ARCHIVE_RETENTION_YEARS
        return {
            **super().get_object_parameters(name),
            "ObjectLockMode": "COMPLIANCE",
            "ObjectLockRetainUntilDate": timezone.now() + timedelta(days=days),
        }

    def put_once(self, name: str, data: bytes) -> str:
        """Writes the object if its name is free; gives the identifier of the version that holds it.

        A name that is taken keeps its first version, whose identifier is given instead."""
        client = self.connection.meta.client
        checksum = base64.b64encode(hashlib.sha256(data).digest()).decode()
        try:
            answer = client.put_object(
                Bucket=self.bucket_name,
                Key=name,
                Body=data,
                ContentType="application/pdf",
                ChecksumSHA256=checksum,
                IfNoneMatch="*",
                **self.get_object_parameters(name),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"PreconditionFailed", "412"}:
                raise
            return self._first_version(name)
        return str(answer["VersionId"])

    def get_version(self, name: str, version_id: str) -> bytes | None:
        """The bytes of one version; None when the bucket no longer has it."""
        client = self.connection.meta.client
        try:
            answer = client.get_object(Bucket=self.bucket_name, Key=name, VersionId=version_id)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "NoSuchVersion", "404"}:
                return None
            raise
        return bytes(answer["Body"].read())

    def _first_version(self, name: str) -> str:
        client = self.connection.meta.client
        answer = client.list_object_versions(Bucket=self.bucket_name, Prefix=name)
        versions = [version for version in answer.get("Versions", ()) if version["Key"] == name]
        return str(min(versions, key=lambda version: version["LastModified"])["VersionId"])

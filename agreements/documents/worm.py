"""An S3 bucket whose objects nobody can delete before their time (Object Lock, compliance mode)."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, date, datetime, time, timedelta
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
        return {**super().get_object_parameters(name), **_lock(None)}

    def put_once(self, name: str, data: bytes, *, keep_until: date | None = None) -> str:
        """Writes the object if its name is free; gives the identifier of the version that holds it.

        It is locked until the end of `keep_until`, or as the settings say. A name that is taken
        keeps the version that holds these bytes, which is given instead."""
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
                **{**self.get_object_parameters(name), **_lock(keep_until)},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"PreconditionFailed", "412"}:
                raise
            return self._version_holding(name, data)
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

    def delete_version(self, name: str, version_id: str) -> bool:
        """Deletes one version for good; False while the bucket keeps it locked."""
        client = self.connection.meta.client
        try:
            client.delete_object(Bucket=self.bucket_name, Key=name, VersionId=version_id)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"AccessDenied", "ObjectLocked", "403"}:
                return False
            raise
        return True

    def _version_holding(self, name: str, data: bytes) -> str:
        """The oldest version that holds these bytes; the oldest of all when none does, which
        whoever reads it will find damaged."""
        client = self.connection.meta.client
        answer = client.list_object_versions(Bucket=self.bucket_name, Prefix=name)
        # The newest comes first; moments are told in whole seconds, and do not tell them apart.
        versions = [one["VersionId"] for one in answer.get("Versions", ()) if one["Key"] == name]
        versions.reverse()
        found = (one for one in versions if self.get_version(name, one) == data)
        return str(next(found, versions[0]))


def _lock(keep_until: date | None) -> dict[str, Any]:
    """The retention that an object is written with; a day that is past locks nothing, and counts
    for nothing."""
    now = timezone.now()
    end = now + timedelta(days=DAYS_PER_YEAR * settings.ARCHIVE_RETENTION_YEARS)
    if keep_until and keep_until > now.date():
        end = datetime.combine(keep_until, time.max, UTC)
    return {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": end}

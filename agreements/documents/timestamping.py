"""Timestamp tokens (RFC 3161) from the first configured authority that gives one."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from asn1crypto import cms
from django.conf import settings
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

SECONDS = 8
logger = logging.getLogger(__name__)


class TimestampUnavailable(Exception):
    """No configured timestamp authority answered: signing now would make a weaker signature."""


class FailoverTimeStamper(TimeStamper):  # type: ignore[misc]
    """Asks each authority in turn; the order of the setting is the order of preference."""

    def __init__(self, urls: Sequence[str], *, seconds: float = SECONDS) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.urls = tuple(urls)
        self.seconds = seconds

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        for url in self.urls:
            client = HTTPTimeStamper(url, timeout=self.seconds)
            try:
                return await client.async_timestamp(message_digest, md_algorithm)
            except (TimestampRequestError, OSError, ValueError) as error:
                logger.warning("timestamp authority %s: %s", url, error)
        raise TimestampUnavailable(", ".join(self.urls))


def configured_timestamper() -> TimeStamper | None:
    """The timestamper of `TIMESTAMP_URLS`; None when none is named."""
    urls = [url for url in settings.TIMESTAMP_URLS if url]
    return FailoverTimeStamper(urls) if urls else None

"""Requests that the test server is still answering when a test ends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from django.core.signals import request_finished, request_started

REST, PATIENCE = 0.1, 10.0  # seconds


@contextmanager
def answered_before_leaving() -> Iterator[None]:
    """Wait, on leaving, until the server is at rest.

    A page saves what is typed and asks after its session by itself: a browser closed in the
    middle leaves such a request at work, in a database that is about to be emptied.
    """
    lock, open_requests = Lock(), 0

    def started(**_of: Any) -> None:
        nonlocal open_requests
        with lock:
            open_requests += 1

    def finished(**_of: Any) -> None:
        nonlocal open_requests
        with lock:
            open_requests -= 1

    request_started.connect(started)
    request_finished.connect(finished)
    try:
        yield
        limit = time.monotonic() + PATIENCE
        time.sleep(REST)  # what the browser has just sent reaches the server
        while open_requests > 0 and time.monotonic() < limit:
            time.sleep(REST)
    finally:
        request_started.disconnect(started)
        request_finished.disconnect(finished)

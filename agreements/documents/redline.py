"""The comparison of two states of an act as a PDF, for a meeting around a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from agreements.documents import rendering


def redline_pdf(
    changes: Sequence[dict[str, Any]],
    *,
    title: str,
    subject: str,
    reference: str,
    sender: str,
    created: datetime,
) -> bytes:
    """Lay the changed articles out, with what was removed and added told in words.

    Raises RenderingFailed when the document cannot be laid out.
    """
    with translation.override("fr"):
        html = render_to_string("agreements/document/redline.html", {"changes": changes})
    made = rendering.render_simple(
        html,
        title=title,
        created=created,
        sender=sender,
        reference=reference,
        subject=subject,
        sealable=False,
    )
    return made.data

"""Lays out the letters of a request; nothing is written: the decision itself is the record."""

from __future__ import annotations

from agreements.documents.rendering import render_simple
from requests_flow.selectors.letters import Letter


def laid_out(letter: Letter) -> bytes:
    """Return the PDF of a letter, dated of the moment of its decision. Raises RenderingFailed."""
    return render_simple(
        str(letter.html),
        title=letter.title,
        created=letter.at,
        sender=letter.sender,
        reference=letter.reference,
        recipient=letter.recipient,
        subject=letter.subject,
        sealable=False,
    ).data

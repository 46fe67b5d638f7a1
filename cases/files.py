"""Files that a move adds to a case: checked before it, written in it."""

from __future__ import annotations

from accounts.models import Organisation
from cases import storage
from cases.engine import PersonalMove
from cases.models import Attachment


def keep(
    move: PersonalMove,
    stored: storage.StoredFile,
    *,
    room: str,
    nature: str = "",
    organisation: Organisation | None = None,
) -> Attachment:
    """Add a stored file to the case of a move, in its transaction; the caller records the event."""
    return Attachment.objects.create(
        case_id=move.case.pk,
        room=room,
        name=stored.name,
        nature=nature[:80],
        content_type=stored.content_type,
        size=stored.size,
        sha256=stored.sha256,
        scan_state=stored.scan_state,
        uploaded_by=move.by,
        organisation=organisation,
    )

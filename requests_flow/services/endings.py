"""What becomes of what was awaited when a request ends."""

from __future__ import annotations

from requests_flow.enums import ComplementState, Verdict
from requests_flow.models import DataRequest


def cancel_pending(case: DataRequest) -> None:
    """Tracks and complements of a request that ended are awaited no more (in the caller's step)."""
    case.consultations.filter(given_at=None, verdict="").update(verdict=Verdict.CANCELLED)
    case.complements.filter(state__in=[ComplementState.ASKED, ComplementState.NOTICED]).update(
        state=ComplementState.CANCELLED
    )

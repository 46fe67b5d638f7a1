"""Versions are added: numbered, complete, never changed."""

from __future__ import annotations

from accounts.models import User
from agreements import snapshots
from agreements.models import Agreement, AgreementVersion
from agreements.selectors.desk import Desk


def add_version(
    desk: Desk, *, by: User, reason: str = "", round_number: int = 0, is_final: bool = False
) -> AgreementVersion:
    """Keep what the act says now as its next version, in the caller's step."""
    agreement: Agreement = desk.agreement
    content = snapshots.snapshot(desk)
    last = agreement.versions.order_by("-number").first()
    return AgreementVersion.objects.create(
        agreement=agreement,
        number=last.number + 1 if last else 1,
        is_final=is_final,
        round=round_number,
        reason=reason[:500],
        content=content,
        sha256=snapshots.digest(content),
        created_by=by,
    )

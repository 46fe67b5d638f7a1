"""What a request adds to the evidence of the act that came of it: opinions and decisions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from agreements.models import Agreement
from journal.enums import Audience
from requests_flow.models import Conclusion, Consultation, HolderDecision


def pieces_of(agreement: Agreement, audiences: Collection[str]) -> dict[str, Any]:
    """Return the decisions, and the opinions for who may read preparatory documents."""
    if not agreement.source_case_id:
        return {}
    found: dict[str, Any] = {
        "decisions/decisions.json": {
            "demande": agreement.source_reference,
            "detenteurs": _decisions(agreement.source_case_id),
            "conclusions": _conclusions(agreement.source_case_id),
        }
    }
    if Audience.REVIEWERS in audiences:
        found["avis/avis-sur-la-demande.json"] = _opinions(agreement.source_case_id)
    return found


def _decisions(request_id: int) -> list[dict[str, Any]]:
    rows = HolderDecision.objects.filter(data_request_id=request_id)
    return [
        {
            "organisme": str(row.organisation),
            "decision": row.get_outcome_display(),
            "motifs": row.reasons,
            "motivation": row.motivation,
            "retenu": row.kept,
            "refuse": row.refused,
            "pouvoir": row.power,
            "par": row.decided_by.get_full_name(),
            "le": row.decided_at.isoformat(),
            "reserves": [condition.text for condition in row.conditions.all()],
        }
        for row in rows.select_related("organisation", "decided_by").prefetch_related("conditions")
    ]


def _conclusions(request_id: int) -> list[dict[str, Any]]:
    rows = Conclusion.objects.filter(data_request_id=request_id).select_related("recorded_by")
    return [
        {
            "nature": row.get_kind_display(),
            "conclusion": row.get_outcome_display(),
            "motifs": row.reasons,
            "motivation": row.motivation,
            "par": row.recorded_by.get_full_name(),
            "le": row.recorded_at.isoformat(),
        }
        for row in rows
    ]


def _opinions(request_id: int) -> list[dict[str, Any]]:
    rows = Consultation.objects.filter(data_request_id=request_id, given_at__isnull=False)
    return [
        {
            "nature": row.get_kind_display(),
            "organisme": str(row.organisation or ""),
            "avis": row.get_verdict_display() if row.verdict else "",
            "synthese": row.synthesis,
            "par": row.given_by.get_full_name() if row.given_by else "",
            "le": row.given_at.isoformat() if row.given_at else "",
            "reserves": [condition.text for condition in row.conditions.all()],
        }
        for row in rows.select_related("organisation", "given_by").prefetch_related("conditions")
    ]

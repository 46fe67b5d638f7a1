"""How stages, natures and verdicts read: the words and colours of a request."""

from __future__ import annotations

from datetime import date
from typing import Any

from cases.announcements import day_text
from cases.enums import Nature
from requests_flow.enums import RequestStage, Verdict
from requests_flow.models import DataRequest

STAGE_BADGES = {
    RequestStage.DRAFT: "neutral",
    RequestStage.INFO_REQUESTED: "warning",
    RequestStage.RUNNING: "success",
    RequestStage.INADMISSIBLE: "error",
    RequestStage.REJECTED: "error",
    RequestStage.REDIRECTED: "blue-ecume",
    RequestStage.WITHDRAWN: "neutral",
    RequestStage.LAPSED: "neutral",
    RequestStage.CLOSED: "neutral",
}
VERDICT_BADGES = {
    Verdict.FAVOURABLE: "success",
    Verdict.RESERVED: "success",
    Verdict.UNFAVOURABLE: "error",
    Verdict.NOT_GIVEN: "warning",
    Verdict.NOT_CONCERNED: "neutral",
    Verdict.CANCELLED: "neutral",
}


def stage_badge(case: DataRequest) -> dict[str, Any]:
    """The badge of where a request is."""
    return {
        "text": case.stage_label,
        "variant": STAGE_BADGES.get(RequestStage(case.stage), "info"),
        "icon": False,
    }


def nature_badges(case: DataRequest) -> list[dict[str, Any]]:
    """The purple badges of what the data are; « sensible » goes without saying for health."""
    shown = [
        Nature.HEALTH,
        Nature.SENSITIVE,
        Nature.LINKAGE,
        Nature.NIR,
        Nature.OUTSIDE_EU,
        Nature.URGENT,
    ]
    return [
        {"text": str(nature.label), "variant": "purple-glycine", "icon": False}
        for nature in shown
        if nature in case.natures
        and not (nature == Nature.SENSITIVE and Nature.HEALTH in case.natures)
    ]


def rank(number: int) -> str:
    """« 1er », « 12e »."""
    return "1er" if number == 1 else f"{number}e"


def day(value: date | None) -> str:
    """« 12 mars 2026 », or nothing."""
    return day_text(value)

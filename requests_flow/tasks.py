"""The clock of the circuit: what happens because time passes."""

from __future__ import annotations

from procrastinate.contrib.django import app

from requests_flow.services import complements, opinions, stale_drafts, study


@app.periodic(cron="7 5 * * *")
@app.task(name="requests_flow.tick", queueing_lock="requests_flow.tick")
def tick(timestamp: int) -> None:
    """Every morning: late visas are passed over, late opinions flagged, late complements noticed
    then lapsed. Each is its own transaction; done twice it changes nothing."""
    study.escalate_visas()
    opinions.pass_over_late_opinions()
    complements.lapse_overdue()


@app.periodic(cron="23 4 * * *")
@app.task(name="requests_flow.close_stale_drafts", queueing_lock="requests_flow.stale_drafts")
def close_stale_drafts(timestamp: int) -> None:
    """Every night: tell of drafts long unused, close those unused for too long."""
    stale_drafts.close_stale_drafts()

"""The case page: band, stepper, « Et maintenant ? », tracks, reserves (ux/spec.md, §3)."""

from requests_flow.selectors.case_page.frame import CasePage, case_page
from requests_flow.selectors.case_page.reserves import conditions, formality_table
from requests_flow.selectors.case_page.tracks import opinions_count
from requests_flow.selectors.case_page.words import nature_badges, stage_badge
from requests_flow.selectors.wording import actor_name

__all__ = [
    "CasePage",
    "actor_name",
    "case_page",
    "conditions",
    "formality_table",
    "nature_badges",
    "opinions_count",
    "stage_badge",
]

"""Visa, admissibility, orientation, feasibility and study (process.md, S1 to S5)."""

from requests_flow.services.study.admissibility import (
    Redirection,
    apply_redirection,
    ask_complement,
    declare_admissible,
    declare_inadmissible,
    redirect,
    tell_outcome,
)
from requests_flow.services.study.conclusion import assess_feasibility, conclude_study
from requests_flow.services.study.orientation import add_holder, orient
from requests_flow.services.study.tracks import (
    give,
    open_consultation,
    open_opinions,
    open_opinions_early,
    open_pending_consultations,
    wants_expert,
)
from requests_flow.services.study.visa import escalate_visas, give_visa

__all__ = [
    "Redirection",
    "add_holder",
    "apply_redirection",
    "ask_complement",
    "assess_feasibility",
    "conclude_study",
    "declare_admissible",
    "declare_inadmissible",
    "escalate_visas",
    "give",
    "give_visa",
    "open_consultation",
    "open_opinions",
    "open_opinions_early",
    "open_pending_consultations",
    "orient",
    "redirect",
    "tell_outcome",
    "wants_expert",
]

"""Plays steps by their forms: file a request, give an opinion, decide."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from bench.browser import Answer, Browser
from bench.copies import Multiplier
from bench.figures import Figures, with_queries
from bench.ministry import DPO, HOLDER, PASSWORD, REQUESTER
from cases.models import Case, Task

AT_ONCE = 4
SYNTHESIS = "Les garanties décrites sont adaptées au besoin."


@dataclass(frozen=True)
class Step:
    """Which request it is played on, by whom, where its form is and what is answered."""

    original: str
    email: str
    address: Callable[[int], str]
    # Empty when the step is a button, without a form to open.
    form: dict[str, str]


def _draft(case_id: int) -> str:
    key = Case.objects.values_list("draft_key", flat=True).get(pk=case_id)
    return f"/demandes/brouillons/{key}/deposer/"


def _task(case_id: int, slug: str, **lookup: Any) -> str:
    """The page of the open task of a copy."""
    task = next(
        one
        for one in Task.objects.filter(
            case_id=case_id, status__in=("NEW", "ASSIGNED"), **lookup
        ).select_related("case")
        if one.flow_task_type == "HUMAN"
    )
    return f"/demandes/{task.case.reference}/{slug}/{task.pk}/"


STEPS = {
    "submit": Step("draft", REQUESTER, _draft, {}),
    "opinion": Step(
        "studied",
        DPO,
        lambda case_id: _task(case_id, "avis", role="dpo", organisation__slug="cnam"),
        {"verdict": "favourable", "motivation": SYNTHESIS, "confirm": "1"},
    ),
    "decide": Step(
        "reviewed",
        HOLDER,
        lambda case_id: _task(case_id, "decision", role="data_holder"),
        {
            "decision": "favourable",
            "motivation": SYNTHESIS,
            "power_confirmed": "true",
            "confirm": "1",
        },
    ),
}


def measure(address: str, multiplier: Multiplier, count: int, figures: Figures) -> None:
    """Play each step `count` times one after the other, then as many from four sessions at once."""
    # All copies first: what a step creates takes the keys above them.
    cases = {
        name: multiplier.copies_for_steps(step.original, 2 * count) for name, step in STEPS.items()
    }
    for name, step in STEPS.items():
        pages = [step.address(case_id) for case_id in cases[name]]
        browsers = [Browser(address) for _number in range(AT_ONCE)]
        for browser in browsers:
            browser.sign_in(step.email, PASSWORD)
        forms = [browsers[0].fill(page, step.form) if step.form else {} for page in pages]
        work = list(zip(pages, forms, strict=True))
        one_by_one = [browsers[0].post(page, form) for page, form in work[:count]]
        figures.steps[name] = {
            **with_queries(one_by_one),
            "per_second": _throughput(browsers, work[count:]),
        }


def _throughput(browsers: list[Browser], work: list[tuple[str, dict[str, Any]]]) -> float:
    """How many are done in a second when several persons post at the same time."""
    shares = [work[number :: len(browsers)] for number in range(len(browsers))]

    def play(browser: Browser, share: Iterable[tuple[str, dict[str, Any]]]) -> list[Answer]:
        return [browser.post(page, form) for page, form in share]

    start = time.perf_counter()
    with ThreadPoolExecutor(len(browsers)) as pool:
        list(pool.map(play, browsers, shares))
    return round(len(work) / (time.perf_counter() - start), 1)

"""Reads the pages in real sessions, in turn with the floor: all meet the same noise."""

from __future__ import annotations

import time
from collections import defaultdict

from accounts.models import User
from bench.browser import Answer, Browser
from bench.figures import PAGES, Figures, times, with_queries
from bench.ministry import PASSWORD, READERS
from bench.urls import FLOOR
from cases.models import Case

ROUNDS = 20
WARM_UP = 2
SECONDS = 60
CASES = 5
ADDRESSES = {"floor": FLOOR, "dashboard": "/tableau-de-bord/", "list": "/demandes/"}


def measure(address: str, size: int, figures: Figures) -> None:
    """Measure floor, dashboard, list and case page for three persons; bounded in time."""
    browsers, cases = {}, {}
    for email in READERS:
        browsers[email] = Browser(address)
        browsers[email].sign_in(email, PASSWORD)
        cases[email] = references(email)
    answers: dict[str, list[Answer]] = defaultdict(list)
    start = time.monotonic()
    for turn in range(-WARM_UP, ROUNDS):
        if turn > 2 and time.monotonic() - start > SECONDS:
            break
        for email, browser in browsers.items():
            known = cases[email]
            reference = known[turn % len(known)]
            for page in ("floor", *PAGES):
                answer = browser.get(ADDRESSES.get(page, f"/demandes/{reference}/demande/"))
                if turn >= 0:
                    answers[page].append(answer)
    figures.floors[str(size)] = times(answers["floor"])
    for page in PAGES:
        figures.pages.setdefault(page, {})[str(size)] = with_queries(answers[page])


def references(email: str) -> list[str]:
    """Requests in progress that a person sees, with consultations to show."""
    person = User.objects.get(email=email)
    found = (
        Case.objects.visible_to(person)
        .filter(kind="request", stage__in=["study", "opinions", "holder_decision"])
        .order_by("-opened_at", "-pk")
    )
    return [str(one) for one in found.values_list("reference", flat=True)[:CASES]]

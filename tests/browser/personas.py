"""What a person does in front of the pages: fills forms by the names of their fields, saves,
verifies, confirms. Written once for the journeys; no journey calls a service."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from django.db import connection
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from cases.models import Task
from tests.browser.conftest import Visitor
from tests.requests_flow import worlds

Values = Mapping[str, Any]


class Persona:
    """Somebody signed in, in a browser of his own."""

    def __init__(self, visitor: Any, user: User, **look: Any) -> None:
        self.user = user
        self.seat: Visitor = visitor(user, **look)
        self.page: Page = self.seat.page

    def open(self, path: str) -> Page:
        self.seat.open(path)
        return self.page

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    # --- Forms ------------------------------------------------------------------------------

    def fill(self, values: Values) -> None:
        """Answer the questions of the page, in the order given."""
        for name, value in values.items():
            self.answer(name, value)

    def answer(self, name: str, value: Any) -> None:
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            self._rows(name, value)
        elif isinstance(value, Mapping):
            for side, text in value.items():
                self._named(f"{name}-{side}").fill(str(text))
        elif isinstance(value, list):
            for one in value:
                self._choose(name, str(one))
        else:
            self._one(name, value)

    def _named(self, name: str) -> Locator:
        return self.page.locator(f'main [name="{name}"]:not([type="hidden"])')

    def _one(self, name: str, value: Any) -> None:
        found = self._named(name).first
        kind = found.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
        if kind == "select":
            found.select_option(str(value))
        elif kind == "checkbox" and isinstance(value, bool):
            found.wait_for(state="visible")
            found.set_checked(value, force=True)
        elif kind in ("radio", "checkbox"):
            self._choose(name, {True: "yes", False: "no"}.get(value, str(value)))
        else:
            found.fill(str(value))

    def _choose(self, name: str, value: str) -> None:
        box = self.page.locator(f'main [name="{name}"][value="{value}"]')
        if box.count():
            # The question may just be appearing after the answer that asks it.
            box.wait_for(state="visible")
            box.check(force=True)
        else:
            # A list of countries: one select a country and a blank one.
            self._named(name).last.select_option(value)

    def _rows(self, name: str, rows: list[Values]) -> None:
        """Fill a table of questions, adding its rows one by one."""
        for rank, row in enumerate(rows):
            if not self._shows_row(name, rank):
                self.page.locator(f'main button[name="_add"][value="{name}"]').click()
                expect(
                    self.page.locator(f'main [name="{name}-rows"][value="{rank}"]')
                ).to_have_count(1)
            for column, value in row.items():
                self._one(f"{name}-{rank}-{column}", value)

    def _shows_row(self, name: str, rank: int) -> bool:
        return self.page.locator(f'main [name="{name}-rows"][value="{rank}"]').count() > 0

    # --- Buttons ----------------------------------------------------------------------------

    def press(self, label: str) -> Page:
        """Press the button of the page that carries this label, and wait for what comes."""
        button = self.page.get_by_role("button", name=label, exact=True)
        with self.page.expect_navigation():
            button.and_(self.page.locator(":not([tabindex='-1'])")).last.click()
        self.assert_no_refusal()
        return self.page

    def follow(self, label: str) -> Page:
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=label).first.click()
        return self.page

    def assert_no_refusal(self) -> None:
        """Nothing was refused: an error would be the truth that a journey must tell."""
        errors = self.page.locator("main .fr-alert--error, main .fr-error-text")
        assert not errors.count(), (self.path, " | ".join(errors.all_inner_texts())[:1500])

    def act(self, address: str, values: Values) -> Page:
        """An acting page: fill, « Vérifier avant d’enregistrer », then confirm."""
        self.open(address)
        self.fill(values)
        self.press("Vérifier avant d’enregistrer")
        return self.confirm()

    def confirm(self) -> Page:
        """« Vérifier avant d’enregistrer » : read what will be done, then do it."""
        expect(self.page.locator("#verification")).to_be_visible()
        with self.page.expect_navigation():
            self.page.locator('button[name="confirm"]').click()
        self.assert_no_refusal()
        return self.page


def run_jobs(case_id: int) -> None:
    """What the worker does between two persons: the jobs of a file, at once.

    In a thread of its own, as in the worker: the browser's loop runs in this one.
    """
    with ThreadPoolExecutor(max_workers=1) as worker:
        worker.submit(_work, case_id).result()


def _work(case_id: int) -> None:
    try:
        jobs = Task.objects.filter(case_id=case_id, flow_task_type="JOB", status="SCHEDULED")
        for task in jobs:
            task.flow_task.work(task)
    finally:
        connection.close()


def step_address(case: Any, node: str, where: Any = None) -> str:
    """The address of an open step, as the dashboard of whoever must do it links it."""
    from requests_flow.selectors.actions import address_of

    return str(address_of(case, worlds.task(case, node, where)))

"""The list by pages: every request once, by due date, whatever the number of requests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cases.models import Party
from questionnaires.models import AnswerSet
from requests_flow.models import DataRequest
from requests_flow.selectors import lists
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


def request(world: worlds.Ministry, number: int, due: date | None, **changes: Any) -> DataRequest:
    answers = AnswerSet.objects.create(
        definition_code="use_case", definition_version=1, created_by=world.requester,
        updated_by=world.requester,
    )  # fmt: skip
    made = DataRequest.objects.create(
        kind="request", answers=answers, organisation=world.requester_org,
        title=f"Demande {number}", reference=f"DEM-2026-{number:04}",
        created_by=world.requester, opened_at=timezone.now(), next_due_on=due,
        stage="study", **changes,
    )  # fmt: skip
    Party.objects.create(case=made, organisation=world.holder, side="holder")
    return made


def pages(user: Any, view: str = "toutes", **filters: Any) -> list[list[str]]:
    """Turn the pages until the last; return the references of each."""
    found, after = [], ""
    while not found or after:
        page = lists.requests_for(user, view, filters, after)
        found.append([str(row.reference) for row in page.rows])
        after = page.next_key
    return found


def test_each_request_once_by_due_date_then_those_without() -> None:
    world = worlds.ministry()
    dues = [TODAY + timedelta(days=n % 7) if n % 3 else None for n in range(60)]
    made = [request(world, n, due) for n, due in enumerate(dues)]

    found = pages(world.officer)

    assert [len(page) for page in found] == [25, 25, 10]
    wanted = sorted(made, key=lambda one: (one.next_due_on or lists.NEVER, one.pk))
    assert [one for page in found for one in page] == [str(one.reference) for one in wanted]


@pytest.mark.parametrize("after", ["", "x", "2026-13-45_1", "2026-03-02_", "_", "9999-12-31_x"])
def test_a_key_that_no_page_gave_is_the_first_page(after: str) -> None:
    world = worlds.ministry()
    request(world, 1, TODAY)

    assert len(lists.requests_for(world.officer, "toutes", {}, after).rows) == 1


def test_the_total_is_counted_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    world = worlds.ministry()
    monkeypatch.setattr(lists, "MOST", 3)
    for number in range(5):
        request(world, number, TODAY)

    total = lists.requests_for(world.officer, "toutes", {}).total

    assert total == 4
    assert lists.result_text(total) == "Plus de 1\u00a0000 demandes, triées par échéance"
    assert lists.result_text(3) == "3 demandes, triées par échéance"


def test_filters_and_views() -> None:
    world = worlds.ministry()
    late = request(world, 1, date(2020, 1, 1), legal_pathway="gdpr_c2c")
    closed = request(world, 2, None, closed_at=timezone.now())
    mine = request(world, 3, date(2999, 1, 1), officer=world.officer)
    Party.objects.filter(case=mine).update(organisation=world.other_holder)

    def found(view: str = "toutes", **filters: Any) -> set[str]:
        return {one for page in pages(world.officer, view, **filters) for one in page}

    assert found("closes") == {closed.reference}
    assert found("mes-dossiers") == {mine.reference}
    assert found("en-attente") == {late.reference, mine.reference}
    assert found("a-traiter") == set()
    assert found(retard=True) == {late.reference}
    assert found(voie="gdpr_c2c") == {late.reference}
    assert found(q="demande 3") == {mine.reference}
    assert found(q="2026-0002") == {closed.reference}
    assert found(detenteur=world.other_holder) == {mine.reference}
    assert found(organisme=world.holder) == set()
    assert found(etat="opinions") == set()


def test_queries_do_not_grow_with_the_page(django_assert_num_queries: Any) -> None:
    world = worlds.ministry()
    _roles = world.officer.held_roles
    request(world, 1, TODAY)
    with django_assert_num_queries(1):
        lists.requests_for(world.officer, "toutes", {})
    for number in range(2, 40):
        request(world, number, TODAY)
    with django_assert_num_queries(1):
        lists.requests_for(world.officer, "toutes", {})

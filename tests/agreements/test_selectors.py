"""Reading acts: who sees which, the views of the list, constant numbers of queries."""

from __future__ import annotations

import dataclasses

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from agreements import policies, selectors, services
from agreements.library import LibraryError, shipped
from agreements.models import Agreement, ClauseVersion
from journal.models import Event
from tests.agreements import factories

pytestmark = pytest.mark.django_db


def references(user: User, view: str = "toutes", **filters: str) -> list[str | None]:
    page = selectors.list_for(user, view=view, filters=filters)
    return [row.agreement.reference for row in page.rows]


def test_who_sees_an_act(world: factories.World) -> None:
    agreement = factories.drafted(world)

    for who in ("legal", "officer", "auditor", "holder_agent", "requester_agent", "holder_dpo"):
        assert selectors.get_for(getattr(world, who), "PRJ-2026-0001").pk == agreement.pk
    with pytest.raises(Http404):
        selectors.get_for(world.outsider, "PRJ-2026-0001")
    with pytest.raises(Http404):
        selectors.get_for(world.legal, "PRJ-2026-0002")


def test_both_references_lead_to_a_signed_act(world: factories.World, fast_documents: None) -> None:
    agreement = factories.registered(world)

    assert selectors.get_for(world.legal, "PRJ-2026-0001").pk == agreement.pk
    assert selectors.get_for(world.legal, "CONV-2026-001").pk == agreement.pk


def test_views_of_the_list(world: factories.World, fast_documents: None) -> None:
    values = factories.values()
    today = timezone.localdate().isoformat()
    values["agreement"] |= {"effective_on": today, "duration_months": 5}
    values["retention"] |= {"months": 12}
    factories.registered(world, values=values)
    factories.registered(world)
    factories.in_signature(world)
    project = factories.drafted(world)
    ended = factories.drafted(world)
    services.abandon(agreement=ended, reason="Non.", by=world.legal)

    assert references(world.legal, "redaction") == [project.reference]
    assert references(world.legal, "signature") == ["PRJ-2026-0003"]
    assert references(world.legal, "vigueur") == ["CONV-2026-001", "CONV-2026-002"]
    assert references(world.legal, "echeance") == ["CONV-2026-001"]
    assert references(world.legal, "terminees") == [ended.reference]
    counts = {view["code"]: view["count"] for view in selectors.views_for(world.legal)}
    assert counts == {"redaction": 1, "signature": 1, "vigueur": 2, "echeance": 1, "terminees": 1,
                      "toutes": 5}  # fmt: skip
    assert references(world.outsider) == []


def test_filters_of_the_list(world: factories.World) -> None:
    factories.drafted(world, title="Parcours des jeunes")
    factories.drafted(world, title="Places en crèche", act_type="f")

    assert references(world.legal, q="crèche") == ["PRJ-2026-0002"]
    assert references(world.legal, q="prj-2026-0001") == ["PRJ-2026-0001"]
    assert references(world.legal, type="f") == ["PRJ-2026-0002"]
    assert references(world.legal, organisme="cnsa") == ["PRJ-2026-0001", "PRJ-2026-0002"]
    assert references(world.legal, organisme="atih") == []
    assert len(references(world.legal, type="zz", page="n’importe quoi")) == 2
    assert references(world.legal, q="\x00") == ["PRJ-2026-0001", "PRJ-2026-0002"]


def test_list_costs_the_same_with_more_acts(world: factories.World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            references(User.objects.get(pk=world.legal.pk))
        return len(captured)

    factories.drafted(world)
    one = queries()
    for _n in range(4):
        factories.drafted(world)

    assert queries() == one


def test_acts_of_a_request(world: factories.World) -> None:
    source = factories.drafted(world)
    agreement = factories.drafted(world, source_case=source)

    assert selectors.list_of_request(world.legal, source.pk) == [agreement]
    assert selectors.list_of_request(world.outsider, source.pk) == []


def test_desk_costs_the_same_with_more_versions(world: factories.World) -> None:
    def queries(agreement: Agreement) -> int:
        fresh = Agreement.objects.get(pk=agreement.pk)
        with CaptureQueriesContext(connection) as captured:
            assert selectors.build_desk(fresh).checks
        return len(captured)

    agreement = factories.agreed(world)
    one = queries(agreement)
    services.send_round(agreement=agreement, by=world.legal)
    for agent in (world.holder_agent, world.requester_agent):
        task = factories.task_of(agreement, "review_version", agent)
        services.review(task=task, verdict="agree", by=agent)

    assert queries(agreement) == one


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("legal", True), ("auditor", True), ("holder_agent", True), ("requester_agent", True),
        ("officer", False), ("outsider", False),
    ],
)  # fmt: skip
def test_who_reads_a_restricted_annex(world: factories.World, who: str, allowed: bool) -> None:
    agreement, user = factories.drafted(world), getattr(world, who)

    assert policies.can_read_annex(user, agreement, "restricted") is allowed
    assert policies.can_read_annex(user, agreement, "parties") is True


def test_policies_refuse_with_a_reason(world: factories.World) -> None:
    agreement = factories.drafted(world)

    for check in (policies.check_can_draft, policies.check_can_decide_on_text,
                  policies.check_can_abandon, policies.check_can_read):  # fmt: skip
        with pytest.raises(PermissionDenied) as error:
            check(world.outsider, agreement)
        assert str(error.value.message)


def test_reading_is_remembered(world: factories.World) -> None:
    agreement = factories.drafted(world)

    services.record_read(agreement=agreement, what="annexe 3", by=world.holder_agent)

    event = Event.objects.get(kind="act.read")
    assert event.is_read
    assert event.organisation == "CNSA"


def test_load_clauses_twice_changes_nothing() -> None:
    before = ClauseVersion.objects.count()

    assert services.load_clauses() == 0
    assert ClauseVersion.objects.count() == before == 78


def test_load_clauses_adds_a_version_and_refuses_one_edited_in_place() -> None:
    library = shipped()
    clause = library.clauses["C29"]
    edited = clause.model_copy(update={"body": clause.body + " Sans exception."})

    with pytest.raises(LibraryError, match="C29.md: la version 1 .*autre texte"):
        services.load_clauses(dataclasses.replace(library, clauses={"C29": edited}))

    newer = edited.model_copy(update={"version": 2})
    assert services.load_clauses(dataclasses.replace(library, clauses={"C29": newer})) == 1
    assert selectors.current_clauses()["C29"].version == 2

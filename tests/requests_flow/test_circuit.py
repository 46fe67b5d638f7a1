"""The circuit walked from filing to the opening of the act, and its main forks."""

from __future__ import annotations

import pytest

from cases import selectors as case_selectors
from journal.models import Event
from questionnaires import selectors as questionnaires
from requests_flow.models import DataRequest
from requests_flow.services import acts, decisions
from tests.requests_flow import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> worlds.Ministry:
    return worlds.ministry()


def test_the_complete_forms_are_complete(world: worlds.Ministry) -> None:
    for values in (worlds.answers(world), worlds.personal_answers(world)):
        draft = worlds.draft(world, values)

        assert [(p.field, p.message) for p in questionnaires.problems(draft.answers, "S")] == []


def nodes(case: DataRequest) -> list[str]:
    return sorted(task.node for task in case_selectors.open_tasks(case))


def test_filing_gives_a_number_and_opens_visa_and_admissibility(world: worlds.Ministry) -> None:
    case = worlds.filed(world)

    assert case.reference is not None
    assert case.reference.startswith("DEM-")
    assert nodes(case) == ["check_admissibility", "give_visa"]
    assert DataRequest.objects.get(pk=case.pk).stage == "completeness"
    assert Event.objects.filter(chain=case.chain, kind="request.submitted").count() == 1


def test_short_path_needs_only_the_legal_opinion(world: worlds.Ministry) -> None:
    case = worlds.studied(world)

    assert nodes(case) == ["give_opinion", "give_visa"]
    assert case.stage == "opinions"


def test_personal_data_ask_both_dpos_security_and_legal(world: worlds.Ministry) -> None:
    case = worlds.studied(world, worlds.personal_answers(world))

    kinds = sorted(
        task.data["kind"] for task in case_selectors.open_tasks(case) if task.node == "give_opinion"
    )
    assert kinds == ["dpo_holder", "dpo_requester", "legal", "security"]


def test_favourable_path_leads_to_the_act(world: worlds.Ministry) -> None:
    case = worlds.decided(world)
    decisions.conclude(
        task=worlds.task(case, "conclude"),
        outcome="favourable",
        motivation="Concordant.",
        by=world.amdac,
    )

    case.refresh_from_db()
    assert "choose_act" in nodes(case)
    assert case.stage == "agreement"


def test_refusal_is_contested_when_the_study_was_favourable(world: worlds.Ministry) -> None:
    case = worlds.decided(world, outcome="unfavourable")

    assert "arbitrate" in nodes(case)
    decisions.arbitrate(
        task=worlds.task(case, "arbitrate"),
        outcome="unfavourable",
        motivation="Le refus est fondé.",
        by=world.amdac,
    )
    decisions.conclude(
        task=worlds.task(case, "conclude"),
        outcome="unfavourable",
        motivation="Refus.",
        by=world.amdac,
        reason_codes=["not_necessary"],
    )
    case.refresh_from_db()
    assert case.stage == "rejected"
    assert case.is_closed
    assert nodes(case) == []


def test_the_act_opens_filled_from_the_file(world: worlds.Ministry) -> None:
    case = worlds.decided(world)
    decisions.conclude(
        task=worlds.task(case, "conclude"),
        outcome="favourable",
        motivation="Concordant.",
        by=world.amdac,
    )

    agreement = acts.choose_act(task=worlds.task(case, "choose_act"), act_type="b", by=world.legal)

    assert agreement.source_reference == case.reference
    assert agreement.values["case"]["reference"] == case.reference
    assert DataRequest.objects.get(pk=case.pk).stage == "agreement"

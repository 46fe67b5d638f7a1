"""Obligations are born from the signed act, proved by their owner, accepted by somebody else."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from agreements import duties, services
from agreements.enums import Anchor, ObligationMoment, ObligationState, ReserveStage
from agreements.library import shipped
from agreements.models import Agreement, Obligation
from agreements.services.obligations import date_from, discharge
from cases.errors import Conflict, Impossible, NotAllowed
from journal.models import Event
from tests.agreements import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fast_documents")]


@pytest.fixture
def act(world: factories.World) -> Agreement:
    return factories.registered(
        world,
        reserves=[
            services.ReserveValue(
                "Nommer un référent", "DGCS", ReserveStage.BEFORE_DELIVERY, "Nom",
                owner_organisation=world.requester,
            ),
            services.ReserveValue("Chiffrer", "DGCS", ReserveStage.ONGOING),
            services.ReserveValue("Levée", "DGCS", ReserveStage.BEFORE_DELIVERY, state="lifted"),
        ],
    )  # fmt: skip


def one(act: Agreement, code: str) -> Obligation:
    return act.obligations.get(code=code)


def test_each_duty_is_of_a_clause_and_of_a_field_that_exist() -> None:
    library = shipped()
    for duty in duties.shipped():
        assert duty.clause in library.clauses, duty.code
        several = duty.months if isinstance(duty.months, list) else [duty.months]
        for number in [*several, duty.days]:
            assert isinstance(number, int) or number in library.fields, duty.code
        assert bool(duty.anchor) == (duty.moment != ObligationMoment.BEFORE_DELIVERY), duty.code


def test_conditions_that_were_not_lifted_are_owed(act: Agreement, world: factories.World) -> None:
    found = {row.text: row for row in act.obligations.filter(code__startswith="reserve-")}

    assert found.keys() == {"Nommer un référent", "Chiffrer"}
    assert found["Nommer un référent"].moment == ObligationMoment.BEFORE_DELIVERY
    assert found["Nommer un référent"].owner_organisation == world.requester
    assert found["Chiffrer"].moment == ObligationMoment.ONGOING


def test_duties_come_from_the_articles_that_were_signed(act: Agreement) -> None:
    codes = set(act.obligations.values_list("code", flat=True))

    assert {"undertakings", "channel", "notice", "outcome_first", "destruction"} <= codes
    assert "passage_table" not in codes
    assert one(act, "channel").owner == "CNSA"
    assert one(act, "notice").owner == "DGCS"
    assert one(act, "channel").source.startswith("Article ")


def test_an_amendment_leaves_the_duties_of_its_act(act: Agreement) -> None:
    act.act_type = "e"
    version = act.versions.get(is_final=True)
    before = act.obligations.count()
    services.obligations.bear(act, version)

    assert act.obligations.count() == before


def test_days_are_counted_from_their_anchor(act: Agreement) -> None:
    start, end = act.effective_on, act.end_on
    assert one(act, "persons_review").due_on == duties.shifted(start, months=12)
    assert one(act, "outcome_final").due_on == duties.shifted(end, days=60)
    assert one(act, "renewal").due_on == duties.shifted(end, months=-6)
    assert one(act, "outcome_first").due_on is None

    date_from(act, anchor=Anchor.FIRST_DELIVERY, day=date(2027, 8, 31))

    first = one(act, "outcome_first")
    assert first.due_on == duties.shifted(date(2027, 8, 31), months=first.months)


@pytest.mark.parametrize(
    ("day", "months", "days", "expected"),
    [
        (date(2027, 8, 31), 6, 0, date(2028, 2, 29)),
        (date(2027, 1, 31), 1, 0, date(2027, 2, 28)),
        (date(2027, 3, 12), -3, 0, date(2026, 12, 12)),
        (date(2026, 3, 31), -1, 0, date(2026, 2, 28)),
        (date(2027, 1, 31), -1, 0, date(2026, 12, 31)),
        (date(2027, 12, 31), 12, 1, date(2029, 1, 1)),
        (date(2027, 12, 15), 0, 30, date(2028, 1, 14)),
    ],
)
def test_months_end_on_a_day_that_exists(day: date, months: int, days: int, expected: date) -> None:
    assert duties.shifted(day, months=months, days=days) == expected


def test_a_proof_is_accepted_by_the_other_party(act: Agreement, world: factories.World) -> None:
    channel = one(act, "channel")
    services.prove_obligation(obligation=channel, proof="Essai reçu.", by=world.holder_agent)
    services.accept_obligation(obligation=channel, reason="Lu.", by=world.requester_agent)

    channel.refresh_from_db()
    assert channel.state == ObligationState.DISCHARGED
    assert channel.settled_by == world.requester_agent
    kinds = Event.objects.filter(kind__startswith="obligation.").values_list("kind", flat=True)
    assert sorted(kinds) == ["obligation.discharged", "obligation.proved"]


def test_who_may_not(act: Agreement, world: factories.World) -> None:
    channel = one(act, "channel")
    with pytest.raises(NotAllowed, match="porteur"):
        services.prove_obligation(obligation=channel, proof="x", by=world.requester_agent)
    with pytest.raises(NotAllowed, match="au vu d’une preuve"):
        services.accept_obligation(obligation=channel, by=world.requester_agent)
    services.prove_obligation(obligation=channel, proof="x", by=world.officer)
    with pytest.raises(NotAllowed, match="autre personne"):
        services.accept_obligation(obligation=channel, by=world.officer)
    with pytest.raises(NotAllowed, match="autre partie"):
        services.accept_obligation(obligation=channel, by=world.holder_agent)
    with pytest.raises(NotAllowed, match="autre partie"):
        services.accept_obligation(obligation=channel, by=world.holder_signatory)


@pytest.mark.parametrize("proof", ["", "  ", "a\x00b", "é" * 5000])
def test_a_proof_is_a_readable_text(act: Agreement, world: factories.World, proof: str) -> None:
    with pytest.raises(Impossible):
        services.prove_obligation(obligation=one(act, "channel"), proof=proof, by=world.officer)


def test_a_proof_that_does_not_suffice_is_sent_back(act: Agreement, world: factories.World) -> None:
    channel = one(act, "channel")
    services.prove_obligation(obligation=channel, proof="Essai.", by=world.holder_agent)
    services.return_obligation(obligation=channel, reason="Empreinte ?", by=world.requester_agent)

    channel.refresh_from_db()
    assert (channel.state, channel.proof, channel.proof_at) == (ObligationState.OPEN, "", None)
    assert channel.settlement == "Empreinte ?"


def test_what_is_closed_stays_closed(act: Agreement, world: factories.World) -> None:
    channel = one(act, "channel")
    services.set_obligation_aside(
        obligation=channel, reason="Canal connu.", by=world.requester_agent
    )
    with pytest.raises(Conflict, match="sans objet"):
        services.prove_obligation(obligation=channel, proof="x", by=world.officer)
    with pytest.raises(Conflict, match="sans objet"):
        services.return_obligation(obligation=channel, reason="x", by=world.officer)


def test_a_recurring_one_opens_its_next_time_until_the_end(
    act: Agreement, world: factories.World
) -> None:
    for _time in range(5):
        current = act.obligations.open().filter(code="persons_review").first()
        if current is None:
            break
        services.prove_obligation(obligation=current, proof="Revue.", by=world.requester_agent)
        services.accept_obligation(obligation=current, by=world.holder_agent)

    dues = list(act.obligations.filter(code="persons_review").values_list("rank", "due_on"))
    assert [rank for rank, _due in dues] == [1, 2]
    assert all(due <= act.end_on for _rank, due in dues)


def test_what_the_application_sees_is_discharged_with_its_proof(
    act: Agreement, world: factories.World
) -> None:
    discharge(act, code="undertakings", proof="2 engagements signés", by=world.requester_agent)

    assert one(act, "undertakings").state == ObligationState.DISCHARGED


def test_late_is_computed(act: Agreement) -> None:
    review = one(act, "persons_review")
    assert not review.is_late()
    assert review.is_late(duties.shifted(review.due_on, days=1))
    assert not review.is_late(timezone.localdate())


def test_a_condition_of_a_signed_act_is_followed_here(
    act: Agreement, world: factories.World
) -> None:
    reserve = act.reserves.get(text="Chiffrer")
    with pytest.raises(NotAllowed, match="suivie avec ses obligations"):
        services.prove_reserve(reserve=reserve, proof="x", by=world.officer)


def test_the_shared_datasets_are_those_of_the_request(world: factories.World) -> None:
    from tests.catalogue.factories import DatasetFactory

    dataset = DatasetFactory(producer_org=world.holder)
    assert list(factories.drafted(world, datasets=[dataset]).datasets.all()) == [dataset]

"""A delivery is announced, sent, received, checked; nothing leaves before its conditions."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from agreements import services as acts
from agreements.models import Agreement
from cases.errors import Conflict, Impossible, NotAllowed
from journal.models import Event
from notifications.models import Notification
from sharing import calendar, quality, services
from sharing.enums import DeliveryState
from sharing.models import ApiMonth, Delivery
from tests.agreements import factories as act_factories
from tests.sharing import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fast_documents")]
World = act_factories.World


@pytest.fixture
def act(world: World) -> Agreement:
    return factories.cleared(world)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("12 mars 2027", date(2027, 3, 12)),
        ("1er août 2027", date(2027, 8, 1)),
        ("12/03/2027", date(2027, 3, 12)),
        ("2027-03-12", date(2027, 3, 12)),
        ("31 février 2027", None),
        ("12 brumaire 2027", None),
        ("au printemps", None),
        ("", None),
    ],
)
def test_days_of_the_act_are_read(said: str, read: date | None) -> None:
    assert calendar.day_of(said) == read


def test_the_calendar_of_annex_4_is_not_typed_again() -> None:
    rows = [{"period": "T1", "date": "12 mars 2027"}, {"period": "T2", "date": "l’été"}]
    content = {"annexes": [{"number": 4, "content": {"calendar": rows}}]}

    assert list(calendar.lines(content)) == [("T1", date(2027, 3, 12)), ("T2 l’été", None)]


def test_the_signed_act_plans_its_deliveries(act: Agreement) -> None:
    first = Delivery.objects.get(agreement=act)
    assert (first.number, first.state, first.planned_on) == (1, DeliveryState.PLANNED, None)


def test_nothing_leaves_while_a_prior_condition_is_open(world: World) -> None:
    act = act_factories.in_force(world)
    delivery = factories.planned(world, act)
    for one in list(act.obligations.open().prior())[1:]:
        acts.set_obligation_aside(obligation=one, reason="Acquis.", by=world.officer)
    last = act.obligations.open().prior().get()

    with pytest.raises(Impossible, match=last.text):
        services.send_delivery(delivery=delivery, values=factories.sending(), by=world.holder_agent)

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.PLANNED


def test_a_delivery_is_sent_received_and_accepted(act: Agreement, world: World) -> None:
    delivery = factories.received(world, act)
    assert delivery.receipt_due_on > delivery.sent_on
    assert delivery.check_due_on > delivery.received_on
    opened = services.check_delivery(
        delivery=delivery, values=factories.checking(), by=world.requester_agent
    )

    delivery.refresh_from_db()
    assert opened is None
    assert delivery.state == DeliveryState.ACCEPTED
    assert delivery.files[0]["sha256"] == factories.DIGEST
    assert delivery.sending.is_frozen
    kinds = Event.objects.filter(kind__startswith="delivery.").order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == [
        "delivery.planned", "delivery.sent", "delivery.received", "delivery.checked",
    ]  # fmt: skip
    told = Notification.objects.filter(recipient=world.requester_agent, family="delivery")
    assert "envoyée, réception à déclarer" in told.latest("pk").subject


def test_the_first_one_dates_what_is_counted_from_it(act: Agreement, world: World) -> None:
    first = factories.sent(world, act)
    outcome = act.obligations.get(code="outcome_first")
    assert outcome.due_on is not None
    assert outcome.due_on >= first.sent_on
    before = outcome.due_on

    factories.sent(world, act)

    outcome.refresh_from_db()
    assert outcome.due_on == before


def test_a_refused_one_opens_the_next(act: Agreement, world: World) -> None:
    delivery = factories.received(world, act)
    opened = services.check_delivery(
        delivery=delivery, values=factories.checking("refused"), by=world.requester_agent
    )

    assert opened is not None
    assert opened.replaces == delivery
    assert opened.number == delivery.number + 1
    assert opened.planned_on > timezone.localdate() + timedelta(days=5)


def test_another_digest_can_only_be_refused(act: Agreement, world: World) -> None:
    delivery = factories.received(world, act, agrees=False)
    with pytest.raises(Impossible, match="empreinte reçue ne correspond pas"):
        services.check_delivery(
            delivery=delivery, values=factories.checking(), by=world.requester_agent
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"dl_sent_on": "2999-01-01"},
        {"dl_sent_on": "2020-01-01"},
        {"dl_files": []},
        {"dl_files": [{"name": "a.csv", "sha256": "zz" * 32, "size": 1, "lines": 1}]},
        {"dl_files": [{"name": "a.csv", "sha256": "ab", "size": 1, "lines": 1}]},
        {"dl_channel": "pigeon"},
        {"dl_schema_version": None},
        {"dl_pseudonymised": None},
    ],
)
def test_what_was_sent_is_told_wholly(act: Agreement, world: World, wrong: dict[str, Any]) -> None:
    delivery = factories.planned(world, act)
    with pytest.raises(Impossible):
        services.send_delivery(
            delivery=delivery, values=factories.sending(**wrong), by=world.holder_agent
        )
    delivery.refresh_from_db()
    assert delivery.sending is None


def test_a_reserve_says_its_anomalies(act: Agreement, world: World) -> None:
    delivery = factories.received(world, act)
    values = factories.checking("accepted_reserve", anomalies=[])
    with pytest.raises(Impossible, match="anomalie"):
        services.check_delivery(delivery=delivery, values=values, by=world.requester_agent)


def test_who_may_not(act: Agreement, world: World) -> None:
    delivery = factories.planned(world, act)
    with pytest.raises(NotAllowed, match="détenteur"):
        services.send_delivery(
            delivery=delivery, values=factories.sending(), by=world.requester_agent
        )
    with pytest.raises(NotAllowed, match="calendrier"):
        services.cancel_delivery(delivery=delivery, reason="x", by=world.requester_agent)
    sent = factories.sent(world, act)
    today = timezone.localdate()
    with pytest.raises(NotAllowed, match="destinataire"):
        services.receive_delivery(
            delivery=sent, received_on=today, digest_agrees=True, by=world.holder_agent
        )
    with pytest.raises(Conflict):
        services.cancel_delivery(delivery=sent, reason="x", by=world.officer)


def test_nothing_leaves_under_an_act_that_is_not_in_force(act: Agreement, world: World) -> None:
    delivery = factories.planned(world, act)
    Agreement.objects.filter(pk=act.pk).update(stage="suspended")
    with pytest.raises(NotAllowed, match="suspendue"):
        services.send_delivery(delivery=delivery, values=factories.sending(), by=world.holder_agent)


def test_a_cancelled_one_says_why(act: Agreement, world: World) -> None:
    delivery = factories.planned(world, act)
    services.cancel_delivery(delivery=delivery, reason="Source fermée.", by=world.holder_agent)
    with pytest.raises(Conflict):
        services.announce_delivery(delivery=delivery, by=world.holder_agent)


def test_late_is_computed_and_told(act: Agreement, world: World) -> None:
    delivery = factories.planned(world, act)
    assert delivery.days_late(delivery.planned_on + timedelta(days=2)) == 2
    Delivery.objects.filter(pk=delivery.pk).update(planned_on=date(2026, 1, 1))
    services.announce_delivery(delivery=delivery, by=world.holder_agent)

    notice = Notification.objects.filter(recipient=world.requester_agent).latest("pk")
    assert notice.subject == f"{act.reference} — Livraison 2 en retard"


def test_measures_are_held_against_the_act(act: Agreement, world: World) -> None:
    delivery = factories.received(world, act)
    values = factories.checking(q_completeness="90", q_continuity="-25")
    services.check_delivery(delivery=delivery, values=values, by=world.requester_agent)
    delivery.refresh_from_db()
    found = {one.label: one.is_met for one in quality.measures(delivery, quality.thresholds(act))}

    assert found["Complétude"] is False
    assert found["Conformité au schéma"] is True
    assert found["Unicité"] is True
    assert found["Continuité"] is False
    assert quality.score(quality.measures(delivery, quality.thresholds(act))) == 71


def test_the_months_of_an_api_are_declared_once(world: World) -> None:
    act = factories.through_api(world)
    Agreement.objects.filter(pk=act.pk).update(effective_on=date(2026, 1, 5))
    told = {
        "agreement": act, "calls": 12, "errors_percent": Decimal(1), "mean_ms": 80,
        "availability_percent": Decimal("99.9"), "by": world.holder_agent,
    }  # fmt: skip
    services.declare_api_month(month=date(2026, 2, 14), **told)
    assert str(ApiMonth.objects.get()) == "02/2026"
    for month in (date(2026, 2, 1), date(2025, 12, 1), timezone.localdate()):
        with pytest.raises(Impossible):
            services.declare_api_month(month=month, **told)


def test_only_an_api_has_months(act: Agreement, world: World) -> None:
    with pytest.raises(NotAllowed, match="API"):
        services.declare_api_month(
            agreement=act, month=date(2026, 2, 1), calls=1, errors_percent=Decimal(0),
            availability_percent=Decimal(100), mean_ms=1, by=world.holder_agent,
        )  # fmt: skip


def test_a_delivery_is_lived_in_the_pages(act: Agreement, world: World, client: Client) -> None:
    delivery = factories.planned(world, act)
    address = f"/partages/{act.reference}/livraisons/{delivery.number}/"
    today = timezone.localdate().isoformat()
    client.force_login(world.holder_agent)
    assert client.get(f"{address}envoi/").status_code == 200
    fields = ["dl_sent_on", "dl_period", "dl_channel", "dl_files", "dl_schema_version",
              "dl_pseudonymised", "dl_encrypted", "dl_encryption"]  # fmt: skip
    posted = {
        "_fields": fields, "dl_sent_on": today, "dl_period-from": "2026-01-01",
        "dl_period-to": "2026-06-30", "dl_channel": "sftp", "dl_schema_version": "1",
        "dl_pseudonymised": "yes", "dl_encrypted": "on", "dl_encryption": "AES",
        "dl_files-rows": ["0"], "dl_files-0-name": "a.csv", "dl_files-0-size": "1",
        "dl_files-0-lines": "1", "dl_files-0-sha256": factories.DIGEST,
    }  # fmt: skip
    assert client.post(f"{address}envoi/", {**posted, "_add": "dl_files"}).status_code == 200
    assert client.post(f"{address}envoi/", {**posted, "dl_channel": ""}).status_code == 422
    bad = client.post(f"{address}envoi/", {**posted, "dl_files-0-sha256": "non"})
    assert bad.status_code == 422
    assert "64 caractères" in bad.content.decode()
    assert client.post(f"{address}envoi/", posted).status_code == 302

    client.force_login(world.requester_agent)
    answer = {"received_on": today, "digest_agrees": "yes"}
    assert factories.DIGEST in client.get(f"{address}reception/").content.decode()
    assert client.post(f"{address}reception/", answer).status_code == 302
    check = f"/partages/{act.reference}/qualite/{delivery.number}/"
    assert client.get(check).status_code == 200
    sent = {
        "_fields": [*factories.checking()],
        **{k: v for k, v in factories.checking().items() if k != "anomalies"},
    }
    assert client.post(check, sent).status_code == 302
    page = client.get(address).content.decode()
    assert "Seuil atteint" in page
    assert "Conforme" in page


def test_the_calendar_costs_the_same_for_one_and_for_many(
    act: Agreement, world: World, client: Client, django_assert_max_num_queries: Any
) -> None:
    for _time in range(3):
        factories.planned(world, act)
    client.force_login(world.holder_agent)
    with django_assert_max_num_queries(12):
        assert client.get(f"/partages/{act.reference}/livraisons/").status_code == 200

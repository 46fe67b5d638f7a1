"""Sharings in each of their states, made through the services."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from agreements import services as acts
from agreements.models import Agreement
from sharing import services
from sharing.models import AuthorisedPerson, Delivery
from tests.agreements import factories
from tests.agreements.worlds import facts

DIGEST = "ab" * 32


def cleared(made: factories.World, **changed: Any) -> Agreement:
    """A sharing whose first delivery may leave."""
    agreement = factories.in_force(made, **changed)
    for one in agreement.obligations.open().prior():
        acts.set_obligation_aside(obligation=one, reason="Déjà acquis.", by=made.officer)
    return agreement


def through_api(made: factories.World) -> Agreement:
    return cleared(made, facts=facts(API=True))


def planned(made: factories.World, agreement: Agreement) -> Delivery:
    return services.plan_delivery(
        agreement=agreement, planned_on=timezone.localdate(), period="2026", by=made.holder_agent
    )


def sending(**changed: Any) -> dict[str, Any]:
    """What the holder answers when a delivery leaves."""
    return {
        "dl_sent_on": timezone.localdate().isoformat(),
        "dl_period": {"from": "2026-01-01", "to": "2026-06-30"},
        "dl_channel": "sftp",
        "dl_files": [{"name": "places.csv", "sha256": DIGEST, "size": 1200, "lines": 40}],
        "dl_encrypted": True,
        "dl_encryption": "Clé remise au RSSI par un autre canal.",
        "dl_schema_version": "1.2",
        "dl_pseudonymised": "yes",
        **changed,
    }


def checking(verdict: str = "accepted", **changed: Any) -> dict[str, Any]:
    """What the recipient answers when he checks a delivery."""
    return {
        "q_completeness": "97.5",
        "q_coverage": "99",
        "q_conformity": "99.5",
        "q_uniqueness": 0,
        "q_documentation": "yes",
        "dl_verdict": verdict,
        "anomalies": [{"variable": "finess", "severity": "major", "description": "Clés vides"}]
        if verdict != "accepted"
        else [],
        **changed,
    }


def sent(made: factories.World, agreement: Agreement) -> Delivery:
    delivery = planned(made, agreement)
    services.send_delivery(delivery=delivery, values=sending(), by=made.holder_agent)
    return Delivery.objects.get(pk=delivery.pk)


def received(made: factories.World, agreement: Agreement, *, agrees: bool = True) -> Delivery:
    delivery = sent(made, agreement)
    services.receive_delivery(
        delivery=delivery, received_on=timezone.localdate(), digest_agrees=agrees,
        by=made.requester_agent,
    )  # fmt: skip
    return Delivery.objects.get(pk=delivery.pk)


def named(made: factories.World, agreement: Agreement, user: User | None = None) -> Any:
    """A person of the recipient's body, named by its agent."""
    user = user or factories.member(made.requester, Role.AUTHORISED_PERSON)
    return services.name_person(
        agreement=agreement, user=user, access_role="lecture", starts_on=timezone.localdate(),
        by=made.requester_agent,
    )  # fmt: skip


def prepared(made: factories.World, agreement: Agreement, user: User | None = None) -> Any:
    """A named person who is trained and has signed his undertaking."""
    person = named(made, agreement, user)
    today = timezone.localdate()
    services.record_training(
        person=person, trained_on=today, training_until=today + timedelta(days=700),
        by=made.requester_agent,
    )  # fmt: skip
    services.sign_undertaking(person=person, has_read=True, by=person.user)
    return AuthorisedPerson.objects.get(pk=person.pk)


def opened(made: factories.World, agreement: Agreement, user: User | None = None) -> Any:
    """A person whose access the holder opened."""
    person = prepared(made, agreement, user)
    services.open_access(person=person, by=made.holder_agent)
    return AuthorisedPerson.objects.get(pk=person.pk)

"""The sharings of the demonstration: conditions met, persons habilitated, deliveries checked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any, NamedTuple

from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import holders_of
from agreements import services as agreements
from agreements.enums import AgreementStage
from agreements.models import Agreement, Obligation
from agreements.services.life import enter_into_force
from cases.enums import Side
from config.demo.days import on_day
from sharing import services
from sharing.models import AuthorisedPerson, Delivery

EVERY_DAYS, MARGIN = 91, 9


class Story(NamedTuple):
    """What becomes of the deliveries: the verdicts of the first ones, the state of the last."""

    verdicts: tuple[str, ...] = ()
    last: str = "accepted"


STORIES: tuple[Story | None, ...] = (
    Story(("accepted", "accepted_reserve")),
    Story(),
    Story(("refused",)),
    Story(last="received"),
    Story(last="sent"),
    None,  # its prior conditions still wait
)


def play() -> None:
    """Live every act whose day has come, from that day to today."""
    today = timezone.localdate()
    due = Agreement.objects.filter(stage=AgreementStage.SIGNED, effective_on__lte=today)
    for index, agreement in enumerate(due.order_by("effective_on", "pk")):
        started = (agreement.effective_on - today).days
        with on_day(started):
            enter_into_force(agreement=agreement)
        story = STORIES[index % len(STORIES)]
        if story and started < -30:
            _live(Agreement.objects.get(pk=agreement.pk), started, story)


def _live(agreement: Agreement, started: int, story: Story) -> None:
    sender, recipient = _agent(agreement, Side.HOLDER), _agent(agreement, Side.REQUESTER)
    with on_day(started + 6):
        _habilitate(agreement, sender, recipient)
    with on_day(started + 9):
        _meet_prior_conditions(agreement)
    for number, (delivery, leaves) in enumerate(_calendar(agreement, sender, started)):
        _keep_obligations(agreement, until=leaves)
        is_last = leaves > -(EVERY_DAYS + MARGIN)
        verdict = story.verdicts[number] if number < len(story.verdicts) else "accepted"
        _deliver(delivery, leaves, story.last if is_last else verdict, sender, recipient)


def _agent(agreement: Agreement, side: str) -> User:
    party = agreement.parties.filter(side=side).order_by("pk")[0]
    role = Role.HOLDER if side == Side.HOLDER else Role.REQUESTER
    found = holders_of(role, party.organisation).first()
    if found is None:
        raise LookupError(f"{party.organisation} : personne n’a le rôle {role}")
    return found


def _meet_prior_conditions(agreement: Agreement) -> None:
    for one in agreement.obligations.open().prior():
        _fulfil(one, "Compte rendu versé aux pièces de la convention.")


def _keep_obligations(agreement: Agreement, *, until: int) -> None:
    """Bring what falls due before a day, each on its own day; a recurring one comes back."""
    limit = timezone.localdate() + timedelta(days=until)
    while one := agreement.obligations.open().filter(due_on__lt=limit).order_by("due_on").first():
        with on_day(_days_from_now(one.due_on)):
            _fulfil(one, "Remis au comité de suivi, qui l’a examiné.")


def _fulfil(obligation: Obligation, proof: str) -> None:
    cell, body = holders_of(Role.OFFICER)[0], obligation.owner_organisation
    owner = holders_of(Role.HOLDER, body).first() or holders_of(Role.REQUESTER, body).first()
    if owner is None:
        raise LookupError(f"{body} : personne ne porte « {obligation} »")
    agreements.prove_obligation(obligation=obligation, proof=proof, by=owner)
    obligation.refresh_from_db()
    agreements.accept_obligation(obligation=obligation, by=cell)


def _habilitate(agreement: Agreement, sender: User, recipient: User) -> None:
    today = timezone.localdate()
    for person in AuthorisedPerson.objects.live().filter(agreement=agreement):
        if person.user is None or person.user in (sender, recipient):
            continue
        services.record_training(
            person=person, trained_on=today, training_until=today + timedelta(days=1000),
            by=recipient,
        )  # fmt: skip
        person.refresh_from_db()
        services.sign_undertaking(person=person, has_read=True, by=person.user)
        person.refresh_from_db()
        services.open_access(person=person, by=sender)


def _calendar(agreement: Agreement, sender: User, started: int) -> Iterator[tuple[Delivery, int]]:
    """The deliveries of annex 4, then one a quarter, with the day when each leaves."""
    leaves = started + 12
    for number in count(1):
        delivery = Delivery.objects.filter(agreement=agreement, number=number).first()
        if delivery is None:
            with on_day(leaves + 5):
                delivery = services.plan_delivery(
                    agreement=agreement,
                    planned_on=timezone.localdate() + timedelta(days=EVERY_DAYS),
                    period="Trimestre écoulé",
                    by=sender,
                )
        leaves = max(leaves + 1, _days_from_now(delivery.planned_on))
        if leaves > -MARGIN:
            return  # the next one is still to come
        yield delivery, leaves


def _days_from_now(day: date | None) -> int:
    return (day - timezone.localdate()).days if day else 0


def _deliver(delivery: Delivery, leaves: int, outcome: str, sender: User, recipient: User) -> None:
    with on_day(leaves):
        services.send_delivery(delivery=delivery, values=_sending(delivery), by=sender)
    if outcome == "sent":
        return
    with on_day(leaves + 1):
        delivery.refresh_from_db()
        services.receive_delivery(
            delivery=delivery, received_on=timezone.localdate(), digest_agrees=True, by=recipient
        )
    if outcome == "received":
        return
    with on_day(leaves + 4):
        delivery.refresh_from_db()
        services.check_delivery(delivery=delivery, values=_check(delivery, outcome), by=recipient)


def _sending(delivery: Delivery) -> dict[str, Any]:
    today = timezone.localdate()
    name = f"{str(delivery.agreement.reference).lower()}-livraison-{delivery.number}.csv"
    return {
        "dl_sent_on": today.isoformat(),
        "dl_period": {
            "from": (today - timedelta(days=EVERY_DAYS)).isoformat(), "to": today.isoformat(),
        },
        "dl_channel": "sftp",
        "dl_files": [
            {
                "name": name, "sha256": hashlib.sha256(name.encode()).hexdigest(),
                "size": 1_840_000 + 1_000 * delivery.number, "lines": 36_482 + delivery.number,
            }
        ],
        "dl_encrypted": True,
        "dl_encryption": "Clé remise au responsable de la sécurité par un autre canal.",
        "dl_schema_version": "1.2",
        "dl_pseudonymised": "yes",
    }  # fmt: skip


def _check(delivery: Delivery, outcome: str) -> dict[str, Any]:
    faults = {
        "accepted_reserve": {"severity": "minor", "description": "Libellés de commune tronqués."},
        "refused": {"severity": "blocking", "description": "Fichier tronqué après 12 000 lignes."},
    }
    found = faults.get(outcome)
    return {
        "q_completeness": 62 if outcome == "refused" else 97.5 + delivery.number % 3 / 2,
        "q_coverage": 71 if outcome == "refused" else 99,
        "q_conformity": 99.5,
        "q_uniqueness": 0,
        "q_linkage_rate": 96,
        "q_documentation": "yes",
        "dl_verdict": outcome,
        "anomalies": [{"variable": "commune", **found}] if found else [],
    }

"""Persons to tell, and a mail server that behaves badly."""

from __future__ import annotations

import asyncio
import socket

import factory
from aiosmtpd.controller import Controller

from accounts.models import User
from notifications.enums import Family
from notifications.services import notify


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"personne{n}@example.fr")
    first_name = "Claire"
    last_name = factory.Sequence(lambda n: f"Morvan {n}")


def tell(*users, **changes):
    values = {
        "family": Family.OPINION,
        "subject": "Avis attendu avant le 24 mars 2026",
        "sentence": "Votre avis est attendu sur cette demande.",
        "consequence": "Sans réponse le 24 mars 2026, la cellule sera prévenue.",
        "url": "/demandes/DEM-2026-0042/",
        "reference": "DEM-2026-0042",
        "role_label": "DPD du détenteur",
    } | changes
    return notify(recipients=users, **values)


class Postman:
    """Receives; refuses, delays or hangs up as told, by recipient."""

    def __init__(self) -> None:
        self.received = []
        self.at_rcpt: dict[str, str] = {}
        self.at_data: dict[str, str] = {}
        self.delays: dict[str, float] = {}
        self.hangs_up_on: set[str] = set()
        self.hangs_up_after_taking: set[str] = set()

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address in self.at_rcpt:
            return self.at_rcpt[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        (address,) = envelope.rcpt_tos
        await asyncio.sleep(self.delays.get(address, 0))
        if address in self.hangs_up_on:
            server.transport.close()
            return "421 bye"
        if address in self.at_data:
            return self.at_data[address]
        self.received.append(envelope)
        if address in self.hangs_up_after_taking:
            self.hangs_up_after_taking.remove(address)
            server.transport.close()
        return "250 taken"

    @property
    def addresses(self) -> list[str]:
        return [envelope.rcpt_tos[0] for envelope in self.received]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(postman: Postman) -> Controller:
    controller = Controller(postman, hostname="127.0.0.1", port=free_port())
    controller.start()
    return controller

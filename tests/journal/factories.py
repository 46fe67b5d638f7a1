"""Events, seals and attacks on them."""

from __future__ import annotations

from contextlib import contextmanager

from django.db import connection

from journal.models import Event
from journal.services import Actor, Subject, record

JULIE = Actor(user_id=7, name="Julie Costa", role="DPD", organisation="DGCS")


def write(chain="case:1", times=1, **changes) -> Event:
    for number in range(times):
        values = {
            "kind": "opinion.given",
            "by": JULIE,
            "subject": Subject("request", "1", "DEM-2026-0001"),
            "summary": "a rendu un avis favorable avec 2 réserves",
            "data": {"number": number},
        } | changes
        event = record(chain=chain, **values)
    return event


@contextmanager
def superuser():
    """Attack as the owner of the server does: no trigger stands in the way."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        cursor.execute("SET LOCAL session_replication_role = origin")


def attack(*statements: str) -> None:
    with superuser() as cursor:
        for statement in statements:
            cursor.execute(statement)


def rewrite_from(chain: str, sequence: int) -> None:
    """Compute again all the hashes of a chain and its head, as a careful forger does."""
    from journal.chain import genesis, link

    previous = genesis(chain)
    with superuser() as cursor:
        for event in Event.objects.of_chain(chain):
            if event.sequence >= sequence:
                cursor.execute(
                    "UPDATE journal_event SET previous_hash = %s, hash = %s WHERE id = %s",
                    [previous, link(previous, event.sequence, event.entry), event.pk],
                )
                event.refresh_from_db()
            previous = event.hash
        cursor.execute(
            "UPDATE journal_chainhead SET sequence = %s, hash = %s WHERE chain = %s",
            [event.sequence, event.hash, chain],
        )


def empty_journal() -> None:
    """Forget what the migrations recorded, within the transaction of a test."""
    attack("DELETE FROM journal_event", "DELETE FROM journal_chainhead", "DELETE FROM journal_seal")

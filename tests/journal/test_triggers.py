"""The database itself keeps the journal append-only and chained."""

from hashlib import sha256

import pytest
from django.db import DatabaseError, connection, transaction

from journal.models import ChainHead, Event, Seal
from journal.services import SYSTEM, Subject, record

pytestmark = pytest.mark.django_db


def write(chain: str = "case:1", summary: str = "a déposé la demande") -> Event:
    return record(
        chain=chain,
        kind="request.submitted",
        by=SYSTEM,
        subject=Subject("request", "1", "DEM-2026-0001"),
        summary=summary,
    )


def test_created_event_reads_back_what_the_trigger_wrote():
    event = write()

    stored = Event.objects.get(pk=event.pk)
    assert (event.sequence, event.previous_hash, event.hash) == (
        stored.sequence,
        stored.previous_hash,
        stored.hash,
    )
    assert event.sequence == 1
    assert event.previous_hash == sha256(b"case:1").hexdigest()


def test_hash_covers_previous_hash_sequence_and_entry():
    first, second = write(), write()

    expected = sha256(
        bytes.fromhex(first.hash) + (2).to_bytes(4, "big") + second.entry.encode()
    ).hexdigest()
    assert second.previous_hash == first.hash
    assert second.hash == expected


def test_chains_are_counted_apart():
    write(chain="case:1")

    assert write(chain="case:2").sequence == 1
    assert write(chain="case:1").sequence == 2


def test_raw_sql_insert_is_chained_too():
    write()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_event (chain, sequence, at, kind, actor, role, organisation,"
            " subject_type, subject_id, subject, summary, reason, audience, is_read, entry, hash)"
            " VALUES ('case:1', 99, now(), 'x.y', 'A', '', '', 't', '1', 's', 'p', '', 'cell',"
            " false, '{}', 'forged')"
        )

    last = Event.objects.of_chain("case:1").last()
    assert last.sequence == 2
    assert last.hash != "forged"


def test_rolled_back_event_leaves_no_gap():
    write()
    with transaction.atomic():
        write()
        transaction.set_rollback(True)

    assert write().sequence == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_event SET summary = 'autre'",
        "DELETE FROM journal_event",
        "TRUNCATE journal_event",
        "UPDATE journal_chainhead SET sequence = 0",
        "DELETE FROM journal_chainhead",
        "TRUNCATE journal_chainhead",
        "INSERT INTO journal_chainhead (chain, sequence, hash) VALUES ('case:9', 1, 'x')",
        "UPDATE journal_seal SET root = 'x'",
        "DELETE FROM journal_seal",
        "TRUNCATE journal_seal",
    ],
)
def test_changing_the_past_is_refused(statement):
    from django.utils import timezone

    write()
    Seal.objects.create(sealed_at=timezone.now(), root="r", leaves="{}")

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert Event.objects.count() == ChainHead.objects.count() == Seal.objects.count() == 1


def test_bulk_create_chains_every_row():
    events = [
        Event(
            chain="case:1",
            at="2026-01-01T00:00Z",
            kind="a.b",
            actor="A",
            subject_type="t",
            subject_id="1",
            subject="s",
            summary="p",
            entry=str(number),
        )
        for number in range(50)
    ]

    Event.objects.bulk_create(events)

    stored = list(Event.objects.of_chain("case:1"))
    assert [event.sequence for event in stored] == list(range(1, 51))
    assert all(
        late.previous_hash == early.hash for early, late in zip(stored, stored[1:], strict=False)
    )

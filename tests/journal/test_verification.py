"""Every attack of design/documents.md, §5, is found and named."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from journal import services
from journal.chain import genesis
from journal.enums import Fault
from journal.models import Check, Event, Seal
from journal.selectors import last_check, verify
from tests.journal.factories import attack, rewrite_from, write

pytestmark = pytest.mark.django_db


def found() -> set[tuple[str, str, int | None]]:
    return {(f.fault, f.chain, f.sequence) for f in verify().findings}


def entry_of(chain: str, sequence: int) -> dict:
    return json.loads(Event.objects.get(chain=chain, sequence=sequence).entry)


def test_untouched_journal_is_intact():
    write("case:1", 5)
    write("case:2", 3)
    services.seal()
    write("case:1", 2)

    report = verify()

    assert report.is_intact
    assert (report.events, report.chains, report.seals) == (10, 2, 1)
    assert report.sentence == "10 événements contrôlés, aucune rupture."


def test_empty_journal_is_intact():
    assert verify().is_intact
    assert verify().sentence == "0 événement contrôlé, aucune rupture."


def test_big_counts_are_grouped_the_french_way():
    report = verify()
    report.events = 12408

    assert report.sentence == "12\u202f408 événements contrôlés, aucune rupture."


def test_edited_entry_is_named():
    write("case:1", 4)
    attack("UPDATE journal_event SET entry = replace(entry, '2 rés', '9 rés') WHERE sequence = 3")

    assert found() == {(Fault.EDITED, "case:1", 3)}


@pytest.mark.parametrize(
    "change",
    [
        "summary = 'a rendu un avis défavorable'",
        "actor = 'Autre'",
        "actor_id = 8",
        "at = at - interval '1 day'",
        "reason = 'x'",
        "audience = 'everyone'",
        "is_read = true",
        "kind = 'a.b'",
        "subject = 'DEM'",
        "role = 'RSSI'",
    ],
)
def test_edited_column_is_named_although_the_entry_is_whole(change):
    write("case:1", 3)
    attack(f"UPDATE journal_event SET {change} WHERE sequence = 2")

    assert found() == {(Fault.EDITED, "case:1", 2)}


def test_edited_entry_with_its_hash_recomputed_breaks_the_next_link():
    write("case:1", 4)
    attack(
        "UPDATE journal_event SET entry = '{}', hash = encode(sha256(decode(previous_hash, 'hex')"
        " || int4send(sequence) || convert_to('{}', 'UTF8')), 'hex') WHERE sequence = 2"
    )

    assert (Fault.BROKEN, "case:1", 3) in found()
    assert "rupture entre l’événement 2 et l’événement 3" in verify().findings[0].message


def test_removed_middle_is_named():
    write("case:1", 5)
    attack("DELETE FROM journal_event WHERE sequence IN (2, 3)")

    assert found() == {(Fault.REMOVED, "case:1", 2)}
    assert verify().findings[0].message == ("Chaîne case:1 : les événements 2 à 3 ont été retirés.")


def test_removed_first_is_named():
    write("case:1", 3)
    attack("DELETE FROM journal_event WHERE sequence = 1")

    assert found() == {(Fault.REMOVED, "case:1", 1)}


def test_removed_then_renumbered_is_named():
    write("case:1", 4)
    attack(
        "DELETE FROM journal_event WHERE sequence = 2",
        "UPDATE journal_event SET sequence = sequence - 1 WHERE sequence = 3",
        "UPDATE journal_event SET sequence = sequence - 1 WHERE sequence = 4",
    )

    assert {
        (Fault.BROKEN, "case:1", 2),
        (Fault.REORDERED, "case:1", 2),
        (Fault.REORDERED, "case:1", 3),
    } <= found()


def test_swapped_events_are_named_with_their_former_place():
    write("case:1", 4)
    attack(
        "UPDATE journal_event SET sequence = 99 WHERE sequence = 2",
        "UPDATE journal_event SET sequence = 2 WHERE sequence = 3",
        "UPDATE journal_event SET sequence = 3 WHERE sequence = 99",
    )

    assert {(Fault.REORDERED, "case:1", 2), (Fault.REORDERED, "case:1", 3)} <= found()
    messages = " ".join(f.message for f in verify().findings)
    assert "l’événement 2 a été déplacé, il portait le numéro 3" in messages


def test_event_moved_to_another_chain_is_named():
    write("case:1", 3)
    write("case:2", 1)
    attack("UPDATE journal_event SET chain = 'case:2', sequence = 2 WHERE sequence = 3")

    assert {(Fault.MOVED, "case:2", 2), (Fault.TRUNCATED, "case:1", 3)} <= found()


def test_moved_event_with_recomputed_chain_is_named():
    write("case:1", 3)
    write("case:2", 1)
    attack("UPDATE journal_event SET chain = 'case:2', sequence = 2 WHERE sequence = 2")
    rewrite_from("case:2", 1)

    assert (Fault.MOVED, "case:2", 2) in found()


def test_removed_tail_is_found_by_the_head():
    write("case:1", 4)
    attack("DELETE FROM journal_event WHERE sequence > 2")

    assert found() == {(Fault.TRUNCATED, "case:1", 3)}


def test_removed_tail_with_head_rolled_back_is_found_by_the_seal():
    write("case:1", 4)
    services.seal()
    attack(
        "DELETE FROM journal_event WHERE sequence > 2",
        "UPDATE journal_chainhead SET sequence = 2,"
        " hash = (SELECT hash FROM journal_event WHERE sequence = 2)",
    )

    assert (Fault.TRUNCATED, "case:1", 3) in found()


def test_same_attack_before_any_seal_is_not_seen():
    """What the chain alone cannot do, so that nobody believes it does."""
    write("case:1", 4)
    attack(
        "DELETE FROM journal_event WHERE sequence > 2",
        "UPDATE journal_chainhead SET sequence = 2,"
        " hash = (SELECT hash FROM journal_event WHERE sequence = 2)",
    )

    assert verify().is_intact


def test_removed_chain_is_found_by_the_head():
    write("case:1", 2)
    write("case:2", 2)
    attack("DELETE FROM journal_event WHERE chain = 'case:1'")

    assert found() == {(Fault.TRUNCATED, "case:1", 1)}


def test_removed_chain_and_head_are_found_by_the_seal():
    write("case:1", 2)
    write("case:2", 2)
    services.seal()
    attack(
        "DELETE FROM journal_event WHERE chain = 'case:1'",
        "DELETE FROM journal_chainhead WHERE chain = 'case:1'",
    )

    assert found() == {(Fault.TRUNCATED, "case:1", 1)}
    assert "toute la chaîne a été retirée" in verify().findings[0].message


def test_rewritten_chain_is_found_by_the_seal():
    write("case:1", 4)
    services.seal()
    attack(
        "UPDATE journal_event SET entry = replace(entry, '2 rés', '9 rés'),"
        " summary = replace(summary, '2 rés', '9 rés') WHERE sequence = 2"
    )
    rewrite_from("case:1", 2)

    assert found() == {(Fault.REWRITTEN, "case:1", 4)}


def test_rewritten_chain_that_went_on_after_the_seal_is_found():
    write("case:1", 4)
    services.seal()
    write("case:1", 3)
    attack(
        "UPDATE journal_event SET entry = replace(entry, '2 rés', '9 rés'),"
        " summary = replace(summary, '2 rés', '9 rés') WHERE sequence = 2"
    )
    rewrite_from("case:1", 2)

    assert found() == {(Fault.REWRITTEN, "case:1", 4)}


def test_rewritten_chain_and_seal_are_found_by_the_archived_copy(archive):
    write("case:1", 2)
    services.seal()
    attack("DELETE FROM journal_event", "DELETE FROM journal_chainhead", "DELETE FROM journal_seal")

    faults = {f.fault for f in verify().findings}

    assert faults == {Fault.SEAL, Fault.TRUNCATED}
    assert len(list(archive.iterdir())) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_chainhead SET hash = repeat('0', 64)",
        "UPDATE journal_chainhead SET sequence = 1",
        "DELETE FROM journal_chainhead",
    ],
)
def test_forged_head_is_named(statement):
    write("case:1", 2)
    attack(statement)

    assert found() == {(Fault.HEAD, "case:1", 2)}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_seal SET leaves = replace(leaves, 'case:1', 'case:7')",
        "UPDATE journal_seal SET root = repeat('0', 64)",
        "UPDATE journal_seal SET sealed_at = sealed_at - interval '1 day'",
        "UPDATE journal_seal SET leaves = 'x'",
        "UPDATE journal_seal SET previous_root = 'x'",
        "UPDATE journal_seal SET timestamp_token = 'x'",
    ],
)
def test_forged_seal_is_named(statement):
    write("case:1", 2)
    services.seal()
    attack(statement)

    assert Fault.SEAL in {f.fault for f in verify().findings}


def test_removed_seal_is_named():
    for _day in range(3):
        write("case:1")
        services.seal()
    middle = Seal.objects.order_by("sealed_at")[1]
    attack(f"DELETE FROM journal_seal WHERE id = {middle.pk}")

    faults = [f for f in verify().findings if f.fault == Fault.SEAL]
    assert len(faults) == 2  # the next one no longer follows, and the archive remembers


def test_duplicated_number_is_named():
    from django.db import connection

    write("case:1", 3)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_event DROP CONSTRAINT journal_event_in_sequence")
    attack("UPDATE journal_event SET sequence = 2 WHERE sequence = 3")

    assert {(Fault.REORDERED, "case:1", 2), (Fault.TRUNCATED, "case:1", 3)} <= found()


def test_one_chain_can_be_controlled_alone():
    write("case:1", 2)
    write("case:2", 2)
    services.seal()
    attack("UPDATE journal_event SET summary = 'x' WHERE chain = 'case:2' AND sequence = 1")

    assert verify(chain="case:1").is_intact
    assert verify(chain="case:1").events == 2
    assert not verify(chain="case:2").is_intact


def test_findings_kept_are_bounded_and_all_are_counted():
    write("case:1", 250)
    attack("UPDATE journal_event SET summary = 'x'")

    report = verify()

    assert report.faults == 250
    assert len(report.findings) == 200


def test_command_says_it_in_french_and_fails():
    write("case:1", 2)
    out = StringIO()
    call_command("verify_journal", stdout=out)
    assert "2 événements contrôlés, aucune rupture." in out.getvalue()

    attack("UPDATE journal_event SET summary = 'x' WHERE sequence = 1")
    out = StringIO()
    with pytest.raises(SystemExit) as exit_:
        call_command("verify_journal", stdout=out)

    assert exit_.value.code == 1
    assert "Événement modifié — Chaîne case:1 : l’événement 1 a été modifié (summary)." in (
        out.getvalue()
    )
    assert "2 événements contrôlés, 1 rupture : ne modifiez rien et prévenez l’exploitant." in (
        out.getvalue()
    )


def test_check_is_kept_and_is_an_event():
    write("case:1", 2)

    services.check()

    check = last_check()
    assert (check.events, check.faults, check.findings) == (2, 0, [])
    assert Event.objects.filter(kind="journal.checked").count() == 1

    attack("UPDATE journal_event SET summary = 'x' WHERE sequence = 1 AND chain = 'case:1'")
    services.check()
    assert last_check().faults == 1
    assert last_check().findings[0]["sequence"] == 1
    assert Check.objects.count() == 2


def test_genesis_differs_by_chain():
    assert genesis("case:1") != genesis("case:2")

"""What is written, in one event and in many; the seals and their timestamps."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from journal import seals, services
from journal.enums import Audience, Fault
from journal.models import Event, Seal
from journal.selectors import timeline, verify
from journal.services import SYSTEM, Actor, Subject
from tests.journal.factories import JULIE, attack, write

pytestmark = pytest.mark.django_db
SUBJECT = Subject("request", "1", "DEM-2026-0001")


def built(**changes) -> Event:
    values = {
        "chain": "case:1",
        "kind": "request.submitted",
        "by": JULIE,
        "subject": SUBJECT,
        "summary": "a déposé la demande",
    }
    return services.build(**values | changes)


def test_entry_is_canonical_and_holds_everything():
    event = write(data={"b": 1, "a": {"état": "déposée"}}, reason="Urgence")

    entry = json.loads(event.entry)
    assert event.entry == json.dumps(
        entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert entry["data"] == {"b": 1, "a": {"état": "déposée"}}
    assert entry["reason"] == "Urgence"
    assert entry["actor"] == "Julie Costa"
    assert datetime.fromisoformat(entry["at"]) == event.at


@pytest.mark.parametrize("data", [{"a": 1.5}, {"a": [1, {"b": 2.0}]}, {"a": (0.1,)}])
def test_floats_are_refused(data):
    with pytest.raises(ValueError, match="float"):
        write(data=data)


def test_event_is_rolled_back_with_its_cause():
    with transaction.atomic():
        write()
        transaction.set_rollback(True)

    assert not Event.objects.exists()


def test_sentence_names_who_when_and_what():
    event = built(
        summary="a rendu un avis favorable avec 2 réserves",
        at=datetime(2026, 3, 16, 16, 42, tzinfo=UTC),
    )

    assert event.sentence == (
        "Le 16 mars 2026 à 17\u00a0h\u00a042, Julie Costa (DPD, DGCS) "
        "a rendu un avis favorable avec 2 réserves."
    )


def test_sentence_of_the_first_of_a_month_by_the_system():
    event = built(by=SYSTEM, summary="a rappelé l’échéance.", at=datetime(2026, 4, 1, tzinfo=UTC))

    assert event.sentence == "Le 1er avril 2026 à 2\u00a0h\u00a000, Navette a rappelé l’échéance."


def test_sentence_with_a_role_alone():
    assert built(by=Actor(1, "Ana", role="Juriste")).who == "Ana (Juriste)"


def test_long_names_are_cut_alike_in_column_and_entry():
    write(by=Actor(1, "A" * 400, "R" * 400, "O" * 400), subject=Subject("t", "1", "S" * 400))

    assert verify().is_intact


def test_many_events_are_written_in_their_order_over_several_batches():
    events = (
        built(chain=f"case:{number % 3}", data={"n": number}, at=timezone.now())
        for number in range(25)
    )

    assert services.record_many(events, batch_size=4) == 25

    assert verify().is_intact
    assert verify().events == 25
    for chain in ("case:0", "case:1", "case:2"):
        numbers = [event.data["n"] for event in Event.objects.of_chain(chain)]
        assert numbers == sorted(numbers)


def test_seal_names_only_what_moved_and_repeats_the_root_before():
    write("case:1", 2)
    write("case:2", 1)
    first = services.seal()
    write("case:2", 1)

    second = services.seal()

    def leaves(seal):
        return [leaf[:2] for leaf in json.loads(seal.leaves)["leaves"]]

    assert leaves(first) == [["case:1", 2], ["case:2", 1]]
    assert leaves(second) == [["case:2", 2]]
    assert second.previous_root == first.root
    assert seals.root_of(second.leaves) == second.root
    assert verify().is_intact


def test_nothing_moved_makes_no_seal():
    write()
    services.seal()

    assert services.seal() is None
    assert Seal.objects.count() == 1


def test_two_workers_sealing_at_once_make_one_seal(monkeypatch):
    write()
    original = seals.timestamp

    def sealed_meanwhile(root):
        monkeypatch.setattr(seals, "timestamp", original)
        services.seal()

    monkeypatch.setattr(seals, "timestamp", sealed_meanwhile)
    late = services.seal()

    assert Seal.objects.get() == late
    assert verify().is_intact


def test_archived_copy_is_read_only_and_equals_the_manifest(archive):
    write()
    seal = services.seal()

    (copy,) = archive.iterdir()
    assert copy.read_text() == seal.leaves
    assert copy.stat().st_mode & 0o777 == 0o444
    with pytest.raises(FileExistsError):
        seals.keep_copy(seal.leaves, seal)
    assert list(archive.iterdir()) == [copy]


def test_copies_go_to_the_bucket_of_the_archive_when_there_is_one(settings):
    settings.STORAGES = settings.STORAGES | {
        "archive": {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    }
    write()
    assert verify().is_intact
    seal = services.seal()

    bucket = storages["archive"]
    (name,) = bucket.listdir("journal")[1]
    assert bucket.open(f"journal/{name}").read().decode() == seal.leaves
    assert verify().is_intact

    attack("DELETE FROM journal_seal", "DELETE FROM journal_event", "DELETE FROM journal_chainhead")
    faults = [finding.fault for finding in verify().findings]
    assert faults == [Fault.SEAL, Fault.TRUNCATED]

    bucket.delete(f"journal/{name}")
    bucket.save(f"journal/{name}", ContentFile(b"\xff"))
    assert "illisible" in verify().findings[0].message


def test_seal_is_made_without_a_token_when_no_server_answers(settings, caplog):
    settings.TIMESTAMP_URLS = ["http://127.0.0.1:9/", "http://127.0.0.1:10/"]
    write()

    seal = services.seal()

    assert seal.timestamp_token is None
    assert "timestamp server http://127.0.0.1:10/ failed" in caplog.text


def test_timeline_shows_the_newest_first_to_whom_it_concerns():
    write(audience=Audience.EVERYONE, summary="un")
    write(audience=Audience.CELL, summary="deux")
    write(audience=Audience.EVERYONE, summary="trois")
    write(audience=Audience.EVERYONE, summary="lu", is_read=True)

    party = timeline("case:1", {Audience.EVERYONE})
    auditor = timeline("case:1", set(Audience))

    assert [event.summary for event in party.events] == ["trois", "un"]
    assert [event.summary for event in auditor.events] == ["lu", "trois", "deux", "un"]


def test_timeline_pages_by_key_both_ways(django_assert_num_queries):
    write(times=12, audience=Audience.EVERYONE)
    everyone = {Audience.EVERYONE}

    first = timeline("case:1", everyone, size=5)
    second = timeline("case:1", everyone, size=5, before=first.older)
    third = timeline("case:1", everyone, size=5, before=second.older)
    with django_assert_num_queries(1):
        back = timeline("case:1", everyone, size=5, after=third.newer)

    def numbers(page):
        return [event.sequence for event in page.events]

    assert numbers(first) == [12, 11, 10, 9, 8]
    assert numbers(second) == [7, 6, 5, 4, 3]
    assert numbers(third) == [2, 1]
    assert numbers(back) == numbers(second)
    assert (first.newer, third.older) == (None, None)
    assert timeline("case:1", everyone, size=5, after=back.newer).newer is None


def test_timeline_keeps_the_families_asked_for():
    write(kind="opinion.given", audience=Audience.EVERYONE)
    write(kind="opinions.opened", audience=Audience.EVERYONE)
    write(kind="decision.recorded", audience=Audience.EVERYONE)

    page = timeline("case:1", {Audience.EVERYONE}, nouns=["opinion", "decision"])

    assert [event.kind for event in page.events] == ["decision.recorded", "opinion.given"]


def test_empty_timeline():
    page = timeline("case:404", {Audience.EVERYONE})

    assert (page.events, page.newer, page.older) == ([], None, None)


def test_nightly_tasks_seal_and_check():
    from journal import tasks
    from journal.models import Check

    write()
    tasks.seal_journal(timestamp=0)
    tasks.check_journal(timestamp=0)

    assert Seal.objects.count() == Check.objects.count() == 1
    assert Seal.objects.get().sealed_at <= Check.objects.get().checked_at + timedelta(seconds=1)

"""What the archive holds is read again; a difference is told, stays open, is closed with words."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client

from agreements import services, tasks
from agreements.documents import archive
from agreements.models import Agreement, ArchivedAct, IntegrityIncident
from agreements.services import integrity
from agreements.services.integrity import check_archive
from cases.errors import Conflict, Impossible, NotAllowed
from journal.models import Event
from journal.services import check as check_journal
from notifications.models import Notification, OutgoingMail
from tests.agreements import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_banner_of_another_test() -> None:
    cache.clear()


@pytest.fixture
def act(world: factories.World, fast_documents: None) -> Agreement:
    return factories.registered(world)


@pytest.fixture
def manager(world: factories.World) -> Any:
    return factories.member(world.ministry, "manager")


def file_of(agreement: Agreement) -> Path:
    return Path(settings.ARCHIVE_ROOT) / agreement.archived.location


@pytest.fixture
def damaged(act: Agreement) -> Any:
    path = file_of(act)
    sound = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(b"%PDF autre")
    yield act
    path.write_bytes(sound)
    path.chmod(0o444)


def test_intact_archive_opens_no_incident(act: Agreement) -> None:
    report = check_archive()

    assert (report.acts, report.findings) == (1, {})
    assert report.sentence == "1 acte contrôlé, aucune différence."
    assert not IntegrityIncident.objects.exists()
    assert Event.objects.filter(chain="archive:checks", kind="archive.checked").count() == 1


def test_changed_file_opens_one_incident_and_tells_the_managers(
    damaged: Agreement, manager: Any
) -> None:
    report = check_archive()
    check_archive()

    incident = IntegrityIncident.objects.get()
    assert list(report.findings) == [damaged.reference]
    assert (incident.subject, incident.archived) == (damaged.reference, damaged.archived)
    assert "n’est plus celui qui a été scellé" in incident.finding
    assert Notification.objects.filter(recipient=manager, family="incident").count() == 1
    assert OutgoingMail.objects.filter(to=manager.email).count() == 1
    assert file_of(damaged).read_bytes() == b"%PDF autre", "nothing is repaired"


def test_vanished_file_is_told(act: Agreement) -> None:
    path = file_of(act)
    sound = path.read_bytes()
    path.unlink()
    try:
        assert "absent" in check_archive().findings[act.reference]
    finally:
        path.write_bytes(sound)


def test_archive_that_cannot_be_read_is_told(
    act: Agreement, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_stored: object) -> bytes:
        raise archive.ArchiveUnavailable("silence")

    monkeypatch.setattr(archive, "read", fail)

    assert "n’a pas pu être lue" in check_archive().findings[act.reference]


def test_file_and_row_changed_together_are_told_by_the_journal(act: Agreement) -> None:
    forged = archive.store(b"%PDF un autre acte")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE agreements_archivedact SET sha256 = %s, sha512 = %s, size = %s, location = %s",
            [forged.sha256, forged.sha512, forged.size, forged.location],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")

    assert "le journal a inscrites" in check_archive().findings[act.reference]


def test_broken_journal_opens_an_incident_for_its_chain(act: Agreement, manager: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE journal_event SET summary = 'autre' WHERE chain = %s AND sequence = 2",
            [act.chain],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")

    check_journal()

    incident = IntegrityIncident.objects.get(subject=act.chain)
    assert incident.kind == "journal"
    assert "l’événement 2 a été modifié" in incident.finding
    assert Notification.objects.filter(recipient=manager, family="incident").exists()


def test_incident_is_closed_once_with_a_reason_by_who_may(
    damaged: Agreement, manager: Any, world: factories.World
) -> None:
    check_archive()
    incident = IntegrityIncident.objects.get()

    for who in (world.auditor, world.legal):
        with pytest.raises(NotAllowed):
            services.close_incident(incident=incident, reason="Vu.", by=who)
    for reason in ("  ", "a\0b", "x" * 4001):
        with pytest.raises(Impossible):
            services.close_incident(incident=incident, reason=reason, by=manager)
    services.close_incident(incident=incident, reason="Copie de secours remise.", by=manager)
    with pytest.raises(Conflict):
        services.close_incident(incident=incident, reason="Encore.", by=manager)

    incident.refresh_from_db()
    assert (incident.is_open, incident.closed_by) == (False, manager)
    told = Event.objects.get(kind="incident.closed")
    assert told.reason == "Copie de secours remise."
    check_archive()
    assert IntegrityIncident.objects.filter(closed_at=None).count() == 1, "still damaged"


def test_banner_stands_until_the_incident_is_closed(
    damaged: Agreement,
    manager: Any,
    world: factories.World,
    client: Client,
    django_capture_on_commit_callbacks: Any,
) -> None:
    def banner(who: Any) -> bool:
        client.force_login(who)
        return "Défaut d’intégrité" in client.get("/conventions/").content.decode()

    assert not banner(manager)
    with django_capture_on_commit_callbacks(execute=True):
        check_archive()
    archivist = factories.member(world.ministry, "archivist")

    assert [banner(who) for who in (manager, world.auditor, archivist)] == [True] * 3
    assert not banner(world.legal)

    client.force_login(manager)
    pk = IntegrityIncident.objects.get().pk
    page = client.get(f"/archives/incidents/{pk}/").content.decode()
    assert "Ce qui a été fait" in page
    assert client.post(f"/archives/incidents/{pk}/", {"reason": ""}).status_code == 422
    assert client.post(f"/archives/incidents/{pk}/", {"reason": "a\0b"}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"/archives/incidents/{pk}/", {"reason": "Copie remise."})
    assert answer.status_code == 302
    assert not banner(manager)
    assert "Clos" in client.get("/archives/incidents/").content.decode()


def test_incidents_are_not_for_everybody(world: factories.World, client: Client) -> None:
    client.force_login(world.legal)
    assert client.get("/archives/incidents/").status_code == 403
    client.force_login(world.auditor)
    assert client.get("/archives/incidents/").status_code == 200
    assert client.get("/archives/incidents/999999/").status_code == 404


def test_command_names_what_is_wrong_and_fails(damaged: Agreement) -> None:
    out = io.StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("verify_archive", stdout=out)

    assert end.value.code == 1
    assert out.getvalue().startswith(f"{damaged.reference} — ")


def test_worker_controls_every_night(act: Agreement) -> None:
    tasks.control_archive(timestamp=0)

    assert ArchivedAct.objects.count() == 1
    assert Event.objects.filter(kind="archive.checked").count() == 1


def test_many_broken_chains_are_named_by_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    from journal.enums import Fault
    from journal.verification import Report

    report = Report()
    for number in range(30):
        report.add(Fault.EDITED, f"case:{number}", 1, "modifié")
    report.add(Fault.SEAL, "", None, "scellé modifié")

    integrity.report_journal(report=report)

    assert IntegrityIncident.objects.count() == integrity.CHAINS_NAMED

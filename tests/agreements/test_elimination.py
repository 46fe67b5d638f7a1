"""An act whose use is over: the visa, what stops it, the removal, the certificate."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from agreements import files, services, tasks
from agreements.documents import archive
from agreements.models import ActFile, Agreement, Elimination, RetentionRule
from agreements.selectors import elimination as selectors
from agreements.selectors.signing import ArchiveRefused, archived_bytes
from agreements.services import elimination as eliminations
from agreements.services.integrity import check_archive, report_incident
from cases.errors import Conflict, Impossible, NotAllowed
from cases.models import Case
from journal.models import Event
from tests.agreements import factories

pytestmark = pytest.mark.django_db
OVER = timezone.localdate() - timedelta(days=1)


@pytest.fixture
def archivist(world: factories.World) -> Any:
    return factories.member(world.ministry, "archivist")


@pytest.fixture
def act(world: factories.World, fast_documents: None, monkeypatch: pytest.MonkeyPatch) -> Agreement:
    """An archived act whose administrative use ended yesterday, to be destroyed."""
    monkeypatch.setattr("agreements.services.signing.retention_end", lambda _agreement: OVER)
    made = factories.registered(world)
    five_years_ago = OVER.replace(year=OVER.year - 5)
    Agreement.objects.filter(pk=made.pk).update(
        stage="archived", effective_on=five_years_ago, end_on=five_years_ago
    )
    RetentionRule.objects.create(act_type="a", disposition="destroy")
    return Agreement.objects.get(pk=made.pk)


def approve(act: Agreement, by: Any, reference: str = "visa 2026-12") -> Elimination:
    return services.approve_elimination(archived=act.archived, visa_reference=reference, by=by)


def sealed_file(act: Agreement) -> Path:
    return Path(settings.ARCHIVE_ROOT) / act.archived.location


def test_visa_then_night_then_certificate(act: Agreement, archivist: Any) -> None:
    revisions = list(ActFile.objects.values_list("sha256", flat=True))
    given = approve(act, archivist)

    assert sealed_file(act).exists(), "nothing is removed by the visa itself"
    tasks.eliminate_approved(timestamp=0)

    given.refresh_from_db()
    assert given.executed_at
    assert not sealed_file(act).exists()
    assert not any(default_storage.exists(files.path_of(sha256)) for sha256 in revisions)
    assert files.read(given.certificate_sha256).startswith(b"%PDF")
    with pytest.raises(ArchiveRefused, match="a été éliminé"):
        archived_bytes(Agreement.objects.get(pk=act.pk).archived)
    kinds = list(Event.objects.of_chain(act.chain).values_list("kind", flat=True))
    assert kinds[-2:] == ["elimination.approved", "elimination.executed"]
    assert check_archive().is_intact, "what was eliminated is not missing"
    assert eliminations.eliminate_all() == 0


def stage(act: Agreement) -> None:
    Agreement.objects.filter(pk=act.pk).update(stage="winding_up")


def prolonged(act: Agreement) -> None:
    Agreement.objects.filter(pk=act.pk).update(end_on=timezone.localdate())


def without_end(act: Agreement) -> None:
    Agreement.objects.filter(pk=act.pk).update(end_on=None)


def kept(act: Agreement) -> None:
    RetentionRule.objects.update(disposition="keep")


def not_agreed(act: Agreement) -> None:
    RetentionRule.objects.all().delete()


def held(act: Agreement) -> None:
    Case.objects.filter(pk=act.pk).update(legal_hold=True)


def disputed(act: Agreement) -> None:
    report_incident(kind="act", subject=act.reference, finding="x", archived=act.archived)


BARRIERS = {
    "not archived": (stage, "n’est pas clos"),
    "prolonged": (prolonged, "court jusqu’au"),
    "without end": (without_end, "pas de date de fin"),
    "to be kept": (kept, "sort final convenu"),
    "not agreed": (not_agreed, "sort final convenu"),
    "legal hold": (held, "gel juridique"),
    "incident": (disputed, "incident d’intégrité"),
}


@pytest.mark.parametrize("name", BARRIERS)
def test_what_stands_in_the_way_is_said_and_stops_the_night_too(
    act: Agreement, archivist: Any, name: str
) -> None:
    raise_barrier, reason = BARRIERS[name]
    given = approve(act, archivist)
    raise_barrier(act)
    fresh = Agreement.objects.get(pk=act.pk)

    assert reason in selectors.what_prevents(fresh.archived)
    assert eliminations.eliminate_all() == 0
    assert sealed_file(act).exists()
    given.refresh_from_db()
    assert given.executed_at is None

    Elimination.objects.all().delete()
    with pytest.raises(Impossible, match=reason):
        approve(fresh, archivist)


def test_hold_on_the_request_stops_the_act(act: Agreement, archivist: Any) -> None:
    request = Case.objects.create(
        kind="request", reference="DEM-2026-0999", created_by=archivist, legal_hold=True
    )
    Agreement.objects.filter(pk=act.pk).update(source_case_id=request.pk)

    with pytest.raises(Impossible, match="gel juridique"):
        approve(Agreement.objects.get(pk=act.pk), archivist)


def test_visa_is_given_once_by_the_archivist_of_the_act(
    act: Agreement, archivist: Any, world: factories.World
) -> None:
    elsewhere = factories.member(world.requester, "archivist")
    manager = factories.member(world.ministry, "manager")

    for who in (elsewhere, manager, world.legal):
        with pytest.raises(NotAllowed):
            approve(act, who)
    for reference in (" ", "a\0b", "x" * 301):
        with pytest.raises(Impossible, match="référence"):
            approve(act, archivist, reference)
    approve(act, archivist)
    with pytest.raises(Conflict):
        approve(act, archivist)


def test_archive_that_refuses_leaves_everything(
    act: Agreement, archivist: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(act, archivist)

    def refuse(*_args: object, **_given: object) -> None:
        raise archive.ArchiveLocked("verrou")

    with monkeypatch.context() as patch:
        patch.setattr(archive, "remove", refuse)
        assert eliminations.eliminate_all() == 0
    assert Elimination.objects.get().executed_at is None
    assert sealed_file(act).exists()
    assert eliminations.eliminate_all() == 1


def test_directory_keeps_a_file_until_its_day_has_passed(tmp_path: Path) -> None:
    local = archive.LocalArchive(tmp_path)
    stored = local.store(b"%PDF")

    with pytest.raises(archive.ArchiveLocked):
        local.remove(stored, keep_until=timezone.localdate())
    local.remove(stored, keep_until=OVER)
    local.remove(stored, keep_until=OVER)

    with pytest.raises(archive.ArchiveDamaged):
        local.read(stored)


def test_retention_is_agreed_by_a_manager(world: factories.World) -> None:
    manager = factories.member(world.ministry, "manager")

    def agree(by: Any, **changed: Any) -> None:
        services.set_retention(
            **{
                "act_type": "b",
                "years": 10,
                "disposition": "keep",
                "reference": "TG 12",
                **changed,
            },
            by=by,
        )

    agree(manager)
    agree(manager, years=12)
    assert RetentionRule.objects.get().years == 12
    assert Event.objects.filter(kind="retention.changed").count() == 2
    for wrong in ({"years": 101}, {"disposition": "burn"}, {"act_type": "z"}):
        with pytest.raises((ValidationError, ValueError)):
            agree(manager, **wrong)
    with pytest.raises(PermissionDenied):
        agree(world.legal)


def test_pages_of_the_archivist(
    act: Agreement, archivist: Any, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(archivist)
    at = f"/archives/{act.reference}/"

    with django_assert_max_num_queries(12):
        page = client.get("/archives/").content.decode()
    assert act.reference in page
    assert "Visa attendu" in page
    assert "Viser l’élimination" in client.get(at).content.decode()
    assert client.post(at, {"visa_reference": ""}).status_code == 422
    assert client.post(at, {"visa_reference": "a\0b"}).status_code == 422
    assert client.post(at, {"visa_reference": "visa 7"}).status_code == 302
    assert client.post(at, {"visa_reference": "visa 8"}).status_code in (409, 422)
    assert client.get(f"{at}certificat/").status_code == 404
    eliminations.eliminate_all()
    assert client.get(f"{at}certificat/")["Content-Type"] == "application/pdf"
    assert act.reference in client.get("/archives/?vue=elimines").content.decode()
    assert "Aucun dossier" in client.get("/archives/").content.decode()
    assert client.get("/archives/CONV-2020-999/").status_code == 404


def test_manager_writes_what_was_agreed(world: factories.World, client: Client) -> None:
    client.force_login(factories.member(world.ministry, "manager"))
    at = "/administration/durees-de-conservation/"

    assert "Proposée" in client.get(at).content.decode()
    assert client.get(f"{at}z/").status_code == 404
    assert client.post(f"{at}a/", {"years": "x", "disposition": "keep"}).status_code == 200
    answer = client.post(f"{at}a/", {"years": "10", "disposition": "destroy", "reference": "TG"})
    assert answer.status_code == 302
    assert "Convenue" in client.get(at).content.decode()

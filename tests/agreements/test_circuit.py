"""An act from its drafting to its registration, through every way of the circuit."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from django.utils import timezone

from agreements import files, services
from agreements.documents import archive, rendering
from agreements.documents.archive import Stored
from agreements.models import ActFile, Agreement, ArchivedAct
from agreements.services import freezing, signing
from agreements.signals import agreement_abandoned, agreement_signed
from cases.errors import Conflict, Impossible, NotAllowed
from cases.selectors import open_tasks
from journal.models import Event
from tests.agreements import factories

pytestmark = pytest.mark.django_db


def nodes(agreement: Agreement) -> list[str]:
    return sorted(task.node for task in open_tasks(agreement))


def again(agreement: Agreement) -> Agreement:
    return Agreement.objects.get(pk=agreement.pk)


def events(agreement: Agreement, kind: str) -> int:
    return Event.objects.filter(chain=agreement.chain, kind=kind).count()


# The layout and signature libraries leave files to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_act_goes_from_draft_to_sealed_for_real(world: factories.World) -> None:
    agreement = factories.registered(world)

    archived = agreement.archived
    data = archive.read(
        Stored(archived.sha256, archived.sha512, archived.size, archived.location,
               archived.storage_version)
    )  # fmt: skip
    assert (agreement.reference, agreement.project_reference) == ("CONV-2026-001", "PRJ-2026-0001")
    assert agreement.stage == "signed"
    assert hashlib.sha256(data).hexdigest() == archived.sha256
    with pikepdf.open(BytesIO(data)) as pdf:
        signed = [field for field in pdf.Root.AcroForm.Fields if "/V" in field]
        assert len(signed) == 3
        assert len(pdf.pages) == archived.page_count


def test_draft_opens_the_drafting_of_the_legal_officer(world: factories.World) -> None:
    agreement = factories.drafted(world)

    task = factories.task_of(agreement, "draft_version")
    assert agreement.stage == "drafting"
    assert (task.organisation, task.role) == (world.ministry, "legal_officer")
    assert events(agreement, "agreement.drafted") == 1


def test_a_round_asks_every_party_and_comes_back(world: factories.World) -> None:
    agreement = factories.drafted(world)

    version = services.send_round(agreement=agreement, reason="Premier tour", by=world.legal)

    assert (version.number, version.round, version.is_final) == (1, 1, False)
    assert nodes(agreement) == ["review_version", "review_version"]
    assert again(agreement).stage == "negotiation"

    holder = factories.task_of(agreement, "review_version", world.holder_agent)
    services.review(task=holder, verdict="agree", by=world.holder_agent)

    assert nodes(agreement) == ["review_version"]

    requester = factories.task_of(agreement, "review_version", world.requester_agent)
    services.review(task=requester, verdict="agree", by=world.requester_agent)

    assert nodes(agreement) == ["draft_version"]
    assert again(agreement).stage == "drafting"
    assert events(agreement, "version.reviewed") == 2


def test_a_round_may_end_without_all_answers(world: factories.World) -> None:
    agreement = factories.drafted(world)
    services.send_round(agreement=agreement, by=world.legal)
    holder = factories.task_of(agreement, "review_version", world.holder_agent)
    services.review(task=holder, verdict="agree", by=world.holder_agent)

    services.end_round(agreement=agreement, reason="Deux semaines de retard.", by=world.legal)

    assert nodes(agreement) == ["draft_version"]


def test_a_round_is_ended_by_the_legal_officer_with_a_reason(world: factories.World) -> None:
    agreement = factories.drafted(world)
    services.send_round(agreement=agreement, by=world.legal)

    with pytest.raises(Impossible):
        services.end_round(agreement=agreement, reason=" ", by=world.legal)
    with pytest.raises(NotAllowed):
        services.end_round(agreement=agreement, reason="Retard.", by=world.holder_agent)


def test_no_round_no_end(world: factories.World) -> None:
    agreement = factories.drafted(world)

    with pytest.raises(Conflict):
        services.end_round(agreement=agreement, reason="Retard.", by=world.legal)


def test_two_rounds_at_once_one_wins(world: factories.World) -> None:
    agreement = factories.drafted(world)
    services.send_round(agreement=agreement, by=world.legal)

    with pytest.raises(Conflict):
        services.send_round(agreement=agreement, by=world.legal)


def test_freezing_hands_the_document_to_the_worker(
    world: factories.World, fast_documents: None
) -> None:
    agreement, version = factories.frozen(world)

    assert version.is_final
    assert agreement.stage == "final"
    assert (str(agreement.effective_on), str(agreement.end_on)) == ("2027-03-12", "2030-03-11")

    services.render_frozen_version(task=factories.job_of(agreement, "render_document"))

    file = ActFile.objects.get(version=version)
    assert again(agreement).stage == "signing"
    assert nodes(agreement) == ["sign_version", "sign_version"]
    assert files.read(file.sha256).startswith(b"%PDF")


def test_the_document_is_made_once_though_asked_twice(
    world: factories.World, fast_documents: None
) -> None:
    agreement, version = factories.frozen(world)
    job = factories.job_of(agreement, "render_document")

    services.render_frozen_version(task=job)
    services.render_frozen_version(task=job)

    assert ActFile.objects.filter(version=version).count() == 1
    assert nodes(agreement) == ["sign_version", "sign_version"]


def test_a_document_that_cannot_be_made_sends_the_act_back(
    world: factories.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_act: object) -> None:
        raise rendering.RenderingFailed("une police manque")

    agreement, version = factories.frozen(world)
    monkeypatch.setattr(freezing.rendering, "render", fail)

    services.render_frozen_version(task=factories.job_of(agreement, "render_document"))

    assert nodes(agreement) == ["draft_version"]
    assert not ActFile.objects.filter(version=version).exists()
    assert Event.objects.get(kind="document.failed").reason == "une police manque"


def test_a_document_that_conforms_to_nothing_is_not_signed(
    world: factories.World, fast_documents: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreement, _version = factories.frozen(world)
    monkeypatch.undo()
    monkeypatch.setattr(freezing.rendering, "render", lambda _act: _not_a_pdf())

    services.render_frozen_version(task=factories.job_of(agreement, "render_document"))

    assert nodes(agreement) == ["draft_version"]
    assert events(agreement, "document.failed") == 1


def _not_a_pdf() -> rendering.RenderedPdf:
    return rendering.RenderedPdf(b"%PDF-1.7 rien", "0" * 64, 1, "")


def test_a_sealed_file_that_lost_a_signature_is_not_archived(
    world: factories.World, fast_documents: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreement = factories.in_signature(world)
    factories.sign_as(agreement, world.requester_signatory)
    factories.sign_as(agreement, world.holder_signatory)
    whole = signing.seal
    monkeypatch.setattr(signing, "seal", lambda _pdf, **given: whole(b"%PDF", **given))

    with pytest.raises(signing.ActNotSound):
        services.register(task=factories.job_of(agreement, "seal_act"))

    assert again(agreement).reference == "PRJ-2026-0001"
    assert not ArchivedAct.objects.exists()


def test_signatures_in_parallel_then_registration(
    world: factories.World, fast_documents: None
) -> None:
    agreement = factories.in_signature(world)

    first = factories.sign_as(agreement, world.requester_signatory)
    second = factories.sign_as(agreement, world.holder_signatory)

    assert [first.file.revision, second.file.revision] == [1, 2]
    assert b"certify=True" in files.read(first.file.sha256)
    assert b"certify=False" in files.read(second.file.sha256)
    assert files.read(second.file.sha256).startswith(files.read(first.file.sha256))

    told = []
    agreement_signed.connect(lambda **given: told.append(given["agreement"].reference), weak=False)
    services.register(task=factories.job_of(agreement, "seal_act"))

    assert told == ["CONV-2026-001"]
    assert again(agreement).stage == "signed"
    assert again(agreement).archived.retained_until.year == 2035


def test_registration_is_done_once(world: factories.World, fast_documents: None) -> None:
    agreement = factories.in_signature(world)
    factories.sign_as(agreement, world.requester_signatory)
    factories.sign_as(agreement, world.holder_signatory)
    job = factories.job_of(agreement, "seal_act")

    services.register(task=job)
    services.register(task=job)

    assert again(agreement).reference == "CONV-2026-001"
    assert events(agreement, "agreement.registered") == 1


def test_a_registration_that_fails_takes_no_number(
    world: factories.World, fast_documents: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_data: bytes, **_given: object) -> Stored:
        raise archive.ArchiveUnavailable("plein")

    agreement = factories.in_signature(world)
    factories.sign_as(agreement, world.requester_signatory)
    factories.sign_as(agreement, world.holder_signatory)
    job = factories.job_of(agreement, "seal_act")
    with monkeypatch.context() as patch:
        patch.setattr(archive, "store", refuse)
        with pytest.raises(archive.ArchiveUnavailable):
            services.register(task=job)

    services.register(task=job)

    assert again(agreement).reference == "CONV-2026-001"


def test_signatures_in_turn(world: factories.World, fast_documents: None) -> None:
    agreement = factories.drafted(world)
    services.set_signature_terms(
        agreement=agreement, level="advanced", order="sequential", by=world.legal
    )
    factories.filled_annexes(agreement, world.legal)
    services.send_round(agreement=agreement, by=world.legal)
    for agent in (world.holder_agent, world.requester_agent):
        task = factories.task_of(agreement, "review_version", agent)
        services.review(task=task, verdict="agree", by=agent)
    services.freeze(agreement=agreement, by=world.legal)
    services.render_frozen_version(task=factories.job_of(agreement, "render_document"))

    assert [task.owner for task in open_tasks(agreement)] == [world.holder_signatory]

    factories.sign_as(agreement, world.holder_signatory)

    assert [task.owner for task in open_tasks(agreement)] == [world.requester_signatory]

    factories.sign_as(agreement, world.requester_signatory)
    services.register(task=factories.job_of(agreement, "seal_act"))

    assert again(agreement).reference == "CONV-2026-001"


def test_a_refusal_sends_the_act_back_and_stops_the_other_signatures(
    world: factories.World, fast_documents: None
) -> None:
    agreement = factories.in_signature(world)
    task = factories.task_of(agreement, "sign_version", world.holder_signatory)

    refusal = services.refuse_to_sign(
        task=task, reason="L’article 12 n’est pas tenable.", by=world.holder_signatory
    )

    assert refusal.state == "refused"
    assert nodes(agreement) == ["draft_version"]
    assert again(agreement).stage == "drafting"
    assert Event.objects.get(kind="act.refused").reason == "L’article 12 n’est pas tenable."


def test_after_a_refusal_a_new_version_is_signed_by_all(
    world: factories.World, fast_documents: None
) -> None:
    agreement = factories.in_signature(world)
    factories.sign_as(agreement, world.requester_signatory)
    task = factories.task_of(agreement, "sign_version", world.holder_signatory)
    services.refuse_to_sign(task=task, reason="À revoir.", by=world.holder_signatory)

    services.freeze(agreement=agreement, by=world.legal)
    services.render_frozen_version(task=factories.job_of(agreement, "render_document"))

    assert nodes(agreement) == ["sign_version", "sign_version"]


@pytest.mark.parametrize("reason", ["", "  ", "a\x00b", "a" * 4001])
def test_refusing_needs_a_reason(world: factories.World, fast_documents: None, reason: str) -> None:
    agreement = factories.in_signature(world)
    task = factories.task_of(agreement, "sign_version", world.holder_signatory)

    with pytest.raises(Impossible):
        services.refuse_to_sign(task=task, reason=reason, by=world.holder_signatory)


def test_return_to_drafting_before_the_last_signature(
    world: factories.World, fast_documents: None
) -> None:
    agreement = factories.in_signature(world)
    factories.sign_as(agreement, world.requester_signatory)

    services.return_to_drafting(agreement=agreement, reason="Erreur de date.", by=world.legal)

    assert nodes(agreement) == ["draft_version"]
    assert events(agreement, "version.taken_back") == 1


def test_return_to_drafting_is_refused_elsewhere(
    world: factories.World, fast_documents: None
) -> None:
    agreement = factories.in_signature(world)

    with pytest.raises(Impossible):
        services.return_to_drafting(agreement=agreement, reason=" ", by=world.legal)
    with pytest.raises(NotAllowed):
        services.return_to_drafting(agreement=agreement, reason="Non", by=world.holder_signatory)

    services.return_to_drafting(agreement=agreement, reason="Erreur.", by=world.legal)
    with pytest.raises(Conflict):
        services.return_to_drafting(agreement=agreement, reason="Erreur.", by=world.legal)


@pytest.mark.parametrize("stage", ["drafting", "negotiation", "signing"])
def test_abandon_before_the_last_signature(
    world: factories.World, fast_documents: None, stage: str
) -> None:
    agreement = factories.in_signature(world) if stage == "signing" else factories.drafted(world)
    if stage == "negotiation":
        services.send_round(agreement=agreement, by=world.legal)
    told = []
    agreement_abandoned.connect(lambda **given: told.append(given["by"]), weak=False)

    services.abandon(agreement=agreement, reason="Le besoin a disparu.", by=world.legal)

    assert again(agreement).stage == "abandoned"
    assert again(agreement).is_closed
    assert nodes(agreement) == []
    assert told[-1] == world.legal


def test_abandon_follows_the_end_of_the_request(world: factories.World) -> None:
    agreement = factories.drafted(world)

    services.abandon(agreement=agreement, reason="Demande retirée.", by=None)

    assert again(agreement).stage == "abandoned"


def test_abandon_is_refused(world: factories.World, fast_documents: None) -> None:
    agreement = factories.registered(world)
    project = factories.drafted(world)

    with pytest.raises(Conflict):
        services.abandon(agreement=agreement, reason="Trop tard.", by=world.legal)
    with pytest.raises(Impossible):
        services.abandon(agreement=project, reason="", by=world.legal)
    with pytest.raises(NotAllowed):
        services.abandon(agreement=project, reason="Non.", by=world.holder_agent)


def test_an_act_whose_date_has_come_is_in_force_at_once(
    world: factories.World, fast_documents: None
) -> None:
    values = factories.values()
    values["agreement"]["effective_on"] = timezone.localdate().isoformat()

    agreement = factories.registered(world, values=values)

    assert agreement.stage == "in_force"
    assert not agreement.is_closed
    assert events(agreement, "agreement.in_force") == 1


def test_an_act_enters_into_force_on_its_day(world: factories.World, fast_documents: None) -> None:
    agreement = factories.registered(world)
    assert services.enter_into_force(agreement=agreement) is False

    Agreement.objects.filter(pk=agreement.pk).update(
        effective_on=timezone.localdate() - timedelta(days=1)
    )
    from agreements.services.life import enter_all_into_force

    assert enter_all_into_force() == 1
    assert enter_all_into_force() == 0
    assert again(agreement).stage == "in_force"

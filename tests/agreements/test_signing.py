"""Freezing and signing: what refuses, and what the database itself refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404
from django.utils import timezone

from accounts.models import Absence, Delegation, Membership
from agreements import files, services
from agreements.documents.signing import SigningFailed
from agreements.errors import NotReady
from agreements.models import (
    ActFile,
    Agreement,
    AgreementVersion,
    ArchivedAct,
    ClauseVersion,
    PartyReview,
    Signature,
)
from agreements.services import signing
from cases.errors import Conflict, Impossible, NotAllowed
from tests.agreements import factories

pytestmark = pytest.mark.django_db


def sign(agreement: Agreement, by: object, **changed: object) -> Signature:
    task = factories.task_of(agreement, "sign_version")
    tasks = {t.owner_id: t for t in [task]}
    mine = tasks.get(getattr(by, "pk", None), task)
    return services.sign(
        **{"task": mine, "by": by, "has_read": True, "is_reauthenticated": True, **changed}
    )


def test_freeze_names_everything_that_stands_in_the_way(world: factories.World) -> None:
    agreement = factories.drafted(
        world, values={}, reserves=[services.ReserveValue("Chiffrer", "DGCS")], opinions=[]
    )

    with pytest.raises(NotReady) as error:
        services.freeze(agreement=agreement, by=world.legal)

    assert [check.code for check in error.value.checks] == [
        "gaps", "discussion", "reserves", "annexes", "dates", "opinions",
    ]  # fmt: skip
    assert "1 réserve préalable ouverte" in error.value.message
    assert not agreement.versions.exists()
    assert Agreement.objects.get(pk=agreement.pk).stage == "drafting"


def test_freeze_is_the_legal_officers(world: factories.World) -> None:
    agreement = factories.agreed(world)

    for who in (world.officer, world.holder_agent):
        with pytest.raises(NotAllowed):
            services.freeze(agreement=agreement, by=who)
    with pytest.raises(Http404):
        services.freeze(agreement=agreement, by=world.outsider)


def test_freeze_twice_is_a_conflict(world: factories.World) -> None:
    agreement, _version = factories.frozen(world)

    with pytest.raises(Conflict):
        services.freeze(agreement=agreement, by=world.legal)


def test_frozen_version_keeps_the_whole_act(world: factories.World) -> None:
    _agreement, version = factories.frozen(world)

    content = version.content
    assert content["articles"][0]["clause"] == "C01 v1"
    assert "[à compléter" not in str(content)
    assert [annex["number"] for annex in content["annexes"]] == [1, 2, 3, 4, 5, 7, 8, 9, 10]
    assert [row["name"] for row in content["signatories"]] == ["Hélène Aubry", "Jean Abadie"]
    assert len(version.sha256) == 64


def test_signing_needs_reading_and_authentication(
    world: factories.World, fast_documents: None
) -> None:
    agreement = factories.in_signature(world)

    with pytest.raises(Impossible, match="avoir lu"):
        sign(agreement, world.holder_signatory, has_read=False)
    with pytest.raises(Impossible, match="identité"):
        sign(agreement, world.holder_signatory, is_reauthenticated=False)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"ends_on": -1}, "délégation échue"),
        ({"revoked_on": 0}, "délégation révoquée"),
        ({"starts_on": 1}, "valable à partir du"),
        ({"act_types": "b"}, "ne couvre pas ce type d’acte"),
    ],
)
def test_signing_needs_a_power_valid_on_the_day(
    world: factories.World, fast_documents: None, changed: dict[str, object], reason: str
) -> None:
    agreement = factories.in_signature(world)
    dates = {
        name: timezone.localdate() + timedelta(days=value) if isinstance(value, int) else value
        for name, value in changed.items()
    }
    Delegation.objects.filter(user=world.holder_signatory).update(**dates)

    with pytest.raises(NotAllowed, match=reason):
        sign(agreement, world.holder_signatory)

    assert not Signature.objects.exists()


def test_signing_without_any_power(world: factories.World, fast_documents: None) -> None:
    agreement = factories.in_signature(world)
    Delegation.objects.filter(user=world.holder_signatory).delete()

    with pytest.raises(NotAllowed, match="n’a pas de délégation"):
        sign(agreement, world.holder_signatory)


def test_signing_when_the_role_ended(world: factories.World, fast_documents: None) -> None:
    agreement = factories.in_signature(world)
    colleague = factories.member(world.holder, "data_referent")
    assert colleague
    Membership.objects.filter(user=world.holder_signatory).update(
        ends_on=timezone.localdate() - timedelta(days=1)
    )

    with pytest.raises((NotAllowed, Http404)):
        sign(agreement, world.holder_signatory)


def test_a_dpo_never_signs(world: factories.World, fast_documents: None) -> None:
    agreement = factories.in_signature(world)
    Membership.objects.create(
        user=world.holder_signatory, organisation=world.holder, role="dpo",
        starts_on=factories.LONG_AGO,
    )  # fmt: skip

    with pytest.raises(NotAllowed, match="délégué à la protection"):
        sign(agreement, world.holder_signatory)


def test_nobody_signs_in_the_place_of_another(world: factories.World, fast_documents: None) -> None:
    agreement = factories.in_signature(world)
    task = factories.task_of(agreement, "sign_version", world.holder_signatory)

    for who in (world.requester_signatory, world.legal, world.holder_agent):
        with pytest.raises(NotAllowed):
            services.sign(task=task, by=who, has_read=True, is_reauthenticated=True)


def test_a_deputy_signs_in_virtue_of_his_own_power(
    world: factories.World, fast_documents: None
) -> None:
    agreement = factories.in_signature(world)
    deputy = factories.member(world.holder, "signatory", first_name="Paul", last_name="Adjoint")
    today = timezone.localdate()
    Absence.objects.create(
        user=world.holder_signatory, deputy=deputy, starts_on=today, ends_on=today
    )
    task = factories.task_of(agreement, "sign_version", world.holder_signatory)

    with pytest.raises(NotAllowed, match="n’a pas de délégation"):
        services.sign(task=task, by=deputy, has_read=True, is_reauthenticated=True)

    factories.delegate(deputy, world.holder, reference="décision du 4 mai 2026")
    signature = services.sign(task=task, by=deputy, has_read=True, is_reauthenticated=True)

    assert (signature.name, signature.delegation) == ("Paul Adjoint", "décision du 4 mai 2026")


def test_signing_twice_is_a_conflict(world: factories.World, fast_documents: None) -> None:
    agreement = factories.in_signature(world)
    task = factories.task_of(agreement, "sign_version", world.holder_signatory)
    factories.sign_as(agreement, world.holder_signatory)

    with pytest.raises(Conflict, match="Déjà fait par Hélène Aubry"):
        services.sign(task=task, by=world.holder_signatory, has_read=True, is_reauthenticated=True)


def test_a_signature_that_fails_changes_nothing(
    world: factories.World, fast_documents: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_given: object) -> None:
        raise SigningFailed("serveur d’horodatage muet")

    agreement = factories.in_signature(world)
    monkeypatch.setattr(signing, "sign_field", fail)

    with pytest.raises(Impossible, match="Rien n’a changé"):
        sign(agreement, world.holder_signatory)

    assert not Signature.objects.exists()
    assert factories.task_of(agreement, "sign_version", world.holder_signatory).is_open


def test_a_file_changed_under_our_feet_is_not_signed(
    world: factories.World, fast_documents: None, settings: object
) -> None:
    agreement = factories.in_signature(world)
    file = ActFile.objects.get()
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    default_storage.delete(files.path_of(file.sha256))
    default_storage.save(files.path_of(file.sha256), ContentFile(b"%PDF autre"))

    with pytest.raises(Impossible, match="Rien n’a changé"):
        sign(agreement, world.holder_signatory)

    default_storage.delete(files.path_of(file.sha256))
    with pytest.raises(files.FileDamaged):
        files.read(file.sha256)


def test_the_database_refuses_to_change_what_is_frozen(
    world: factories.World, fast_documents: None
) -> None:
    factories.registered(world)

    fields = {
        AgreementVersion: "reason",
        ActFile: "sha256",
        Signature: "name",
        ArchivedAct: "sha512",
        PartyReview: "comment",
        ClauseVersion: "title",
    }
    for model, field in fields.items():
        row = model.objects.order_by("pk").first()
        assert row is not None, model
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.filter(pk=row.pk).update(**{field: "x"})
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.filter(pk=row.pk)._raw_delete("default")


def test_a_clause_version_may_be_validated(world: factories.World) -> None:
    version = ClauseVersion.objects.get(clause__code="C01")

    ClauseVersion.objects.filter(pk=version.pk).update(
        validated_by="DAJ et DPD", validated_on=timezone.localdate()
    )

    version.refresh_from_db()
    assert version.is_validated

"""Rules at the edges of an act: accreditations, who reads a project, dates, reminders, seals."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.enums import AccreditationScope, Role
from accounts.models import Accreditation, Organisation, User
from agreements import policies, services
from agreements.assembly.checks import check_dates
from agreements.errors import NotReady
from agreements.library import shipped
from agreements.models import Agreement, Signature
from agreements.pages import day
from agreements.powers import effect_problem
from agreements.selectors import build_desk, clause_rows, clause_version, signed_sentence
from agreements.selectors.signing import signing_page, summary_of
from agreements.services import signing
from cases.errors import Conflict, NotAllowed
from journal.models import Event, Seal
from notifications.models import Notification
from tests.agreements import factories
from tests.agreements.worlds import draft_state, facts

pytestmark = pytest.mark.django_db


def end_accreditation(organisation: Organisation, days: int) -> None:
    """End every accreditation of an organisation that many days from today."""
    Accreditation.objects.filter(organisation=organisation).update(
        ends_on=timezone.localdate() + timedelta(days=days)
    )


@pytest.mark.parametrize("side", ["holder", "requester"])
def test_an_accreditation_that_ended_yesterday_stops_the_freezing(
    world: factories.World, side: str
) -> None:
    agreement = factories.agreed(world)
    party = getattr(world, side)
    end_accreditation(party, days=-1)

    with pytest.raises(NotReady) as error:
        services.freeze(agreement=agreement, by=world.legal)

    (check,) = error.value.checks
    assert check.code == "signatories"
    assert f"{party} n’est pas accrédité" in check.detail
    assert not agreement.versions.filter(is_final=True).exists()


def test_an_accreditation_that_ends_today_still_allows_it(world: factories.World) -> None:
    agreement = factories.agreed(world)
    end_accreditation(world.holder, days=0)

    assert services.freeze(agreement=agreement, by=world.legal).is_final


@pytest.mark.parametrize(
    ("held", "changed", "is_enough"),
    [
        (AccreditationScope.PERSONAL, {}, True),
        (AccreditationScope.NON_PERSONAL, {}, False),
        (AccreditationScope.PERSONAL, {"SENS": True, "HEALTH": True}, False),
        (AccreditationScope.HEALTH, {"SENS": True, "HEALTH": True}, True),
    ],
)
def test_the_scope_asked_is_that_of_the_data_of_the_act(
    world: factories.World, held: str, changed: dict[str, bool], is_enough: bool
) -> None:
    agreement = factories.drafted(world, facts=facts(**changed))
    Accreditation.objects.filter(organisation=world.requester).update(scope=held)

    checks = {check.code: check for check in build_desk(agreement).checks}

    assert checks["signatories"].is_blocking is not is_enough
    assert ("DGCS n’est pas accrédité" in checks["signatories"].detail) is not is_enough


def test_a_party_that_lacks_both_is_told_of_both(world: factories.World) -> None:
    agreement = factories.drafted(world)
    end_accreditation(world.requester, days=-1)
    agreement.signatories.filter(party__organisation=world.requester).delete()

    checks = {check.code: check for check in build_desk(agreement).checks}

    assert "n’est pas accrédité" in checks["signatories"].detail
    assert "signataire à désigner" in checks["signatories"].detail


def test_an_accreditation_that_ended_since_the_freezing_stops_the_signature(
    world: factories.World, fast_documents: None
) -> None:
    agreement = factories.in_signature(world)
    end_accreditation(world.holder, days=-1)

    with pytest.raises(NotAllowed, match="CNSA n’est pas accrédité pour «.Données à"):
        factories.sign_as(agreement, world.holder_signatory)

    assert not Signature.objects.exists()
    page = signing_page(world.holder_signatory, build_desk(agreement))
    assert not page.may_sign
    assert "n’est pas accrédité" in page.problem
    assert ["n’est pas accrédité" in line.problem for line in page.lines] == [True, False]
    factories.sign_as(agreement, world.requester_signatory)
    assert Agreement.objects.get(pk=agreement.pk).stage == "signing"


TEXT_PAGES = ["redaction/", "annexes/", "annexes/1/", "versions/", "signature/", "historique/"]


def status(client: Client, user: object, agreement: Agreement, page: str) -> int:
    client.force_login(user)
    return client.get(f"/conventions/{agreement.reference}/{page}").status_code


@pytest.mark.parametrize("page", TEXT_PAGES)
def test_the_recipient_reads_the_project_from_the_first_round(
    client: Client, world: factories.World, page: str
) -> None:
    agreement = factories.drafted(world)

    assert status(client, world.requester_agent, agreement, page) == 403
    assert status(client, world.holder_agent, agreement, page) == 200

    services.send_round(agreement=agreement, by=world.legal)

    assert status(client, world.requester_agent, agreement, page) == 200


def test_a_project_in_drafting_tells_its_recipient_when_he_will_read_it(
    client: Client, world: factories.World
) -> None:
    agreement = factories.drafted(world)
    client.force_login(world.requester_agent)

    response = client.get(f"/conventions/{agreement.reference}/redaction/")

    assert "dès l’envoi de la première version" in response.content.decode()
    assert status(client, world.requester_agent, agreement, "reserves/") == 200
    assert status(client, world.outsider, agreement, "redaction/") == 404


@pytest.mark.parametrize(
    ("role", "reads"),
    [(Role.DPO, True), (Role.SECURITY, True), (Role.LEGAL, True), (Role.SIGNATORY, False),
     (Role.ADDAC, False), (Role.DATA_REFERENT, False)],
)  # fmt: skip
def test_those_who_review_for_the_recipient_read_the_project_all_along(
    world: factories.World, role: str, reads: bool
) -> None:
    agreement = factories.drafted(world)

    assert policies.can_read(factories.member(world.requester, role), agreement) is reads


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR, Role.HOLDER])
def test_a_recipient_who_plays_another_part_too_reads_the_project(
    world: factories.World, role: str
) -> None:
    agreement = factories.drafted(world)
    both = factories.member(world.requester, Role.REQUESTER)
    where = world.holder if role == Role.HOLDER else world.ministry
    both.memberships.create(organisation=where, role=role, starts_on=factories.LONG_AGO)

    assert policies.can_read(both, agreement)


def term(day: date, **amendment: date) -> dict[str, dict[str, object]]:
    return {
        "agreement": {"effective_on": day, "duration_months": 36},
        "amendment": dict(amendment),
    }


@pytest.mark.parametrize(("day", "is_blocking"), [(19, True), (20, False), (21, False)])
def test_a_version_is_not_frozen_after_its_date_of_effect(day: int, is_blocking: bool) -> None:
    state = draft_state(values=term(date(2026, 4, day)), today=date(2026, 4, 20))

    check = check_dates(state)

    assert check.is_blocking is is_blocking
    assert (check.label == "Date d’effet passée") is is_blocking


def test_the_first_of_a_month_is_written_the_french_way() -> None:
    state = draft_state(values=term(date(2026, 8, 1)), today=date(2026, 8, 2))

    assert check_dates(state).detail.startswith("1er août 2026")


def test_an_amendment_takes_effect_at_its_own_date() -> None:
    past, today = date(2025, 1, 1), date(2026, 4, 20)
    codes = ["A01", "A05"]

    fine = draft_state(codes=codes, values=term(past, effective_on=today), today=today)
    late = draft_state(codes=codes, values=term(past, effective_on=past), today=today)

    assert not check_dates(fine).is_blocking
    assert (check_dates(late).is_blocking, check_dates(late).query) == (True, "article=A05")


@pytest.mark.parametrize(("days", "text"), [(-1, "est passée"), (0, ""), (1, "")])
def test_the_day_of_effect_of_an_amendment_is_its_own(days: int, text: str) -> None:
    day = timezone.localdate() + timedelta(days=days)
    past = date(2020, 1, 1)
    amendment = Agreement(
        act_type="e", effective_on=past, values={"amendment": {"effective_on": day.isoformat()}}
    )

    assert text in effect_problem(amendment)
    assert bool(effect_problem(amendment)) is bool(text)
    assert "1er janvier 2020" in effect_problem(Agreement(act_type="a", effective_on=past))
    assert effect_problem(Agreement(act_type="e", values={})) == ""


def test_nobody_signs_after_the_date_of_effect(
    world: factories.World, fast_documents: None
) -> None:
    agreement = factories.in_signature(world)
    yesterday = timezone.localdate() - timedelta(days=1)
    Agreement.objects.filter(pk=agreement.pk).update(effective_on=yesterday)

    with pytest.raises(NotAllowed, match="date d’effet"):
        factories.sign_as(agreement, world.holder_signatory)

    assert not Signature.objects.exists()
    services.return_to_drafting(agreement=agreement, reason="Date passée.", by=world.legal)
    assert Agreement.objects.get(pk=agreement.pk).stage == "drafting"


def words(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_events_name_parties_without_a_missing_article(
    world: factories.World, fast_documents: None
) -> None:
    agreement = factories.in_signature(world)
    factories.sign_as(agreement, world.holder_signatory)
    services.refuse_to_sign(
        task=factories.task_of(agreement, "sign_version", world.requester_signatory),
        reason="Budget non voté.",
        by=world.requester_signatory,
    )

    told = [words(event.summary) for event in Event.objects.filter(chain=agreement.chain)]

    assert "a signé l’acte pour « Caisse de solidarité »" in told
    assert "a refusé de signer pour « Cohésion sociale »" in told
    assert "a répondu « D’accord » à la version 1 pour « CNSA »" in told
    assert not [text for text in told if "au nom de" in text]


def test_days_are_written_the_french_way(
    world: factories.World, fast_documents: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert day(date(2026, 8, 1)) == "1er août 2026"
    assert day(None) == ""

    agreement = factories.in_signature(world)
    first = datetime(2026, 8, 1, 9, 5, tzinfo=timezone.get_current_timezone())
    monkeypatch.setattr(timezone, "now", lambda: first)

    text = words(signed_sentence(agreement.pk))

    assert text.startswith("Vous avez signé le 1er août 2026 à 9 h 05. Il reste 2 signatures.")


def test_the_summary_leaves_out_what_the_act_does_not_say(
    world: factories.World, fast_documents: None
) -> None:
    agreement = factories.in_signature(world)
    assert len(signing_page(world.legal, build_desk(agreement)).summary) == 6
    version = agreement.versions.get(is_final=True)
    content = {**version.content, "values": {"data": {"summary": "Capacités"}}}

    lines = summary_of(content)

    assert [line["label"] for line in lines] == ["Objet", "Données", "Durée", "Parties"]
    assert "–" not in [line["value"] for line in lines]


CLAUSES = "/administration/clauses/"


def validation(**changed: str) -> dict[str, str]:
    today = timezone.localdate()
    return {
        "legal_name": "Lucie Tanguy", "legal_on": (today - timedelta(days=3)).isoformat(),
        "dpo_name": "Marc Petit", "dpo_on": today.isoformat(), **changed,
    }  # fmt: skip


@pytest.fixture
def manager(world: factories.World) -> User:
    return factories.member(world.ministry, Role.MANAGER)


def test_clauses_are_listed_with_their_use(client: Client, world: factories.World) -> None:
    agreement = factories.drafted(world)
    factories.drafted(world)
    services.remove_article(agreement=agreement, key="C40", reason="Sans objet.", by=world.legal)
    rows = {row.version.clause.code: row for row in clause_rows()}

    assert (rows["C01"].acts, rows["C40"].acts, rows["B01"].acts) == (2, 1, 0)
    client.force_login(world.legal)
    listed = client.get(CLAUSES)
    shown = client.get(f"{CLAUSES}C40/").content.decode()
    assert str(rows["C40"].version.title) in words(listed.content.decode())
    assert "À valider" in listed.content.decode()
    assert "restent à valider" in listed.content.decode()
    assert "Enregistrer la validation" in shown
    assert agreement.reference not in shown
    assert client.get(f"{CLAUSES}Z99/").status_code == 404


@pytest.mark.parametrize("who", ["officer", "auditor", "holder_agent", "requester_agent"])
def test_clauses_are_for_legal_officers_and_managers(
    client: Client, world: factories.World, who: str
) -> None:
    client.force_login(getattr(world, who))

    for page in ("", "C01/", "C01/1/validation/"):
        assert client.get(CLAUSES + page).status_code == 403
    assert client.post(f"{CLAUSES}C01/1/validation/", validation()).status_code == 403
    assert not clause_version("C01").is_validated


def test_a_validation_needs_both_and_makes_the_banner_disappear(
    client: Client, world: factories.World, manager: User
) -> None:
    agreement = factories.drafted(world)
    line = build_desk(agreement).line("C29")
    assert line is not None
    assert not line.is_validated
    client.force_login(manager)
    address = f"{CLAUSES}C29/1/validation/"
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()

    for wrong in ({"dpo_name": ""}, {"legal_on": ""}, {"dpo_on": tomorrow}, {"legal_name": "\0"}):
        assert client.post(address, validation(**wrong)).status_code == 200
    assert not Event.objects.filter(kind="clause.validated").exists()

    response = client.post(address, validation())

    assert response.status_code == 302
    version = clause_version("C29")
    assert version.validated_by == "DAJ (Lucie Tanguy) et DPD (Marc Petit)"
    assert version.validated_on == timezone.localdate()
    event = Event.objects.get(kind="clause.validated")
    assert (event.actor_id, event.subject) == (manager.pk, f"C29 v1 — {version.title}")
    line = build_desk(agreement).line("C29")
    assert line is not None
    assert line.is_validated
    assert "DAJ (Lucie Tanguy) et DPD (Marc Petit)" in client.get(f"{CLAUSES}C29/").content.decode()


def test_a_version_is_validated_once(world: factories.World) -> None:
    today = timezone.localdate()
    given = {"legal_name": "A", "legal_on": today, "dpo_name": "B", "dpo_on": today}
    version = clause_version("C01", 1)
    services.validate_clause(version=version, **given, by=world.legal)

    with pytest.raises(Conflict, match="déjà validée"):
        services.validate_clause(version=version, **given, by=world.legal)
    with pytest.raises(NotAllowed):
        services.validate_clause(version=version, **given, by=world.officer)


def test_loading_takes_the_validation_of_a_file_and_erases_none(world: factories.World) -> None:
    today, library = timezone.localdate(), shipped()
    services.validate_clause(
        version=clause_version("C01"), legal_name="A", legal_on=today, dpo_name="B", dpo_on=today,
        by=world.legal,
    )  # fmt: skip
    stamp = {"validated_by": "DAJ et DPD", "validated_on": date(2026, 3, 1)}
    texts = {
        code: text.model_copy(update=stamp) if code in ("C01", "C02") else text
        for code, text in library.clauses.items()
    }
    changed = dataclasses.replace(library, clauses=texts)
    loads = Event.objects.filter(kind="clauses.loaded")
    before = loads.count()

    assert services.load_clauses(changed) == 0
    assert services.load_clauses(changed) == 0
    assert services.load_clauses(library) == 0

    assert clause_version("C01").validated_by == "DAJ (A) et DPD (B)"
    assert (clause_version("C02").validated_by, clause_version("C02").validated_on) == (
        "DAJ et DPD", date(2026, 3, 1),
    )  # fmt: skip
    assert loads.count() == before + 1
    assert '"validated":["C02 v1"]' in loads.latest("pk").entry


def test_the_administration_leads_legal_officers_to_the_clauses(
    client: Client, world: factories.World
) -> None:
    client.force_login(world.legal)

    assert f'href="{CLAUSES}"' in client.get("/administration/").content.decode()


def test_the_last_signature_reminds_the_dpo_of_each_party_of_the_register(
    world: factories.World, fast_documents: None
) -> None:
    requester_dpo = factories.member(world.requester, Role.DPO)
    factories.registered(world)

    told = Notification.objects.filter(subject__contains="Registre des traitements")

    assert {one.recipient_id for one in told} == {world.holder_dpo.pk, requester_dpo.pk}


def test_no_register_to_update_without_personal_data(
    world: factories.World, fast_documents: None
) -> None:
    agreement = factories.in_signature(world)
    Agreement.objects.filter(pk=agreement.pk).update(natures=[])
    for signatory in (world.holder_signatory, world.requester_signatory):
        factories.sign_as(agreement, signatory)
    services.register(task=factories.job_of(agreement, "seal_act"))

    assert not Notification.objects.filter(subject__contains="Registre").exists()
    assert Notification.objects.filter(subject__contains="Convention signée").exists()


def test_the_journal_is_sealed_once_an_act_is_registered(
    world: factories.World, fast_documents: None, django_capture_on_commit_callbacks: Any
) -> None:
    agreement = factories.in_signature(world)
    for signatory in (world.holder_signatory, world.requester_signatory):
        factories.sign_as(agreement, signatory)
    assert not Seal.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        services.register(task=factories.job_of(agreement, "seal_act"))

    (seal,) = Seal.objects.all()
    assert f'"{agreement.chain}"' in seal.leaves
    registered = Event.objects.get(kind="agreement.registered")
    assert registered.at <= seal.sealed_at


def test_an_act_stays_registered_when_the_journal_cannot_be_sealed(
    world: factories.World, fast_documents: None, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    def fail() -> None:
        raise OSError("archive pleine")

    agreement = factories.in_signature(world)
    for signatory in (world.holder_signatory, world.requester_signatory):
        factories.sign_as(agreement, signatory)
    monkeypatch.setattr(signing, "seal_journal", fail)

    with django_capture_on_commit_callbacks(execute=True):
        services.register(task=factories.job_of(agreement, "seal_act"))

    assert Agreement.objects.get(pk=agreement.pk).is_signed

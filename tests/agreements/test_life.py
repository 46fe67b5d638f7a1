"""The life of a signed act: every move, who may make it, what it tells and to whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.dispatch import Signal
from django.test import Client
from django.utils import timezone

from accounts.enums import Role
from agreements import selectors, services, signals
from agreements.enums import AgreementStage
from agreements.models import Agreement, LifeConsent, LifeMove
from agreements.services import life_reminders
from agreements.services.life import expire_all, wind_up_all
from agreements.services.life_moves import terminate_all
from cases.errors import Conflict, Impossible, NotAllowed
from journal.models import Event
from notifications.models import Notification
from tests.agreements import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fast_documents")]


@pytest.fixture
def act(world: factories.World) -> Agreement:
    return factories.in_force(world)


@pytest.fixture
def told() -> Any:
    """The signals of the life of acts, by name, in the order in which they were sent."""
    names: list[str] = []
    known = {name: signal for name, signal in vars(signals).items() if isinstance(signal, Signal)}
    receivers = [(signal, _named(names, name)) for name, signal in known.items()]
    for signal, receiver in receivers:
        signal.connect(receiver, weak=False)
    yield names
    for signal, receiver in receivers:
        signal.disconnect(receiver)


def _named(names: list[str], name: str) -> Any:
    def receive(**_given: Any) -> None:
        names.append(name)

    return receive


def again(agreement: Agreement) -> Agreement:
    return Agreement.objects.get(pk=agreement.pk)


def events(agreement: Agreement, kind: str) -> int:
    return Event.objects.filter(chain=agreement.chain, kind=kind).count()


def suspended(act: Agreement, world: factories.World) -> LifeMove:
    return services.suspend(
        agreement=act, ground="incident", reason="Fuite de données.", by=world.holder_agent
    )


def end(act: Agreement, world: factories.World, ground: str, **given: Any) -> LifeMove:
    return services.terminate(
        **{
            "agreement": act,
            "ground": ground,
            "reason": "But atteint.",
            "is_reauthenticated": True,
            "by": world.holder_signatory,
            **given,
        }
    )


def test_a_party_suspends_at_once_and_everybody_is_told(
    act: Agreement, world: factories.World, told: list[str]
) -> None:
    Notification.objects.all().delete()

    move = suspended(act, world)

    assert again(act).stage == "suspended"
    assert (move.state, move.party.organisation) == ("done", world.holder)
    assert move.review_on == months_after_today(3)
    assert events(act, "agreement.suspended") == 1
    assert told == ["agreement_suspended"]
    people = set(Notification.objects.values_list("recipient", flat=True))
    for person in (world.holder_agent, world.requester_agent, world.holder_dpo, world.officer):
        assert person.pk in people
    assert Notification.objects.first().subject.startswith("CONV-2026-001 — Partage suspendu")
    assert selectors.suspension_of(again(act)) == move


def months_after_today(months: int) -> date:
    from agreements.assembly.merging import last_day

    return last_day(timezone.localdate(), months)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"reason": " "}, Impossible),
        ({"reason": "a\x00b"}, Impossible),
        ({"reason": "a" * 5000}, Impossible),
        ({"ground": "mutual"}, Impossible),
        ({"ground": "autre"}, Impossible),
        ({"review_on": date(2999, 1, 1)}, Impossible),
        ({"review_on": date(2020, 1, 1)}, Impossible),
        ({"by": "officer"}, NotAllowed),
        ({"by": "legal"}, NotAllowed),
    ],
)
def test_suspension_is_refused(
    act: Agreement, world: factories.World, given: dict[str, Any], refusal: type[Exception]
) -> None:
    by = getattr(world, given.pop("by", "holder_agent"))

    with pytest.raises(refusal):
        services.suspend(
            **{"agreement": act, "ground": "incident", "reason": "Fuite.", "by": by, **given}
        )
    assert again(act).stage == "in_force"


def test_only_an_act_in_force_is_suspended(world: factories.World) -> None:
    with pytest.raises(NotAllowed):
        suspended(factories.registered(world), world)


def test_a_suspension_is_lifted_by_the_signature_of_every_party(
    act: Agreement, world: factories.World, told: list[str]
) -> None:
    suspended(act, world)
    lifting = services.ask_lifting(agreement=act, reason="Réparé.", by=world.requester_agent)
    with pytest.raises(Conflict):
        services.ask_lifting(agreement=act, reason="Encore.", by=world.holder_agent)
    with pytest.raises(NotAllowed):
        services.agree_to_move(life_move=lifting, is_reauthenticated=True, by=world.holder_agent)
    with pytest.raises(Impossible):
        services.agree_to_move(
            life_move=lifting, is_reauthenticated=False, by=world.holder_signatory
        )

    services.agree_to_move(life_move=lifting, is_reauthenticated=True, by=world.holder_signatory)
    assert again(act).stage == "suspended"
    line = selectors.life_lines(world.requester_signatory, again(act))[0]
    assert [party.organisation for party in line.awaited] == [world.requester]
    assert line.may_consent
    with pytest.raises(NotAllowed, match="déjà donné"):
        services.agree_to_move(
            life_move=lifting, is_reauthenticated=True, by=world.holder_signatory
        )
    services.agree_to_move(life_move=lifting, is_reauthenticated=True, by=world.requester_signatory)

    assert again(act).stage == "in_force"
    assert LifeMove.objects.get(pk=lifting.pk).state == "done"
    assert told == ["agreement_suspended", "agreement_resumed"]
    assert events(act, "lifting.agreed") == 2
    with pytest.raises(NotAllowed):
        services.agree_to_move(
            life_move=lifting, is_reauthenticated=True, by=world.requester_signatory
        )


def test_a_lifting_needs_a_suspension(act: Agreement, world: factories.World) -> None:
    with pytest.raises(NotAllowed):
        services.ask_lifting(agreement=act, reason="Réparé.", by=world.holder_agent)


def test_a_power_that_ended_engages_nobody(act: Agreement, world: factories.World) -> None:
    world.holder_signatory.delegations.update(ends_on=timezone.localdate() - timedelta(days=1))

    with pytest.raises(NotAllowed, match="échue"):
        end(act, world, "notice")


def test_consents_are_never_changed(act: Agreement, world: factories.World) -> None:
    move = end(act, world, "mutual")

    with pytest.raises(DatabaseError), transaction.atomic():
        LifeConsent.objects.filter(move=move).update(delegation="autre")


def test_a_termination_with_notice_takes_effect_at_its_day(
    act: Agreement, world: factories.World, told: list[str]
) -> None:
    move = end(act, world, "notice")

    assert move.state == "decided"
    assert move.effective_on == months_after_today(3) + timedelta(days=1)
    assert terminate_all() == 0
    with pytest.raises(Conflict):
        end(act, world, "notice")

    LifeMove.objects.update(effective_on=timezone.localdate())
    assert terminate_all() == 1
    assert terminate_all() == 0
    assert again(act).stage == "terminated"
    assert wind_up_all() == 1
    assert again(act).stage == "winding_up"
    assert told == ["agreement_ended", "agreement_winding_up"]
    assert not again(act).is_closed


def test_a_breach_that_is_cured_is_withdrawn(act: Agreement, world: factories.World) -> None:
    move = end(act, world, "breach")
    assert move.effective_on == timezone.localdate() + timedelta(days=30)
    with pytest.raises(NotAllowed):
        services.withdraw_move(life_move=move, reason="Non.", by=world.requester_signatory)
    with pytest.raises(NotAllowed):
        services.withdraw_move(life_move=move, reason="Oui.", by=world.holder_agent)

    services.withdraw_move(life_move=move, reason="Manquement réparé.", by=world.holder_signatory)

    LifeMove.objects.update(effective_on=timezone.localdate())
    assert terminate_all() == 0
    assert again(act).stage == "in_force"
    with pytest.raises(NotAllowed):
        services.withdraw_move(life_move=move, reason="Encore.", by=world.holder_signatory)


def test_a_common_accord_waits_for_the_other_party(
    act: Agreement, world: factories.World, told: list[str]
) -> None:
    move = end(act, world, "mutual")
    assert (move.state, again(act).stage) == ("awaited", "in_force")

    services.agree_to_move(life_move=move, is_reauthenticated=True, by=world.requester_signatory)

    assert again(act).stage == "terminated"
    assert told == ["agreement_ended"]


def test_a_common_accord_may_be_for_later(act: Agreement, world: factories.World) -> None:
    day = timezone.localdate() + timedelta(days=10)
    move = end(act, world, "mutual", effective_on=day)

    services.agree_to_move(life_move=move, is_reauthenticated=True, by=world.requester_signatory)

    fresh = LifeMove.objects.get(pk=move.pk)
    assert (fresh.state, fresh.effective_on, again(act).stage) == ("decided", day, "in_force")


def test_general_interest_ends_a_suspended_act_today(
    act: Agreement, world: factories.World
) -> None:
    suspended(act, world)
    lifting = services.ask_lifting(agreement=act, reason="Réparé.", by=world.holder_agent)

    end(act, world, "general_interest")

    assert again(act).stage == "terminated"
    assert LifeMove.objects.get(pk=lifting.pk).state == "withdrawn"


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"reason": ""}, Impossible),
        ({"ground": "incident"}, Impossible),
        ({"is_reauthenticated": False}, Impossible),
        ({"ground": "general_interest", "effective_on": date(2020, 1, 1)}, Impossible),
        ({"by": "holder_agent"}, NotAllowed),
        ({"by": "legal"}, NotAllowed),
    ],
)
def test_termination_is_refused(
    act: Agreement, world: factories.World, given: dict[str, Any], refusal: type[Exception]
) -> None:
    by = getattr(world, given.pop("by", "holder_signatory"))

    with pytest.raises(refusal):
        end(act, world, **{"ground": "notice", "by": by, **given})


def test_an_act_expires_the_day_after_its_last(
    act: Agreement, world: factories.World, told: list[str]
) -> None:
    move = end(act, world, "notice")
    today = timezone.localdate()
    Agreement.objects.update(effective_on=today - timedelta(days=9), end_on=today)
    assert expire_all() == 0

    Agreement.objects.update(end_on=today - timedelta(days=1))
    assert expire_all() == 1
    assert again(act).stage == "expired"
    assert LifeMove.objects.get(pk=move.pk).state == "withdrawn"
    assert wind_up_all() == 1
    assert told == ["agreement_ended", "agreement_winding_up"]
    with pytest.raises(NotAllowed):
        end(act, world, "general_interest")


def test_an_act_is_archived_once_it_is_wound_up(
    act: Agreement, world: factories.World, told: list[str]
) -> None:
    with pytest.raises(Conflict):
        services.archive_act(agreement=act, by=world.holder_agent)
    end(act, world, "general_interest")
    assert services.wind_up(agreement=act)

    services.archive_act(agreement=act, by=world.holder_agent)

    assert again(act).stage == "archived"
    assert again(act).is_closed
    assert told[-1] == "agreement_archived"


def test_a_superseded_act_is_not_wound_up_by_the_night(
    act: Agreement, world: factories.World
) -> None:
    assert services.supersede(agreement=act, by_reference="CONV-2026-002")
    assert not services.supersede(agreement=act, by_reference="CONV-2026-002")

    assert wind_up_all() == 0
    assert again(act).stage == AgreementStage.SUPERSEDED
    assert services.wind_up(agreement=act)


@pytest.mark.parametrize(
    ("left", "moment"), [(181, None), (180, 180), (100, 180), (30, 30), (0, 0), (-1, 0), (-15, -15)]
)
def test_the_last_moment_reached_is_reminded(left: int, moment: int | None) -> None:
    today = date(2026, 3, 2)

    found = life_reminders._moment(today + timedelta(days=left), life_reminders.TERM_DAYS, today)

    assert found == moment


def test_a_term_is_reminded_once_to_both_sides(act: Agreement, world: factories.World) -> None:
    Notification.objects.all().delete()
    end_on = timezone.localdate() + timedelta(days=200)
    Agreement.objects.update(end_on=end_on)
    assert life_reminders.remind_all() == 0
    Agreement.objects.update(end_on=timezone.localdate() + timedelta(days=179))

    assert life_reminders.remind_all() == 1
    assert life_reminders.remind_all() == 0
    people = {
        one.recipient_id: one.subject
        for one in Notification.objects.filter(subject__contains="Fin du partage")
    }
    assert {world.holder_agent.pk, world.requester_agent.pk, world.officer.pk} == set(people)


def test_formalities_and_homologation_are_reminded(act: Agreement) -> None:
    soon = timezone.localdate() + timedelta(days=80)
    values = {**act.values, "security": {"homologation_end": soon.isoformat()}}
    Agreement.objects.update(
        values=values, formalities=[{"label": "CNIL", "ends_on": soon.isoformat()}]
    )

    assert life_reminders.remind_all() == 2
    assert life_reminders.remind_all() == 0
    subjects = Notification.objects.values_list("subject", flat=True)
    assert any("CNIL\u00a0: fin le" in subject for subject in subjects)
    assert any("Homologation de sécurité\u00a0: fin le" in subject for subject in subjects)


def test_a_suspension_is_reminded_before_its_review(act: Agreement, world: factories.World) -> None:
    services.suspend(
        agreement=act,
        ground="quality",
        reason="Anomalie bloquante.",
        review_on=timezone.localdate() + timedelta(days=7),
        by=world.requester_agent,
    )

    assert life_reminders.remind_all() == 1
    assert life_reminders.remind_all() == 0


def test_a_suspension_that_was_lifted_is_reminded_no_more(
    act: Agreement, world: factories.World
) -> None:
    former = suspended(act, world)
    LifeMove.objects.filter(pk=former.pk).update(review_on=timezone.localdate())
    Agreement.objects.update(stage="in_force")
    suspended(again(act), world)

    assert life_reminders.remind_all() == 0


def test_an_act_that_was_terminated_is_reminded_of_no_term(
    act: Agreement, world: factories.World
) -> None:
    Agreement.objects.update(end_on=timezone.localdate() + timedelta(days=30))
    end(again(act), world, "general_interest")
    assert services.wind_up(agreement=act)

    assert life_reminders.remind_all() == 0


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_pages_of_the_life_of_an_act(act: Agreement, world: factories.World) -> None:
    root = f"/conventions/{act.reference}/evenements/"
    agent = _client(world.holder_agent)

    refused = agent.post(f"{root}suspension/", {"ground": "", "reason": "\x00"})
    assert refused.status_code == 422
    done = agent.post(
        f"{root}suspension/", {"ground": "incident", "reason": "Fuite de données."}, follow=True
    )
    assert "Partage suspendu depuis le" in done.content.decode()
    assert agent.post(f"{root}levee/", {"reason": "Réparé."}).status_code == 302
    move = LifeMove.objects.get(kind="lifting")
    signatory = _client(world.holder_signatory)
    wrong = signatory.post(f"{root}{move.pk}/accord/", {"password": "faux"})
    assert wrong.status_code == 422
    for person in (world.holder_signatory, world.requester_signatory):
        page = _client(person).post(
            f"{root}{move.pk}/accord/", {"password": factories.PASSWORD}, follow=True
        )
        assert page.status_code == 200
    assert again(act).stage == "in_force"

    form = signatory.get(f"{root}resiliation/").content.decode()
    assert "le partage passera en fin de partage le" in form
    given = {"ground": "notice", "reason": "But atteint.", "password": factories.PASSWORD}
    assert signatory.post(f"{root}resiliation/", given).status_code == 302
    move = LifeMove.objects.get(kind="termination")
    answer = signatory.post(f"{root}{move.pk}/retrait/", {"reason": "Renoncement."})
    assert answer.status_code == 302
    assert "Retirée" in agent.get(root).content.decode()


def test_wrong_passwords_are_counted(act: Agreement, world: factories.World) -> None:
    signatory = _client(world.holder_signatory)
    wrong = {"ground": "notice", "reason": "But atteint.", "password": "faux"}

    statuses = [
        signatory.post(f"/conventions/{act.reference}/evenements/resiliation/", wrong).status_code
        for _try in range(11)
    ]

    assert statuses == [422] * 10 + [409]
    assert not LifeMove.objects.exists()


def test_a_project_has_no_events(world: factories.World) -> None:
    project = factories.drafted(world)

    page = _client(world.legal).get(f"/conventions/{project.reference}/evenements/")

    assert page.status_code == 404


def test_roles_that_speak_for_a_party(act: Agreement, world: factories.World) -> None:
    """The DPO of a party suspends; somebody who was only granted to see the act does not."""
    services.suspend(agreement=act, ground="authority", reason="Demande.", by=world.holder_dpo)

    person = factories.member(world.holder, Role.AUTHORISED_PERSON)
    with pytest.raises(NotAllowed):
        services.ask_lifting(agreement=act, reason="Réparé.", by=person)

"""An access opens when all is there, is reviewed by name, and closes at once."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, User
from agreements import services as acts
from agreements.models import Agreement
from cases.errors import Conflict, Impossible, NotAllowed
from journal.models import Event
from notifications.models import Notification
from sharing import services
from sharing.enums import AuthorisationState
from sharing.habilitation import habilitation, why_closed
from sharing.models import AuthorisedPerson
from sharing.services.persons import undertaking_text
from tests.agreements import factories as act_factories
from tests.catalogue.factories import DatasetFactory
from tests.sharing import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fast_documents")]
World = act_factories.World


@pytest.fixture
def act(world: World) -> Agreement:
    return act_factories.in_force(world, datasets=[DatasetFactory(producer_org=world.holder)])


def fresh(person: AuthorisedPerson) -> AuthorisedPerson:
    return AuthorisedPerson.objects.select_related("agreement", "user", "organisation").get(
        pk=person.pk
    )


def test_the_names_of_annex_3_are_not_typed_again(act: Agreement, world: World) -> None:
    person = AuthorisedPerson.objects.get(agreement=act)
    assert (person.last_name, person.first_name, person.user) == ("x", "x", None)
    assert person.organisation == world.requester
    assert person.ends_on == act.end_on


def test_a_name_that_one_member_bears_is_tied_to_his_account(world: World) -> None:
    person = act_factories.member(
        world.requester, Role.AUTHORISED_PERSON, first_name="X", last_name="X"
    )
    act = act_factories.in_force(world)
    assert AuthorisedPerson.objects.get(agreement=act).user == person


def test_an_access_opens_when_all_is_there(act: Agreement, world: World) -> None:
    person = factories.named(world, act)
    dataset = act.datasets.get()
    with pytest.raises(Impossible, match="engagement individuel signé, formation suivie"):
        services.open_access(person=person, by=world.holder_agent)
    assert "il manque\u00a0: engagement" in habilitation(person.user, dataset).reason
    assert not AuthorisedPerson.objects.habilitated().exists()

    today = timezone.localdate()
    services.record_training(
        person=person, trained_on=today, training_until=today, by=world.requester_agent
    )
    services.sign_undertaking(person=person, has_read=True, by=person.user)
    services.open_access(person=person, by=world.holder_agent)

    answer = habilitation(person.user, dataset)
    assert (answer.is_open, answer.agreement) == (True, act)
    assert fresh(person).undertaking == undertaking_text(act)
    assert "formation" in habilitation(person.user, dataset, on=today + timedelta(days=1)).reason
    assert "aucun acte" in habilitation(world.outsider, dataset).reason


def test_the_last_undertaking_discharges_the_condition(act: Agreement, world: World) -> None:
    unknown = AuthorisedPerson.objects.get(agreement=act)
    factories.prepared(world, act)
    assert act.obligations.get(code="undertakings").is_open
    services.remove_person(
        person=unknown, ended_on=timezone.localdate(), reason="Partie.", by=world.requester_agent
    )
    factories.prepared(world, act)

    found = act.obligations.get(code="undertakings")
    assert not found.is_open
    assert found.proof == "2 engagements signés dans l’application"


def test_nobody_decides_on_his_own_access(act: Agreement, world: World) -> None:
    with pytest.raises(Impossible, match="propre accès"):
        factories.named(world, act, world.requester_agent)
    both = act_factories.member(world.requester, Role.REQUESTER)
    Membership.objects.create(user=both, organisation=world.holder, role=Role.HOLDER,
                              starts_on=date(2020, 1, 1))  # fmt: skip
    person = factories.prepared(world, act, both)
    today = timezone.localdate()
    with pytest.raises(NotAllowed, match="propre accès"):
        services.record_training(person=person, trained_on=today, training_until=today, by=both)
    with pytest.raises(NotAllowed, match="propre accès"):
        services.open_access(person=person, by=both)
    with pytest.raises(NotAllowed, match="détenteur"):
        services.open_access(person=person, by=world.requester_agent)


def test_an_undertaking_is_individual(act: Agreement, world: World) -> None:
    person = factories.named(world, act)
    with pytest.raises(NotAllowed, match="elle-même"):
        services.sign_undertaking(person=person, has_read=True, by=world.requester_agent)
    with pytest.raises(Impossible, match="avoir lu"):
        services.sign_undertaking(person=person, has_read=False, by=person.user)
    services.sign_undertaking(person=person, has_read=True, by=person.user)
    with pytest.raises(NotAllowed, match="déjà signé"):
        services.sign_undertaking(person=person, has_read=True, by=person.user)


def test_who_may_be_named(act: Agreement, world: World) -> None:
    with pytest.raises(Impossible, match="organisme destinataire"):
        factories.named(world, act, world.outsider)
    person = factories.named(world, act)
    with pytest.raises(Impossible, match="déjà nommé"):
        factories.named(world, act, person.user)
    with pytest.raises(NotAllowed, match="destinataire"):
        services.name_person(
            agreement=act, user=person.user, access_role="x", starts_on=timezone.localdate(),
            by=world.holder_agent,
        )  # fmt: skip
    with pytest.raises(Impossible, match="prend fin"):
        services.name_person(
            agreement=act, user=act_factories.member(world.requester, Role.REQUESTER),
            access_role="x", starts_on=timezone.localdate(), ends_on=date(2090, 1, 1),
            by=world.requester_agent,
        )  # fmt: skip


def test_a_name_of_the_annex_is_tied_once(act: Agreement, world: World) -> None:
    unknown = AuthorisedPerson.objects.get(agreement=act)
    user = act_factories.member(world.requester, Role.AUTHORISED_PERSON)
    services.attach_account(person=unknown, user=user, by=world.requester_agent)
    assert fresh(unknown).user == user
    with pytest.raises(Conflict, match="déjà rattaché"):
        services.attach_account(person=unknown, user=user, by=world.requester_agent)


def test_a_removal_is_immediate_and_told_to_both(act: Agreement, world: World) -> None:
    person, today = factories.opened(world, act), timezone.localdate()
    with pytest.raises(Impossible, match="immédiat"):
        services.remove_person(
            person=person, ended_on=today + timedelta(days=1), reason="x", by=world.holder_agent
        )
    services.remove_person(
        person=person, ended_on=today, reason="Mutation.", by=world.requester_agent
    )

    assert "retirée" in habilitation(person.user, act.datasets.get()).reason
    told = set(
        Notification.objects.filter(subject__contains="Habilitation retirée").values_list(
            "recipient", flat=True
        )
    )
    assert {world.holder_agent.pk, world.requester_agent.pk} <= told
    assert Event.objects.filter(kind="person.revoked", reason="Mutation.").count() == 1
    with pytest.raises(Conflict, match="pris fin"):
        services.remove_person(person=person, ended_on=today, reason="x", by=world.holder_agent)


def test_a_membership_that_ends_closes_the_access(act: Agreement, world: World) -> None:
    person = factories.opened(world, act)
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(user=person.user).update(ends_on=yesterday)

    assert "plus aucun rôle" in why_closed(fresh(person))
    assert services.close_lapsed() == 1
    assert services.close_lapsed() == 0
    assert fresh(person).state == AuthorisationState.REVOKED
    assert Event.objects.filter(kind="person.revoked").count() == 1


def test_a_suspended_act_closes_every_access_and_opens_them_again(
    act: Agreement, world: World
) -> None:
    person = factories.opened(world, act)
    acts.suspend(agreement=act, ground="incident", reason="Fuite.", by=world.holder_agent)
    assert not AuthorisedPerson.objects.habilitated().exists()
    assert why_closed(fresh(person)) == "acte à l’état «\u00a0Suspendue\u00a0»"
    assert services.close_lapsed() == 0

    Agreement.objects.filter(pk=act.pk).update(stage="in_force")
    assert why_closed(fresh(person)) == ""


def test_an_act_that_ends_closes_them_for_good(act: Agreement, world: World) -> None:
    person = factories.opened(world, act)
    Agreement.objects.filter(pk=act.pk).update(stage="terminated")

    assert services.close_lapsed() == 2  # and the name that had no account
    assert fresh(person).state == AuthorisationState.EXPIRED
    told = Notification.objects.filter(recipient=world.holder_agent, subject__contains="fermée")
    assert told.count() == 1


def test_each_name_is_reviewed_every_year_by_somebody_else(act: Agreement, world: World) -> None:
    kept, gone = factories.opened(world, act), factories.opened(world, act)
    own = factories.opened(world, act, act_factories.member(world.requester, Role.REQUESTER))
    act.obligations.filter(code="persons_review").update(due_on=timezone.localdate())
    year_ago = timezone.localdate() - timedelta(days=340)
    AuthorisedPerson.objects.filter(state="active").update(opened_on=year_ago)
    assert services.close_lapsed() == 3
    assert habilitation(kept.user, act.datasets.get()).is_open

    with pytest.raises(Impossible, match="chaque nom"):
        services.review_persons(agreement=act, choices={kept.pk: "confirm"}, by=own.user)
    choices = {kept.pk: "confirm", gone.pk: "remove"}
    assert services.review_persons(agreement=act, choices=choices, by=own.user) == 1
    assert fresh(kept).reviewed_on == timezone.localdate()
    assert fresh(gone).state == AuthorisationState.REVOKED
    assert fresh(own).state == AuthorisationState.TO_REVIEW
    assert act.obligations.get(code="persons_review", rank=1).is_open

    choices = {kept.pk: "confirm", own.pk: "confirm"}
    services.review_persons(agreement=act, choices=choices, by=world.requester_agent)
    assert not act.obligations.get(code="persons_review", rank=1).is_open
    assert act.obligations.get(code="persons_review", rank=2).is_open


def test_the_rule_and_its_sql_agree(act: Agreement, world: World) -> None:
    """Every combination of what may close an access, on the day and around it."""
    person, today = factories.opened(world, act), timezone.localdate()
    before, after = today - timedelta(days=1), today + timedelta(days=1)
    rows = AuthorisedPerson.objects.filter(pk=person.pk)
    changes: list[list[tuple[Any, dict[str, Any]]]] = [
        [(rows, {"state": one, "ended_on": today, "end_reason": "x"})
         for one in AuthorisationState.values],
        [(rows, {"starts_on": before, "ends_on": end}) for end in (before, today, None)]
        + [(rows, {"starts_on": after, "ends_on": None})],
        [(rows, {"trained_on": before, "training_until": day}) for day in (before, today)],
        [(Agreement.objects.filter(pk=act.pk), given) for given in (
            {"stage": "in_force", "effective_on": today, "end_on": today},
            {"stage": "in_force", "effective_on": before, "end_on": before},
            {"stage": "in_force", "effective_on": after, "end_on": after},
            {"stage": "suspended", "effective_on": today, "end_on": after},
        )],
        [(Membership.objects.filter(user=person.user), {"ends_on": end})
         for end in (before, None)],
        [(User.objects.filter(pk=person.user_id), {"is_active": one}) for one in (True, False)],
    ]  # fmt: skip
    opened = 0
    for combination in product(*changes):
        for table, given in combination:
            table.update(**given)
        said = why_closed(fresh(person))
        assert rows.habilitated().exists() == (said == ""), (said, combination)
        opened += not said
    assert opened == 2 * 2 * 1  # active or to review, ending today or open-ended


def test_who_reads_the_names(act: Agreement, world: World, client: Client) -> None:
    address = f"/partages/{act.reference}/habilites/"
    for reader, status in ((world.holder_agent, 200), (world.officer, 403), (world.outsider, 404)):
        client.force_login(reader)
        assert client.get(address).status_code == status
    assert Event.objects.filter(kind="act.read", is_read=True).count() == 1


def test_an_access_is_lived_in_the_pages(act: Agreement, world: World, client: Client) -> None:
    user = act_factories.member(world.requester, Role.AUTHORISED_PERSON)
    base, today = f"/partages/{act.reference}/habilites/", timezone.localdate().isoformat()
    client.force_login(world.requester_agent)
    named = {"user": user.pk, "access_role": "lecture", "starts_on": today}
    assert client.post(f"{base}ajout/", {**named, "user": world.outsider.pk}).status_code == 422
    assert client.post(f"{base}ajout/", named).status_code == 302
    one = f"{base}{AuthorisedPerson.objects.get(user=user).pk}/"
    trained = {"trained_on": today, "training_until": "2999-01-01"}
    assert client.post(f"{one}formation/", trained).status_code == 302
    assert "n’ont pas signé leur engagement" in client.get(base).content.decode()
    client.force_login(user)
    assert "je n’utilise les Données" in client.get(f"{one}engagement/").content.decode()
    assert client.post(f"{one}engagement/", {}).status_code == 422
    assert client.post(f"{one}engagement/", {"has_read": "on"}).status_code == 302
    client.force_login(world.holder_agent)
    assert "Ouvrir l’accès" in client.get(one).content.decode()
    assert client.post(f"{one}ouverture/").status_code == 302
    client.force_login(world.requester_agent)
    assert client.post(f"{base}revue/", {}).status_code == 422
    pk = AuthorisedPerson.objects.get(user=user).pk
    assert client.post(f"{base}revue/", {f"person-{pk}": "confirm"}).status_code == 302
    removal = {"ended_on": today, "reason": "Mutation."}
    assert client.post(f"{one}retrait/", removal).status_code == 302
    assert "Accès fermé : habilitation retirée" in client.get(one).content.decode().replace(
        "\u00a0", " "
    )

"""Accounts: opened, changed, closed, opened again, invited."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import services
from accounts.enums import Role
from accounts.models import User
from accounts.tasks import password_link, send_password_link
from tests.accounts.factories import PASSWORD, UserFactory, holder

pytestmark = pytest.mark.django_db

NAMES = {"first_name": "Nadia", "last_name": "Ferrand"}


def open_account(manager, **changes):
    return services.create_account(
        email="Nadia.Ferrand@DGCS.example", **NAMES, **changes, by=manager
    )


def test_opening_an_account_invites_and_writes_one_event(manager, journal):
    before = journal()

    person = open_account(manager)

    assert person.email == "nadia.ferrand@dgcs.example"
    assert not person.has_usable_password()
    event = before.one()
    assert (event.kind, event.chain) == ("account.opened", f"user:{person.pk}")
    (job,) = ProcrastinateJob.objects.all()
    assert (job.task_name, job.args) == (
        "accounts.send_password_link",
        {"user_id": person.pk, "invitation": True},
    )


def test_the_same_address_opens_one_account_whatever_its_case(manager):
    open_account(manager)

    with pytest.raises(ValidationError, match="existe déjà") as refused:
        services.create_account(email="NADIA.FERRAND@dgcs.EXAMPLE", **NAMES, by=manager)

    assert list(refused.value.error_dict) == ["email"]
    assert User.objects.filter(email__iexact="nadia.ferrand@dgcs.example").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "pas une adresse"),
        ("first_name", ""),
        ("last_name", "x" * 81),
        ("phone", "1" * 31),
    ],
)
def test_what_the_fields_refuse_is_said_at_the_field(manager, field, value):
    fields = {"email": "a@b.example", **NAMES, field: value}

    with pytest.raises(ValidationError) as refused:
        services.create_account(**fields, by=manager)

    assert field in refused.value.error_dict


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.MANAGER}))
def test_only_managers_open_accounts(role):
    with pytest.raises(PermissionDenied):
        open_account(holder(role))


def test_changing_an_account_keeps_before_and_after(manager, journal):
    person, before = UserFactory(job_title="Chargée d’études"), journal()

    services.update_account(person=person, by=manager, job_title="Cheffe de bureau")

    event = before.one()
    assert event.kind == "account.updated"
    assert '"before":{"job_title":"Chargée d’études"}' in event.entry
    assert '"after":{"job_title":"Cheffe de bureau"}' in event.entry


def test_changing_nothing_writes_nothing(manager, journal):
    person, before = UserFactory(), journal()

    services.update_account(person=person, by=manager, first_name=person.first_name)

    assert before.kinds() == []


def test_an_account_does_not_take_the_address_of_another(manager):
    taken = UserFactory()

    with pytest.raises(ValidationError) as refused:
        services.update_account(person=UserFactory(), by=manager, email=taken.email.upper())

    assert list(refused.value.error_dict) == ["email"]


def test_ones_own_profile_is_function_and_telephone(journal):
    person, before = UserFactory(), journal()

    services.update_own_profile(job_title="Juriste", phone="01 02 03 04 05", by=person)

    person.refresh_from_db()
    assert (person.job_title, person.phone) == ("Juriste", "01 02 03 04 05")
    assert before.one().actor_id == person.pk


def test_closing_an_account_signs_its_holder_out_at_once(manager, client, journal):
    person = UserFactory()
    client.force_login(person)
    assert client.get("/mon-compte/").status_code == 200
    before = journal()

    services.close_account(person=person, by=manager, reason="Départ")

    response = client.get("/mon-compte/")
    assert (response.status_code, response["Location"]) == (
        302,
        "/compte/connexion/?next=/mon-compte/",
    )
    assert (before.one().kind, before.one().reason) == ("account.closed", "Départ")


def test_closing_twice_or_opening_twice_is_refused(manager):
    person = UserFactory()

    with pytest.raises(ValidationError, match="déjà ouvert"):
        services.reopen_account(person=person, by=manager)
    services.close_account(person=person, by=manager)
    with pytest.raises(ValidationError, match="déjà fermé"):
        services.close_account(person=person, by=manager)
    services.reopen_account(person=person, by=manager)

    assert User.objects.get(pk=person.pk).is_active


def test_nobody_closes_his_own_account(manager):
    holder(Role.MANAGER)

    with pytest.raises(PermissionDenied, match="votre propre compte"):
        services.close_account(person=manager, by=manager)


def test_inviting_again_needs_an_open_account(manager, journal):
    person, before = UserFactory(), journal()

    services.invite(person=person, by=manager)
    with pytest.raises(ValidationError, match="fermé"):
        services.invite(person=UserFactory(is_active=False), by=manager)

    assert before.kinds() == ["account.invited"]
    assert ProcrastinateJob.objects.count() == 1


@pytest.mark.parametrize("closed", [True, False])
def test_asking_for_a_new_password_says_nothing_of_who_has_an_account(closed, journal):
    if closed:
        UserFactory(email="a@b.example", is_active=False)
    before = journal()

    services.request_password_link(email="a@b.example")

    assert before.kinds() == []
    assert not ProcrastinateJob.objects.exists()


def test_asking_for_a_new_password_queues_the_link(journal):
    person, before = UserFactory(), journal()

    services.request_password_link(email=f" {person.email.upper()} ")

    assert before.kinds() == ["account.link_requested"]
    assert ProcrastinateJob.objects.get().args == {"user_id": person.pk, "invitation": False}


def test_the_invitation_leads_to_a_password_then_to_the_sign_in(client, settings):
    person = UserFactory()
    person.set_unusable_password()
    person.save()

    send_password_link(user_id=person.pk, invitation=True)

    (message,) = mail.outbox
    assert message.to == [person.email]
    assert message.subject == "[Navette] Votre compte est ouvert"
    link = re.search(rf"{settings.SITE_URL}(/compte/\S+)", message.body)[1]
    page = client.get(link, follow=True)
    assert "Choisir un mot de passe" in page.content.decode()
    chosen = {"password1": "assez-long-et-rare", "password2": "assez-long-et-rare"}
    done = client.post(page.redirect_chain[-1][0], chosen, follow=True)
    assert done.redirect_chain[-1][0] == "/compte/mot-de-passe-oublie/choisi/"
    entered = client.post(
        "/compte/connexion/", {"login": person.email, "password": "assez-long-et-rare"}
    )
    assert (entered.status_code, entered["Location"]) == (302, "/tableau-de-bord/")


def test_the_link_serves_once(client):
    person = UserFactory()
    link = password_link(person).removeprefix("http://127.0.0.1:8000")
    person.set_password("un-autre-mot-de-passe")
    person.save()

    page = client.get(link)

    assert "Ce lien n’est plus valable" in page.content.decode()


def test_no_link_is_sent_to_an_account_closed_since(manager):
    person = UserFactory(is_active=False)

    send_password_link(user_id=person.pk, invitation=False)

    assert mail.outbox == []


def test_the_message_does_not_carry_the_password():
    send_password_link(user_id=UserFactory().pk, invitation=False)

    assert "mot de passe" in mail.outbox[0].body
    assert PASSWORD not in mail.outbox[0].body

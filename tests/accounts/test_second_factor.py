"""The second factor: who must have one, how it is set up, asked for and kept."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from cryptography.fernet import InvalidToken
from django.urls import reverse

from accounts.enums import SECOND_FACTOR_ROLES, Role
from tests.accounts.factories import PASSWORD, UserFactory, holder

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ACTIVATE = "/compte/second-facteur/activer/"


def code(secret: str = SECRET) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def with_second_factor(person):
    TOTP.activate(person, SECRET)
    RecoveryCodes.activate(person)
    return person


@pytest.fixture
def real_mode(settings):
    settings.DEMO_MODE = False


def confirm(client):
    client.post("/compte/confirmer/?next=/mon-compte/", {"password": PASSWORD})


@pytest.mark.usefixtures("real_mode")
@pytest.mark.parametrize("role", list(Role))
def test_the_roles_that_must_have_one_go_nowhere_without_it(client, role):
    client.force_login(holder(role))

    response = client.get("/mon-compte/?a=1")

    if role in SECOND_FACTOR_ROLES:
        assert (response.status_code, response["Location"]) == (302, ACTIVATE)
    else:
        assert response.status_code == 200


@pytest.mark.parametrize("role", sorted(SECOND_FACTOR_ROLES))
def test_the_demonstration_asks_nobody(client, role):
    client.force_login(holder(role))

    assert client.get("/mon-compte/").status_code == 200


@pytest.mark.usefixtures("real_mode")
def test_a_deputy_must_have_one_while_he_deputises(client):
    from tests.accounts.factories import AbsenceFactory

    client.force_login(AbsenceFactory(user=holder(Role.SIGNATORY)).deputy)

    assert client.get("/mon-compte/")["Location"] == ACTIVATE


@pytest.mark.usefixtures("real_mode")
def test_public_pages_and_signing_out_stay_open(client):
    client.force_login(holder(Role.MANAGER))

    assert client.get("/compte/deconnexion/").status_code == 200
    assert client.post("/compte/deconnexion/").status_code == 302


@pytest.mark.usefixtures("real_mode")
def test_setting_it_up_then_going_on(client, journal):
    person = holder(Role.MANAGER)
    client.force_login(person)
    assert client.get("/administration/personnes/?role=dpo")["Location"] == ACTIVATE
    confirm(client)
    page = client.get(ACTIVATE)
    assert "Vos rôles demandent un second facteur" in page.content.decode()
    assert '<rect width="100%" height="100%" fill="#fff"/><path' in page.context["totp_svg"]
    secret, before = page.context["form"].secret, journal()

    wrong = client.post(ACTIVATE, {"code": "000000"})
    assert "pas le bon" in wrong.content.decode()
    done = client.post(ACTIVATE, {"code": code(secret)})

    assert done["Location"] == "/compte/second-facteur/codes-de-secours/"
    codes = client.get(done["Location"]).content.decode()
    assert 'href="/administration/personnes/?role=dpo"' in codes
    assert client.get("/administration/personnes/?role=dpo").status_code == 200
    assert before.kinds() == ["second_factor.enabled"]


def test_signing_in_asks_for_the_code(client, journal):
    person, before = with_second_factor(UserFactory()), journal()

    first = client.post("/compte/connexion/", {"login": person.email, "password": PASSWORD})
    assert first["Location"] == "/compte/second-facteur/code/"
    assert "_auth_user_id" not in client.session
    assert client.get("/mon-compte/").status_code == 302
    wrong = client.post(first["Location"], {"code": "12"})
    assert "pas le bon" in wrong.content.decode()
    right = client.post(first["Location"], {"code": code()})

    assert right["Location"] == "/tableau-de-bord/"
    assert client.session["_auth_user_id"] == str(person.pk)
    assert before.kinds() == ["session.opened"]


def test_a_recovery_code_serves_once(client):
    person = with_second_factor(UserFactory())
    codes = Authenticator.objects.get(user=person, type="recovery_codes").wrap()
    spare = codes.get_unused_codes()[0]

    def enter():
        client.post("/compte/connexion/", {"login": person.email, "password": PASSWORD})
        return client.post("/compte/second-facteur/code/", {"code": spare})

    assert enter().status_code == 302
    client.logout()
    assert "pas le bon" in enter().content.decode()


def test_wrong_codes_are_throttled(client):
    person = with_second_factor(UserFactory())
    client.post("/compte/connexion/", {"login": person.email, "password": PASSWORD})
    for _ in range(5):
        client.post("/compte/second-facteur/code/", {"code": "12"})

    client.post("/compte/second-facteur/code/", {"code": code()})

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("typed", ["", "🙂", "1\0", "9" * 5000])
def test_whatever_code_is_typed_the_answer_is_a_page(client, typed):
    person = with_second_factor(UserFactory())
    client.post("/compte/connexion/", {"login": person.email, "password": PASSWORD})

    assert client.post("/compte/second-facteur/code/", {"code": typed}).status_code == 200


@pytest.mark.usefixtures("real_mode")
def test_one_that_the_roles_ask_for_is_not_removed(client, journal):
    person = with_second_factor(holder(Role.SIGNATORY))
    client.force_login(person)
    confirm(client)
    before = journal()

    page = client.post("/compte/second-facteur/desactiver/")

    assert "ne pouvez pas le désactiver" in page.content.decode()
    assert Authenticator.objects.filter(user=person, type="totp").exists()
    assert before.kinds() == []


@pytest.mark.usefixtures("real_mode")
def test_one_that_nothing_asks_for_may_be_removed(client, journal):
    person = with_second_factor(holder(Role.REQUESTER))
    client.force_login(person)
    confirm(client)
    before = journal()

    assert (
        "ne sera plus protégé" in client.get("/compte/second-facteur/desactiver/").content.decode()
    )
    client.post("/compte/second-facteur/desactiver/")

    assert not Authenticator.objects.filter(user=person).exists()
    assert before.kinds() == ["second_factor.disabled"]


def test_changing_it_asks_who_one_is(client):
    person = with_second_factor(UserFactory())
    client.force_login(person)

    for name in ("mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_view_recovery_codes"):
        response = client.get(reverse(name))
        assert response["Location"].startswith("/compte/confirmer/")


def test_recovery_codes_are_shown_downloaded_and_renewed(client, journal):
    person = with_second_factor(UserFactory())
    client.force_login(person)
    confirm(client)
    codes = Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()

    shown = client.get("/compte/second-facteur/codes-de-secours/").content.decode()
    file = client.get("/compte/second-facteur/codes-de-secours/telecharger/")
    assert all(one in shown and one in file.content.decode() for one in codes)
    assert "codes-de-secours.txt" in file["Content-Disposition"]
    before = journal()
    assert client.get("/compte/second-facteur/codes-de-secours/generer/").status_code == 200
    client.post("/compte/second-facteur/codes-de-secours/generer/")

    renewed = client.get("/compte/second-facteur/codes-de-secours/").content.decode()
    assert not any(one in renewed for one in codes)
    assert before.kinds() == ["second_factor.codes_generated"]


def test_confirming_with_a_code(client):
    client.force_login(with_second_factor(UserFactory()))

    page = client.get("/compte/second-facteur/confirmer/?next=/mon-compte/").content.decode()
    done = client.post("/compte/second-facteur/confirmer/?next=/mon-compte/", {"code": code()})

    assert "Utiliser mon mot de passe" in page
    assert done["Location"] == "/mon-compte/"


@pytest.mark.parametrize("active", [True, False])
def test_the_page_of_the_second_factor_says_where_one_stands(client, active):
    person = UserFactory()
    client.force_login(with_second_factor(person) if active else person)

    page = client.get("/compte/second-facteur/").content.decode()

    assert ("10 codes de secours" in page) is active
    assert ("Non activé" in page) is not active


def test_secrets_are_unreadable_in_the_database_and_follow_the_key(settings):
    person = with_second_factor(UserFactory())
    kept = Authenticator.objects.get(user=person, type="totp")
    assert SECRET not in str(kept.data)

    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "x" * 60

    assert kept.wrap().validate_code(code())
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        kept.wrap().validate_code(code())

"""The demonstration: its people, and entering as one of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts import selectors, services
from accounts.enums import AccreditationScope, Role
from accounts.models import Absence, Delegation, Membership, Organisation, User
from accounts.siret import is_valid_siret
from journal.services import SYSTEM
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db):
    services.load_demo_people(SYSTEM)


def person(email) -> User:
    return User.objects.get(email=email)


@pytest.mark.usefixtures("people")
def test_every_role_of_the_circuit_has_a_persona():
    held = {
        role.role
        for persona in selectors.demo_personas()
        for role in selectors.roles_held(persona.user)
    }

    assert held == set(Role)


@pytest.mark.usefixtures("people")
def test_a_persona_says_what_it_is_and_what_to_try():
    for label, user, hint in selectors.demo_personas():
        assert label
        assert hint.endswith(".")
        assert user.email.endswith(".example")
        assert user.check_password(services.DEMO_PASSWORD)


@pytest.mark.usefixtures("people")
def test_the_world_has_what_the_circuit_needs():
    today = timezone.localdate()
    common = person("malika.benhaddou@sgmas.example")
    yann = person("yann.legall@sgmas.example")
    bruno = person("bruno.haller@dgcs.example")

    assert len(selectors.organisations_of(common)) == 7
    assert selectors.absence_of(yann).deputy == person("claire.morvan@sgmas.example")
    assert selectors.roles_held(bruno) == frozenset()
    assert bruno.memberships.get().ends_on == today - timedelta(days=1)
    assert Membership.objects.filter(is_deputy=True).count() >= 3
    assert Delegation.objects.filter(ends_on__lt=today).exists()
    assert Absence.objects.count() == 1
    drees, inserm = (Organisation.objects.get(slug=slug) for slug in ("drees", "inserm"))
    assert selectors.is_accredited(drees, AccreditationScope.HEALTH)
    assert not selectors.is_accredited(inserm, AccreditationScope.NON_PERSONAL)


@pytest.mark.usefixtures("people")
def test_every_number_is_a_real_siret_or_none():
    sirets = list(Organisation.objects.values_list("siret", flat=True))

    assert all(siret is None or is_valid_siret(siret) for siret in sirets)
    assert sum(siret is not None for siret in sirets) >= 6


@pytest.mark.usefixtures("people")
def test_loading_twice_adds_nothing(journal):
    before = journal()

    services.load_demo_people(SYSTEM)

    assert before.kinds() == []


@pytest.mark.usefixtures("people")
def test_the_sign_in_page_offers_the_personas_in_the_demonstration_only(client, settings):
    page = client.get("/compte/connexion/").content.decode()
    assert "Entrer comme Gestionnaire" in page
    assert services.DEMO_PASSWORD in page

    settings.DEMO_MODE = False
    page = client.get("/compte/connexion/").content.decode()
    assert "Entrer comme" not in page
    assert services.DEMO_PASSWORD not in page


@pytest.mark.usefixtures("people")
def test_entering_as_a_persona_opens_a_session_and_writes_one_event(client, journal):
    marc, before = person("marc.deschamps@sgmas.example"), journal()

    response = client.post("/compte/demonstration/", {"persona": marc.pk})

    assert (response.status_code, response["Location"]) == (302, "/tableau-de-bord/")
    assert client.session["_auth_user_id"] == str(marc.pk)
    assert before.one().kind == "session.opened_as_persona"


@pytest.mark.usefixtures("people")
def test_changing_of_persona_leaves_nothing_of_the_one_before(client):
    marc, claire = person("marc.deschamps@sgmas.example"), person("claire.morvan@sgmas.example")
    client.post("/compte/demonstration/", {"persona": marc.pk})
    session = client.session
    session["acting_for"] = 1
    session.save()

    client.post("/compte/demonstration/", {"persona": claire.pk})

    assert client.session["_auth_user_id"] == str(claire.pk)
    assert "acting_for" not in client.session


@pytest.mark.usefixtures("people")
def test_outside_the_demonstration_nobody_enters_without_password(client, settings, journal):
    settings.DEMO_MODE = False
    marc, before = person("marc.deschamps@sgmas.example"), journal()

    assert client.get("/compte/demonstration/").status_code == 404
    assert client.post("/compte/demonstration/", {"persona": marc.pk}).status_code == 404
    with pytest.raises(PermissionDenied):
        services.enter_as_persona(person=marc)

    assert "_auth_user_id" not in client.session
    assert before.kinds() == []


@pytest.mark.usefixtures("people")
def test_only_personas_are_entered_as(client):
    stranger, hidden = UserFactory(), person("yann.legall@sgmas.example")
    closed = person("marc.deschamps@sgmas.example")
    User.objects.filter(pk=closed.pk).update(is_active=False)

    for one in (stranger, hidden, closed):
        assert client.post("/compte/demonstration/", {"persona": one.pk}).status_code == 403
        assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("typed", ["", "abc", "-1", "9" * 30, "²", "1\0"])
def test_a_persona_that_does_not_exist_is_not_found(client, typed):
    assert client.post("/compte/demonstration/", {"persona": typed}).status_code == 404


def test_the_page_says_when_nothing_is_loaded(client):
    assert "pas encore chargée" in client.get("/compte/demonstration/").content.decode()

"""Pages of the administration: wiring, who may open them, cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from accounts import administration, policies, services
from accounts.enums import OrganisationKind, Role
from accounts.models import Accreditation, Delegation, Membership, Organisation, User
from tests.accounts.factories import (
    AbsenceFactory,
    AccreditationFactory,
    DelegationFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    holder,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HOME = "/administration/"


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def text(response) -> str:
    return " ".join(soup(response).select_one("main").get_text(" ").split())


@pytest.fixture
def world(db):
    """One row behind each address."""
    organisation = OrganisationFactory(slug="dgcs", name="Direction de la cohésion")
    person = UserFactory(first_name="Nadia", last_name="Ferrand")
    return {
        "organisation": organisation,
        "person": person,
        "membership": MembershipFactory(user=person, organisation=organisation),
        "absence": AbsenceFactory(user=person),
        "delegation": DelegationFactory(user=person, organisation=organisation),
        "accreditation": AccreditationFactory(organisation=organisation),
    }


def addresses(world) -> list[str]:
    person = f"/administration/personnes/{world['person'].pk}/"
    organisation = f"/administration/organismes/{world['organisation'].slug}/"
    return [
        "/administration/organismes/",
        "/administration/organismes/ajouter/",
        organisation,
        f"{organisation}modifier/",
        f"{organisation}etat/",
        f"{organisation}accreditations/ajouter/",
        f"{organisation}accreditations/{world['accreditation'].pk}/fin/",
        "/administration/personnes/",
        "/administration/personnes/ajouter/",
        person,
        f"{person}modifier/",
        f"{person}etat/",
        f"{person}inviter/",
        f"{person}roles/ajouter/",
        f"{person}roles/{world['membership'].pk}/fin/",
        f"{person}absences/ajouter/",
        f"{person}absences/{world['absence'].pk}/annuler/",
        f"{person}delegations/ajouter/",
        f"{person}delegations/{world['delegation'].pk}/revoquer/",
    ]


def test_a_manager_opens_every_page(manager_client, world):
    titles = set()
    for path in [HOME, *addresses(world)]:
        response = manager_client.get(path)
        assert response.status_code == 200, path
        page = soup(response)
        assert len(page.select("h1")) == 1, path
        titles.add(page.title.string)

    assert len(titles) >= 17


@pytest.mark.parametrize("role", [None, *sorted(set(Role) - {Role.MANAGER})])
def test_nobody_else_opens_or_posts_to_any(client, world, journal, role):
    client.force_login(holder(role) if role else UserFactory())
    before = journal()

    for path in addresses(world):
        assert client.get(path).status_code == 403, path
        assert client.post(path).status_code in (403, 405), path
    assert client.get(HOME).status_code == (200 if role == Role.LEGAL else 403)
    assert before.kinds() == []


def test_a_manager_of_yesterday_opens_none(client, world):
    former = UserFactory()
    MembershipFactory(user=former, role=Role.MANAGER, ends_on=timezone.localdate() - DAY)
    client.force_login(former)

    assert {client.get(path).status_code for path in [HOME, *addresses(world)]} == {403}


def test_a_visitor_signs_in_first(client, world):
    for path in [HOME, *addresses(world)]:
        assert client.get(path)["Location"] == f"/compte/connexion/?next={path}"


def test_an_identifier_is_resolved_inside_its_parent(manager_client, world):
    other_person, other = UserFactory(), OrganisationFactory()
    person = f"/administration/personnes/{other_person.pk}"

    for path in [
        f"{person}/roles/{world['membership'].pk}/fin/",
        f"{person}/absences/{world['absence'].pk}/annuler/",
        f"{person}/delegations/{world['delegation'].pk}/revoquer/",
        f"/administration/organismes/{other.slug}/accreditations/{world['accreditation'].pk}/fin/",
        "/administration/organismes/inconnu/",
        "/administration/personnes/0/",
        f"/administration/personnes/{10**30}/",
    ]:
        assert manager_client.get(path).status_code == 404, path
        assert manager_client.post(path).status_code in (404, 405), path


@pytest.mark.parametrize("path", ["/administration/organismes/", "/administration/personnes/"])
def test_a_list_costs_at_most_eight_queries_whatever_its_length(
    manager_client, path, django_assert_max_num_queries
):
    for _ in range(30):
        organisation = OrganisationFactory(parent=OrganisationFactory())
        MembershipFactory.create_batch(2, organisation=organisation)
        AccreditationFactory(organisation=organisation)

    manager_client.get("/administration/")  # the process knows whether an act is in danger

    with django_assert_max_num_queries(8):
        response = manager_client.get(path)

    assert len(soup(response).select("tbody tr")) == 25
    following = soup(response).select_one("a[rel=next]")["href"]
    with django_assert_max_num_queries(8):
        assert soup(manager_client.get(following)).select_one("a[rel=prev]")


def test_filters_stay_in_the_pages_and_can_be_taken_off(manager_client):
    OrganisationFactory.create_batch(30, kind=OrganisationKind.FUND)
    OrganisationFactory(kind=OrganisationKind.AGENCY)

    page = soup(manager_client.get("/administration/organismes/?nature=fund"))

    assert "30 organismes, triés par nom" in page.get_text()
    assert "nature=fund" in page.select_one("a[rel=next]")["href"]
    (tag,) = page.select("a.fr-tag")
    assert "Caisse nationale" in tag.get_text()
    assert tag["href"] == "/administration/organismes/"


@pytest.mark.parametrize(
    "query",
    [
        "texte=%00&nature=%00",
        "nature=royaume&etat=x&accreditation=y",
        "texte=" + "x" * 500,
        "organisme=abc&role=ministre",
        "organisme=" + "9" * 40,
        "page=faux",
        "texte=%F0%9F%99%82",
    ],
)
def test_whatever_is_in_the_address_the_list_is_a_page(manager_client, query):
    for path in ("/administration/organismes/", "/administration/personnes/"):
        assert manager_client.get(f"{path}?{query}").status_code == 200


def test_an_empty_list_says_what_to_do(manager_client):
    response = manager_client.get("/administration/personnes/?texte=introuvable")

    assert "Aucune personne ne correspond à ces filtres" in text(response)
    assert "Effacer les filtres" in text(response)


def test_adding_an_organisation(manager_client):
    typed = {"name": "Drees", "siret": "120 000 161 00014", "kind": "statistics"}

    response = manager_client.post("/administration/organismes/ajouter/", typed, follow=True)

    assert "L’organisme est ajouté" in text(response)
    assert "120\u00a0000\u00a0161\u00a000014".replace("\u00a0", " ") in text(response)
    assert Organisation.objects.get(siret="12000016100014").name == "Drees"


@pytest.mark.parametrize(
    ("siret", "message"),
    [
        ("120 000 161 00015", "sa clé de contrôle est fausse"),
        ("12", "Indiquez les 14 chiffres"),
        ("1" * 60, "40"),
        ("12000016100014\0", "caractère nul"),
    ],
)
def test_a_wrong_siret_is_explained_at_its_field_and_nothing_is_lost(
    manager_client, siret, message
):
    typed = {"name": "Drees", "siret": siret, "kind": "statistics", "address": "Paris"}

    page = soup(manager_client.post("/administration/organismes/ajouter/", typed))

    assert page.title.string.startswith("Erreur")
    assert message in page.select_one("#id_siret-desc-error").get_text()
    assert page.select_one("#resume-erreurs a")["href"] == "#id_siret"
    assert page.select_one("[name=address]")["value"] == "Paris"
    assert page.select_one("[name=kind] option[selected]")["value"] == "statistics"
    assert not Organisation.objects.filter(name="Drees").exists()


def test_html_is_shown_as_text(manager_client):
    organisation = OrganisationFactory(name="<script>alert(1)</script>", address="<b>Paris</b>")

    page = manager_client.get(f"/administration/organismes/{organisation.slug}/").content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<b>Paris" not in page


def test_changing_closing_and_opening_an_organisation(manager_client, world):
    organisation = world["organisation"]
    path = f"/administration/organismes/{organisation.slug}/"

    page = soup(manager_client.get(f"{path}modifier/"))
    assert page.select_one("[name=name]")["value"] == organisation.name
    manager_client.post(f"{path}modifier/", {"name": "Cohésion", "kind": "direction"})
    organisation.refresh_from_db()
    assert organisation.name == "Cohésion"
    refused = manager_client.post(f"{path}etat/", {"reason": "Fusion"})
    assert "y tient encore un rôle" in text(refused)
    world["membership"].delete()
    manager_client.post(f"{path}etat/", {"reason": "Fusion"})
    assert "Désactivé" in text(manager_client.get(path))
    manager_client.post(f"{path}etat/", {})

    organisation.refresh_from_db()
    assert organisation.is_active


def test_accrediting_then_ending(manager_client, world):
    path = f"/administration/organismes/{world['organisation'].slug}/accreditations/"
    typed = {"scope": "health", "act_reference": "Arrêté", "starts_on": "2026-01-01"}

    manager_client.post(f"{path}ajouter/", typed)
    granted = Accreditation.objects.get(scope="health")
    manager_client.post(f"{path}{granted.pk}/fin/", {"reason": "Retrait"})

    granted.refresh_from_db()
    assert granted.ends_on == timezone.localdate() - DAY


def test_opening_changing_closing_an_account(manager_client):
    typed = {"first_name": "Nadia", "last_name": "Ferrand", "email": "Nadia@dgcs.example"}

    response = manager_client.post("/administration/personnes/ajouter/", typed, follow=True)
    assert "l’invitation est envoyée" in text(response)
    person = User.objects.get(email="nadia@dgcs.example")
    path = f"/administration/personnes/{person.pk}/"
    manager_client.post(f"{path}modifier/", typed | {"job_title": "Cheffe"})
    manager_client.post(f"{path}inviter/")
    manager_client.post(f"{path}etat/", {"reason": "Départ"})

    person.refresh_from_db()
    assert (person.job_title, person.is_active) == ("Cheffe", False)
    assert "Attribuer un rôle" not in text(manager_client.get(path))
    manager_client.post(f"{path}etat/", {})
    person.refresh_from_db()
    assert person.is_active


def test_an_address_already_used_is_said_at_the_field(manager_client):
    taken = UserFactory()
    typed = {"first_name": "Nadia", "last_name": "Ferrand", "email": taken.email.upper()}

    page = soup(manager_client.post("/administration/personnes/ajouter/", typed))

    assert "existe déjà" in page.select_one("#id_email-desc-error").get_text()


GRANT = {"role": "dpo", "starts_on": "2026-03-02", "ends_on": "", "is_deputy": "on"}


def grant_path(person) -> str:
    return f"/administration/personnes/{person.pk}/roles/ajouter/"


def test_a_role_is_verified_before_it_is_granted(manager_client, journal):
    person, organisation, before = UserFactory(), OrganisationFactory(), journal()
    typed = GRANT | {"organisation": organisation.pk}

    verify = manager_client.post(grant_path(person), typed)
    assert "Vérifier avant d’enregistrer" in text(verify)
    assert person.get_full_name() in text(verify)
    assert "Un second facteur lui sera demandé" in text(verify)
    assert before.kinds() == []
    hidden = {one["name"]: one["value"] for one in soup(verify).select("main form input[name]")}
    back = soup(manager_client.post(grant_path(person), hidden | {"action": "corriger"}))
    assert back.select_one("[name=is_deputy]").has_attr("checked")
    assert back.select_one("[name=starts_on]")["value"] == "2026-03-02"
    manager_client.post(grant_path(person), hidden | {"confirm": "1"})

    granted = Membership.objects.get(user=person)
    assert (granted.role, granted.is_deputy, granted.ends_on) == ("dpo", True, None)
    assert before.kinds() == ["role.granted"]


def test_a_role_refused_is_refused_before_the_verification(manager_client):
    held = MembershipFactory(role=Role.DPO)

    response = manager_client.post(
        grant_path(held.user), GRANT | {"organisation": held.organisation_id}
    )

    assert "tient déjà ce rôle" in soup(response).select_one("#id_role-desc-error").get_text()


def test_a_double_click_grants_once(manager_client):
    person, organisation = UserFactory(), OrganisationFactory()
    typed = GRANT | {"organisation": organisation.pk, "confirm": "1"}

    manager_client.post(grant_path(person), typed)
    second = manager_client.post(grant_path(person), typed)

    assert "tient déjà ce rôle" in text(second)
    assert person.memberships.count() == 1


def test_a_manager_does_not_see_how_to_grant_himself_a_role(manager_client, manager):
    page = manager_client.get(f"/administration/personnes/{manager.pk}/")

    assert "Attribuer un rôle" not in text(page)
    assert "C’est votre compte" in text(page)
    refused = manager_client.post(
        grant_path(manager),
        GRANT | {"organisation": OrganisationFactory().pk, "confirm": "1"},
    )
    assert refused.status_code == 403
    assert "vous attribuer un rôle" in text(refused)
    assert manager.memberships.count() == 1


def test_ending_a_role(manager_client, world):
    path = f"/administration/personnes/{world['person'].pk}/roles/{world['membership'].pk}/fin/"

    refused = manager_client.post(path, {"ends_on": "2020-01-01"})
    assert "Choisissez aujourd’hui" in soup(refused).select_one("#id_ends_on-desc-error").get_text()
    manager_client.post(path, {"ends_on": "", "reason": "Mutation"})

    world["membership"].refresh_from_db()
    assert world["membership"].ends_on == timezone.localdate() - DAY


def test_declaring_and_ending_the_absence_of_another(manager_client):
    organisation = OrganisationFactory()
    person, deputy = holder(Role.DPO, organisation), holder(Role.REQUESTER, organisation)
    today = timezone.localdate().isoformat()
    path = f"/administration/personnes/{person.pk}/absences/"

    manager_client.post(
        f"{path}ajouter/", {"deputy": deputy.pk, "starts_on": today, "ends_on": today}
    )
    absence = person.absences.get()
    manager_client.post(f"{path}{absence.pk}/annuler/")

    assert not person.absences.exists()


def test_giving_and_revoking_a_delegation(manager_client):
    person, organisation = UserFactory(), OrganisationFactory()
    path = f"/administration/personnes/{person.pk}/delegations/"
    typed = {
        "organisation": organisation.pk,
        "title": "Cheffe de service",
        "reference": "Décret",
        "act_types": ["b", "a"],
        "starts_on": "2026-01-01",
    }

    manager_client.post(f"{path}ajouter/", typed)
    granted = Delegation.objects.get(user=person)
    assert granted.act_types == "ab"
    manager_client.post(f"{path}{granted.pk}/revoquer/", {"reason": "Changement"})

    granted.refresh_from_db()
    assert granted.revoked_on == timezone.localdate()


def test_another_app_adds_its_pages_to_the_menu(manager, monkeypatch):
    monkeypatch.setattr(administration, "_entries", {})
    legal = holder(Role.LEGAL)

    administration.register("Personnes", "accounts:list_persons", policies.can_administer)
    administration.register("Compte", "accounts:my_account", lambda user: True)
    administration.register("Ailleurs", "accounts:nowhere", lambda user: True)

    assert [entry["label"] for entry in administration.menu(legal, "/")] == ["Compte"]
    (persons, mine) = administration.menu(manager, "/administration/personnes/3/")
    assert (persons["current"], mine["current"]) == (True, False)


def test_another_app_says_in_how_many_cases_a_row_is_used(manager_client, monkeypatch):
    monkeypatch.setattr(administration, "_usages", {})
    organisation = OrganisationFactory(name="aaa")
    path = "/administration/organismes/"
    assert "Dossiers" not in text(manager_client.get(path))

    administration.register_usage("organisation", lambda keys: {organisation.pk: 12})

    cells = [cell.get_text(strip=True) for cell in soup(manager_client.get(path)).select("tr td")]
    assert "12" in cells


def test_a_failed_service_writes_nothing(manager, journal):
    before = journal()

    with pytest.raises(policies.PermissionDenied):
        services.close_account(person=manager, by=manager)

    assert before.kinds() == []

"""Pages: who sees what, wiring to the services, no input that breaks them."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.enums import Role
from catalogue import services
from catalogue.fieldsets import SECTIONS
from catalogue.models import Dataset
from journal.models import Event
from journal.services import SYSTEM
from tests.accounts.factories import OrganisationFactory
from tests.catalogue.conftest import member
from tests.catalogue.factories import DatasetFactory, with_variables

pytestmark = pytest.mark.django_db


def page(response) -> BeautifulSoup:
    assert response.status_code == 200, response.status_code
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def dataset(producer):
    return DatasetFactory(
        title="Allocation aux adultes handicapés",
        producer_org=producer,
        open_data=True,
        description="Ligne une\nLigne deux",
        keywords=["AAH"],
        social_theme="disability",
        distributions=[{"title": "Fichier", "format": "CSV", "access_url": "https://a.example/f"}],
    )


@pytest.fixture
def addresses(dataset):
    (variable,) = with_variables(dataset, "NIR")
    slug = dataset.slug
    return {
        "read": [
            reverse("catalogue:list_datasets"),
            reverse("catalogue:view_dataset", args=[slug]),
            reverse("catalogue:export_datasets", args=["csv"]),
            reverse("catalogue:export_dataset", args=[slug, "ttl"]),
        ],
        "write": [
            *[reverse("catalogue:edit_dataset", args=[slug, s.code]) for s in SECTIONS],
            reverse("catalogue:edit_distributions", args=[slug]),
            reverse("catalogue:retire_dataset", args=[slug]),
            reverse("catalogue:restore_dataset", args=[slug]),
            reverse("catalogue:import_variables", args=[slug]),
            reverse("catalogue:edit_variable", args=[slug, variable.pk]),
        ],
        "create": [reverse("catalogue:create_dataset")],
    }


def test_signed_out_is_sent_to_sign_in(client, addresses):
    for group in addresses.values():
        for address in group:
            assert client.get(address).status_code == 302


@pytest.mark.parametrize(
    ("role", "inside", "writes", "creates"),
    [
        (Role.MANAGER, False, True, True),
        (Role.HOLDER, True, True, True),
        (Role.DATA_REFERENT, True, True, True),
        (Role.HOLDER, False, False, True),
        (Role.DATA_REFERENT, False, False, True),
        (Role.REQUESTER, True, False, False),
        (Role.OFFICER, False, False, False),
        (Role.AUDITOR, False, False, False),
        (Role.DPO, True, False, False),
    ],
)
def test_who_opens_which_page(client, addresses, producer, role, inside, writes, creates):
    client.force_login(member(role, producer if inside else None))

    for address in addresses["read"]:
        assert client.get(address).status_code == 200, address
    for address in addresses["write"]:
        assert client.get(address).status_code == (200 if writes else 403), address
        if not writes:
            assert client.post(address, {}).status_code == 403, address
    for address in addresses["create"]:
        assert client.get(address).status_code == (200 if creates else 403), address


def test_the_list_shows_cards_filters_and_counts(client, agent, dataset):
    DatasetFactory(title="Autre", social_theme="health")
    client.force_login(agent)

    html = page(client.get("/catalogue/"))

    assert html.h1.text == "Catalogue des jeux de données"
    assert html.find(role="status").text.startswith("2 jeux de données, triés par titre")
    card = html.find("li", class_="cdd-card")
    assert card.a["href"] == dataset.get_absolute_url()
    assert f"Fiche complète à {dataset.completeness}\u00a0%" in card.text
    assert "Handicap (1)" in html.find(id="filtre-champ").text
    assert {f["id"].removeprefix("filtre-") for f in html.main.find_all("fieldset")} == {
        "champ", "producteur", "sensibilite", "ouverture", "maille",
    }  # fmt: skip


def test_active_filters_remove_themselves(client, agent, dataset):
    client.force_login(agent)

    html = page(client.get("/catalogue/?q=aah&champ=disability&champ=health"))

    tags = {tag.text.strip(): tag["href"] for tag in html.select("a.fr-tag")}
    assert tags["Retirer le filtre Champ\u00a0: Handicap"] == "?q=aah&champ=health"
    assert tags["Retirer le filtre Recherche\u00a0: aah"] == "?champ=disability&champ=health"
    assert html.find("input", value="disability").has_attr("checked")


def test_nothing_found_says_what_to_do(client, agent):
    client.force_login(agent)

    html = page(client.get("/catalogue/?q=zzz"))

    assert "Décrivez les données à la cellule" in html.text
    assert html.find("a", href="/demandes/nouvelle/")


def test_the_record_page(client, agent, dataset):
    with_variables(dataset, "NIR", "SEXE")
    client.force_login(agent)

    html = page(client.get(dataset.get_absolute_url()))

    assert html.h1.text == dataset.title
    assert (
        html.find("a", href=f"/demandes/nouvelle/?jeu={dataset.slug}").text
        == "Demander ces données"
    )
    assert html.find(id="dictionnaire")
    assert "2 variables" in html.text
    assert "Licence Ouverte 2.0" in html.text
    assert html.find("a", href="https://a.example/f")
    assert "Reste à renseigner" not in html.text
    assert not html.find("a", href=lambda h: h and "/modifier/" in h)


def test_the_keeper_sees_what_is_missing(client, holder, dataset):
    client.force_login(holder)

    html = page(client.get(dataset.get_absolute_url()))

    assert "Reste à renseigner" in html.text
    assert "service producteur" in html.text


def test_reserved_parts_are_shown_to_insiders_only(client, agent, holder, producer):
    dataset = DatasetFactory(producer_org=producer, confidential=True)

    for person, shown in ((agent, False), (holder, True), (member(Role.OFFICER), True)):
        client.force_login(person)
        text = page(client.get(dataset.get_absolute_url())).text
        for secret in ("Salle blanche", "double sas", "claire.morvan"):
            assert (secret in text) is shown


def test_the_dictionary_is_filtered_without_accents_and_paged(client, agent, dataset):
    rows = [{"name": f"VAR_{n:03}", "label": f"Libellé {n}"} for n in range(120)]
    rows.append({"name": "DECES", "label": "Date de décès"})
    services.replace_variables(dataset=dataset, by=SYSTEM, rows=rows)
    client.force_login(agent)

    html = page(client.get(f"{dataset.get_absolute_url()}?variable=deces"))
    assert "1 variables sur 121" in html.text or "1 variable sur 121" in html.text
    first = page(client.get(dataset.get_absolute_url()))
    following = first.find("a", rel="next")["href"]
    second = page(client.get(dataset.get_absolute_url() + following.split("#")[0]))
    assert "VAR_050" in second.text
    assert "VAR_049" not in second.text
    back = second.find("a", rel="prev")["href"]
    assert "VAR_000" in page(client.get(dataset.get_absolute_url() + back.split("#")[0])).text


def test_html_in_a_record_is_shown_as_text(client, agent):
    dataset = DatasetFactory(
        title="<script>alert(1)</script>",
        description="<img src=x onerror=alert(1)>",
        keywords=["<b>"],
    )
    with_variables(dataset, "<i>", definition="<u>")
    client.force_login(agent)

    for address in ("/catalogue/", dataset.get_absolute_url()):
        assert not page(client.get(address)).find("img", src="x")


def test_a_retired_record_says_so_and_is_not_requested(client, agent, dataset):
    services.retire_dataset(dataset=dataset, by=SYSTEM, reason="Remplacé")
    client.force_login(agent)

    html = page(client.get(dataset.get_absolute_url()))

    assert "retirée du catalogue" in html.text
    assert "Remplacé" in html.text
    assert "Demander ces données" not in html.text


def test_create_then_first_section(client, holder, producer):
    client.force_login(holder)
    address = reverse("catalogue:create_dataset")
    assert [o.text for o in page(client.get(address)).find_all("option")][1:] == [str(producer)]

    response = client.post(address, {"title": "Nouveau jeu", "producer_org": producer.pk})

    dataset = Dataset.objects.get()
    assert response["Location"] == f"/catalogue/{dataset.slug}/modifier/identite/"


def test_create_for_another_organisation_is_refused_at_the_field(client, holder):
    client.force_login(holder)

    response = client.post(
        reverse("catalogue:create_dataset"),
        {"title": "Jeu", "producer_org": OrganisationFactory().pk},
    )

    assert "Choisissez un organisme dans la liste." in page(response).text
    assert not Dataset.objects.exists()


def test_each_section_is_saved_and_goes_to_the_next(client, holder, dataset):
    client.force_login(holder)
    for place, section in enumerate(SECTIONS):
        address = reverse("catalogue:edit_dataset", args=[dataset.slug, section.code])
        form = page(client.get(address)).main.find("form", method="post")
        sent: dict[str, list[str]] = {}
        for field in form.find_all(["input", "textarea", "select"]):
            if field.name == "select":
                chosen = field.find("option", selected=True)
                sent[field["name"]] = [chosen["value"]] if chosen else [""]
            elif field.get("type") == "checkbox":
                if field.has_attr("checked"):
                    sent.setdefault(field["name"], []).append(field["value"])
            elif field.name == "textarea":
                sent[field["name"]] = [field.text.removeprefix("\n")]
            elif field.get("name"):
                sent[field["name"]] = [field.get("value", "")]

        response = client.post(address, sent)

        assert response.status_code == 302, (section.code, response.context["form"].errors)
        if place + 1 < len(SECTIONS):
            assert SECTIONS[place + 1].code in response["Location"]
    assert not Event.objects.filter(kind="dataset.updated").exists()


def test_a_section_is_written(client, holder, dataset):
    client.force_login(holder)

    response = client.post(
        reverse("catalogue:edit_dataset", args=[dataset.slug, "protection"]),
        {"personal_data": "yes", "sensitivity": "sensitive", "secrets": ["medical", "tax"],
         "quitter": "1"},
    )  # fmt: skip

    dataset.refresh_from_db()
    assert response["Location"] == dataset.get_absolute_url()
    assert dataset.secrets == ["medical", "tax"]
    assert Event.objects.filter(kind="dataset.updated").count() == 1


@pytest.mark.parametrize(
    ("section", "sent", "message"),
    [
        ("identite", {"title": ""}, "Indiquez un titre."),
        ("identite", {"title": "x" * 301}, "300"),
        ("identite", {"title": "a\x00b"}, "caractère nul"),
        ("identite", {"title": "A", "social_theme": "zzz"}, "Choisissez dans la liste."),
        ("identite", {"title": "A", "themes": ["ZZZ"]}, "Choisissez dans la liste."),
        ("identite", {"title": "A", "part_of": "999999"}, "Choisissez dans la liste."),
        ("identite", {"title": "A", "keywords": "x" * 121}, "120"),
        ("acteurs", {"contact_email": "nom"}, "Indiquez une adresse complète"),
        ("origine", {"applicable_legislation": "pas une adresse"}, "https://"),
        ("origine", {"retention_start": "31/02/2020"}, "Indiquez un jour qui existe"),
        ("origine", {"location": "x" * 4001}, "4000"),
        ("acces", {"landing_url": "ftp://a.example"}, "https://"),
        ("contenu", {"record_count": "beaucoup"}, "Indiquez un nombre entier."),
        ("contenu", {"record_count": "9" * 40}, "inférieure ou égale"),
        ("contenu", {"min_age": "60", "max_age": "3"}, "L’âge maximal doit dépasser"),
        ("couverture", {"temporal_start": "2021-01-01", "temporal_end": "2020-01-01"},
         "La dernière période doit suivre"),
        ("qualite", {"quality_score": "9"}, "inférieure ou égale"),
    ],
)  # fmt: skip
def test_wrong_input_is_told_at_the_field_and_nothing_is_lost(
    client, manager, dataset, section, sent, message
):
    client.force_login(manager)
    sent = {"producer_org": dataset.producer_org_id, **sent} if section == "acteurs" else sent

    response = client.post(reverse("catalogue:edit_dataset", args=[dataset.slug, section]), sent)

    html = page(response)
    assert message in html.text
    assert html.title.text.startswith("Erreur")
    assert html.find(id="resume-erreurs")
    assert not Event.objects.filter(kind="dataset.updated").exists()


def test_an_unknown_section_is_404(client, manager, dataset):
    client.force_login(manager)

    assert client.get(f"/catalogue/{dataset.slug}/modifier/rien/").status_code == 404


def test_unknown_addresses_are_404(client, manager, dataset):
    (variable,) = with_variables(DatasetFactory(), "NIR")
    client.force_login(manager)

    assert client.get("/catalogue/inconnu/").status_code == 404
    other = reverse("catalogue:edit_variable", args=[dataset.slug, variable.pk])
    assert client.get(other).status_code == 404


def rows_of(*rows: dict[str, str]) -> dict[str, str]:
    sent = {"ressources-TOTAL_FORMS": str(len(rows)), "ressources-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        sent |= {f"ressources-{number}-{name}": value for name, value in row.items()}
    return sent


def test_resources_are_added_changed_and_removed(client, holder, dataset):
    client.force_login(holder)
    address = reverse("catalogue:edit_distributions", args=[dataset.slug])

    client.post(
        address,
        rows_of(
            {"title": "Fichier", "format": "CSV", "remove": "on"},
            {"title": "API", "access_url": "https://a.example/api", "is_api": "on"},
            {},
        ),
    )

    assert [(d.title, d.is_api) for d in dataset.distributions.all()] == [("API", True)]


def test_a_wrong_resource_is_told_at_its_row(client, holder, dataset):
    client.force_login(holder)

    response = client.post(
        reverse("catalogue:edit_distributions", args=[dataset.slug]),
        rows_of({"title": "F", "access_url": "ftp://a.example"}),
    )

    assert "https://" in page(response).text
    assert dataset.distributions.count() == 1


@pytest.mark.parametrize("total", ["", "abc", "-1", "999999"])
def test_a_broken_management_form_is_no_crash(client, holder, dataset, total):
    client.force_login(holder)

    response = client.post(
        reverse("catalogue:edit_distributions", args=[dataset.slug]),
        {"ressources-TOTAL_FORMS": total, "ressources-INITIAL_FORMS": "0"},
    )

    assert response.status_code == 200
    assert dataset.distributions.count() == 1


def test_retire_and_restore_pages(client, holder, dataset):
    client.force_login(holder)
    retire = reverse("catalogue:retire_dataset", args=[dataset.slug])

    assert "Indiquez pourquoi" in page(client.post(retire, {"reason": " "})).text
    assert client.post(retire, {"reason": "Fusion"}).status_code == 302
    assert "déjà retirée" in page(client.post(retire, {"reason": "Fusion"})).text
    restore = reverse("catalogue:restore_dataset", args=[dataset.slug])
    assert client.post(restore).status_code == 302
    assert "n’est pas retirée" in page(client.post(restore)).text


def test_the_dictionary_is_imported_with_its_report(client, holder, dataset):
    client.force_login(holder)
    file = SimpleUploadedFile("dico.csv", "nom;libellé\nA;Été\n;sans nom\n".encode("cp1252"))

    html = page(
        client.post(reverse("catalogue:import_variables", args=[dataset.slug]), {"file": file})
    )

    assert "la variable n’a pas de nom" in html.text
    assert "1 ajoutées" in html.text
    assert dataset.variables.get().label == "Été"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("dico.exe", b"MZ", "Choisissez un fichier CSV ou JSON."),
        ("dico.csv", b"", "Le fichier est vide."),
        ("dico.json", b"{", "Le fichier JSON est illisible."),
        ("dico.csv", b"a,b\n1,2\n", "Aucune colonne ne porte le nom"),
        ("dico.csv", b"\x00\x01\x02\x03" * 50, ""),
    ],
)
def test_a_file_that_is_no_dictionary_is_told(client, holder, dataset, name, content, message):
    client.force_login(holder)

    response = client.post(
        reverse("catalogue:import_variables", args=[dataset.slug]),
        {"file": SimpleUploadedFile(name, content)},
    )

    html = page(response)
    assert message in html.text
    assert html.find(class_="fr-message--error")
    assert dataset.variables.count() == 0


def test_a_variable_is_edited(client, holder, dataset):
    (variable,) = with_variables(dataset, "NIR")
    client.force_login(holder)
    address = reverse("catalogue:edit_variable", args=[dataset.slug, variable.pk])

    public = {"identifier_kind": "direct", "sensitivity": "public"}
    assert "n’est pas une donnée publique" in page(client.post(address, public)).text
    assert client.post(address, {**public, "sensitivity": "sensitive"}).status_code == 302
    variable.refresh_from_db()
    assert variable.is_identifier


def test_the_list_costs_the_same_whatever_it_holds(client, agent, django_assert_max_num_queries):
    client.force_login(agent)
    for count in (1, 8):
        for number in range(count):
            DatasetFactory(title=f"Jeu {count} {number}")
        with django_assert_max_num_queries(8):
            client.get("/catalogue/?q=jeu")


def test_the_record_costs_the_same_whatever_it_holds(client, agent, django_assert_max_num_queries):
    client.force_login(agent)
    whole = DatasetFactory(title="Jeu entier", keywords=["jeu"])
    for count in (1, 8):
        for number in range(count):
            DatasetFactory(title=f"Jeu {count} {number}", part_of=whole)
        with_variables(whole, *[f"V{n}" for n in range(count)])
        with django_assert_max_num_queries(14):
            client.get(whole.get_absolute_url())


@settings(max_examples=25)
@given(
    params=st.dictionaries(
        st.sampled_from(["q", "champ", "producteur", "maille", "apres", "avant", "variable"]),
        st.text(max_size=40),
    )
)
def test_no_address_breaks_the_pages(client, agent, params):
    dataset = DatasetFactory()
    client.force_login(agent)

    assert client.get("/catalogue/", params).status_code == 200
    assert client.get(dataset.get_absolute_url(), params).status_code == 200

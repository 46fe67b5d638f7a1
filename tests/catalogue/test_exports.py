"""Exports: the three formats, what never leaves, and the way back in."""

from __future__ import annotations

import csv
import io
import json
import warnings
from datetime import date

import pytest
from rdflib import DCAT, DCTERMS, RDF, Graph, Literal, URIRef

from accounts.enums import Role
from catalogue import services
from catalogue.exports import dcat, schema_commun
from catalogue.imports.dcat import HEALTHDCAT
from catalogue.models import Dataset
from journal.services import SYSTEM
from tests.accounts.factories import UserFactory
from tests.catalogue.conftest import member
from tests.catalogue.factories import DatasetFactory

pytestmark = pytest.mark.django_db

SECRETS = ("Salle blanche", "double sas", "claire.morvan")


def rows(*datasets: Dataset) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(schema_commun.write(datasets)))))


def graph(*datasets: Dataset, form: str = "turtle") -> Graph:
    text = dcat.write(
        datasets, form=form, catalogue_url="https://navette.example/catalogue/", title="Catalogue"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return Graph().parse(data=text, format=form)


def test_schema_commun_has_its_17_columns(producer):
    dataset = DatasetFactory(
        title="Jeu",
        producer_org=producer,
        keywords=["a", "b"],
        frequency="ANNUAL",
        issued=date(2020, 1, 2),
        licence="lo2",
        spatial="france",
        distributions=[{"format": "CSV"}, {"format": "CSV"}, {"format": "XLSX"}],
    )

    (row,) = rows(dataset)

    assert list(row) == list(schema_commun.COLUMNS)
    assert row["mots_cles"] == "a,b"
    assert row["nom_orga"] == "Direction des études"
    assert (row["freq_maj"], row["date_pub"], row["format"]) == (
        "Annuelle",
        "2020-01-02",
        "CSV,XLSX",
    )
    assert (row["couv_geo"], row["licence"]) == ("France entière", "Licence Ouverte 2.0")
    assert row["url"] == dataset.identifier


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_runs_in_a_spreadsheet(start):
    assert schema_commun.safe_cell(f"{start}1+1") == f"'{start}1+1"
    assert schema_commun.safe_cell("1=1") == "1=1"


def test_schema_commun_comes_back_as_it_left(tmp_path, producer):
    dataset = DatasetFactory(
        producer_org=producer,
        open_data=True,
        description="Une description",
        keywords=["un"],
        distributions=[{"format": "CSV"}],
        licence_label="Licence Ouverte 2.0",
    )
    path = tmp_path / "c.csv"
    path.write_text("".join(schema_commun.write([dataset])), encoding="utf-8")
    Dataset.objects.filter(pk=dataset.pk).update(title="Ancien")

    report = services.import_file(path=path, by=SYSTEM)

    assert report.counts["created"] == 1
    again = Dataset.objects.exclude(pk=dataset.pk).get()
    for column in ("description", "keywords", "licence", "landing_url", "producer_org"):
        assert getattr(again, column) == getattr(dataset, column)


@pytest.mark.parametrize("access", ["NON_PUBLIC", ""])
@pytest.mark.parametrize("form", ["turtle", "json-ld"])
def test_reserved_parts_of_a_record_that_is_not_public_never_leave(access, form):
    dataset = DatasetFactory(confidential=True)
    Dataset.objects.filter(pk=dataset.pk).update(access_rights=access)
    dataset.refresh_from_db()

    text = dcat.write([dataset], form=form, catalogue_url="https://n.example/", title="C")
    text += "".join(schema_commun.write([dataset]))

    assert not [secret for secret in SECRETS if secret in text]
    assert "boite@organisme.example" in text


def test_the_parts_of_a_public_record_leave():
    dataset = DatasetFactory(confidential=True)
    services.update_dataset(dataset=dataset, by=SYSTEM, values={"access_rights": "RESTRICTED"})
    dataset.refresh_from_db()

    text = dcat.write([dataset], form="turtle", catalogue_url="https://n.example/", title="C")

    assert "Salle blanche" in text


@pytest.mark.parametrize("access", ["PUBLIC", "RESTRICTED", "NON_PUBLIC"])
def test_names_of_persons_never_leave(access):
    person = UserFactory(first_name="Gwenaëlle", last_name="Kerjean", email="gk@x.example")
    dataset = DatasetFactory(
        access_rights=access, holder_dpo=person, referent=person, steward=person
    )

    text = "".join(schema_commun.write([dataset]))
    for form in ("turtle", "json-ld"):
        text += dcat.write([dataset], form=form, catalogue_url="https://n.example/", title="C")

    assert "Kerjean" not in text
    assert "gk@x.example" not in text


@pytest.mark.parametrize("form", ["turtle", "json-ld"])
def test_dcat_says_what_the_record_says(form, producer):
    dataset = DatasetFactory(
        title="Vaccins",
        producer_org=producer,
        open_data=True,
        themes=["SOCI"],
        keywords=["vaccin"],
        temporal_start=date(2020, 1, 1),
        frequency="MONTHLY",
        distributions=[{"title": "F", "format": "CSV", "access_url": "https://a.example/f.csv"}],
    )

    found = graph(dataset, form=form)

    node = URIRef(dataset.identifier)
    assert (node, RDF.type, DCAT.Dataset) in found
    assert (node, DCTERMS.title, Literal("Vaccins", lang="fr")) in found
    assert str(found.value(node, DCTERMS.accessRights)).endswith("/PUBLIC")
    resource = found.value(node, DCAT.distribution)
    assert str(found.value(resource, DCAT.accessURL)) == "https://a.example/f.csv"
    assert str(found.value(resource, DCTERMS.license)) == "https://spdx.org/licenses/etalab-2.0"
    assert not list(found.triples((None, HEALTHDCAT.healthCategory, None)))


def test_health_adds_healthdcat_ap():
    dataset = DatasetFactory(
        themes=["HEAL"],
        health_category=["HRAD"],
        min_age=18,
        record_count=12,
        retention_start=date(2020, 1, 1),
        coding_systems=["CIM-10", "SNOMED CT"],
        publisher_type="govHealth",
        trusted_holder=True,
    )

    found = graph(dataset)

    node = URIRef(dataset.identifier)
    assert str(found.value(node, HEALTHDCAT.healthCategory)).endswith("HRAD")
    assert int(found.value(node, HEALTHDCAT.minTypicalAge)) == 18
    assert len(list(found.objects(node, HEALTHDCAT.hasCodingSystem))) == 2
    assert found.value(found.value(node, DCTERMS.publisher), HEALTHDCAT.trustedDataHolder)


def test_dcat_comes_back_as_it_left(tmp_path, producer):
    dataset = DatasetFactory(
        producer_org=producer,
        open_data=True,
        themes=["HEAL", "SOCI"],
        keywords=["a", "b"],
        health_category=["HRAD", "MRMR"],
        frequency="ANNUAL",
        dataset_type="STATISTICAL",
        temporal_start=date(2020, 1, 1),
        temporal_end=date(2021, 1, 1),
        record_count=5,
        provenance="Enquête",
        spatial_label="Bretagne",
        description="Une ligne\nune autre",
        distributions=[{"title": "F", "format": "CSV", "access_url": "https://a.example/f.csv"}],
    )
    path = tmp_path / "c.ttl"
    path.write_text(
        dcat.write([dataset], form="turtle", catalogue_url="https://n.example/", title="C"),
        encoding="utf-8",
    )

    report = services.import_file(path=path, by=SYSTEM)

    assert report.counts["created"] == 1
    again = Dataset.objects.exclude(pk=dataset.pk).get()
    for column in (
        "title", "description", "keywords", "themes", "health_category", "frequency",
        "dataset_type", "temporal_start", "temporal_end", "record_count", "provenance",
        "spatial_label", "access_rights", "licence", "landing_url", "producer_org",
    ):  # fmt: skip
        assert getattr(again, column) == getattr(dataset, column), column
    assert again.distributions.get().access_url == "https://a.example/f.csv"


def test_an_address_that_rdf_cannot_carry_does_not_break_the_export():
    dataset = DatasetFactory(distributions=[{"title": "Titre \"'<>", "format": "CSV ; X"}])
    Dataset.objects.filter(pk=dataset.pk).update(landing_url='https://a.example/a b"<c>')
    dataset.refresh_from_db()

    assert (URIRef(dataset.identifier), RDF.type, DCAT.Dataset) in graph(dataset)


@pytest.mark.parametrize(
    ("form", "kind"),
    [("csv", "text/csv"), ("ttl", "text/turtle"), ("jsonld", "application/ld+json")],
)
def test_export_pages(client, agent, form, kind):
    dataset = DatasetFactory(title="Jeu exporté", confidential=True)
    client.force_login(agent)

    for address in (f"/catalogue/export/{form}/", f"{dataset.get_absolute_url()}export/{form}/"):
        response = client.get(address)
        body = b"".join(response) if response.streaming else response.content
        assert response.status_code == 200
        assert response["Content-Type"].startswith(kind)
        assert "Jeu exporté" in body.decode()
        assert not [secret for secret in SECRETS if secret in body.decode()]
    if form == "jsonld":
        assert isinstance(json.loads(body)["@context"], dict)


def test_even_a_keeper_exports_nothing_reserved(client, producer):
    dataset = DatasetFactory(producer_org=producer, confidential=True)
    client.force_login(member(Role.HOLDER, producer))

    body = client.get(f"{dataset.get_absolute_url()}export/ttl/").content.decode()

    assert not [secret for secret in SECRETS if secret in body]


def test_the_export_of_the_list_follows_its_filters(client, agent):
    DatasetFactory(title="Retenu", social_theme="health")
    DatasetFactory(title="Écarté", social_theme="pension")
    client.force_login(agent)

    body = b"".join(client.get("/catalogue/export/csv/?champ=health")).decode()

    assert "Retenu" in body
    assert "Écarté" not in body


def test_an_unknown_format_is_404(client, agent):
    client.force_login(agent)

    assert client.get("/catalogue/export/pdf/").status_code == 404

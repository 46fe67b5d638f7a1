"""Import of DCAT: three syntaxes, languages, contexts that must not be fetched."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from catalogue import services
from catalogue.models import Dataset
from journal.services import SYSTEM

pytestmark = pytest.mark.django_db

EXTRACT = Path(__file__).parent / "files" / "sciensano_extract.ttl"

TURTLE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix h: <http://healthdataportal.eu/ns/health#> .
<https://a.example/d/1> a dcat:Dataset ;
  dct:title "Vaccinations"@en, "Vaccins"@fr, "Impfungen"@de ;
  dct:description "<p>Doses</p>"@fr ;
  dct:publisher [ foaf:name "Santé publique" ] ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC>,
                   <http://publications.europa.eu/resource/authority/access-right/RESTRICTED> ;
  dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/MONTHLY> ;
  dct:temporal [ dcat:startDate "2020"^^xsd:gYear ; dcat:endDate "2021-06-30"^^xsd:date ] ;
  dct:modified "2021-01-28 GMT 01:51:03"^^xsd:dateTime ;
  dcat:keyword "vaccin, covid"@fr, "vaccine"@en ;
  dcat:theme <http://publications.europa.eu/resource/authority/data-theme/HEAL> ;
  dcat:contactPoint [ vcard:hasEmail <mailto:data@sante.example> ] ;
  h:numberOfRecords "1200"^^xsd:nonNegativeInteger ;
  h:minTypicalAge 5 ;
  dcat:distribution [ dct:title "Fichier"@fr ; dcat:accessURL <https://a.example/f.csv> ;
     dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> ;
     dct:license <https://www.etalab.gouv.fr/licence-ouverte-open-licence> ] .
<https://a.example/d/2> a dcat:Dataset .
"""


def load(path: Path, **options):
    return services.import_file(path=path, by=SYSTEM, create_producers=True, **options)


def test_turtle_takes_french_words_and_the_tightest_access(tmp_path):
    path = tmp_path / "c.ttl"
    path.write_text(TURTLE, encoding="utf-8")

    report = load(path)

    assert report.counts == {"created": 1, "updated": 0, "unchanged": 0, "refused": 1}
    dataset = Dataset.objects.get()
    assert (dataset.title, dataset.description) == ("Vaccins", "Doses")
    assert dataset.keywords == ["vaccin", "covid"]
    assert dataset.access_rights == "RESTRICTED"
    assert dataset.frequency == "MONTHLY"
    assert (dataset.temporal_start, dataset.temporal_end) == (date(2020, 1, 1), date(2021, 6, 30))
    assert dataset.modified == date(2021, 1, 28)
    assert (dataset.record_count, dataset.min_age) == (1200, 5)
    assert dataset.contact_email == "data@sante.example"
    assert (dataset.licence, dataset.themes) == ("lo2", ["HEAL"])
    resource = dataset.distributions.get()
    assert (resource.title, resource.format) == ("Fichier", "CSV")
    assert "le titre (dct:title) est absent" in report.of("refused")[0].messages


def test_a_second_run_changes_nothing(tmp_path):
    path = tmp_path / "c.ttl"
    path.write_text(TURTLE, encoding="utf-8")
    load(path)

    assert load(path).counts["unchanged"] == 1


def test_gzip_is_unpacked(tmp_path):
    path = tmp_path / "c.ttl.gz"
    path.write_bytes(gzip.compress(TURTLE.encode()))

    assert load(path).counts["created"] == 1


def test_an_archive_that_grows_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("catalogue.imports.reading.LARGEST_DOCUMENT", 10_000)
    path = tmp_path / "c.ttl.gz"
    path.write_bytes(gzip.compress(b" " * 1_000_000))

    assert "dépasse" in load(path).file_error


def test_json_ld_with_its_own_context(tmp_path):
    path = tmp_path / "c.jsonld"
    path.write_text(
        json.dumps(
            {
                "@context": {
                    "dcat": "http://www.w3.org/ns/dcat#",
                    "dct": "http://purl.org/dc/terms/",
                },
                "@id": "https://a.example/d/9",
                "@type": "dcat:Dataset",
                "dct:title": {"@value": "Un jeu", "@language": "fr"},
                "dct:publisher": "Institut",
            }
        )
    )

    assert load(path).counts["created"] == 1
    assert Dataset.objects.get().title == "Un jeu"


@pytest.mark.parametrize(
    "context",
    [
        "https://a.example/context.jsonld",
        ["https://a.example/context.jsonld", {"a": "b"}],
        {"@import": "https://a.example/context.jsonld"},
        "context.jsonld",
        {"dcat": {"@id": "http://x", "@context": "file:///etc/passwd"}},
    ],
)
def test_a_remote_context_is_refused_and_never_fetched(tmp_path, context):
    path = tmp_path / "c.jsonld"
    path.write_text(json.dumps({"@context": context, "@type": "dcat:Dataset"}))

    report = load(path)

    assert "contexte distant" in report.file_error
    assert "rien chercher" in report.file_error.replace("ne va rien ", "rien ")


@pytest.mark.parametrize("name", ["c.ttl", "c.rdf", "c.jsonld", "c.json"])
@pytest.mark.parametrize("content", [b"<<<< not rdf", b'{"a": ', b"\xff\xfe\x00", b"[[[[" * 5000])
def test_a_document_that_does_not_parse_is_a_message(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)

    report = load(path)

    assert report.file_error
    assert report.rows == []


def test_an_xml_file_reads_no_other_file(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("mot de passe")
    path = tmp_path / "c.rdf"
    path.write_text(
        f"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY s SYSTEM "{secret.as_uri()}">]>
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
          xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/">
        <dcat:Dataset rdf:about="https://a.example/1"><dct:title>Titre &s;</dct:title>
        <dct:publisher>Institut</dct:publisher></dcat:Dataset></rdf:RDF>"""
    )

    load(path)

    assert not Dataset.objects.filter(title__contains="mot de passe").exists()


def test_the_extract_of_the_belgian_catalogue():
    report = load(EXTRACT)

    assert report.counts["created"] == 3
    assert load(EXTRACT).counts["unchanged"] == 3
    assert Dataset.objects.filter(title__contains="é").exists()


@pytest.mark.parametrize(
    ("name", "records"),
    [
        ("dcat/real_health_catalogues/it-ASL-Teramo-catalog.rdf", 5),
        ("dcat/udata_harvest/catalog.xml", 4),
        ("dcat/udata_harvest/udata.xml", 2),
        ("dcat/udata_harvest/bnodes.jsonld", 3),
        ("dcat/udata_harvest/bnodes.xml", 3),
        ("dcat/ckanext_examples/catalog.rdf", 2),
        ("dcat/ckanext_examples/catalog_with_at_graph.jsonld", 1),
        ("dcat/healthdcat_examples/de-FDZ-Gesundheit.ttl", 1),
        ("dcat/ckanext_examples/dataset_health.ttl", 1),
        ("dcat/ch/minimal.valid.ttl", 1),
    ],
)
def test_published_files(real, producer, name, records):
    report = load(real(name), producer=producer)

    assert not report.file_error
    assert len(report.rows) == records
    changed = [row for row in report.rows if row.outcome in ("created", "updated")]
    assert len(changed) + len(report.of("refused")) == records
    assert len(changed) >= records - 1
    assert load(real(name), producer=producer).counts["unchanged"] == len(changed)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("dcat/ch/empty.fail.ttl", "vide"),
        ("dcat/udata_harvest/evian.json", "contexte distant"),
        ("dcat/examples_dcat-ap_3.0.1/example-bee-population.jsonld", "contexte distant"),
        ("dcat/examples_dcat-ap_3.0.1/example-bee-population-dataset-series-api.ttl", "Turtle"),
        ("dcat/healthdcat_examples/de-RKI-SARS-CoV-2-Infektionen.ttl", "Turtle"),
        ("dcat/drees/OSOLdatadrees.rda", ""),
        ("dcat/healthdcat_examples/HealthDCAT-AP-DE_Metadatenerfassung.xlsx", "classeur"),
    ],
)
def test_published_files_that_cannot_be_read(real, name, reason):
    report = load(real(name))

    assert report.file_error
    assert reason in report.file_error


def test_the_health_catalogue_of_data_gov_be(real):
    path = real("dcat/real_health_catalogues/be-health-sciensano-a.ttl")

    report = load(path)

    assert len(report.rows) == 148
    assert len(report.of("created")) >= 140
    assert all(row.messages for row in report.of("refused"))

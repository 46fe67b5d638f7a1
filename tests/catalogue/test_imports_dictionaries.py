"""Import of dictionaries, of the tables of the SNDS, and of anything at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue import services
from catalogue.imports.detection import Kind
from catalogue.models import Dataset, Variable
from catalogue.services.demo import DATA
from journal.models import Event
from journal.services import SYSTEM
from tests.catalogue.factories import DatasetFactory

pytestmark = pytest.mark.django_db


def load(path: Path, **options):
    return services.import_file(path=path, by=SYSTEM, **options)


def test_a_french_list_of_variables(tmp_path, holder, producer):
    dataset = DatasetFactory(producer_org=producer)
    path = tmp_path / "dico.csv"
    path.write_text(
        "Nom;Libellé;Type;Définition;Nomenclature;Sensibilité;Identifiant\n"
        "NIR;Numéro;texte;Numéro d'inscription;-;personnelle sensible;O\n"
        "COM;Commune;texte;;COG;Personnelle;par croisement\n"
        "NB;Effectif;nombre entier;;;;N\n"
        ";Sans nom;texte;;;;\n"
        "NB;Doublon;texte;;;;\n",
        encoding="cp1252",
    )

    report = services.import_file(path=path, by=holder, dataset=dataset)

    assert [row.messages[0] for row in report.of("refused")] == [
        "la variable n’a pas de nom",
        "la variable figure déjà plus haut",
    ]
    nir, com, nb = dataset.variables.all()
    assert (nir.type, nir.sensitivity, nir.identifier_kind, nir.nomenclature) == (
        "string", "sensitive", "direct", "",
    )  # fmt: skip
    assert (com.nomenclature, com.identifier_kind, com.sensitivity) == ("COG", "quasi", "personal")
    assert (nb.type, nb.identifier_kind, nb.sensitivity) == ("integer", "none", "")


def test_a_table_schema_finds_its_record_by_acronym(tmp_path):
    dataset = DatasetFactory(alt_title="DAE")
    path = tmp_path / "schema.json"
    path.write_text(
        json.dumps(
            {
                "name": "dae",
                "fields": [
                    {"name": "nom", "title": "Nom", "description": "Nom du lieu", "type": "string"},
                    {"name": "lat", "type": "number", "constraints": {"required": True}},
                    {"title": "sans nom"},
                    "pas un champ",
                    {"name": "lat"},
                ],
            }
        )
    )

    report = load(path)

    assert len(report.of("refused")) == 3
    assert [(v.name, v.type, v.label) for v in dataset.variables.all()] == [
        ("nom", "string", "Nom"), ("lat", "number", ""),
    ]  # fmt: skip


def test_a_dictionary_without_record_is_refused_or_creates_it(tmp_path, producer):
    path = tmp_path / "schema.json"
    path.write_text(json.dumps({"name": "x", "title": "Jeu X", "fields": [{"name": "a"}]}))

    assert "aucune fiche ne porte" in load(path).rows[0].messages[0]

    assert load(path, producer=producer).counts["created"] == 1
    assert Dataset.objects.get().title == "Jeu X"
    assert load(path, producer=producer).counts["unchanged"] == 1


def test_an_acronym_of_two_records_is_nobodys(tmp_path):
    DatasetFactory(alt_title="X")
    DatasetFactory(alt_title="x")
    path = tmp_path / "schema.json"
    path.write_text(json.dumps({"name": "x", "fields": [{"name": "a"}]}))

    assert "plusieurs fiches" in load(path).rows[0].messages[0]


@pytest.mark.parametrize("text", ["[]", "{}", '{"fields": 3}', "null", "12", '{"fields": {}}'])
def test_json_that_is_no_table_schema(tmp_path, text):
    path = tmp_path / "schema.json"
    path.write_text(text)

    assert "Table Schema" in load(path).file_error


def test_a_dictionary_is_written_by_the_keeper_of_its_record_only(tmp_path, agent):
    dataset = DatasetFactory()
    path = tmp_path / "dico.csv"
    path.write_text("nom,type\na,texte\n")

    with pytest.raises(services.datasets.policies.PermissionDenied):
        services.import_file(path=path, by=agent, dataset=dataset)
    assert dataset.variables.count() == 0


@pytest.fixture
def few_tables(db, tmp_path):
    """A few tables of the SNDS: enough to hang dictionaries on."""
    wanted = ("ER_PRS_F", "T_HADaaA", "T_HADaaB", "IR_BEN_R")
    header, *lines = (DATA / "snds_tables.csv").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.split(",")[1] in wanted]
    path = tmp_path / "tables.csv"
    path.write_text("\n".join([header, *kept]), encoding="utf-8")
    return load(path, create_producers=True)


def test_tables_of_the_snds():
    snds = load(DATA / "snds_tables.csv", create_producers=True)

    assert snds.counts == {"created": 200, "updated": 0, "unchanged": 0, "refused": 0}
    table = Dataset.objects.select_related("part_of", "producer_org").get(alt_title="T_MCOaaB")
    assert table.part_of.alt_title == "PMSI MCO"
    assert table.producer_org.short_name == "Atih"
    assert (table.access_rights, table.request_route) == ("RESTRICTED", "hdh")
    assert table.temporal_start.year == 2005
    assert Dataset.objects.get(alt_title="OPEN_DAMIR").is_open


def test_variables_of_the_snds(few_tables):
    path = DATA / "snds_vars.csv"

    assert load(path).counts == {"created": 0, "updated": 4, "unchanged": 0, "refused": 184}

    variable = Variable.objects.get(dataset__alt_title="IR_BEN_R", name="BEN_NIR_PSA")
    assert (variable.identifier_kind, variable.sensitivity) == ("direct", "sensitive")
    place = Variable.objects.get(dataset__alt_title="IR_BEN_R", name="BEN_RES_COM")
    assert place.identifier_kind == "quasi"
    services.update_variable(variable=place, by=SYSTEM, values={"identifier_kind": "none"})
    events = Event.objects.filter(kind="dataset.dictionary_replaced").count()
    assert load(path).counts["unchanged"] == 4
    assert Event.objects.filter(kind="dataset.dictionary_replaced").count() == events
    place.refresh_from_db()
    assert place.identifier_kind == "none"


def test_variables_before_their_tables_are_refused():
    report = load(DATA / "snds_vars.csv")

    assert report.counts["refused"] == 188
    assert "importez d’abord les fiches" in report.rows[0].messages[0]


def test_the_demonstration_catalogue_loads_twice_the_same():
    first = services.load_demo_catalogue(by=SYSTEM)
    events = Event.objects.filter(kind__startswith="dataset.").count()
    second = services.load_demo_catalogue(by=SYSTEM)

    assert not any(report.file_error or report.of("refused") for report in first)
    assert all(report.counts["unchanged"] == len(report.rows) for report in second)
    assert Event.objects.filter(kind__startswith="dataset.").count() == events
    assert Dataset.objects.count() == 246
    assert Variable.objects.count() == 4815 + 46
    assert not Dataset.objects.filter(producer_org__short_name="Drees", social_theme="").exists()


@pytest.mark.parametrize("product", ["DCIR/ER_PRS_F", "PMSI_HAD/T_HADaaB", "BENEFICIAIRE/IR_BEN_R"])
def test_table_schemas_of_the_snds(real, few_tables, product):
    path = real(f"dictionaries/snds_tableschema/{product}.json")

    report = load(path)

    fields = json.loads(path.read_text())["fields"]
    assert report.counts["updated"] == 1
    dataset = Dataset.objects.get(alt_title=path.stem)
    assert dataset.variables.count() == len(fields)


def test_the_raw_dictionary_of_the_cnam(real, few_tables):
    report = load(real("dictionaries/cnam_raw_csv/Variables_PMSI_HAD_181214170822.csv"))

    assert report.kind == Kind.VARIABLES
    assert len(report.of("updated")) == 2
    label = Variable.objects.get(dataset__alt_title="T_HADaaA", name="ACT_COD").label
    assert label == "Code de l'activité"


@pytest.mark.parametrize("kind", ["", *Kind])
@settings(max_examples=12)
@given(content=st.binary(max_size=400))
def test_no_file_crashes_an_import(tmp_path, kind, content):
    path = tmp_path / "fichier"
    path.write_bytes(content)

    report = load(path, kind=kind)

    assert report.file_error or report.rows or content


CELLS = st.text(max_size=40)


@settings(max_examples=25)
@given(
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=20), max_size=4),
    separator=st.sampled_from(",;\t"),
)
def test_no_cell_crashes_an_import(tmp_path, rows, separator):
    header = "titre,description,mots_cles,nom_orga,siret_orga,date_pub,url,format,freq_maj"
    lines = [header.replace(",", separator), *(separator.join(row) for row in rows)]
    path = tmp_path / "c.csv"
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))

    report = load(path, kind="schema-commun", create_producers=True)

    assert not report.file_error
    assert all(row.messages for row in report.of("refused"))


@settings(max_examples=25)
@given(
    fields=st.lists(
        st.dictionaries(
            st.sampled_from(["name", "title", "type", "description", "length", "dateCreated"]),
            st.one_of(st.none(), st.text(max_size=30), st.integers(), st.lists(st.none())),
        ),
        max_size=6,
    )
)
def test_no_table_schema_crashes_an_import(tmp_path, producer, fields):
    path = tmp_path / "schema.json"
    path.write_text(json.dumps({"name": "s", "title": "Schéma", "fields": fields}))

    report = load(path, producer=producer)

    assert not report.file_error
    assert report.rows

"""Import of the schéma commun: encodings, separators, wrong cells, idempotence."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Organisation
from catalogue import services
from catalogue.imports.schema_commun import COLUMNS
from catalogue.models import Dataset
from catalogue.services.outcomes import Outcome
from journal.models import Event
from journal.services import SYSTEM

pytestmark = pytest.mark.django_db

ROW = {
    "titre": "Arbres vivants",
    "description": "Données brutes de l'inventaire",
    "mots_cles": "arbre,forêt,écologie",
    "nom_orga": "Institut géographique",
    "siret_orga": "18006701900430",
    "service": "Inventaire forestier",
    "contact_service": "inventaire@ign.example",
    "contact_personne": "jean.martin@ign.example",
    "date_pub": "2005-01-14",
    "date_maj": "2019-05-28",
    "freq_maj": "Annuelle",
    "couv_geo": "France métropolitaine",
    "url": "https://data.example.fr/arbres",
    "format": "CSV, XLSX",
    "licence": "Licence ouverte",
}


def write(path: Path, *rows: dict[str, str], encoding="utf-8", delimiter=",", end="\n") -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, delimiter=delimiter, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def load(path: Path, **options):
    return services.import_file(path=path, by=SYSTEM, create_producers=True, **options)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_way_of_writing_the_same_row(tmp_path, encoding, delimiter, end):
    path = write(tmp_path / "c.csv", ROW, encoding=encoding, delimiter=delimiter, end=end)

    report = load(path)

    assert report.counts == {"created": 1, "updated": 0, "unchanged": 0, "refused": 0}
    dataset = Dataset.objects.get()
    assert dataset.title == "Arbres vivants"
    assert dataset.keywords == ["arbre", "forêt", "écologie"]
    assert (dataset.frequency, dataset.spatial, dataset.licence) == ("ANNUAL", "metropole", "lo2")
    assert (dataset.issued, dataset.modified) == (date(2005, 1, 14), date(2019, 5, 28))
    assert (dataset.access_rights, dataset.request_route) == ("PUBLIC", "open_data")
    assert [d.format for d in dataset.distributions.all()] == ["CSV", "XLSX"]
    assert dataset.producer_org.siret == "18006701900430"


def test_a_second_run_changes_nothing_and_a_changed_row_is_updated(tmp_path):
    path = write(tmp_path / "c.csv", ROW)
    load(path)
    events = Event.objects.filter(kind__startswith="dataset.").count()

    assert load(path).counts["unchanged"] == 1
    assert Event.objects.filter(kind__startswith="dataset.").count() == events

    report = load(write(path, {**ROW, "titre": "Arbres", "format": "CSV"}))
    assert report.counts["updated"] == 1
    dataset = Dataset.objects.get()
    assert dataset.title == "Arbres"
    assert dataset.distributions.count() == 1
    assert Event.objects.filter(kind__startswith="dataset.").count() == events + 1


def test_a_run_that_brings_nothing_new_keeps_what_people_edited(tmp_path):
    path = write(tmp_path / "c.csv", ROW)
    load(path)
    services.update_dataset(
        dataset=Dataset.objects.get(), by=SYSTEM, values={"description": "Relue par un agent"}
    )

    load(path)

    assert Dataset.objects.get().description == "Relue par un agent"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"siret_orga": "18006701900431"}, "clé de contrôle est fausse"),
        ({"siret_orga": "1,80067E+13"}, "14 chiffres attendus"),
        ({"siret_orga": "٣٨٠٠٦٧٠١٩٠٠٤٣٠"}, "14 chiffres attendus"),
        ({"titre": ""}, "le titre est vide"),
        ({"titre": "\x00\x01"}, "le titre est vide"),
        ({"titre": "="}, "le titre est vide"),
        ({"nom_orga": "", "siret_orga": ""}, "le producteur n’est pas nommé"),
    ],
)
def test_a_row_is_refused_with_its_reason_and_the_next_one_is_read(tmp_path, change, reason):
    good = {**ROW, "url": "https://data.example.fr/autre"}
    path = write(tmp_path / "c.csv", {**ROW, **change}, good)

    report = load(path)

    assert [row.outcome for row in report.rows] == [Outcome.REFUSED, Outcome.CREATED]
    assert reason in " ".join(report.rows[0].messages)
    assert Dataset.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "remark", "column", "value"),
    [
        ({"date_pub": "14/01/2005"}, "jour/mois/année", "issued", date(2005, 1, 14)),
        ({"date_pub": "2019-02-30"}, "date impossible", "issued", None),
        ({"date_pub": "hier"}, "date illisible", "issued", None),
        ({"contact_service": "pas une adresse"}, "« contact » ignoré", "contact_email", ""),
        ({"url": "data.example.fr"}, "« page du jeu » ignoré", "landing_url", ""),
        ({"freq_maj": "Quand on peut"}, "gardée en toutes lettres", "frequency", ""),
        ({"description": "x" * 5000}, "coupé à 4000", "description", "x" * 3999 + "…"),
        ({"mots_cles": ""}, "champs requis vides : mots_cles", "keywords", []),
        ({"description": "=HYPERLINK(1)"}, "formule", "description", "HYPERLINK(1)"),
        ({"service": "-2+3+cmd|' /C calc'!A0"}, "", "producer_unit", "-2+3+cmd|' /C calc'!A0"),
        ({"description": "<p>Un <b>mot</b></p><script>x</script>"}, "", "description", "Un mot"),
        ({"description": "moins de < 3 et > 2"}, "", "description", "moins de < 3 et > 2"),
        ({"description": "d\x92un syst\u00e8me\x85"}, "", "description", "d’un système…"),
    ],
)
def test_a_wrong_value_is_named_and_does_not_lose_the_row(tmp_path, change, remark, column, value):
    report = load(write(tmp_path / "c.csv", {**ROW, **change}))

    assert report.rows[0].outcome == Outcome.CREATED
    assert remark in " ; ".join(report.rows[0].messages)
    assert getattr(Dataset.objects.get(), column) == value


def test_columns_in_any_order_with_others_and_an_absent_one(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("Format;extra;Titre;nom_orga\nCSV;1;Un jeu;Institut\n", encoding="utf-8")

    report = load(path)

    assert report.counts["created"] == 1
    assert "colonnes absentes : description" in report.rows[0].messages[0]


def test_the_same_record_twice_in_a_file_is_refused_the_second_time(tmp_path):
    report = load(write(tmp_path / "c.csv", ROW, {**ROW, "titre": "Autre"}))

    assert [row.outcome for row in report.rows] == [Outcome.CREATED, Outcome.REFUSED]
    assert "même identifiant que la ligne 2" in report.rows[1].messages


def test_an_unknown_producer_is_refused_unless_it_may_be_created(tmp_path):
    path = write(tmp_path / "c.csv", ROW)

    report = services.import_file(path=path, by=SYSTEM)

    assert "organisme inconnu « Institut géographique »" in report.rows[0].messages[0]
    assert Organisation.objects.count() == 0


def test_the_producer_is_found_by_name_without_regard_to_accents(tmp_path, producer):
    row = {**ROW, "nom_orga": "DIRECTION DES ETUDES", "siret_orga": ""}

    services.import_file(path=write(tmp_path / "c.csv", row), by=SYSTEM)

    assert Dataset.objects.get().producer_org == producer


def test_the_run_itself_leaves_one_event_with_what_was_refused(tmp_path, manager):
    path = write(tmp_path / "c.csv", ROW, {**ROW, "titre": ""})

    services.import_file(path=path, by=manager, create_producers=True)

    event = Event.objects.get(kind="catalogue.imported")
    assert event.actor == manager.get_full_name()
    assert '"created":1' in event.entry
    assert "le titre est vide" in event.entry


def test_only_a_manager_imports(tmp_path, holder):
    with pytest.raises(PermissionDenied):
        services.import_file(path=write(tmp_path / "c.csv", ROW), by=holder)
    assert not Event.objects.filter(kind="catalogue.imported").exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "vide"),
        (b"\xef\xbb\xbf", "vide"),
        (b"PK\x03\x04rest", "classeur ou une archive ZIP"),
        (b"%PDF-1.7", "un PDF"),
        (b"a,b,c\n1,2,3\n", "Colonnes inconnues"),
        (b"\x00\x00\x00\x00", "vide"),
    ],
)
def test_a_file_that_is_something_else_is_said_so(tmp_path, content, reason):
    path = tmp_path / "c.csv"
    path.write_bytes(content)

    report = load(path)

    assert reason in report.file_error
    assert report.rows == []


def test_a_cell_without_end_does_not_stop_the_import(tmp_path):
    path = write(tmp_path / "c.csv", ROW)
    path.write_bytes(path.read_bytes() + b'"cellule sans fin, ' + b"x" * 1_100_000)

    report = load(path)

    assert report.counts["created"] == 1


REAL = {
    "exemple-valide": "created",
    "derived_valid_cp1252": "created",
    "derived_valid_semicolon_bom_crlf": "created",
    "derived_invalid_date": "created",
    "derived_invalid_missing_column": "created",
    "derived_invalid_missing_required": "refused",
    "derived_invalid_siret_luhn": "refused",
}


@pytest.mark.parametrize(("name", "outcome"), REAL.items())
def test_published_examples(real, name, outcome):
    report = load(real(f"schema_commun/{name}.csv"))

    assert [str(row.outcome) for row in report.rows] == [outcome]


def test_the_catalogue_of_the_drees(real):
    path = real("schema_commun/drees_osol_schema_commun.csv")

    report = load(path)

    assert report.counts == {"created": 45, "updated": 0, "unchanged": 0, "refused": 0}
    assert Dataset.objects.filter(description__contains="système d’information").exists()
    assert load(path).counts["unchanged"] == 45

"""The command `import_catalogue`: what it prints, and what it refuses."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalogue.models import Dataset
from journal.models import Event
from tests.catalogue.factories import DatasetFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "c.csv"
    file.write_text("titre,nom_orga,siret_orga\nBon,Dees,\nMauvais,Dees,123\n", encoding="utf-8")
    return file


def run(*args: object, **options: object) -> str:
    out = StringIO()
    call_command("import_catalogue", *map(str, args), stdout=out, **options)
    return out.getvalue()


def test_each_row_is_told_then_the_counts(path, producer):
    text = run(path)

    assert "créée" in text
    assert "refusée     Mauvais — SIRET" in text
    assert "1 créée(s), 0 mise à jour(s), 0 inchangée(s), 1 refusée(s)." in text
    assert Dataset.objects.get().title == "Bon"


def test_only_what_was_refused(path, producer):
    assert "Bon" not in run(path, refused_only=True)


@pytest.mark.parametrize("attribute", ["slug", "short_name", "name"])
def test_the_producer_is_named_in_many_ways(path, producer, attribute):
    path.write_text("titre,mots_cles\nBon,a\n", encoding="utf-8")

    run(path, producer=getattr(producer, attribute))

    assert Dataset.objects.get().producer_org == producer


def test_the_person_who_imports_is_in_the_journal(path, producer, manager):
    run(path, by=manager.email.upper())

    assert Event.objects.get(kind="catalogue.imported").actor_id == manager.pk


def test_a_dictionary_for_one_record(tmp_path):
    dataset = DatasetFactory()
    path = tmp_path / "d.csv"
    path.write_text("nom,libellé\nA,Un\n", encoding="utf-8")

    run(path, dataset=dataset.slug)

    assert dataset.variables.get().label == "Un"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"by": "inconnu@x.example"}, "Personne inconnue"),
        ({"producer": "inconnu"}, "Organisme inconnu"),
        ({"dataset": "inconnu"}, "Fiche inconnue"),
    ],
)
def test_what_is_named_must_exist(path, options, reason):
    with pytest.raises(CommandError, match=reason):
        run(path, **options)


def test_a_person_without_the_right_is_told_so(path, producer, agent):
    with pytest.raises(CommandError, match="réservé aux gestionnaires"):
        run(path, by=agent.email)


def test_an_absent_or_unreadable_file_is_told(tmp_path):
    with pytest.raises(CommandError, match="n’existe pas"):
        run(tmp_path / "absent.csv")
    empty = tmp_path / "vide.csv"
    empty.write_bytes(b"")
    with pytest.raises(CommandError, match="vide"):
        run(empty)

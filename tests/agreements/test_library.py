"""The library as files: complete, coherent, and refused with the file's name when it is not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from agreements.library import (
    DATA,
    LibraryError,
    load,
    parse_clause,
    parse_templates,
    shipped,
    write_clause,
    write_templates,
)

CODES = (
    [f"C{n:02}" for n in range(1, 48)]
    + [f"B{n:02}" for n in range(1, 6)]
    + [f"L{n:02}" for n in range(1, 9)]
    + [f"M{n:02}" for n in range(1, 11)]
    + [f"A{n:02}" for n in range(1, 9)]
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_library_holds_every_clause_and_annex() -> None:
    library = shipped()

    assert sorted(library.clauses) == sorted(CODES)
    assert list(library.annexes) == list(range(1, 11))


def test_library_no_clause_claims_a_validation_it_never_had() -> None:
    assert not any(c.validated_by or c.validated_on for c in shipped().clauses.values())


def test_library_every_merge_field_of_a_clause_has_a_french_label() -> None:
    library = shipped()

    for clause in library.clauses.values():
        for path in clause.fields:
            assert library.fields[path].label, path


def test_library_texts_follow_french_typography() -> None:
    for clause in shipped().clauses.values():
        text = clause.body + clause.title + clause.purpose
        assert "'" not in text, clause.code
        assert "« " not in text, clause.code
        assert " »" not in text, clause.code
        assert " ;" not in text, clause.code
        assert " :" not in text, clause.code


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "{{ retention.months }}",
            "{{ retention.years }}",
            "Champ de fusion inconnu : retention.years",
        ),
        ("{{ ref:C30 }}", "{{ ref:C99 }}", "Renvoi à une clause inconnue : C99"),
        ("{{ retention.months }}", "{{ retention months }}", "Champ de fusion illisible"),
        ('condition: "PD"', 'condition: "PDX"', "PDX"),
        ('condition: "PD"', 'condition: "PD and"', "Condition illisible"),
        ('condition: "PD"', 'condition: "C30"', "C30"),
        ("fields: [retention.months, ", "fields: [", "retention.months"),
        ("locked: false", "locked: peut-être", "locked"),
        ("types: [a, c, d, f]", "types: [a, c, d, f, z]", "types"),
        ("types: [a, c, d, f]", "types: [a, c, d]", "contient cette clause"),
        ("types: [a, c, d, f]", "types: []", "Choisissez au moins un type"),
        ("version: 1", "version: 40000", "version"),
        ('title: "Conservation"', r'title: "Con\0servation"', "caractère interdit"),
        ('title: "Conservation"', r'title: "\ud800"', "title"),
        ("validated_on: null", "validated_on: 2026-13-45", "illisible"),
        ("purpose:", "colour: red\npurpose:", "colour"),
        ("Les Données", "[[si PD]]Les Données", "Il manque un [[fin]]"),
        ("Les Données", "[[sinon]]Les Données", "ne suit aucun"),
        ("Les Données", "[[fin]]Les Données", "ne ferme rien"),
        ("Les Données", "[[quand PD]]Les Données[[fin]]", "Balise inconnue"),
        ("Les Données", "[[si XYZ]]Les Données[[fin]]", "XYZ"),
        ("---\ncode", "code", "Il manque l’en-tête"),
        ("code: C29", "code: [C29", "illisible"),
        ("code: C29", "code: clause 29", "code"),
    ],
)
def test_load_refuses_a_wrong_clause_naming_its_file(
    copy: Path, old: str, new: str, message: str
) -> None:
    edit(copy / "clauses" / "C29.md", old, new)

    with pytest.raises(LibraryError) as error:
        load(copy)

    assert str(error.value).startswith("C29.md: ")
    assert message in str(error.value)


def test_load_refuses_a_duplicate_code(copy: Path) -> None:
    shutil.copy(copy / "clauses" / "C29.md", copy / "clauses" / "C29bis.md")

    with pytest.raises(LibraryError, match="C29bis.md: Le code C29 est déjà pris"):
        load(copy)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("templates.yaml", "C01, C02", "C01, C01, C02", "deux fois"),
        ("templates.yaml", "C01, C02", "C01, X99, C02", "Clause inconnue : X99"),
        ("templates.yaml", "C01, C02", "C01, A01, C02", "A01.md: Le modèle"),
        ("templates.yaml", "\nf:\n", "\nz:\n", "Protocole interne"),
        ("merge_fields.yaml", "type: integer", "type: number", "merge_fields.yaml"),
        ("facts.yaml", "PD:", "PD: [", "facts.yaml"),
        ("annexes/02.yaml", "number: 2", "number: 1", "02.yaml: Le numéro 1 est déjà pris"),
        ("annexes/02.yaml", 'condition: "C17"', 'condition: "C170"', "annexes/02.yaml"),
        ("annexes/07.yaml", 'required_when: "RESEARCH"', 'required_when: "QUEST"', "QUEST"),
        ("annexes/08.yaml", "{{ cert.name }}", "{{ cert.nom }}", "inconnu : cert.nom"),
        ("annexes/10.yaml", "{{ agreement.title }}", "{{ agreement.titre }}", "agreement.titre"),
    ],
)
def test_load_refuses_wrong_data_naming_the_file(
    copy: Path, file: str, old: str, new: str, message: str
) -> None:
    edit(copy / file, old, new)

    with pytest.raises(LibraryError, match=message.replace("[", r"\[")):
        load(copy)


def test_load_refuses_an_unknown_act_type(copy: Path) -> None:
    path = copy / "templates.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\nz:\n  label: Z\n  clauses: []\n")

    with pytest.raises(LibraryError, match="Type d’acte inconnu : z"):
        load(copy)


def test_the_library_is_written_back_byte_for_byte() -> None:
    library = shipped()

    for code, clause in library.clauses.items():
        assert write_clause(clause).encode() == (DATA / "clauses" / f"{code}.md").read_bytes()
    assert write_templates(library.templates).encode() == (DATA / "templates.yaml").read_bytes()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: b",
        "« Données »",
        '"quoted" \\ back',
        "deux\nlignes\tet",
        "\u0085\u2028\x7f\x9f",
        "🙂é",
        "---",
    ],
)
def test_what_is_written_is_read_back(text: str) -> None:
    clause = (
        shipped()
        .clauses["C29"]
        .model_copy(
            update={"title": text, "note": text, "active": False, "body": f"Début\n---\n{text} fin"}
        )
    )
    template = (
        shipped()
        .templates["a"]
        .model_copy(
            update={"label": text, "note": text, "mandatory": ["C01"], "locked": ["C01", "C05"]}
        )
    )

    assert parse_clause(write_clause(clause), "C29.md") == clause
    assert parse_templates(write_templates({"a": template}), "t") == {"a": template}


def test_parse_clause_reads_files_of_other_systems() -> None:
    text = (DATA / "clauses" / "C01.md").read_text(encoding="utf-8")

    assert parse_clause(text.replace("\n", "\r\n"), "C01.md") == parse_clause(text, "C01.md")

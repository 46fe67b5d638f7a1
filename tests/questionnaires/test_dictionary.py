"""The definitions hold every field of the dictionary, with its label and help word for word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from questionnaires import definitions
from questionnaires.definitions import Definition, Field

DICTIONARY = Path(__file__).parent / "data" / "dictionary.md"
FORMS = {"1": "use_case", "2": "study", "3": "dpo_opinion", "4": "legal_review"}
# One row of the dictionary that became several fields, the first one carrying its label.
SPLIT = {"effort_holder_days", "effort_requester_days", "cost_estimate", "funding"}


def plain(text: str) -> str:
    """Forget typography: apostrophes, kinds of spaces, capitals."""
    spaced = re.sub(r"[\u00a0\u202f ]+", " ", text.replace("’", "'"))
    return re.sub(r" ([;:?!])", r"\1", spaced).strip().lower()


def rows() -> list[tuple[str, str, list[str]]]:
    found, form = [], ""
    for line in DICTIONARY.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            form = FORMS[line[3]]
        elif line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            for name in re.findall(r"`([a-z0-9_]+)`", cells[0]):
                found.append((form, name, cells[1:]))
    return found


def field_of(form: str, name: str) -> Field:
    return definitions.get(form).fields[name]


def test_dictionary_is_the_one_of_the_domain() -> None:
    names = [name for _form, name, _cells in rows()]

    assert len(names) == len(set(names)) == 160


@pytest.mark.parametrize(("form", "name", "cells"), rows(), ids=[row[1] for row in rows()])
def test_field_is_defined_word_for_word(form: str, name: str, cells: list[str]) -> None:
    field = field_of(form, name)

    if name not in SPLIT:
        assert plain(field.label) == plain(cells[0])
        assert plain(field.help) == plain(cells[1])


@pytest.mark.parametrize(
    ("form", "name", "cells"),
    [row for row in rows() if row[0] in ("use_case", "legal_review")],
    ids=[row[1] for row in rows() if row[0] in ("use_case", "legal_review")],
)
def test_field_is_required_when_the_dictionary_says(form: str, name: str, cells: list[str]) -> None:
    field = field_of(form, name)
    wanted = cells[-1].split()[0]
    # volume_estimate: asked for an API (ux/spec.md, §4); the two others may stay empty.
    exceptions = {"volume_estimate", "processors", "authority_reference"}

    if name in exceptions:
        assert "S" not in field.required
    elif wanted in ("S", "D", "G", "L"):
        assert list(field.required) == [wanted]
    elif wanted == "si":
        assert list(field.required) == ["D"]
    else:
        assert field.required == {}


@pytest.mark.parametrize("row", [r for r in rows() if re.fullmatch(r"[of]_.*", r[1])])
def test_criterion_has_its_weight_and_knockout(row: tuple[str, str, list[str]]) -> None:
    form, name, cells = row
    field = field_of(form, name)

    assert (field.weight, field.knockout) == (int(cells[2]), cells[3] == "oui")
    assert list(field.labels) == ["0", "1", "2", "3"]
    assert f"{name}_comment" in definitions.get(form).fields


@pytest.mark.parametrize("row", [r for r in rows() if r[0] == "dpo_opinion"])
def test_item_has_its_article_and_answers(row: tuple[str, str, list[str]]) -> None:
    _form, name, cells = row
    definition = definitions.get("dpo_opinion")

    assert plain(definition.fields[name].source) == plain(cells[2])
    assert list(definition.fields[name].labels.values()) == [
        "conforme", "réserve", "non conforme", "sans objet",
    ]  # fmt: skip
    assert {f"{name}_comment", f"{name}_condition"} <= definition.fields.keys()


def test_grid_of_the_dpo_has_thirty_items_in_six_groups() -> None:
    definition = definitions.get("dpo_opinion")
    groups = {
        section.code: [f.name for f in section.fields if re.fullmatch(r"d_[a-z0-9]+", f.name)]
        for section in definition.sections
        if section.code != "opinion"
    }

    assert len(groups) == 6
    assert sum(len(names) for names in groups.values()) == 30


def test_request_has_the_eight_steps_of_the_page() -> None:
    titles = [section.title for section in definitions.get("use_case").sections]

    assert titles == [
        "Besoin et vérifications",
        "Demandeur et acteurs",
        "Cas d’usage",
        "Données demandées",
        "Données personnelles et base juridique",
        "Accès, sécurité et durées",
        "Retombées et pièces",
        "Récapitulatif et engagements",
    ]


def test_every_form_of_the_circuit_is_shipped() -> None:
    assert {definition.code for definition in definitions.all_latest()} >= {
        "use_case", "study", "feasibility", "dpo_opinion", "legal_review", "security_opinion",
        "expert_opinion", "visa", "admissibility", "orientation", "complement_request",
        "holder_decision", "conclusion", "arbitration", "reexamination", "formality",
    }  # fmt: skip


FACTS = (
    "PD", "SENS", "HEALTH", "NIR", "LINK", "PSEUDO", "SECRET", "SUBPROC", "OUT_EU", "JOINT", "API",
    "L1148_I", "L1148_II", "PROACTIVE", "ALGO", "PUBLISH",
)  # fmt: skip


@pytest.mark.parametrize("fact", FACTS)
def test_request_establishes_the_facts_that_clauses_read(fact: str) -> None:
    assert fact in definitions.get("use_case").facts


def test_legal_review_says_whether_there_are_fees() -> None:
    assert "FEES" in definitions.get("legal_review").facts


def test_text_shown_follows_french_typography() -> None:
    bad = re.compile(r"'| [:;?!»](?!\w)|« ")

    found = [
        (definition.code, field.name, text)
        for definition in definitions.every_version()
        for field in definition.fields.values()
        for text in texts(definition, field)
        if bad.search(text)
    ]

    assert found == []


def texts(definition: Definition, field: Field) -> list[str]:
    columns = [text for column in field.columns for text in (column.label, column.help)]
    choices = [text for choice in field.choices for text in (choice.label, choice.hint)]
    return [
        definition.title, definition.section_of[field.name].title, field.label, field.help,
        field.empty, field.heading, *columns, *choices,
        *[check.message for check in definition.checks],
    ]  # fmt: skip

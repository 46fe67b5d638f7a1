"""Each wrong answer is said in a sentence that tells what to do."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Organisation
from questionnaires import definitions, sources, validation
from questionnaires.definitions import Definition
from questionnaires.enums import FieldType
from questionnaires.validation import Problem
from tests.questionnaires.factories import PersonFactory, personal_values, request_values


def one_field(**field: Any) -> Definition:
    raw = {
        "code": "one", "version": 1, "title": "Un",
        "sections": [{"code": "s", "title": "S", "fields": [{"name": "f", "label": "F", **field}]}],
    }  # fmt: skip
    return definitions.build(raw, "one.v1.yaml")


def message(value: Any, **field: Any) -> str:
    found = validation.problems(one_field(**field), {"f": value}, "S")
    assert len(found) <= 1
    return found[0].message if found else ""


CHOICES = {"choices": {"a": "A", "b": "B", "none": "Aucune"}}
BAD: list[tuple[Any, dict[str, Any], str]] = [
    ("a" * 4120, {"type": "text"}, "Réduisez ce texte : 4 120 caractères, 4 000 au plus."),
    ("a" * 161, {"type": "str", "max_length": 160},
     "Réduisez ce texte : 161 caractères, 160 au plus."),
    ("a␀b", {"type": "text"}, "Retirez le caractère illisible (␀)."),
    ("a\nb", {"type": "str"}, "Écrivez sur une seule ligne."),
    (3, {"type": "str"}, "Écrivez du texte."),
    ("31/02/2026", {"type": "date"}, "Indiquez une date qui existe, par exemple 31/12/2026."),
    (20260101, {"type": "date"}, "Indiquez une date qui existe, par exemple 31/12/2026."),
    ("1492-01-01", {"type": "date"}, "Indiquez une date entre 1900 et 2200."),
    ("douze", {"type": "int"}, "Indiquez un nombre entier, en chiffres."),
    ("12.5", {"type": "int"}, "Indiquez un nombre entier, en chiffres."),
    (True, {"type": "int"}, "Indiquez un nombre entier, en chiffres."),
    ("x", {"type": "dec"}, "Indiquez un nombre, par exemple 12,5."),
    (0, {"type": "int", "min": 1}, "Indiquez un nombre d’au moins 1."),
    (1001, {"type": "int", "max": 1000}, "Indiquez un nombre d’au plus 1 000."),
    ("-0.5", {"type": "dec", "min": 0}, "Indiquez un nombre d’au moins 0."),
    ("javascript:alert(1)", {"type": "url"},
     "Indiquez une adresse complète, par exemple https://www.legifrance.gouv.fr."),
    ("legifrance", {"type": "url"},
     "Indiquez une adresse complète, par exemple https://www.legifrance.gouv.fr."),
    ("nom@", {"type": "email"},
     "Indiquez une adresse électronique complète, par exemple nom@domaine.fr."),
    ("z", {"type": "enum", **CHOICES}, "Choisissez dans la liste."),
    (["a"], {"type": "enum", **CHOICES}, "Choisissez dans la liste."),
    ("maybe", {"type": "tri"}, "Choisissez dans la liste."),
    ("peut-être", {"type": "bool"}, "Choisissez « Oui » ou « Non »."),
    (["a", "z"], {"type": "multi", **CHOICES}, "Choisissez dans la liste."),
    ({"a": 1}, {"type": "multi", **CHOICES}, "Choisissez dans la liste."),
    (["none", "a"], {"type": "multi", "exclusive": ["none"], **CHOICES},
     "« Aucune » ne va avec aucun autre choix."),
    (["FR", "ZZ"], {"type": "country"}, "Choisissez dans la liste."),
    ({"from": "2020-01-01", "to": None}, {"type": "daterange"},
     "Indiquez la date de début et la date de fin."),
    ({"from": "2020-01-01", "to": "x"}, {"type": "daterange"},
     "Indiquez une date qui existe, par exemple 31/12/2026."),
    ({"from": "2020-01-02", "to": "2020-01-01"}, {"type": "daterange"},
     "Indiquez une date de fin qui suit la date de début."),
    ("2020", {"type": "daterange"}, "Indiquez une date qui existe, par exemple 31/12/2026."),
    (False, {"type": "bool", "must": True}, "Cochez cette case pour prendre l’engagement."),
]  # fmt: skip


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(("value", "field", "said"), BAD)
def test_wrong_answer_is_said(value: Any, field: dict[str, Any], said: str) -> None:
    assert plain(message(value, **field)) == said


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("a" * 4000, {"type": "text"}),
        ("a\nb 😀 \u202e", {"type": "text"}),
        ("<script>alert(1)</script>", {"type": "str"}),
        ("2026-02-28", {"type": "date"}),
        (12, {"type": "int", "min": 1, "max": 12}),
        ("12.5", {"type": "dec"}),
        ("https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI0?x=1", {"type": "url"}),
        ("nom@exemple.fr", {"type": "email"}),
        (True, {"type": "bool", "must": True}),
        (["none"], {"type": "multi", "exclusive": ["none"], **CHOICES}),
        (["FR"], {"type": "country"}),
        ({"from": "2020-01-01", "to": "2020-01-01"}, {"type": "daterange"}),
        (None, {"type": "text"}),
        ([3], {"type": "file"}),
    ],
)
def test_good_answer_is_accepted(value: Any, field: dict[str, Any]) -> None:
    assert message(value, **field) == ""


MISSING = {
    "str": "Remplissez ce champ.",
    "date": "Indiquez une date.",
    "daterange": "Indiquez la date de début et la date de fin.",
    "int": "Indiquez un nombre.",
    "dec": "Indiquez un nombre.",
    "tri": "Choisissez une réponse.",
    "bool": "Choisissez une réponse.",
    "country": "Choisissez au moins une réponse.",
    "org": "Choisissez dans la liste.",
    "file": "Joignez un fichier.",
}


@pytest.mark.parametrize("kind", MISSING)
def test_missing_answer_is_said(kind: str) -> None:
    assert message(None, type=kind, required={"S": True}) == MISSING[kind]


def test_missing_answer_may_have_its_own_sentence() -> None:
    said = message("", type="str", required={"S": True}, empty="Donnez un titre.")

    assert said == "Donnez un titre."


@pytest.mark.parametrize(
    ("required", "stage", "due"),
    [("S", "S", True), ("S", "L", True), ("D", "S", False), ("D", "D", True), ("G", "D", False),
     ("G", "G", True), ("L", "G", False), ("L", "L", True)],
)  # fmt: skip
def test_answer_is_due_from_its_stage_on(required: str, stage: str, due: bool) -> None:
    definition = one_field(type="str", required={required: True})

    assert bool(validation.problems(definition, {}, stage)) is due


TABLE: dict[str, Any] = {
    "type": "rows", "required": {"S": True}, "max_rows": 3, "one_of": [["x", "y"]],
    "columns": [
        {"name": "x", "label": "X", "type": "str", "max_length": 5},
        {"name": "y", "label": "Y", "type": "str"},
        {"name": "start", "label": "Début", "type": "date"},
        {"name": "end", "label": "Fin", "type": "date", "not_before": "start"},
        {"name": "n", "label": "N", "type": "int", "required": True},
    ],
}  # fmt: skip


def table_problems(rows: Any) -> list[tuple[int | None, str, str]]:
    found = validation.problems(one_field(**TABLE), {"f": rows}, "S")
    return [(problem.row, problem.column, plain(problem.message)) for problem in found]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([], [(None, "", "Ajoutez au moins une ligne.")]),
        ([{"x": ""}], [(None, "", "Ajoutez au moins une ligne.")]),
        ("texte", [(None, "", "Ajoutez au moins une ligne.")]),
        ([{"x": "a", "n": 1}], []),
        ([{}, {"x": "a"}], [(1, "n", "N : Indiquez un nombre.")]),
        ([{"n": 1}], [(0, "x", "X : Remplissez « X » ou « Y ».")]),
        ([{"x": "abcdef", "n": 1}], [(0, "x", "X : Réduisez ce texte : 6 caractères, 5 au plus.")]),
        ([{"y": "a", "n": 1, "start": "2026-02-01", "end": "2026-01-01"}],
         [(0, "end", "Fin : Indiquez une date de fin qui suit la date de début.")]),
        ([{"x": "a", "n": 1}] * 4, [(None, "", "Gardez au plus 3 lignes.")]),
        ([{"x": "a", "n": 1}, 7], []),
    ],
)  # fmt: skip
def test_table(rows: Any, found: list[Any]) -> None:
    assert table_problems(rows) == found


def test_problem_leads_to_its_control() -> None:
    assert Problem("s", "f", "m").anchor == "id_f"
    assert Problem("s", "f", "m", row=2, column="x").anchor == "id_f-2-x"
    assert Problem("s", "f", "m", column="to").anchor == "id_f-to"


def test_dates_of_two_fields_in_order() -> None:
    formality = definitions.get("formality")
    values = {"authority": "cnil", "filed_on": "2026-03-01", "due_on": "2026-02-01"}

    found = validation.problems(formality, values, "S")

    assert [problem.field for problem in found] == ["due_on"]


class Files:
    def options(self) -> list[tuple[Any, str]]:
        return [(3, "texte.pdf (12 Ko)")]

    def labels(self, keys: Any) -> dict[Any, str]:
        return {key: label for key, label in self.options() if key in keys}


def test_file_of_another_case_is_refused() -> None:
    definition = one_field(type="file")

    assert not validation.problems(definition, {"f": [3]}, "S", attachments=Files())
    found = validation.problems(definition, {"f": [3, 4]}, "S", attachments=Files())
    assert found[0].message == (
        "Ce fichier n’est pas dans le dossier\u00a0: joignez-le de nouveau."
    )


class Datasets:
    def options(self, scope: Any) -> list[tuple[Any, str]]:
        return [(1, "APA"), (2, "PMSI")]

    def labels(self, keys: Any) -> dict[Any, str]:
        return {key: label for key, label in self.options({}) if key in keys}


def test_registered_list_decides_what_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_sources", dict(sources._sources))
    definition = one_field(type="dataset")
    monkeypatch.setitem(sources._sources, "dataset", sources._Nothing())
    assert validation.problems(definition, {"f": 1}, "S")[0].message == "Choisissez dans la liste."

    sources.register("dataset", Datasets())

    assert validation.problems(definition, {"f": 1}, "S") == []
    assert validation.problems(definition, {"f": 9}, "S") != []


def test_persons_and_organisations_must_exist(organisation: Organisation) -> None:
    person = PersonFactory()

    assert message(organisation.pk, type="org") == ""
    assert message(organisation.pk + 1, type="org") == "Choisissez dans la liste."
    assert message(person.pk, type="user") == ""
    assert message("Nadia", type="user") == "Choisissez dans la liste."


# --- The request ------------------------------------------------------------------------------


def problems(values: dict[str, Any], stage: str = "S", section: str | None = None) -> list[Problem]:
    return validation.problems(definitions.get("use_case"), values, stage, section)


def names(found: list[Problem]) -> set[str]:
    return {problem.field for problem in found}


def test_complete_request_may_be_filed(organisation: Organisation) -> None:
    assert problems(request_values(organisation)) == []


def test_complete_personal_request_may_be_filed(organisation: Organisation) -> None:
    assert problems(personal_values(organisation)) == []


def test_empty_request_lists_every_answer_due_at_filing() -> None:
    due = {
        name
        for name, field in definitions.get("use_case").fields.items()
        if field.required.get("S") is True and not field.when
    }
    personal = {f.name for f in definitions.get("use_case").section("personal").fields}
    personal |= {"retention_months", "transfers_outside_eu"}

    found = names(problems({}))

    # Nobody said yet that there are no persons: the questions about them are still asked.
    assert due <= found
    assert found - due <= personal


def test_one_section_answers_for_itself_alone() -> None:
    assert {problem.section for problem in problems({}, section="need")} == {"need"}


def test_personal_data_make_their_questions_due(organisation: Organisation) -> None:
    found = names(problems(request_values(organisation, has_personal_data="unknown")))

    assert found >= {
        "requester_dpo", "fraud_use", "data_subjects", "personal_categories", "special_categories",
        "criminal_data", "nir_use", "subject_count", "vulnerable", "legal_basis_art6", "legal_text",
        "transfers_outside_eu", "retention_months", "dpo_informed",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"request_kind": "renewal"}, "parent_agreement"),
        ({"urgency": "urgent"}, "urgency_reason"),
        ({"linkage_needed": "yes"}, "other_parties"),
        ({"linkage_needed": "yes"}, "linkage_sources"),
        ({"granularity": "individual_identifying"}, "granularity_reason"),
        ({"use_category": ["rights_opening"]}, "algorithm_use"),
        ({"commit_report": False}, "commit_report"),
    ],
)
def test_condition_makes_an_answer_due_at_filing(
    organisation: Organisation, changes: dict[str, Any], field: str
) -> None:
    assert field in names(problems(request_values(organisation, **changes)))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"retention_months": 48}, "retention_reason"),
        ({"nir_use": "no", "personal_categories": ["nir", "health"]}, "nir_use"),
        ({"special_categories": ["none"]}, "special_categories"),
        ({"special_categories": ["none", "health"]}, "special_categories"),
        ({"hosting_country": ["US"]}, "transfers_outside_eu"),
        ({"legal_pathway": "l114_8_ii", "fraud_use": True}, "fraud_use"),
    ],
)
def test_contradictions_are_said(
    organisation: Organisation, changes: dict[str, Any], field: str
) -> None:
    assert names(problems(personal_values(organisation, **changes))) == {field}


def test_answers_due_before_the_decision(organisation: Organisation) -> None:
    found = names(problems(personal_values(organisation), "D"))

    assert found >= {
        "technical_contact", "variables", "legal_exception_art9", "purpose_compat", "secrecy",
        "authorised_count", "hosting_place", "hosting_country", "hds_certified", "linkage_method",
        "security_measures", "end_action", "trusted_third_party", "outcome_owner", "aipd_status",
    }  # fmt: skip
    assert "homologation" not in found
    assert "homologation" in names(problems(personal_values(organisation), "G"))
    assert "notice_text" in names(problems(personal_values(organisation), "L"))


def test_technical_contact_may_have_no_account(organisation: Organisation) -> None:
    named = {"technical_contact_name": "Ali", "technical_contact_email": "ali@exemple.fr"}

    found = names(problems(request_values(organisation, **named), "D"))

    assert not found & {"technical_contact", "technical_contact_name", "technical_contact_email"}


def test_needed_analysis_is_not_declared_pointless(organisation: Organisation) -> None:
    values = personal_values(organisation, aipd_status="not_required")

    assert "aipd_status" not in names(problems(values, "S"))
    assert "aipd_status" in names(problems(values, "D"))


def test_known_labels_are_read_in_one_query_a_list(
    organisation: Organisation, django_assert_max_num_queries: Any
) -> None:
    values = personal_values(organisation)
    values["other_parties"] = [
        {"org": organisation.pk, "role": "provider", "country": "France"} for _row in range(20)
    ]

    with django_assert_max_num_queries(2):
        problems(values)


def test_type_codes_are_those_of_the_dictionary() -> None:
    assert {kind.value for kind in FieldType} >= {
        "str", "text", "bool", "tri", "date", "int", "dec", "url", "email", "org", "user", "enum",
        "multi", "file", "rows",
    }  # fmt: skip

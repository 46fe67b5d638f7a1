"""Answers kept as typed, hidden when they do not apply, turned into facts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from questionnaires import definitions, sources, values
from questionnaires.definitions import Column, Field
from questionnaires.enums import FieldType


def field(kind: str, **more: Any) -> Field:
    choices = {"choices": {"a": "A", "b": "B"}} if kind in ("enum", "multi") else {}
    return Field(name="f", label="F", type=FieldType(kind), **choices, **more)


ROWS = field(
    "rows",
    columns=[Column(name="x", label="X", type=FieldType.STR),
             Column(name="n", label="N", type=FieldType.INT)],
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("str", "  a  ", "a"),
        ("str", "", None),
        ("str", None, None),
        ("str", 12, "12"),
        ("str", ["a"], "['a']"),
        ("text", "a\r\nb\rc ", "a\nb\nc "),
        ("text", "   ", None),
        ("text", "a\x00b\x1b", "a␀b␛"),
        ("text", "\ud800", "\ufffd"),
        ("int", "12\u202f000", 12000),
        ("int", " 7 ", 7),
        ("int", 7, 7),
        ("int", True, "True"),
        ("int", "7.5", "7.5"),
        ("int", "douze", "douze"),
        ("int", "1" * 30, "1" * 30),
        ("int", "٣", "٣"),
        ("dec", "1 234,50", "1234.50"),
        ("dec", "12.5", "12.5"),
        ("dec", float("nan"), "nan"),
        ("dec", "1e9", "1e9"),
        ("date", "12/03/2026", "2026-03-12"),
        ("date", "2026-3-1", "2026-03-01"),
        ("date", "31/02/2026", "31/02/2026"),
        ("date", "bientôt", "bientôt"),
        ("bool", "yes", True),
        ("bool", "on", True),
        ("bool", "no", False),
        ("bool", False, False),
        ("bool", "", None),
        ("bool", "peut-être", "peut-être"),
        ("tri", "unknown", "unknown"),
        ("enum", "zz", "zz"),
        ("multi", ["a", "a", "", "b"], ["a", "b"]),
        ("multi", "a", ["a"]),
        ("multi", [None, 3], ["3"]),
        ("country", ["FR"], ["FR"]),
        ("org", "12", 12),
        ("org", "012", "012"),
        ("org", "x", "x"),
        ("file", ["3", 4, "x"], [3, 4, "x"]),
        ("daterange", {"from": "01/01/2020", "to": ""}, {"from": "2020-01-01", "to": None}),
        ("daterange", "2020", {"from": "2020", "to": None}),
        ("daterange", ["a"], {"from": "['a']", "to": None}),
    ],
)
def test_normalise_reads_what_it_can_and_keeps_the_rest(kind: str, raw: Any, value: Any) -> None:
    assert values.normalise(field(kind), raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ([{"x": "a", "n": "3", "zz": "dropped"}], [{"x": "a", "n": 3}]),
        ([{"x": "a"}], [{"x": "a", "n": None}]),
        ("seul", [{"x": "seul", "n": None}]),
        ([3, None], [{"x": "3", "n": None}, {"x": None, "n": None}]),
        ([], []),
    ],
)
def test_normalise_rows(raw: Any, value: Any) -> None:
    assert values.normalise(ROWS, raw) == value


@pytest.mark.parametrize(
    ("value", "blank"),
    [(None, True), ("", True), (" \n", True), ([], True), ([""], True), ({"a": None}, True),
     ([{"a": ""}], True), (float("nan"), True), (0, False), (False, False), ("0", False),
     ([{"a": 0}], False)],
)  # fmt: skip
def test_is_blank(value: Any, blank: bool) -> None:
    assert values.is_blank(value) is blank


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [("date", "2026-03-12", date(2026, 3, 12)), ("date", "x", None), ("int", 3, 3),
     ("int", "x", None), ("dec", "2.5", Decimal("2.5")), ("dec", "x", None), ("bool", True, True),
     ("bool", "x", None), ("enum", "a", "a"), ("enum", "z", None), ("tri", "unknown", "unknown"),
     ("multi", ["a", "z"], ["a"]), ("multi", [], None), ("multi", "a", None), ("str", "a", "a")],
)  # fmt: skip
def test_native_is_what_conditions_compare(kind: str, value: Any, found: Any) -> None:
    assert values.native(field(kind), value) == found


USE_CASE = definitions.get("use_case")


def facts(**answers: Any) -> dict[str, Any]:
    return values.facts(USE_CASE, answers)


def test_nothing_is_known_of_an_empty_form() -> None:
    found = facts()

    assert not found.keys() & {"PD", "SENS", "LINK", "SECRET", "PUBLISH", "API"}
    assert found["RISK_LEVEL"] == "low"
    assert found["AIPD_REQUIRED"] is False


@pytest.mark.parametrize(("answer", "fact"), [("yes", True), ("unknown", True), ("no", False)])
def test_not_knowing_opens_the_same_questions_as_yes(answer: str, fact: bool) -> None:
    assert facts(has_personal_data=answer)["PD"] is fact
    assert facts(linkage_needed=answer)["LINK"] is fact


def test_without_personal_data_their_facts_are_known_to_be_false() -> None:
    found = facts(has_personal_data="no", special_categories=["health"], nir_use="yes")

    assert [found[name] for name in ("SENS", "HEALTH", "NIR", "OUT_EU", "JOINT")] == [False] * 5


@pytest.mark.parametrize(
    ("answers", "fact", "value"),
    [
        ({"special_categories": ["none"]}, "SENS", False),
        ({"special_categories": ["religion"]}, "SENS", True),
        ({"personal_categories": ["health"]}, "HEALTH", True),
        ({"special_categories": ["health"]}, "HEALTH", True),
        ({"personal_categories": ["work"], "special_categories": ["none"]}, "HEALTH", False),
        ({"nir_use": "yes"}, "NIR", True),
        ({"granularity": "individual_pseudonymised"}, "PSEUDO", True),
        ({"granularity": "aggregated"}, "PSEUDO", False),
        ({"secrecy": ["medical"]}, "SECRET", True),
        ({"secrecy": ["none"]}, "SECRET", False),
        ({"processors": [{"name": "Société"}]}, "SUBPROC", True),
        ({"processors": [{"name": ""}]}, "SUBPROC", False),
        ({"transfers_outside_eu": "unknown"}, "OUT_EU", True),
        ({"transfers_outside_eu": "no", "hosting_country": ["FR", "US"]}, "OUT_EU", True),
        ({"transfers_outside_eu": "no", "hosting_country": ["FR", "IS"]}, "OUT_EU", False),
        ({"legal_pathway": "gdpr_joint"}, "JOINT", True),
        ({"legal_pathway": "l114_8_i"}, "L1148_I", True),
        ({"legal_pathway": "l114_8_ii"}, "PROACTIVE", True),
        ({"delivery_mode": "api"}, "API", True),
        ({"use_category": ["ai_algorithm"]}, "ALGO", True),
        ({"use_category": ["control"], "algorithm_use": "no"}, "ALGO", False),
        ({"use_category": ["steering"], "algorithm_use": "yes"}, "ALGO", False),
        ({"publication_plan": "open_data"}, "PUBLISH", True),
        ({"publication_plan": "internal"}, "PUBLISH", False),
        ({"variables": [{"name": "n", "sensitivity": "identifying"}]}, "RISK_LEVEL", "high"),
        ({"granularity": "individual_pseudonymised"}, "RISK_LEVEL", "medium"),
    ],
)
def test_facts_of_a_request(answers: dict[str, Any], fact: str, value: Any) -> None:
    assert facts(has_personal_data="yes", **answers)[fact] == value


@pytest.mark.parametrize(
    ("answers", "required"),
    [
        ({}, False),
        ({"special_categories": ["health"]}, False),
        ({"special_categories": ["health"], "vulnerable": True}, True),
        ({"linkage_needed": "yes", "subject_count": "over_100000"}, True),
        ({"personal_categories": ["social"], "use_category": ["user_service"]}, True),
        ({"personal_categories": ["location"], "subject_count": "over_100000"}, True),
    ],
)
def test_impact_analysis_from_two_criteria_or_one_case(
    answers: dict[str, Any], required: bool
) -> None:
    assert facts(has_personal_data="yes", **answers)["AIPD_REQUIRED"] is required


def visible(**answers: Any) -> frozenset[str]:
    return values.situation(USE_CASE, answers).visible


CONDITIONS = [
    ({"has_personal_data": "yes"}, {"has_personal_data": "no"}, "data_subjects"),
    ({"has_personal_data": "unknown"}, {"has_personal_data": "no"}, "hosting_country"),
    ({"special_categories": ["health"]}, {"special_categories": ["none"]}, "legal_exception_art9"),
    ({"nir_use": "yes"}, {"nir_use": "no"}, "nir_text"),
    ({"linkage_needed": "yes"}, {"linkage_needed": "no"}, "linkage_method"),
    ({"request_kind": "extension"}, {"request_kind": "new"}, "parent_agreement"),
    ({"urgency": "crisis"}, {"urgency": "normal"}, "urgency_reason"),
    ({"use_category": ["control"]}, {"use_category": ["steering"]}, "algorithm_use"),
    ({"granularity": "individual_anonymised"}, {"granularity": "indicator"}, "granularity_reason"),
    ({"publication_plan": "open_data"}, {"publication_plan": "internal"}, "disclosure_control"),
    ({"transfers_outside_eu": "yes"}, {"transfers_outside_eu": "no"}, "transfer_safeguards"),
    ({"retention_months": 37}, {"retention_months": 36}, "retention_reason"),
    ({"personal_categories": ["health"]}, {"personal_categories": ["work"]}, "hds_certified"),
    ({"hosting_place": "hds_host"}, {"hosting_place": "state"}, "secnumcloud"),
    ({"aipd_status": "done"}, {"aipd_status": "not_required"}, "aipd_date"),
    ({}, {"technical_contact": 3}, "technical_contact_name"),
]


@pytest.mark.parametrize(("shown", "hidden", "name"), CONDITIONS, ids=[c[2] for c in CONDITIONS])
def test_question_is_asked_when_its_condition_holds(
    shown: dict[str, Any], hidden: dict[str, Any], name: str
) -> None:
    assert name in visible(**{"has_personal_data": "yes", **shown})
    assert name not in visible(**{"has_personal_data": "yes", **hidden})


def test_reference_method_is_asked_of_health_research_alone() -> None:
    base = {"has_personal_data": "yes", "personal_categories": ["health"]}

    assert "reference_method" in visible(**base, use_category=["research"])
    assert "reference_method" not in visible(**base, use_category=["steering"])


def test_without_personal_data_there_are_seven_steps() -> None:
    assert len(values.situation(USE_CASE, {}).sections) == 8
    assert len(values.situation(USE_CASE, {"has_personal_data": "no"}).sections) == 7


def test_hidden_answers_do_not_count_and_come_back() -> None:
    answers = {"urgency": "urgent", "urgency_reason": "Canicule", "title": "  "}

    assert values.effective_values(USE_CASE, answers) == {
        "urgency": "urgent",
        "urgency_reason": "Canicule",
    }
    assert "urgency_reason" not in values.effective_values(
        USE_CASE, {**answers, "urgency": "normal"}
    )


def test_blank_rows_do_not_count() -> None:
    rows = [{"source": ""}, {"source": "PMSI", "holder": None}]

    found = values.effective_values(USE_CASE, {"linkage_needed": "yes", "linkage_sources": rows})

    assert found["linkage_sources"] == [rows[1]]


def test_conditions_that_chase_each_other_end() -> None:
    raw = {
        "code": "loop", "version": 1, "title": "Boucle",
        "sections": [{"code": "s", "title": "S", "fields": [
            {"name": "a", "label": "A", "type": "str", "when": "not b"},
            {"name": "b", "label": "B", "type": "str", "when": "not a"},
        ]}],
    }  # fmt: skip
    definition = definitions.build(raw, "loop.v1.yaml")

    found = values.situation(definition, {"a": "x", "b": "y"})

    assert found.values.keys() <= {"a", "b"}


def test_context_hides_what_is_without_object() -> None:
    grid = definitions.get("dpo_opinion")

    unknown = values.situation(grid, {}).visible
    without = values.situation(grid, {}, {"NIR": False, "SENS": False, "L1148_I": False}).visible

    assert {"d_nir", "d_special", "d_public"} <= unknown
    assert "d_nir" not in without
    assert "d_special" not in without
    assert "d_public" in without
    assert (
        "d_public" not in values.situation(grid, {}, {"L1148_I": False, "L1148_II": False}).visible
    )


def test_countries_are_named_in_french() -> None:
    assert sources.countries()["US"] == "États-Unis"
    assert not sources.outside_eea(["FR", "NO", "RE"])
    assert sources.outside_eea(["FR", "CH"])
    assert not sources.outside_eea(["ZZ"])

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from agreements.assembly import annexes
from agreements.assembly.selection import complete_facts, select, with_clauses
from agreements.library import shipped
from tests.agreements.worlds import (
    HOLDER_AND_REQUESTER,
    LINKAGE_SIDES,
    facts,
    merge_context,
)

LIBRARY = shipped()
PARTIES = ("CNSA", "DGCS")


def known(act_type: str = "a", sides=HOLDER_AND_REQUESTER, **changed: bool) -> dict[str, Any]:
    complete = complete_facts(facts(**changed), act_type=act_type, sides=sides, library=LIBRARY)
    return with_clauses(complete, select(act_type, complete, LIBRARY), LIBRARY)


def fill(number: int, parties=PARTIES) -> dict[str, Any]:
    """A content that answers everything an annex asks."""
    content: dict[str, Any] = {}
    for section in LIBRARY.annexes[number].sections:
        if section.kind == "rows":
            content[section.key] = [{c.key: (c.choices or ["x"])[0] for c in section.columns}]
        for question in annexes.questions(section, parties):
            place = content.setdefault(section.key, {})
            if question.row:
                place = place.setdefault(question.row, {})
            place[question.column.key] = (question.column.choices or ["x"])[0]
    return content


@pytest.mark.parametrize(
    ("act_type", "sides", "changed", "expected"),
    [
        ("a", HOLDER_AND_REQUESTER, {}, [1, 2, 3, 4, 5, 7, 8, 9, 10]),
        ("a", HOLDER_AND_REQUESTER, {"JOINT": True}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ("a", HOLDER_AND_REQUESTER, {"PD": False, "SECRET": True}, [1, 2, 3, 4, 5, 8, 9, 10]),
        ("b", HOLDER_AND_REQUESTER, {"PD": False}, [1, 4, 5, 10]),
        ("d", LINKAGE_SIDES, {}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
    ],
)
def test_select_annexes(act_type, sides, changed, expected) -> None:
    chosen = annexes.select_annexes(known(act_type, sides, **changed), LIBRARY)

    assert [annex.number for annex in chosen] == expected
    assert annexes.annexes_list(chosen) == [str(number) for number in expected]


@pytest.mark.parametrize("number", sorted(LIBRARY.annexes))
def test_missing_nothing_when_all_is_written(number: int) -> None:
    annex = LIBRARY.annexes[number]
    everything = known("d", LINKAGE_SIDES, L1148_II=True, RESEARCH=True, JOINT=True)

    assert annexes.missing(annex, fill(number), facts=everything, parties=PARTIES) == []


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 7, 10])
def test_missing_names_what_an_empty_annex_lacks(number: int) -> None:
    lacking = annexes.missing(LIBRARY.annexes[number], {}, facts=known(), parties=PARTIES)

    assert lacking


@pytest.mark.parametrize("number", [8, 9])
def test_missing_nothing_in_a_given_text(number: int) -> None:
    assert annexes.missing(LIBRARY.annexes[number], {}, facts=known(), parties=PARTIES) == []


def test_missing_no_variable_without_justification() -> None:
    content = fill(1)
    content["variables"].append({"name": "age", "justification": ""})

    lacking = annexes.missing(LIBRARY.annexes[1], content, facts=known(), parties=PARTIES)

    assert lacking == ["Variables transmises : « Pourquoi ce niveau de détail » (1 ligne)"]


def test_missing_follows_the_facts() -> None:
    content = fill(7)
    content["notice"]["opposition"] = ""

    plain = annexes.missing(LIBRARY.annexes[7], content, facts=known(), parties=PARTIES)
    proactive = annexes.missing(
        LIBRARY.annexes[7], content, facts=known("c", L1148_II=True), parties=PARTIES
    )

    assert plain == []
    assert proactive == ["Droit de s’opposer à la poursuite de la démarche"]


@pytest.mark.parametrize("number", sorted(LIBRARY.annexes))
def test_clean_content_keeps_what_it_knows(number: int) -> None:
    content = fill(number)

    cleaned = annexes.clean_content(LIBRARY.annexes[number], {**content, "unknown": "x"}, PARTIES)

    assert cleaned == content


def test_clean_content_drops_empty_rows() -> None:
    content = fill(3)
    content["persons"].append(dict.fromkeys(content["persons"][0], " "))

    assert len(annexes.clean_content(LIBRARY.annexes[3], content, PARTIES)["persons"]) == 1


@pytest.mark.parametrize(
    ("number", "change", "message"),
    [
        (3, lambda c: c["persons"][0].update(last_name="a\x00"), "caractère interdit"),
        (3, lambda c: c["persons"][0].update(last_name="a" * 5001), "trop long"),
        (3, lambda c: c.update(persons=c["persons"] * 2001), "2000 au plus"),
        (5, lambda c: c["indicators"][0].update(dimension="beauté"), "valeur de la liste"),
        (6, lambda c: c["responsibilities"]["rights"].update(party_1="Z"), "valeur de la liste"),
        (7, lambda c: c["notice"].update(who="\x00"), "caractère interdit"),
    ],
)
def test_clean_content_refuses_in_french(number, change, message) -> None:
    content = fill(number)
    change(content)

    with pytest.raises(ValidationError, match=message):
        annexes.clean_content(LIBRARY.annexes[number], content, PARTIES)


def test_merged_text_leaves_the_certificate_to_be_filled_by_hand() -> None:
    annex = LIBRARY.annexes[8]
    context = merge_context((), {"agreement": {"reference": "CONV-2026-001"}})

    text = annexes.merged_text(annex.sections[0].body, annex, context)

    assert "acte CONV-2026-001" in text
    assert "…………… (date de destruction)" in text


def test_merged_text_of_a_party_of_the_act() -> None:
    annex = LIBRARY.annexes[8]
    context = merge_context((), {"party_2": {"name": "DGCS"}})

    assert "de DGCS, atteste" in annexes.merged_text(annex.sections[0].body, annex, context)

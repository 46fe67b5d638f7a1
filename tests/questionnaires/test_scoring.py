"""The grid of the study: totals on 100, knockouts, thresholds as data, computed advice."""

from __future__ import annotations

from typing import Any

import pytest

from questionnaires import definitions, scoring
from questionnaires.scoring import Advice

STUDY = definitions.get("study")
NAMES = [field.name for field in scoring.criteria(STUDY)]


def marks(every: str = "2", **changes: str) -> dict[str, Any]:
    return {**dict.fromkeys(NAMES, every), **changes}


def advice(values: dict[str, Any]) -> Advice:
    return scoring.advice(STUDY, values)


def test_weights_make_one_hundred_in_each_group() -> None:
    for group in ("opportunity", "feasibility"):
        assert sum(f.weight or 0 for f in scoring.criteria(STUDY) if f.group == group) == 100


def test_thresholds_are_data() -> None:
    assert STUDY.thresholds == {"favourable": 60, "reserve": 40}


@pytest.mark.parametrize(("mark", "total"), [("0", 0), ("1", 33), ("2", 67), ("3", 100)])
def test_total_is_the_weighted_mean_of_the_marks(mark: str, total: int) -> None:
    found = advice(marks(mark)).scores

    assert {score.rounded for score in found.values()} == {total}


def test_total_weighs_each_criterion() -> None:
    only_mission = dict.fromkeys(NAMES, "0") | {"o_mission": "3"}

    assert scoring.score(STUDY, only_mission, "opportunity").total == 20


def test_total_waits_for_every_mark() -> None:
    values = marks()
    del values["f_legal"]

    found = advice(values)

    assert found.code == ""
    assert found.text == "Conseil calculé\u00a0: notez tous les critères pour l’obtenir."
    assert found.scores["feasibility"].total is None
    assert (found.scores["feasibility"].marked, found.scores["feasibility"].criteria) == (6, 7)
    assert found.scores["opportunity"].rounded == 67


@pytest.mark.parametrize("bad", [None, "4", "x", 2, ["2"]])
def test_unreadable_mark_is_no_mark(bad: Any) -> None:
    assert scoring.score(STUDY, {**marks(), "o_value": bad}, "opportunity").total is None


# All criteria of opportunity at 2 give 66.7; at 1, 33.3.
@pytest.mark.parametrize(
    ("values", "code"),
    [
        (marks("2"), "favourable"),
        (marks("3"), "favourable"),
        (marks("1"), "unfavourable"),
        # 66.7 − 20/3 = 60: at the threshold.
        (marks("2", o_mission="1"), "favourable"),
        # 66.7 − 20/3 − 10/3 = 56.7.
        (marks("2", o_mission="1", o_reuse="1"), "favourable_reserve"),
        # 33.3 + 20/3 = 40: at the lower threshold.
        (marks("1", o_mission="2", **{n: "2" for n in NAMES if n[0] == "f"}), "favourable_reserve"),
        (marks("1", **{n: "2" for n in NAMES if n[0] == "f"}), "unfavourable"),
        (marks("3", o_mission="0"), "unfavourable"),
        (marks("3", f_security="0"), "unfavourable"),
        (marks("3", o_value="0"), "favourable"),
        (marks("3", o_alternatives="0"), "redirect"),
        (marks("1", o_alternatives="0"), "redirect"),
    ],
)
def test_advice(values: dict[str, Any], code: str) -> None:
    assert advice(values).code == code


def test_knockouts_are_named() -> None:
    found = advice(marks("3", o_mission="0", f_legal="0"))

    assert found.scores["opportunity"].knockouts == ("Rattachement à une mission",)
    assert found.scores["feasibility"].knockouts == ("Base juridique",)


def test_advice_leaves_the_choice() -> None:
    assert advice(marks("3")).text == (
        "Conseil calculé\u00a0: favorable. Vous restez libre de conclure autrement."
    )


def test_holder_scores_his_part_alone() -> None:
    feasibility = definitions.get("feasibility")
    names = [field.name for field in scoring.criteria(feasibility)]

    found = scoring.advice(feasibility, dict.fromkeys(names, "2"))

    assert names == ["f_availability", "f_quality", "f_legal", "f_technical", "f_effort"]
    assert found.scores["feasibility"].rounded == 67
    assert found.code == "favourable"


def test_form_without_a_grid_advises_nothing() -> None:
    assert scoring.advice(definitions.get("visa"), {}).code == ""

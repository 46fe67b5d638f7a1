"""Centiles, ratios and targets: what the bench says of what it measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.browser import Answer, FormReader
from bench.figures import Figures, percentile, times, with_queries


def answer(ms: float, queries: int = 5) -> Answer:
    return Answer(200, "", "", ms, queries)


def figures(**changes: dict[str, dict[str, float]]) -> Figures:
    """A run of two sizes that holds every target."""
    line = {"p50_ms": 20.0, "p95_ms": 30.0, "queries": 8}
    pages = {page: {"1000": dict(line), "100000": dict(line)} for page in ("dashboard", "list")}
    pages["case"] = {"1000": {**line, "queries": 20}, "100000": {**line, "queries": 20}}
    return Figures(
        floors={size: {"p50_ms": 10.0, "p95_ms": 12.0} for size in ("1000", "100000")},
        pages={**pages, **changes},
        steps={
            step: {"p50_ms": 50.0, "p95_ms": 60.0, "queries": 60, "per_second": 20.0}
            for step in ("submit", "opinion", "decide")
        },
        documents={pages: {"seconds": 1.0, "peak_mb": 200} for pages in ("12", "60")},
    )


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([3, 1, 2], 0.5, 2), ([1, 2, 3, 4], 0.5, 2), (range(1, 101), 0.95, 95), ([7], 0.95, 7)],
)
def test_percentile(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


def test_times_and_queries() -> None:
    answers = [answer(10.04, 3), answer(30, 9), answer(20, 5)]

    assert times(answers) == {"p50_ms": 20, "p95_ms": 30}
    assert with_queries(answers) == {"p50_ms": 20, "p95_ms": 30, "queries": 9}


def test_a_run_that_holds_every_target_misses_none() -> None:
    assert figures().misses() == []
    assert "Toutes les cibles sont tenues." in figures().as_markdown()


@pytest.mark.parametrize(
    ("page", "small", "large", "said"),
    [
        ("list", (31, 8), (31, 8), "3,1 fois le plancher"),
        ("dashboard", (20, 8), (20, 9), "9 requêtes (cible\u00a0: 8)"),
        ("case", (41, 20), (41, 20), "4,1 fois le plancher"),
        ("case", (20, 21), (20, 20), "21 requêtes (cible\u00a0: 20)"),
        ("list", (20, 8), (27, 8), "croissance × 1,35"),
    ],
)
def test_a_missed_target_is_said(
    page: str, small: tuple[float, int], large: tuple[float, int], said: str
) -> None:
    lines = {
        size: {"p50_ms": ms, "p95_ms": ms, "queries": queries}
        for size, (ms, queries) in {"1000": small, "100000": large}.items()
    }
    run = figures(**{page: lines})

    assert any(said in one for one in run.misses())
    assert said in run.as_markdown()


def test_a_slow_act_is_said() -> None:
    run = figures()
    run.documents["12"]["seconds"] = 1.6

    run.documents["60"] |= {"seconds": 8.5, "peak_mb": 310}
    assert run.misses() == [
        "Acte de 12 pages\u00a0: 1,60 s (cible\u00a0: 1,5 s)",
        "Acte de 60 pages\u00a0: 8,50 s (cible\u00a0: 8 s)",
        "Acte de 60 pages\u00a0: 310 Mo (cible\u00a0: 300 Mo)",
    ]


def test_the_file_has_the_agreed_shape(tmp_path: Path) -> None:
    figures().write(tmp_path / "bench" / "latest.json")
    found = json.loads((tmp_path / "bench" / "latest.json").read_text())

    assert found.keys() == {"floor", "pages", "steps", "documents"}
    assert found["floor"].keys() == {"p50_ms", "p95_ms"}
    assert found["pages"].keys() == {"dashboard", "list", "case"}
    assert found["pages"]["list"]["1000"].keys() == {"p50_ms", "p95_ms", "queries"}
    assert found["steps"].keys() == {"submit", "opinion", "decide"}
    assert found["steps"]["submit"].keys() == {"p50_ms", "p95_ms", "queries", "per_second"}
    assert found["documents"]["12"].keys() == {"seconds", "peak_mb"}


def test_the_documentation_keeps_the_last_run_only(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("avant\n<!-- relevé -->\nancien\n<!-- fin du relevé -->\naprès\n")

    figures().record(page, "2 cœurs")
    figures().record(page, "4 cœurs")

    text = page.read_text()
    assert text.startswith("avant\n")
    assert text.endswith("\naprès\n")
    assert "ancien" not in text
    assert "2 cœurs" not in text
    assert "4 cœurs" in text


def test_a_form_is_answered_by_its_first_choices() -> None:
    reader = FormReader()
    reader.feed(
        '<input type="hidden" name="_fields" value="a"><input type="hidden" name="_fields"'
        ' value="b"><input type="radio" name="a" value="yes"><input type="radio" name="a"'
        ' value="no"><input type="text" name="b" value="x"><input type="radio">'
    )

    assert reader.values == {"_fields": ["a", "b"], "a": "yes"}

"""The expression language: what it says, what it refuses, what it does not know."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires import expressions
from questionnaires.expressions import ExpressionError, MissingFact

FACTS = {"PD": True, "SENS": False, "n": 12, "kind": "new", "cats": ["health", "nir"], "gap": None}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("PD", True),
        ("not PD", False),
        ("PD and SENS", False),
        ("PD or SENS", True),
        ("n > 10 and n <= 12", True),
        ("10 < n < 12", False),
        ("n == -12", False),
        ("kind == 'new'", True),
        ("kind in ['renewal', 'extension']", False),
        ("'health' in cats", True),
        ("'social' not in cats", True),
        ("cats != ['none']", True),
        ("(PD and (SENS or n == 12))", True),
        ("true and not false", True),
        ("kind", "new"),
        ("kind > 3", False),
        ("'a' in n", False),
        ("cats in cats", False),
    ],
)
def test_evaluate(expression: str, value: Any) -> None:
    assert expressions.evaluate(expression, FACTS) == value


@pytest.mark.parametrize(
    ("expression", "blamed"),
    [
        ("X", ("X",)),
        ("gap", ("gap",)),
        ("PD and X", ("X",)),
        ("SENS or (X and Y)", ("X", "Y")),
        ("X == 'a'", ("X",)),
        ("not X", ("X",)),
        ("'a' in X", ("X",)),
        ("n in [1, X]", ("X",)),
    ],
)
def test_unknown_fact_that_decides_is_an_error(expression: str, blamed: tuple[str, ...]) -> None:
    with pytest.raises(MissingFact) as caught:
        expressions.evaluate(expression, FACTS)

    assert caught.value.names == blamed


@pytest.mark.parametrize(
    ("expression", "value"),
    [("SENS and X", False), ("X and SENS", False), ("PD or X", True), ("X or PD", True),
     ("n > 20 and X == 3", False), ("20 < n < X", False)],
)  # fmt: skip
def test_unknown_fact_that_does_not_decide_is_harmless(expression: str, value: bool) -> None:
    assert expressions.evaluate(expression, FACTS) is value


@pytest.mark.parametrize(
    ("expression", "value"),
    [("X", False), ("X != 'no'", True), ("X == null", True), ("X > 3", False), ("'a' in X", False),
     ("'a' not in X", True), ("not X", True)],
)  # fmt: skip
def test_holds_reads_no_answer_as_empty(expression: str, value: bool) -> None:
    assert expressions.holds(expression, FACTS) is value


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "PD and",
        "PD.real",
        "cats[0]",
        "len(cats)",
        "lambda: 1",
        "[x for x in cats]",
        "PD if n else SENS",
        "n + 1",
        "-PD",
        "-'a'",
        "{'a': 1}",
        "{1, 2}",
        "f'{n}'",
        "n is 3",
        "b'x'",
        "1j",
        "...",
        "(n := 3)",
        "*cats",
        "__import__('os')",
        "'\\x41'",
        "PD; SENS",
        "a" * 1001,
        "(" * 300 + "PD" + ")" * 300,
        " or ".join(["PD"] * 150),
        "not " * 120 + "PD",
        "0777",
        "PD\x00",
    ],
)
def test_refuses_what_is_not_a_condition(expression: str) -> None:
    with pytest.raises(ExpressionError):
        expressions.evaluate(expression, FACTS)


def test_names_are_those_of_facts_alone() -> None:
    assert expressions.names("PD and not (SENS or 'x' in cats) or true") == {"PD", "SENS", "cats"}


def test_check_names_what_nobody_defines() -> None:
    expressions.check("PD and SENS", ["PD", "SENS"])

    with pytest.raises(ExpressionError, match="ZZ"):
        expressions.check("PD and ZZ", ["PD"])


@given(st.text(max_size=80))
def test_any_text_is_evaluated_or_refused(text: str) -> None:
    try:
        expressions.evaluate(text, FACTS)
    except (ExpressionError, MissingFact):
        return
    assert expressions.names(text) <= FACTS.keys()


ATOMS = st.sampled_from(["PD", "SENS", "X", "n > 3", "'health' in cats", "kind == 'old'", "false"])
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({' '.join(t)})"),
        inner.map(lambda text: f"(not {text})"),
    ),
    max_leaves=8,
)


@given(CONDITIONS)
def test_an_unknown_fact_decides_exactly_when_its_value_matters(expression: str) -> None:
    with_true = expressions.evaluate(expression, {**FACTS, "X": True})
    with_false = expressions.evaluate(expression, {**FACTS, "X": False})

    if with_true == with_false:
        # Kleene's logic may not see that both ways agree (« X or not X »), but it never lies.
        try:
            assert bool(expressions.evaluate(expression, FACTS)) == bool(with_true)
        except MissingFact:
            assert "X" in expressions.names(expression)
    else:
        with pytest.raises(MissingFact):
            expressions.evaluate(expression, FACTS)


# --- Merges -----------------------------------------------------------------------------------

CONTEXT = {
    "holder": {"name": "Cnam", "unit": "", "nested": {"x": 1}},
    "agreement": {
        "effective_on": date(2026, 3, 12), "duration_months": 36, "fee": Decimal("1234.5"),
        "parties": ["Cnam", "DGCS", "Drees"], "free": True, "empty": [],
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("La {{ holder.name }} transmet.", "La Cnam transmet."),
        ("{{holder.name}}", "Cnam"),
        ("le {{ agreement.effective_on }}", "le 12 mars 2026"),
        ("{{ agreement.duration_months }} mois", "36 mois"),
        ("{{ agreement.parties }}", "Cnam, DGCS et Drees"),
        ("{{ agreement.free }}", "oui"),
        ("{ sans } fusion", "{ sans } fusion"),
    ],
)
def test_merge(template: str, text: str) -> None:
    merged = expressions.merge(template, CONTEXT)

    assert (merged.text, merged.gaps) == (text, ())


@pytest.mark.parametrize(
    "path",
    ["holder.unit", "holder.siret", "party.name", "holder.name.upper", "agreement.empty", "holder"],
)
def test_merge_shows_what_is_missing(path: str) -> None:
    context = {**CONTEXT, "holder": {**CONTEXT["holder"]}}
    if path == "holder":
        context = {}

    merged = expressions.merge(f"A {{{{ {path} }}}}.", context, labels={path: "le service"})

    assert merged.text == "A [à compléter\u00a0: le service]."
    assert merged.gaps == (expressions.Gap(path, "le service"),)


def test_merge_names_a_gap_once() -> None:
    merged = expressions.merge("{{ a.b }} {{ a.b }} {{ a.c }}", {})

    assert [gap.path for gap in merged.gaps] == ["a.b", "a.c"]
    assert merged.text.count("[à compléter") == 3


def test_merge_resolves_references_and_shows_the_ones_it_cannot() -> None:
    merged = expressions.merge(
        "voir {{ ref:C29 }} et {{ ref:C30 }}", {}, references={"C29": "l’article 7"}
    )

    assert merged.text == "voir l’article 7 et [à compléter\u00a0: C30]"
    assert [gap.path for gap in merged.gaps] == ["C30"]


def test_merge_never_reads_a_value_again() -> None:
    hostile = {"case": {"title": "{{ holder.secret }} {% load x %}"}, "holder": {"secret": "S"}}

    merged = expressions.merge("{{ case.title }}", hostile)

    assert merged.text == "{{ holder.secret }} {% load x %}"


@pytest.mark.parametrize(
    "template",
    ["{{ a.b() }}", "{{ a|upper }}", "{{ a.__class__ }}", "{{ }}", "{{ A.b }}", "{{ a['b'] }}",
     "{{ ref: }}", "{{ a . b }}"],
)  # fmt: skip
def test_merge_refuses_what_is_not_a_path(template: str) -> None:
    with pytest.raises(ExpressionError):
        expressions.merge(template, CONTEXT)
    with pytest.raises(ExpressionError):
        expressions.merge_fields(template)


def test_merge_fields_and_references_are_listed() -> None:
    template = "{{ a.b }} {{ ref:C29 }} {{ a.b }} {{ c.d }}"

    assert expressions.merge_fields(template) == ("a.b", "c.d")
    assert expressions.merge_references(template) == ("C29",)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), ("", ""), ("  a ", "a"), (False, "non"), (0, "0"),
     (date(2026, 4, 1), "1er avril 2026"),
     (["a"], "a"), ([], ""), ([None, "b"], "b")],
)  # fmt: skip
def test_merge_text(value: Any, text: str) -> None:
    assert expressions.merge_text(value) == text

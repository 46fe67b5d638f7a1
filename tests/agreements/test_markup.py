from __future__ import annotations

import pytest

from agreements.markup import MarkupError, conditions, plain_text, resolve


def hold(*true: str):
    return lambda condition: condition in true


@pytest.mark.parametrize(
    ("text", "true", "expected"),
    [
        ("A. [[si X]]B.[[fin]] C.", ("X",), "A. B. C."),
        ("A. [[si X]]B.[[fin]] C.", (), "A. C."),
        ("A. [[si X]]B.[[fin]]", (), "A."),
        ("[[si X]]A[[sinon]]B[[fin]]", ("X",), "A"),
        ("[[si X]]A[[sinon]]B[[fin]]", (), "B"),
        ("[[si X]]A[[si Y]]B[[fin]][[sinon]]C[[fin]]", ("X", "Y"), "AB"),
        ("[[si X]]A[[si Y]]B[[fin]][[sinon]]C[[fin]]", ("Y",), "C"),
        ("un\n\n[[si X]]deux[[fin]]\n", (), "un"),
    ],
)
def test_resolve_keeps_what_holds(text: str, true: tuple[str, ...], expected: str) -> None:
    assert resolve(text, hold(*true), 2) == expected


def test_resolve_repeats_a_passage_for_each_party() -> None:
    text = "Entre [[par partie]]{{ party.name }} ({{ agreement.title }}) ;[[fin]] ensemble."

    resolved = resolve(text, hold(), 2)

    assert resolved == (
        "Entre {{ party_1.name }} ({{ agreement.title }}) ; "
        "{{ party_2.name }} ({{ agreement.title }}) ; ensemble."
    )


def test_conditions_are_found_at_every_depth() -> None:
    assert conditions("[[si X]]A[[si Y]]B[[fin]][[sinon]][[si Z]]C[[fin]][[fin]]") == [
        "X",
        "Y",
        "Z",
    ]


def test_plain_text_keeps_every_alternative() -> None:
    assert plain_text("[[si X]]A[[sinon]]B[[fin]]") == "AB"


@pytest.mark.parametrize(
    "text",
    [
        "[[si X]]", "[[fin]]", "[[sinon]]", "[[x]]", "[[par partie]]A",
        "[[par partie]][[par partie]]A[[fin]][[fin]]", "[[si X]]" * 30 + "A" + "[[fin]]" * 30,
    ],
)  # fmt: skip
def test_markup_that_does_not_hold_together_is_refused(text: str) -> None:
    with pytest.raises(MarkupError):
        plain_text(text)


def test_any_text_is_read_in_linear_time() -> None:
    """A reading that tries again from each bracket takes minutes on this one."""
    assert plain_text("[[" * 50_000) == "[[" * 50_000

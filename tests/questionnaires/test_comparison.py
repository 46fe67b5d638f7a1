"""Word-level comparison gives both texts back, character for character."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.comparison import CONTEXT, MAX_TOKENS, Segment, lines, shorten, words

TEXTS = st.lists(st.sampled_from(["le", " ", "recours", "à", "l’APA", ", ", "\n", "x."])).map(
    "".join
)


def join(segments: Iterable[Segment], *kinds: str) -> str:
    return "".join(segment.text for segment in segments if segment.kind in kinds)


@given(st.one_of(TEXTS, st.text()), st.one_of(TEXTS, st.text()))
def test_both_texts_are_found_again(old: str, new: str) -> None:
    found = words(old, new)

    assert join(found, "kept", "removed") == old
    assert join(found, "kept", "added") == new
    assert all(segment.text for segment in found)


@given(TEXTS)
def test_same_text_has_no_change(text: str) -> None:
    assert {segment.kind for segment in words(text, text)} <= {"kept"}


def test_very_long_texts_are_shown_one_after_the_other() -> None:
    old, new = "mot " * MAX_TOKENS, "autre " * MAX_TOKENS

    assert words(old, new) == (Segment("removed", old), Segment("added", new))
    assert words(old, old) == (Segment("kept", old),)


def test_what_did_not_change_is_cut_around_a_change() -> None:
    long = "mot " * 200

    found = shorten(words(f"{long}ancien {long}", f"{long}nouveau {long}"))

    assert [segment.kind for segment in found] == ["kept", "removed", "added", "kept"]
    assert found[0].text.startswith("[…] ")
    assert found[-1].text.endswith(" […]")
    assert all(len(segment.text) <= CONTEXT + 5 for segment in found)
    assert (found[1].text, found[2].text) == ("ancien", "nouveau")


def test_middle_between_two_changes_keeps_both_ends() -> None:
    middle = "a" * 200 + " " + "b" * 200

    found = shorten([Segment("added", "x"), Segment("kept", middle), Segment("removed", "y")])

    assert found[1].text == "a" * CONTEXT + " […] " + "b" * CONTEXT


def test_short_text_is_left_alone() -> None:
    found = words("un deux", "un trois")

    assert shorten(found) == found


@pytest.mark.parametrize(
    ("old", "new", "added", "removed"),
    [
        (["a", "b"], ["b", "a"], (), ()),
        (["a"], ["a", "a"], ("a",), ()),
        (["a", "b"], ["c"], ("c",), ("a", "b")),
        ([], [], (), ()),
    ],
)
def test_lines(
    old: list[str], new: list[str], added: tuple[str, ...], removed: tuple[str, ...]
) -> None:
    assert lines(old, new) == (added, removed)

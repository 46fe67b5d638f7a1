"""The text of a badge is the information; its colour only repeats it."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from config.templatetags.badges import (
    STAGE_VARIANTS,
    VARIANTS,
    badge,
    due_badge,
    nature_badge,
    stage_badge,
    working_days,
)
from config.templatetags.diffs import LONGEST, word_diff
from config.templatetags.pieces import badge_of

TODAY = date(2026, 3, 17)  # a Tuesday


def parts(html: Any) -> tuple[str, set[str]]:
    element = BeautifulSoup(str(html), "html.parser").find(class_="fr-badge")
    assert element is not None
    return element.get_text(), set(element["class"]) - {"fr-badge"}


def test_a_success_has_its_icon_and_a_state_has_not() -> None:
    assert parts(badge("Favorable", "success")) == (
        "Favorable",
        {"fr-badge--sm", "fr-badge--success"},
    )
    assert parts(badge("Déposée", "info"))[1] == {
        "fr-badge--sm",
        "fr-badge--info",
        "fr-badge--no-icon",
    }
    assert "fr-badge--no-icon" in parts(badge("Partage en cours", "success", icon=False))[1]
    assert "fr-badge--no-icon" not in parts(badge("Non conforme", "error", icon=True))[1]


def test_an_unknown_variant_is_grey() -> None:
    assert parts(badge("Brouillon", "rainbow"))[1] == {"fr-badge--sm", "fr-badge--no-icon"}


def test_an_internal_note_has_a_padlock() -> None:
    assert parts(badge("Interne", "internal"))[1] >= {
        "fr-badge--yellow-tournesol",
        "fr-icon-lock-line",
    }


def test_a_badge_escapes_what_people_wrote() -> None:
    assert "<b>" not in badge("<b>x</b>")
    assert badge("x", tag="script").startswith("<p ")
    assert (
        badge("x", tag="span", small=False) == '<span class="fr-badge fr-badge--no-icon">x</span>'
    )


@pytest.mark.parametrize(
    ("code", "variant"),
    [
        ("draft", None),
        ("withdrawn", None),
        ("lapsed", None),
        ("closed", None),
        ("submitted", "info"),
        ("study", "info"),
        ("agreement", "info"),
        ("running", "success"),
        ("in_force", "success"),
        ("info_requested", "warning"),
        ("suspended", "warning"),
        ("inadmissible", "error"),
        ("terminated", "error"),
        ("redirected", "blue-ecume"),
        ("anything_else", None),
    ],
)
def test_the_colour_of_a_state(code: str, variant: str | None) -> None:
    colours = {c.removeprefix("fr-badge--") for c in parts(stage_badge(code, "x"))[1]} & VARIANTS

    assert colours == ({variant} if variant else set())


def test_every_colour_of_state_exists() -> None:
    assert set(STAGE_VARIANTS.values()) <= VARIANTS


def test_stage_badge_reads_a_case() -> None:
    case = SimpleNamespace(stage="study", stage_label="Étude et avis en cours")

    assert parts(stage_badge(case))[0] == "Étude et avis en cours"


def test_a_refused_delivery_shows_its_icon_and_a_refused_request_does_not() -> None:
    assert "fr-badge--no-icon" not in parts(stage_badge("refused", "Non conforme"))[1]
    assert "fr-badge--no-icon" in parts(stage_badge("inadmissible", "Irrecevable"))[1]


def test_nature_is_purple_and_never_a_state() -> None:
    assert parts(nature_badge("NIR"))[1] == {
        "fr-badge--sm",
        "fr-badge--purple-glycine",
        "fr-badge--no-icon",
    }


@pytest.mark.parametrize(
    ("due", "short", "full", "colour"),
    [
        (
            date(2026, 3, 13),
            "Retard 2 j",
            "2 jours ouvrés de retard, échéance le 13 mars 2026",
            "error",
        ),
        (
            date(2026, 3, 16),
            "Retard 1 j",
            "1 jour ouvré de retard, échéance le 16 mars 2026",
            "error",
        ),
        (TODAY, "Aujourd’hui", "échéance aujourd’hui, 17 mars 2026", "warning"),
        (date(2026, 3, 18), "Dans 1 j", "échéance dans 1 jour ouvré, le 18 mars 2026", None),
        (date(2026, 3, 23), "Dans 4 j", "échéance dans 4 jours ouvrés, le 23 mars 2026", None),
        # Easter Monday is not worked.
        (date(2026, 4, 7), "Dans 14 j", "échéance dans 14 jours ouvrés, le 7 avril 2026", None),
    ],
)
def test_the_due_badge_counts_working_days(
    due: date, short: str, full: str, colour: str | None
) -> None:
    html = BeautifulSoup(str(due_badge(due, today=TODAY)), "html.parser")

    assert html.find(attrs={"aria-hidden": "true"}).get_text() == short  # type: ignore[union-attr]
    assert html.find(class_="fr-sr-only").get_text() == full  # type: ignore[union-attr]
    shown = {c.removeprefix("fr-badge--") for c in parts(html)[1]} & VARIANTS
    assert shown == ({colour} if colour else set())


def test_a_suspended_delay_is_neither_late_nor_early() -> None:
    assert parts(due_badge(date(2020, 1, 1), True)) == (
        "Délai suspendu",
        {"fr-badge--sm", "fr-badge--no-icon"},
    )


def test_no_date_is_no_badge() -> None:
    assert due_badge(None) == ""


def test_over_a_week_end_a_past_day_is_late_by_one() -> None:
    sunday, saturday = date(2026, 3, 15), date(2026, 3, 14)

    assert "Retard 1 j" in due_badge(saturday, today=sunday)
    assert "Dans 1 j" in due_badge(sunday, today=saturday)


def test_working_days_skip_week_ends_and_public_holidays() -> None:
    assert working_days(date(2026, 4, 3), date(2026, 4, 7)) == 1
    assert working_days(date(2025, 12, 31), date(2026, 1, 2)) == 1
    assert working_days(TODAY, TODAY) == working_days(TODAY, date(2026, 3, 1)) == 0


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("Brouillon", "Brouillon"),
        (("Favorable", "success"), "Favorable"),
        ({"text": "Retard", "variant": "error", "icon": True}, "Retard"),
        (SimpleNamespace(text="Objet"), "Objet"),
        (badge("Déjà écrit"), "Déjà écrit"),
    ],
)
def test_a_badge_may_be_given_in_several_shapes(item: Any, text: str) -> None:
    assert parts(badge_of(item))[0] == text


def test_word_diff_says_what_was_removed_and_added() -> None:
    html = word_diff("Bénéficiaires de 55 ans", "Bénéficiaires de 60 ans")

    assert html == (
        'Bénéficiaires de <del><span class="fr-sr-only">retiré\u00a0: </span>55</del> '
        '<ins><span class="fr-sr-only">ajouté\u00a0: </span>60</ins> ans'
    )


def test_word_diff_ignores_nothing_and_escapes_everything() -> None:
    assert word_diff("pareil", "pareil") == "pareil"
    assert "<del>" not in word_diff("", "nouveau")
    assert "<ins>" not in word_diff("ancien", None)
    assert word_diff(None, None) == ""
    assert "<script>" not in word_diff("<script>", "<script>x")


def test_very_long_texts_are_compared_whole() -> None:
    html = word_diff("a " * LONGEST, "b")

    assert html.count("<del>") == html.count("<ins>") == 1

"""Dates, hours and numbers are written as French people write them, at the hour of Paris."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template

from config.templatetags import french

NBSP, THIN = "\u00a0", "\u202f"
# 23:30 in UTC is already the next day in Paris.
LATE = datetime(2026, 3, 16, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2026, 3, 12), "12 mars 2026"),
        (date(2026, 4, 1), "1er avril 2026"),
        (date(2026, 8, 31), "31 août 2026"),
        (LATE, "17 mars 2026"),
        (datetime(2026, 3, 16, 23, 30), "16 mars 2026"),  # noqa: DTZ001 - a naive moment is local
        (None, ""),
        ("", ""),
        ("2026-03-12", ""),
    ],
)
def test_date_text(value: Any, text: str) -> None:
    assert french.date_text(value) == text


def test_other_forms_of_a_date() -> None:
    day = date(2026, 3, 17)

    assert french.date_long(day) == "mardi 17 mars 2026"
    assert french.date_long(date(2026, 4, 1)) == "mercredi 1er avril 2026"
    assert french.date_short(day) == "17/03/2026"
    assert french.date_day(day) == "mar. 17/03"
    assert french.date_day(date(2026, 3, 13)) == "ven. 13/03"
    assert [french.date_month(date(2026, month, 1)) for month in (1, 5, 7, 12)] == [
        "janv.",
        "mai",
        "juil.",
        "déc.",
    ]


@pytest.mark.parametrize(
    "write", [french.date_long, french.date_short, french.date_day, french.date_month]
)
def test_no_date_is_no_text(write: Any) -> None:
    assert write(None) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (time(14, 32), f"14{NBSP}h{NBSP}32"),
        (time(6, 0), f"6{NBSP}h"),
        (time(11, 5), f"11{NBSP}h{NBSP}05"),
        (LATE, f"0{NBSP}h{NBSP}30"),
        # Summer time: two hours ahead of UTC.
        (datetime(2026, 7, 1, 12, 0, tzinfo=UTC), f"14{NBSP}h"),
        (None, ""),
        (date(2026, 3, 1), ""),
    ],
)
def test_time_text(value: Any, text: str) -> None:
    assert french.time_text(value) == text


def test_a_moment_has_its_day_and_its_hour() -> None:
    moment = datetime(2026, 3, 16, 16, 42, tzinfo=UTC)

    assert french.datetime_text(moment) == f"16 mars 2026 à 17{NBSP}h{NBSP}42"
    assert french.datetime_short(moment) == f"16/03/2026 à 17{NBSP}h{NBSP}42"
    assert french.datetime_text(date(2026, 3, 16)) == "16 mars 2026"
    assert french.datetime_text(time(8, 0)) == ""
    assert french.datetime_text(None) == french.datetime_short(None) == ""


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0, None, "0"),
        (12345, None, f"12{THIN}345"),
        (1234567.5, None, f"1{THIN}234{THIN}567,5"),
        (Decimal("3.50"), None, "3,50"),
        (2.345, 1, "2,3"),
        (Decimal("2.35"), 1, "2,4"),
        (-3, None, "−3"),
        (7, 0, "7"),
        (True, None, ""),
        (None, None, ""),
        ("n/a", None, ""),
        (float("nan"), None, ""),
        (float("inf"), None, ""),
    ],
)
def test_fr_number(value: Any, decimals: int | None, text: str) -> None:
    assert french.fr_number(value, decimals) == text


def test_percent() -> None:
    assert french.percent(3.5) == f"3,5{NBSP}%"
    assert french.percent(81) == f"81{NBSP}%"
    assert french.percent(None) == ""


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, f"0{NBSP}octet"),
        (1, f"1{NBSP}octet"),
        (512, f"512{NBSP}octets"),
        (1024, f"1{NBSP}Ko"),
        (491520, f"480{NBSP}Ko"),
        (10 * 1024**2, f"10{NBSP}Mo"),
        (1258291, f"1,2{NBSP}Mo"),
        (5 * 1024**3, f"5{NBSP}Go"),
        (3 * 1024**4, f"3{NBSP}To"),
        (5000 * 1024**4, f"5{THIN}000{NBSP}To"),
        (None, ""),
    ],
)
def test_filesize(size: Any, text: str) -> None:
    assert french.filesize(size) == text


def test_ordinal() -> None:
    assert [french.ordinal(n) for n in (1, 2, 21)] == ["1er", "2e", "21e"]
    assert french.ordinal(1, "f") == "1re"
    assert french.ordinal(2, "f") == "2e"
    assert french.ordinal("") == ""


@pytest.mark.parametrize(
    ("count", "words", "text"),
    [
        (0, "dossier", "0 dossier"),
        (1, "dossier", "1 dossier"),
        (2, "dossier", "2 dossiers"),
        (1200, "jour ouvré|jours ouvrés", f"1{THIN}200 jours ouvrés"),
        (1, "avis|avis", "1 avis"),
        (None, "dossier", "0 dossier"),
    ],
)
def test_count_of_follows_french_plural(count: Any, words: str, text: str) -> None:
    assert french.count_of(count, words) == text


def test_and_list() -> None:
    assert french.and_list([]) == french.and_list(None) == ""
    assert french.and_list(["CNSA"]) == "CNSA"
    assert french.and_list(["CNSA", "Atih", "DGCS"]) == "CNSA, Atih et DGCS"


def test_nbsp_only_replaces_the_spaces_of_typography() -> None:
    assert french.nbsp("Il dit : « oui » ! 3 % ?") == (
        f"Il dit{NBSP}: «{NBSP}oui{NBSP}»{NBSP}! 3{NBSP}%{NBSP}?"
    )


def test_the_filters_are_those_of_the_library() -> None:
    template = Template(
        "{% load navette %}{{ day|date_text }}|{{ day|date_short }}|{{ day|date_day }}|"
        "{{ size|filesize }}|{{ count|fr_number }}|{{ none|date_text|or_dash }}|"
        "{% time day 'long' %}|{% time none %}"
    )

    shown = template.render(
        Context({"day": date(2026, 3, 17), "size": 2048, "count": 1000, "none": None})
    )

    assert shown == (
        f"17 mars 2026|17/03/2026|mar. 17/03|2{NBSP}Ko|1{THIN}000|"
        '<span aria-hidden="true">–</span><span class="fr-sr-only">non renseigné</span>|'
        '<time datetime="2026-03-17">mardi 17 mars 2026</time>|'
    )


def test_time_tag_gives_the_moment_of_paris() -> None:
    template = Template("{% load navette %}{% time at 'datetime' %}")

    shown = template.render(Context({"at": LATE}))

    assert shown == (
        f'<time datetime="2026-03-17T00:30:00+01:00">17 mars 2026 à 0{NBSP}h{NBSP}30</time>'
    )

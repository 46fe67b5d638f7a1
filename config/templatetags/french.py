"""Dates, hours and numbers as French people write them, at the hour of Paris."""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone

NBSP = "\u00a0"
THIN_NBSP = "\u202f"
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
SHORT_MONTHS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin",
    "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def local_day(value: Any) -> datetime.date | None:
    """Return the day in Paris of a date or of a moment."""
    if isinstance(value, datetime.datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return value if isinstance(value, datetime.date) else None


def _local_time(value: Any) -> datetime.time | None:
    if isinstance(value, datetime.datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).time()
    return value if isinstance(value, datetime.time) else None


def date_text(value: Any) -> str:
    """12 mars 2026, 1er avril 2026."""
    day = local_day(value)
    if day is None:
        return ""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {MONTHS[day.month - 1]} {day.year}"


def date_long(value: Any) -> str:
    """mardi 17 mars 2026."""
    day = local_day(value)
    return f"{DAYS[day.weekday()]} {date_text(day)}" if day else ""


def date_short(value: Any) -> str:
    """17/03/2026."""
    day = local_day(value)
    return f"{day:%d/%m/%Y}" if day else ""


def date_day(value: Any) -> str:
    """mar. 17/03."""
    day = local_day(value)
    return f"{DAYS[day.weekday()][:3]}. {day:%d/%m}" if day else ""


def date_month(value: Any) -> str:
    """avr., the month of a small calendar leaf."""
    day = local_day(value)
    return SHORT_MONTHS[day.month - 1] if day else ""


def time_text(value: Any) -> str:
    """14 h 32, 6 h."""
    hour = _local_time(value)
    if hour is None:
        return ""
    minutes = f"{NBSP}{hour.minute:02d}" if hour.minute else ""
    return f"{hour.hour}{NBSP}h{minutes}"


def datetime_text(value: Any) -> str:
    """16 mars 2026 à 17 h 42; a plain date keeps no hour."""
    hour = time_text(value)
    return f"{date_text(value)} à {hour}" if hour and local_day(value) else date_text(value)


def datetime_short(value: Any) -> str:
    """16/03/2026 à 17 h 42, for tables."""
    hour = time_text(value)
    return f"{date_short(value)} à {hour}" if hour and local_day(value) else date_short(value)


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


def fr_number(value: Any, decimals: Any = None) -> str:
    """12 345 with narrow no-break spaces, 3,5 with a comma; `decimals` rounds half up."""
    number = _decimal(value)
    if number is None:
        return ""
    if decimals is not None:
        number = number.quantize(Decimal(1).scaleb(-int(decimals)), ROUND_HALF_UP)
    sign = "−" if number < 0 else ""
    return sign + f"{abs(number):,f}".replace(",", THIN_NBSP).replace(".", ",")


def percent(value: Any, decimals: Any = None) -> str:
    """3,5 %: the number is already in per cent."""
    written = fr_number(value, decimals)
    return f"{written}{NBSP}%" if written else ""


def filesize(value: Any) -> str:
    """480 Ko, 1,2 Mo; one Ko is 1 024 octets."""
    size = _decimal(value)
    if size is None:
        return ""
    if size < 1024:
        return f"{fr_number(size)}{NBSP}{'octets' if size > 1 else 'octet'}"
    for unit in ("Ko", "Mo", "Go", "To"):
        size /= 1024
        if size < 1024 or unit == "To":
            break
    decimals = 1 if unit != "Ko" and size < 10 else 0
    return f"{fr_number(size, decimals).removesuffix(',0')}{NBSP}{unit}"


def ordinal(value: Any, gender: str = "m") -> str:
    """1er (or 1re with `f`), 2e."""
    number = _decimal(value)
    if number is None:
        return ""
    if number == 1:
        return "1re" if gender == "f" else "1er"
    return f"{fr_number(number)}e"


def count_of(value: Any, words: str) -> str:
    """« 1 dossier », « 6 dossiers »: words given as `singular|plural`, or a word that takes s.

    In French zero and one are singular.
    """
    number = _decimal(value) or Decimal(0)
    singular, _bar, plural = words.partition("|")
    return f"{fr_number(number)} {(plural or singular + 's') if number >= 2 else singular}"


def and_list(values: Any) -> str:
    """CNSA, Atih et DGCS."""
    words = [str(value) for value in values or ()]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} et {words[-1]}"


def nbsp(value: Any) -> str:
    """Put the no-break spaces that French typography asks for in a text of ours."""
    text = re.sub(r" (?=[:;?!»%€])", NBSP, str(value))
    return re.sub(r"(?<=«) ", NBSP, text)

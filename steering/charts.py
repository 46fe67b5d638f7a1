"""Bars drawn by the server: numbers become attributes of SVG, never styles (CSP)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 540, 250, 28, 10, 205


@dataclass(frozen=True)
class Rect:
    kind: str
    x: str
    width: str
    y: str = "1"
    height: str = "8"


@dataclass(frozen=True)
class Line:
    y: str
    text_y: str
    label: int


@dataclass(frozen=True)
class Label:
    x: str
    text: str


@dataclass(frozen=True)
class MonthChart:
    """Two series of bars by month, told apart by their fill and their outline."""

    lines: list[Line]
    bars: list[Rect]
    labels: list[Label]


def number(value: float) -> str:
    """Write a coordinate: a point, no thousands separator, one decimal."""
    return f"{value:.1f}"


def month_chart(months: Sequence[str], first: Sequence[int], second: Sequence[int]) -> MonthChart:
    """Draw two series side by side for each month."""
    top = max([*first, *second, 1])
    step = max(1, math.ceil(top / 4))
    scale = (BOTTOM - TOP) / (step * math.ceil(top / step))
    slot = (WIDTH - LEFT - 4) / max(1, len(months))
    width = min(15.0, slot / 2 - 3)
    lines = [
        Line(number(BOTTOM - mark * scale), number(BOTTOM - mark * scale + 4), mark)
        for mark in range(0, top + step, step)
    ]
    bars, labels = [], []
    for index, month in enumerate(months):
        x = LEFT + index * slot + 6
        for kind, value, left in (("s1", first[index], x), ("s2", second[index], x + width + 2)):
            height = value * scale
            bars.append(
                Rect(kind, number(left), number(width), number(BOTTOM - height), number(height))
            )
        labels.append(Label(number(x + width + 1), month))
    return MonthChart(lines, bars, labels)


def target_bar(value: float, target: float | None, maximum: float) -> list[Rect]:
    """Draw a value against its target: another fill when it exceeds, a mark for the target."""
    scale = 96 / max(maximum, 1)
    late = target is not None and value > target
    rects = [Rect("s4" if late else "s1", "0", number(value * scale))]
    if target is not None:
        rects.append(Rect("tg", number(target * scale - 0.5), "1", "0", "10"))
    return rects


def stacked_bar(values: Sequence[int], maximum: int) -> list[Rect]:
    """Draw classes one after the other, from the youngest to the oldest."""
    scale = 96 / max(maximum, 1)
    rects, x = [], 0.0
    for index, value in enumerate(values, start=1):
        if value:
            rects.append(Rect(f"a{index}", number(x), number(max(0.5, value * scale - 0.8))))
            x += value * scale
    return rects

"""What was measured, how it is kept (var/bench/latest.json), and what misses its target."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.browser import Answer

PAGES = ("dashboard", "list", "case")
STEPS = ("submit", "opinion", "decide")
GROWTH = 1.3
# page: (times the floor, queries)
TARGETS = {"dashboard": (3, 8), "list": (3, 8), "case": (4, 20)}
# pages of an act: seconds to lay out, check and seal it
ACT_TARGETS = {12: 1.5, 60: 8.0}
ACT_MEMORY_MB = 300
NAMES = {
    "dashboard": "Tableau de bord", "list": "Liste des demandes", "case": "Page d’un dossier",
    "submit": "Déposer", "opinion": "Rendre un avis", "decide": "Décider",
}  # fmt: skip
MARKS = re.compile(r"(<!-- relevé -->\n).*(<!-- fin du relevé -->)", re.DOTALL)


def percentile(values: Iterable[float], share: float) -> float:
    """The value that `share` of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def times(answers: Iterable[Answer]) -> dict[str, float]:
    found = [answer.ms for answer in answers]
    return {"p50_ms": round(percentile(found, 0.5), 1), "p95_ms": round(percentile(found, 0.95), 1)}


def with_queries(answers: Iterable[Answer]) -> dict[str, Any]:
    """Median, 95th centile, and the queries of the costliest answer."""
    kept = list(answers)
    return {**times(kept), "queries": max(answer.queries for answer in kept)}


def _in_french(text: str) -> str:
    """A comma in numbers, and a space that does not break before a colon."""
    return re.sub(r"(?<=\d)\.(?=\d)", ",", text).replace(" :", "\u00a0:")


@dataclass
class Figures:
    """Everything one run measured. `floors` has the floor of each size, for the ratios."""

    floors: dict[str, dict[str, float]] = field(default_factory=dict)
    pages: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    documents: dict[str, dict[str, float]] = field(default_factory=dict)

    def sizes(self) -> list[str]:
        return list(self.floors)

    def as_json(self) -> dict[str, Any]:
        last = self.sizes()[-1]
        return {
            "floor": self.floors[last],
            "pages": self.pages,
            "steps": self.steps,
            "documents": self.documents,
        }

    def ratio(self, page: str, size: str) -> float:
        """How many times the floor of the same run a page costs, by their medians."""
        return float(self.pages[page][size]["p50_ms"] / self.floors[size]["p50_ms"])

    def growth(self, page: str) -> float:
        """How much a page costs more at the largest size than at the smallest."""
        sizes = self.sizes()
        first, last = (self.pages[page][size]["p50_ms"] for size in (sizes[0], sizes[-1]))
        return float(last / first)

    def misses(self) -> list[str]:
        """Say each target that is missed, with the figure."""
        found = []
        for page, (floors, queries) in TARGETS.items():
            for size, line in self.pages[page].items():
                if (ratio := self.ratio(page, size)) > floors:
                    found.append(
                        f"{NAMES[page]}, {size} demandes : {ratio:.1f} fois le plancher"
                        f" (cible : {floors})"
                    )
                if line["queries"] > queries:
                    found.append(
                        f"{NAMES[page]}, {size} demandes : {line['queries']} requêtes"
                        f" (cible : {queries})"
                    )
            if (growth := self.growth(page)) > GROWTH:
                found.append(f"{NAMES[page]} : croissance × {growth:.2f} (cible : {GROWTH})")
        found += self._slow_acts()
        return [_in_french(one) for one in found]

    def _slow_acts(self) -> list[str]:
        found = []
        for pages, seconds in ACT_TARGETS.items():
            line = self.documents.get(str(pages))
            if line and line["seconds"] > seconds:
                found.append(
                    f"Acte de {pages} pages : {line['seconds']:.2f} s (cible : {seconds:g} s)"
                )
            if line and line["peak_mb"] > ACT_MEMORY_MB:
                found.append(
                    f"Acte de {pages} pages : {line['peak_mb']} Mo (cible : {ACT_MEMORY_MB} Mo)"
                )
        return found

    # --- Tables ------------------------------------------------------------------------------

    def as_markdown(self) -> str:
        """The figures as the tables of docs/performance.md."""
        parts = [self.pages_table(), self._steps_table(), self._documents_table()]
        misses = self.misses()
        parts.append(
            "Cibles manquées\u00a0:\n\n" + "\n".join(f"- {one}" for one in misses)
            if misses
            else "Toutes les cibles sont tenues."
        )
        return _in_french("\n\n".join(parts))

    def pages_table(self) -> str:
        """What pages cost so far; told after each size, in case the run is cut short."""
        rows = ["| Page | Demandes | Médiane | 95e centile | Requêtes | × plancher |",
                "|---|---:|---:|---:|---:|---:|"]  # fmt: skip
        for size, line in self.floors.items():
            rows.append(f"| Plancher | {size} | {line['p50_ms']} ms | {line['p95_ms']} ms | | 1 |")
        for page, sizes in self.pages.items():
            for size, line in sizes.items():
                rows.append(
                    f"| {NAMES[page]} | {size} | {line['p50_ms']} ms | {line['p95_ms']} ms"
                    f" | {line['queries']} | {self.ratio(page, size):.1f} |"
                )
            rows.append(f"| {NAMES[page]}, croissance | | × {self.growth(page):.2f} | | | |")
        return "\n".join(rows)

    def _steps_table(self) -> str:
        rows = ["| Étape | Médiane | 95e centile | Requêtes | Par seconde |",
                "|---|---:|---:|---:|---:|"]  # fmt: skip
        for step, line in self.steps.items():
            rows.append(
                f"| {NAMES[step]} | {line['p50_ms']} ms | {line['p95_ms']} ms | {line['queries']}"
                f" | {line['per_second']} |"
            )
        return "\n".join(rows)

    def _documents_table(self) -> str:
        rows = ["| Acte | Composer et sceller | Mémoire |", "|---|---:|---:|"]
        for pages, line in self.documents.items():
            rows.append(f"| {pages} pages | {line['seconds']} s | {line['peak_mb']} Mo |")
        return "\n".join(rows)

    # --- Files -------------------------------------------------------------------------------

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.as_json(), indent=2) + "\n")

    def record(self, page: Path, machine: str) -> None:
        """Replace the figures kept in the documentation."""
        day = time.strftime("%d/%m/%Y")
        block = f"Relevé du {day}, {machine}.\n\n{self.as_markdown()}\n"
        page.write_text(MARKS.sub(lambda m: f"{m[1]}{block}{m[2]}", page.read_text()))

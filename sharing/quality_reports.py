"""The quality of a delivered file against its schema, measured where the file is.

The report holds counts and names of fields, never a row, a cell nor a key: it may be attached to
the check of a delivery, whose measures it fills.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import frictionless
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import Impossible

KIND = "navette-quality-report"
VERSION = 1
# A report is small; anything bigger is not one.
MAX_BYTES = 1_000_000
_MEASURES = ("q_completeness", "q_conformity", "q_uniqueness")


def measure(path: Path, schema: Path) -> dict[str, Any]:
    """Read a file once against a Table Schema, and return its report.

    Raises Impossible when the file or the schema cannot be read.
    """
    try:
        found = _Counts()
        descriptor = json.loads(schema.read_text(encoding="utf-8"))
        wanted = frictionless.Schema.from_descriptor(descriptor)
        resource = frictionless.Resource(path=path.name, basepath=str(path.parent), schema=wanted)
        with resource:
            for row in resource.row_stream:
                found.add(row)
            header = [error.type for error in resource.header.errors]
    except (OSError, ValueError, frictionless.FrictionlessException) as error:
        raise Impossible(_("Fichier ou schéma illisible : %s.") % type(error).__name__) from error
    return {
        "kind": KIND,
        "version": VERSION,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "tool": f"frictionless {frictionless.__version__}",
        "file": path.name,
        "sha256": _digest(path),
        "size": path.stat().st_size,
        "schema": {"file": schema.name, "sha256": _digest(schema)},
        "lines": found.rows,
        "header_errors": dict(Counter(header)),
        "errors": [
            {"type": kind, "field": field, "count": count}
            for (kind, field), count in sorted(found.errors.items())
        ],
        "measures": found.measures(),
    }


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class _Counts:
    """What is counted while rows go by; none is kept."""

    def __init__(self) -> None:
        self.rows = self.wrong = self.duplicates = self.cells = self.present = 0
        self.errors: Counter[tuple[str, str]] = Counter()

    def add(self, row: Any) -> None:
        self.rows += 1
        self.wrong += bool(row.errors)
        kinds = {error.type for error in row.errors}
        self.duplicates += "primary-key" in kinds
        for error in row.errors:
            self.errors[error.type, str(getattr(error, "field_name", "") or "")] += 1
        # A cell that cannot be read is there all the same: it is a matter of conformity.
        self.cells += len(row.field_names)
        self.present += sum(
            str(cell or "").strip() != "" for cell in row.cells[: len(row.field_names)]
        )

    def measures(self) -> dict[str, float | int | None]:
        return {
            "q_completeness": _percent(self.present, self.cells),
            "q_conformity": _percent(self.rows - self.wrong, self.rows),
            "q_uniqueness": self.duplicates,
        }


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 2) if whole else None


def read_measures(raw: bytes) -> dict[str, str]:
    """Return the measures that a report tells: ours, or the JSON of Frictionless or of Validata.

    Raises Impossible when it is not one. Nothing else of the file is kept: a report of those tools
    may hold cells.
    """
    if len(raw) > MAX_BYTES:
        raise Impossible(_("Ce rapport est trop gros : 1 Mo au plus."))
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Impossible(_("Ce rapport n’est pas un fichier JSON.")) from error
    if isinstance(found, dict) and found.get("kind") == KIND:
        measures = found.get("measures")
        told = measures if isinstance(measures, dict) else {}
        read = {name: _number(told.get(name)) for name in _MEASURES}
    else:
        read = _of_frictionless(found)
    kept = {name: str(value) for name, value in read.items() if value is not None}
    if not kept:
        raise Impossible(
            _("Ce rapport n’est ni celui de Navette, ni celui de Frictionless ou de Validata.")
        )
    return kept


def _of_frictionless(found: Any) -> dict[str, Any]:
    """Rows that have an error, among the rows, from the report of `frictionless validate`."""
    report = found.get("report", found) if isinstance(found, dict) else None
    tasks = report.get("tasks") if isinstance(report, dict) else None
    rows, wrong, duplicates = 0, 0, 0
    for task in tasks if isinstance(tasks, list) else []:
        stats = task.get("stats") if isinstance(task, dict) else None
        errors = task.get("errors") if isinstance(task, dict) else None
        if not isinstance(stats, dict) or not isinstance(errors, list):
            continue
        listed = [one for one in errors if isinstance(one, dict)]
        rows += int(_number(stats.get("rows")) or 0)
        wrong += len({str(one.get("rowNumber")) for one in listed if one.get("rowNumber")})
        duplicates += sum(one.get("type") == "primary-key" for one in listed)
    if not rows:
        return {}
    return {"q_conformity": _percent(max(0, rows - wrong), rows), "q_uniqueness": duplicates}


def _number(value: Any) -> float | int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 10**12:
        return None
    return value

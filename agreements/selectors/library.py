"""The clauses that new acts are drawn from."""

from __future__ import annotations

import dataclasses

from agreements.library import Library, shipped
from agreements.models import ClauseVersion


def current_clauses() -> dict[str, ClauseVersion]:
    """Return the newest version of each clause, by code. One query."""
    newest = (
        ClauseVersion.objects.order_by("clause_id", "-version")
        .distinct("clause_id")
        .select_related("clause")
    )
    return {row.clause.code: row for row in newest}


def current_library(clauses: dict[str, ClauseVersion] | None = None) -> Library:
    """Return the library with the clauses of the database, those deactivated left out of acts."""
    rows = current_clauses() if clauses is None else clauses
    base = shipped()
    active = {code for code, row in rows.items() if row.clause.is_active}
    templates = {
        act_type: template.model_copy(
            update={"clauses": [code for code in template.clauses if code in active]}
        )
        for act_type, template in base.templates.items()
    }
    return dataclasses.replace(
        base, clauses={code: row.as_text for code, row in rows.items()}, templates=templates
    )

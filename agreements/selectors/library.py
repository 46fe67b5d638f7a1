"""The clauses that new acts are drawn from, and where each one is used."""

from __future__ import annotations

import dataclasses

from django.db.models import Count, Q
from django.http import Http404

from accounts.models import User
from agreements.library import Library, shipped
from agreements.models import Agreement, Clause, ClauseVersion


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


@dataclasses.dataclass(frozen=True)
class ClauseRow:
    """A clause in its newest version, and the number of acts in which it stands."""

    version: ClauseVersion
    acts: int


def clause_rows() -> list[ClauseRow]:
    """Return every clause by code, with the number of acts that use it. Two queries."""
    kept = Q(versions__articles__removed_at=None)
    counted = Clause.objects.annotate(
        acts=Count("versions__articles__agreement", filter=kept, distinct=True)
    )
    acts = dict(counted.values_list("code", "acts"))
    return [ClauseRow(row, acts[code]) for code, row in sorted(current_clauses().items())]


def clause_version(code: str, number: int | None = None) -> ClauseVersion:
    """Return a version of a clause, the newest one when no number is given; 404 when unknown."""
    versions = ClauseVersion.objects.filter(clause__code=code).select_related("clause")
    if number is not None:
        versions = versions.filter(version=number)
    found = versions.order_by("-version").first()
    if found is None:
        raise Http404
    return found


def versions_of(clause: Clause) -> list[ClauseVersion]:
    """Return the versions of a clause, the newest first."""
    return list(clause.versions.select_related("clause").order_by("-version"))


def acts_using(user: User, clause: Clause) -> list[Agreement]:
    """Return the acts that a person sees in which a clause stands, by reference."""
    rows = Agreement.objects.visible_to(user).filter(
        articles__clause_version__clause=clause, articles__removed_at=None
    )
    return list(rows.distinct().order_by("reference"))

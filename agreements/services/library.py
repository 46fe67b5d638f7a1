"""The clause library enters the database: new versions are added, none is changed."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.library import ClauseText, Library, LibraryError, shipped
from agreements.models import Clause, ClauseVersion
from journal.services import SYSTEM, Subject, record

_KEPT = (
    "title", "purpose", "condition", "order", "fields", "locked", "mandatory_when", "body",
)  # fmt: skip


@transaction.atomic
def load_clauses(library: Library | None = None) -> int:
    """Add the clause versions that the database does not have; return how many.

    Loading twice changes nothing. Raises LibraryError naming the clause when a file changed its
    text but not its version number: a version is never edited in place (clauses.md, §1).
    """
    known = {
        (row.clause.code, row.version): row
        for row in ClauseVersion.objects.select_related("clause")
    }
    added = []
    for clause in (library or shipped()).clauses.values():
        row = known.get((clause.code, clause.version))
        if row is None:
            added.append(_add(clause))
        elif not _is_same(row, clause):
            raise LibraryError(
                f"{clause.code}.md", f"version {clause.version} was loaded with another text"
            )
    if added:
        record(
            chain="library:clauses",
            kind="clauses.loaded",
            by=SYSTEM,
            subject=Subject("library", "clauses", _("Bibliothèque de clauses")),
            summary=_("a chargé %(n)s versions de clauses") % {"n": len(added)},
            data={"versions": [str(version) for version in added]},
        )
    return len(added)


def _add(clause: ClauseText) -> ClauseVersion:
    parent, _created = Clause.objects.get_or_create(code=clause.code)
    return ClauseVersion.objects.create(
        clause=parent,
        version=clause.version,
        types=[str(act_type) for act_type in clause.types],
        validated_by=clause.validated_by,
        validated_on=clause.validated_on,
        **{name: getattr(clause, name) for name in _KEPT},
    )


def _is_same(row: ClauseVersion, clause: ClauseText) -> bool:
    return all(getattr(row, name) == getattr(clause, name) for name in _KEPT) and row.types == [
        str(act_type) for act_type in clause.types
    ]

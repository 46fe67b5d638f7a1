"""The clause library enters the database: new versions are added, none is changed.

Its validation by the legal department and the DPO is recorded afterwards, version by version.
"""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import actor
from agreements import policies
from agreements.library import ClauseText, Library, LibraryError, shipped
from agreements.models import Clause, ClauseVersion
from cases.errors import Conflict
from journal.services import SYSTEM, Subject, record

_KEPT = (
    "title", "purpose", "condition", "order", "fields", "locked", "mandatory_when", "body",
)  # fmt: skip


@transaction.atomic
def load_clauses(library: Library | None = None) -> int:
    """Add the clause versions that the database does not have; return how many.

    A version whose file says by whom and when it was validated takes that; one that was validated
    here is never set back. Loading twice changes nothing. Raises LibraryError naming the clause
    when a file changed its text but not its version number: a version is never edited in place
    (clauses.md, §1).
    """
    known = {
        (row.clause.code, row.version): row
        for row in ClauseVersion.objects.select_related("clause")
    }
    added, validated = [], []
    for clause in (library or shipped()).clauses.values():
        row = known.get((clause.code, clause.version))
        if row is None:
            added.append(_add(clause))
        elif not _is_same(row, clause):
            raise LibraryError(
                f"{clause.code}.md", f"version {clause.version} was loaded with another text"
            )
        elif _take_validation(row, clause):
            validated.append(row)
    if added or validated:
        record(
            chain="library:clauses",
            kind="clauses.loaded",
            by=SYSTEM,
            subject=Subject("library", "clauses", _("Bibliothèque de clauses")),
            summary=_("a chargé %(n)s versions de clauses") % {"n": len(added)},
            data={
                "versions": [str(version) for version in added],
                "validated": [str(version) for version in validated],
            },
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


def _take_validation(row: ClauseVersion, clause: ClauseText) -> bool:
    """Take the validation that a file brings to a version which has none yet."""
    if row.is_validated or not (clause.validated_by and clause.validated_on):
        return False
    row.validated_by, row.validated_on = clause.validated_by, clause.validated_on
    row.save(update_fields=["validated_by", "validated_on"])
    return True


@transaction.atomic
def validate_clause(
    *,
    version: ClauseVersion,
    legal_name: str,
    legal_on: date,
    dpo_name: str,
    dpo_on: date,
    by: User,
) -> ClauseVersion:
    """Record that the legal department and the DPO validated a version of a clause.

    Both are needed: the version is validated on the later of the two days. Raises NotAllowed
    (neither a legal officer nor a manager), ValidationError (a day to come, by field), Conflict
    (already validated). Source: clauses.md, §1.
    """
    policies.check_can_validate_clauses(by)
    today = timezone.localdate()
    late = {name: day for name, day in (("legal_on", legal_on), ("dpo_on", dpo_on)) if day > today}
    if late:
        raise ValidationError(dict.fromkeys(late, _("Indiquez un jour passé, ou aujourd’hui.")))
    row = ClauseVersion.objects.select_for_update(of=("self",)).select_related("clause")
    kept = row.get(pk=version.pk)
    if kept.is_validated:
        raise Conflict(_("Cette version est déjà validée."))
    names = {"legal": legal_name.strip(), "dpo": dpo_name.strip()}
    kept.validated_by = _("DAJ (%(legal)s) et DPD (%(dpo)s)") % names
    kept.validated_on = max(legal_on, dpo_on)
    kept.save(update_fields=["validated_by", "validated_on"])
    record(
        chain="library:clauses",
        kind="clause.validated",
        by=actor(by),
        subject=Subject("clause", str(kept.clause_id), f"{kept} — {kept.title}"),
        summary=_("a enregistré la validation de la clause %(code)s, version %(n)s")
        % {"code": kept.clause.code, "n": kept.version},
        data={
            "version": str(kept),
            **names,
            "legal_on": legal_on.isoformat(),
            "dpo_on": dpo_on.isoformat(),
        },
    )
    return kept

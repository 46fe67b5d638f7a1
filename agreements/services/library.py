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
from agreements.library import TEMPLATES, ActTemplate, ClauseText, Library, LibraryError, shipped
from agreements.models import ActTemplateVersion, Clause, ClauseVersion
from agreements.selectors.library import current_clauses, current_templates
from cases.errors import Conflict
from journal.services import SYSTEM, Subject, record

CHAIN = "library:clauses"
_KEPT = (
    "title", "purpose", "condition", "order", "fields", "locked", "mandatory_when", "body", "note",
)  # fmt: skip


@transaction.atomic
def load_clauses(library: Library | None = None) -> int:
    """Add the clause versions and templates of a release that the database does not have; return
    how many clause versions.

    What was written or imported here wins: a clause or a template whose newest version is ours is
    left alone. A version whose file says by whom and when it was validated takes that; one that
    was validated here is never set back. Loading twice changes nothing. Raises LibraryError naming
    the clause when a file changed its text but not its version number: a version is never edited
    in place (clauses.md, §1).
    """
    library = library or shipped()
    newest, known = current_clauses(), known_versions()
    added, validated = [], []
    for clause in library.clauses.values():
        last = newest.get(clause.code)
        if last is not None and last.is_local:
            continue
        row = known.get((clause.code, clause.version))
        if row is None:
            added.append(add_version(clause))
        elif not is_same(row, clause):
            raise LibraryError(
                f"{clause.code}.md",
                _("la version %s a été chargée avec un autre texte") % clause.version,
            )
        elif take_validation(row, clause):
            validated.append(row)
    templates = _load_templates(library)
    if added or validated or templates:
        record(
            chain=CHAIN,
            kind="clauses.loaded",
            by=SYSTEM,
            subject=library_subject(),
            summary=_("a chargé %(n)s versions de clauses") % {"n": len(added)},
            data={
                "versions": [str(version) for version in added],
                "validated": [str(version) for version in validated],
                "templates": [str(template) for template in templates],
            },
        )
    return len(added)


def library_subject() -> Subject:
    return Subject("library", "clauses", _("Bibliothèque de clauses"))


def known_versions() -> dict[tuple[str, int], ClauseVersion]:
    """Return every version of every clause, by code and number. One query."""
    rows = ClauseVersion.objects.select_related("clause")
    return {(row.clause.code, row.version): row for row in rows}


def add_version(
    clause: ClauseText, *, is_local: bool = False, by: User | None = None
) -> ClauseVersion:
    """Add a version of a clause, in the caller's transaction."""
    parent, _created = Clause.objects.get_or_create(code=clause.code)
    return ClauseVersion.objects.create(
        clause=parent,
        version=clause.version,
        types=[str(act_type) for act_type in clause.types],
        validated_by=clause.validated_by,
        validated_on=clause.validated_on,
        is_local=is_local,
        published_by=by,
        **{name: getattr(clause, name) for name in _KEPT},
    )


def is_same(row: ClauseVersion, clause: ClauseText) -> bool:
    """Tell whether a version says what a file says, whoever validated either."""
    return all(getattr(row, name) == getattr(clause, name) for name in _KEPT) and row.types == [
        str(act_type) for act_type in clause.types
    ]


def take_validation(row: ClauseVersion, clause: ClauseText) -> bool:
    """Take the validation that a file brings to a version which has none yet."""
    if row.is_validated or not (clause.validated_by and clause.validated_on):
        return False
    row.validated_by, row.validated_on = clause.validated_by, clause.validated_on
    row.save(update_fields=["validated_by", "validated_on"])
    return True


def _load_templates(library: Library) -> list[ActTemplateVersion]:
    newest = current_templates()
    added = []
    for act_type, template in library.templates.items():
        last = newest.get(act_type)
        if last is None or not last.is_local and last.version < template.version:
            added.append(add_template(act_type, template))
        elif not last.is_local and last.as_template != template:
            raise LibraryError(
                TEMPLATES,
                _("la version %(n)s du modèle « %(label)s » a été chargée avec un autre contenu")
                % {"n": template.version, "label": template.label},
            )
    return added


def add_template(
    act_type: str, template: ActTemplate, *, is_local: bool = False, by: User | None = None
) -> ActTemplateVersion:
    """Add a version of the template of a type of act, in the caller's transaction."""
    return ActTemplateVersion.objects.create(
        act_type=act_type, is_local=is_local, published_by=by, **template.model_dump()
    )


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
        chain=CHAIN,
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

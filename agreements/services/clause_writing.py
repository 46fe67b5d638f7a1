"""Lawyers write the library: a draft, then a version that nothing changes; deactivated, kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import ValidationError as ShapeError

from accounts.models import User
from accounts.selectors import actor
from agreements import policies
from agreements.enums import ActType
from agreements.library import ClauseText, clause_problems, merged_fields
from agreements.library.definitions import CODE
from agreements.models import Clause, ClauseDraft, ClauseVersion
from agreements.selectors.library import whole_library
from agreements.services.library import CHAIN, add_version
from cases.errors import Conflict, Impossible
from journal.services import Subject, record


@dataclass(frozen=True)
class WordingValue:
    """What a lawyer typed; `body` holds `{{ object.field }}` and `{{ ref:CODE }}`."""

    title: str
    purpose: str
    types: Sequence[str]
    condition: str
    order: int
    locked: bool
    mandatory_when: str
    body: str
    note: str = ""

    @property
    def tidy(self) -> dict[str, object]:
        """The same as it is kept: one kind of line end, nothing around, types in their order."""
        typed = {
            name: re.sub(r"\r\n?", "\n", value).strip() if isinstance(value, str) else value
            for name, value in asdict(self).items()
        }
        return {**typed, "types": [str(one) for one in ActType if one in self.types]}


@transaction.atomic
def create_clause(*, code: str, wording: WordingValue, by: User) -> ClauseDraft:
    """Open a new clause, as a draft: acts know it once its first version is published.

    Raises NotAllowed, ValidationError (at `code`: not a letter and two figures, or taken).
    """
    policies.check_can_manage_library(by)
    code = code.strip().upper()
    if not re.fullmatch(CODE, code):
        raise ValidationError({"code": _("Indiquez une lettre et deux chiffres, comme C48.")})
    clause, is_new = Clause.objects.get_or_create(code=code)
    if not is_new:
        raise ValidationError({"code": _("Le code %s est déjà pris.") % code})
    draft = ClauseDraft.objects.create(clause=clause, changed_by=by, **wording.tidy)
    _record(clause, by, "clause.created", _("a ouvert la clause %s") % code, title=draft.title)
    return draft


@transaction.atomic
def save_clause_draft(
    *, clause: Clause, wording: WordingValue, revision: int, by: User
) -> ClauseDraft:
    """Keep what was typed of the next version; a wrong condition or field is kept too.

    `revision` is the one of the draft that the person read, 0 when there was none. Raises
    NotAllowed, Conflict (somebody else wrote meanwhile). Saving the same again writes nothing.
    """
    policies.check_can_manage_library(by)
    kept = _locked(clause)
    draft = ClauseDraft.objects.filter(clause=kept).select_related("changed_by").first()
    if (draft.revision if draft else 0) != revision:
        raise Conflict(_written_meanwhile(draft))
    values = wording.tidy
    if draft is None:
        draft = ClauseDraft.objects.create(clause=kept, changed_by=by, **values)
    elif all(getattr(draft, name) == value for name, value in values.items()):
        return draft
    else:
        for name, value in values.items():
            setattr(draft, name, value)
        draft.revision, draft.changed_by, draft.changed_at = revision + 1, by, timezone.now()
        draft.save()
    _record(
        kept, by, "clause.draft_saved",
        _("a enregistré un brouillon de la clause %s") % kept.code, revision=draft.revision,
    )  # fmt: skip
    return draft


@transaction.atomic
def discard_clause_draft(*, clause: Clause, by: User) -> None:
    """Give up the version being written; a clause that never had one goes with it.

    Raises NotAllowed, Conflict (nothing is being written).
    """
    policies.check_can_manage_library(by)
    kept = _locked(clause)
    draft = ClauseDraft.objects.filter(clause=kept).first()
    if draft is None:
        raise Conflict(_("Aucune version de cette clause n’est en cours de rédaction."))
    _record(
        kept, by, "clause.draft_discarded",
        _("a abandonné le brouillon de la clause %s") % kept.code, title=draft.title,
    )  # fmt: skip
    draft.delete()
    if not kept.versions.exists():
        kept.delete()


@transaction.atomic
def publish_clause(*, clause: Clause, revision: int, by: User) -> ClauseVersion:
    """Make the draft the newest version of its clause, for the acts to come.

    Acts already drawn up keep the versions that they were made of (clauses.md, §1). The version
    still has to be validated. Raises NotAllowed, Conflict (no draft, or not the one that was
    read), ValidationError by field, Impossible (nothing changed).
    """
    policies.check_can_manage_library(by)
    kept = _locked(clause)
    draft = ClauseDraft.objects.filter(clause=kept).select_related("changed_by").first()
    if draft is None:
        raise Conflict(_("Aucune version de cette clause n’est en cours de rédaction."))
    if draft.revision != revision:
        raise Conflict(_written_meanwhile(draft))
    last = kept.versions.order_by("-version").first()
    text = draft_text(draft=draft, version=last.version + 1 if last else 1)
    problems = clause_problems(text, whole_library())
    if problems:
        raise ValidationError(dict(problems))
    if last is not None and says_the_same(last.as_text, text):
        raise Impossible(_("Rien ne change : cette rédaction est celle de la version publiée."))
    version = add_version(text, is_local=True, by=by)
    draft.delete()
    _record(
        kept, by, "clause.published",
        _("a publié la version %(n)s de la clause %(code)s")
        % {"n": version.version, "code": kept.code},
        version=str(version),
        note=version.note,
    )  # fmt: skip
    return version


@transaction.atomic
def set_clause_active(*, clause: Clause, is_active: bool, reason: str, by: User) -> Clause:
    """Propose a clause in new acts, or no longer. Nothing is deleted; acts that hold it keep it.

    Raises NotAllowed, ValidationError (no reason), Conflict (already so), Impossible (a clause
    that was never published has nothing to propose).
    """
    policies.check_can_manage_library(by)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Indiquez le motif.")})
    kept = _locked(clause)
    if kept.is_active == is_active:
        raise Conflict(
            _("Cette clause est déjà active.") if is_active
            else _("Cette clause est déjà désactivée.")
        )  # fmt: skip
    if not kept.versions.exists():
        raise Impossible(_("Cette clause n’a pas encore de version publiée."))
    kept.is_active = is_active
    kept.save(update_fields=["is_active"])
    summary = _("a réactivé la clause %s") if is_active else _("a désactivé la clause %s")
    kind = "clause.reactivated" if is_active else "clause.deactivated"
    _record(kept, by, kind, summary % kept.code, reason=reason[:2000])
    return kept


def draft_text(*, draft: ClauseDraft, version: int = 1) -> ClauseText:
    """Return a draft as the pure functions read a clause. Errors: ValidationError by field."""
    names = (
        "title", "purpose", "condition", "order", "locked", "mandatory_when", "body", "note",
    )  # fmt: skip
    try:
        return ClauseText(
            code=draft.clause.code,
            version=version,
            types=[ActType(one) for one in draft.types],
            fields=list(merged_fields(draft.body)),
            validated_by="",
            validated_on=None,
            **{name: getattr(draft, name) for name in names},
        )
    except ShapeError as error:
        raise ValidationError({str(one["loc"][0]): one["msg"] for one in error.errors()}) from error


def says_the_same(old: ClauseText, new: ClauseText) -> bool:
    """Tell whether two versions differ in nothing but number, note, validation and state."""
    apart = {"version", "note", "validated_by", "validated_on", "active"}
    return old.model_dump(exclude=apart) == new.model_dump(exclude=apart)


def _locked(clause: Clause) -> Clause:
    found = Clause.objects.select_for_update().filter(pk=clause.pk).first()
    if found is None:
        raise Conflict(_("Cette clause n’existe plus."))
    return found


def _written_meanwhile(draft: ClauseDraft | None) -> str:
    if draft is None:
        return _("Ce brouillon a été publié ou abandonné pendant que vous l’écriviez.")
    return _("%s a enregistré ce brouillon pendant que vous l’écriviez : rechargez la page.") % (
        draft.changed_by
    )


def _record(
    clause: Clause, by: User, kind: str, summary: str, *, reason: str = "", **data: object
) -> None:
    record(
        chain=CHAIN,
        kind=kind,
        by=actor(by),
        subject=Subject("clause", str(clause.pk), clause.code),
        summary=summary,
        reason=reason,
        data=data,
    )

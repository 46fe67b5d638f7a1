"""Every write of answers. They record no journal event: the app that owns the case does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from questionnaires import definitions, parsing
from questionnaires.definitions import Definition, Field
from questionnaires.models import AnswerSet, FieldEdit
from questionnaires.values import is_blank, normalise

KEPT: Final = timedelta(days=1)


class Frozen(PermissionDenied):
    """The answers were filed: they no longer change."""


@dataclass(frozen=True)
class FieldConflict:
    """Two persons changed one field: both values, and who wrote the one that is stored."""

    field: Field
    mine: Any
    theirs: Any
    by: str
    at: datetime | None


class EditConflict(Exception):
    """Somebody changed the same fields since the page was opened. Nothing was saved, nothing is
    lost: the stored answers stand, the posted ones are in `conflicts` and in the request."""

    def __init__(self, conflicts: list[FieldConflict], revision: int) -> None:
        self.conflicts = conflicts
        self.revision = revision
        super().__init__(_("Ce brouillon a changé pendant que vous écriviez."))


@transaction.atomic
def create(
    *,
    code: str,
    by: User,
    version: int | None = None,
    values: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
) -> AnswerSet:
    """Open a form, on the latest version of its definition unless one is named.

    `values` pre-fills it, `context` pins the facts of the case that its conditions read.
    Errors: KeyError for an unknown definition.
    """
    definition = definitions.get(code, version)
    return AnswerSet.objects.create(
        definition_code=code,
        definition_version=definition.version,
        values=_normalised(definition, values or {}),
        context=_json(context or {}),
        created_by=by,
        updated_by=by,
    )


@transaction.atomic
def save_section(
    *,
    answers: AnswerSet,
    data: Mapping[str, Any],
    by: User,
    section: str | None = None,
    files: Mapping[str, Iterable[int]] | None = None,
    expected_revision: int | None = None,
) -> AnswerSet:
    """Keep what was typed in a section (or in the whole form), readable or not.

    `data` is the posted form, `files` the identifiers of attachments that the caller just stored,
    `expected_revision` the revision that the page was built from. Fields changed by two pages at
    once are never overwritten. Errors: EditConflict with both texts; Frozen after filing;
    KeyError for an unknown section.
    """
    values = parsing.parse(answers.definition, data, section, files=files)
    editor = str(data.get("_editor") or "")[:40]
    return _store(
        answers, values, by, expected_revision, editor, section=section, replace_blank_rows=True
    )


@transaction.atomic
def save_values(
    *,
    answers: AnswerSet,
    values: Mapping[str, Any],
    by: User,
    expected_revision: int | None = None,
) -> AnswerSet:
    """Keep answers given as JSON values. Names that the form does not have are ignored.

    Errors: as save_section.
    """
    normalised = _normalised(answers.definition, values)
    return _store(answers, normalised, by, expected_revision, "", section=None)


@transaction.atomic
def resolve_conflict(
    *,
    answers: AnswerSet,
    data: Mapping[str, Any],
    choices: Mapping[str, str],
    by: User,
    expected_revision: int | None,
    seen_revision: int | None,
    section: str | None = None,
) -> AnswerSet:
    """End a conflict: per field, « mine » overwrites and « theirs » keeps what is stored.

    `data` is the first page's post, carried by the conflict page; `expected_revision` the revision
    of that first page, `seen_revision` the one whose texts the conflict page showed: a change made
    since, or a field without a choice, is a new conflict. Errors: as save_section.
    """
    values = parsing.parse(answers.definition, data, section)
    kept = {n: v for n, v in values.items() if choices.get(n) != "theirs"}
    won = _Won(frozenset(n for n, c in choices.items() if c == "mine"), seen_revision or 0)
    editor = str(data.get("_editor") or "")[:40]
    return _store(answers, kept, by, expected_revision, editor, section=section, won=won)


@transaction.atomic
def set_context(*, answers: AnswerSet, context: Mapping[str, Any], by: User) -> AnswerSet:
    """Pin again the facts of the case that the conditions read. Errors: Frozen."""
    locked = _lock(answers)
    locked.context = _json(context)
    locked.updated_by = by
    locked.save(update_fields=["context", "updated_by", "updated_at"])
    return _refresh(answers, locked)


@transaction.atomic
def freeze(*, answers: AnswerSet, by: User) -> AnswerSet:
    """Make the answers final (a request is filed, an opinion is given). Errors: Frozen."""
    locked = _lock(answers)
    locked.frozen_at = timezone.now()
    locked.updated_by = by
    locked.save(update_fields=["frozen_at", "updated_by", "updated_at"])
    locked.edits.all().delete()
    return _refresh(answers, locked)


@transaction.atomic
def copy(
    *,
    answers: AnswerSet,
    by: User,
    without: Iterable[str] = (),
    context: Mapping[str, Any] | None = None,
) -> AnswerSet:
    """Start a new draft from answers: a resubmission, a renewal, an inadmissible request taken up.

    The copy takes the latest version of the definition, with the answers that it still asks;
    `without` names those that must be given anew (commitments, for instance).
    """
    definition = definitions.get(answers.definition_code)
    dropped = set(without)
    values = {n: v for n, v in answers.values.items() if n not in dropped}
    return AnswerSet.objects.create(
        definition_code=definition.code,
        definition_version=definition.version,
        values=_normalised(definition, values),
        context=_json(answers.context if context is None else context),
        copied_from=answers,
        created_by=by,
        updated_by=by,
    )


def _lock(answers: AnswerSet) -> AnswerSet:
    locked = AnswerSet.objects.select_for_update().get(pk=answers.pk)
    if locked.is_frozen:
        raise Frozen(_("Ces réponses ont été déposées : elles ne changent plus."))
    return locked


def _store(
    answers: AnswerSet,
    values: Mapping[str, Any],
    by: User,
    expected_revision: int | None,
    editor: str,
    *,
    section: str | None,
    replace_blank_rows: bool = False,
    won: _Won | None = None,
) -> AnswerSet:
    locked = _lock(answers)
    changes = {n: v for n, v in values.items() if locked.values.get(n) != v}
    changes = {
        n: v
        for n, v in changes.items()
        if not (is_blank(v) and is_blank(locked.values.get(n)))
        or (replace_blank_rows and isinstance(v, list))
    }
    if expected_revision is not None and expected_revision < locked.revision:
        changes = _arbitrate(locked, changes, expected_revision, editor, won)
    visited = [*locked.visited, section] if section and section not in locked.visited else None
    if not changes and visited is None:
        return _refresh(answers, locked)
    if changes:
        _write(locked, changes, by, editor)
    locked.visited = visited or locked.visited
    locked.updated_by = by
    locked.save()
    return _refresh(answers, locked)


@dataclass(frozen=True)
class _Won:
    """The fields for which « mine » was chosen, before a text of this revision."""

    fields: frozenset[str]
    revision: int


def _arbitrate(
    locked: AnswerSet,
    changes: dict[str, Any],
    expected_revision: int,
    editor: str,
    won: _Won | None,
) -> dict[str, Any]:
    """Keep the changes that the page really made; stop where somebody else made one too."""
    since: dict[str, list[FieldEdit]] = {}
    edits = FieldEdit.objects.filter(answers=locked, revision__gt=expected_revision)
    for edit in edits.order_by("revision"):
        since.setdefault(edit.field, []).append(edit)
    mine: dict[str, Any] = {}
    conflicts: list[FieldConflict] = []
    for name, value in changes.items():
        last = locked.authors.get(name, {}).get("revision", 0)
        if won and name in won.fields and last <= won.revision:
            mine[name] = value
            continue
        others = [e for e in since.get(name, []) if not editor or e.editor != editor]
        if not others and not _forgotten(locked, name, expected_revision, since):
            mine[name] = value
        elif others and _same(value, others[0].before):
            continue  # the page posts back what it was shown: it changed nothing here
        else:
            conflicts.append(_conflict(locked, name, value))
    if conflicts:
        raise EditConflict(conflicts, locked.revision)
    return mine


def _forgotten(
    locked: AnswerSet, name: str, expected_revision: int, since: Mapping[str, Any]
) -> bool:
    """Tell whether the field changed since the page, longer ago than changes are remembered."""
    last = locked.authors.get(name, {}).get("revision", 0)
    return last > expected_revision and name not in since


def _same(left: Any, right: Any) -> bool:
    return bool(left == right) or (is_blank(left) and is_blank(right))


def _conflict(locked: AnswerSet, name: str, value: Any) -> FieldConflict:
    author = locked.authors.get(name, {})
    at = datetime.fromisoformat(author["at"]) if author.get("at") else None
    field = locked.definition.fields[name]
    return FieldConflict(field, value, locked.values.get(name), author.get("by", ""), at)


def _write(locked: AnswerSet, changes: Mapping[str, Any], by: User, editor: str) -> None:
    now = timezone.now()
    locked.revision += 1
    FieldEdit.objects.filter(answers=locked, at__lt=now - KEPT).delete()
    FieldEdit.objects.bulk_create(
        FieldEdit(
            answers=locked, revision=locked.revision, field=name, editor=editor,
            before=locked.values.get(name),
        )
        for name in changes
    )  # fmt: skip
    for name, value in changes.items():
        locked.values[name] = value
        locked.authors[name] = {
            "revision": locked.revision,
            "by": by.get_full_name(),
            "by_id": by.pk,
            "at": now.isoformat(),
        }


def _refresh(answers: AnswerSet, locked: AnswerSet) -> AnswerSet:
    """Bring the caller's object up to date, so that both names tell the same story."""
    if answers is not locked:
        answers.refresh_from_db()
    return answers


def _normalised(definition: Definition, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: normalise(field, values[name])
        for name, field in definition.answered.items()
        if name in values
    }


def _json(context: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the facts that JSON holds: a text, a number, a yes or no, or a list of them."""
    return {
        name: value
        for name, value in context.items()
        if isinstance(value, str | bool | int | float | list) or value is None
    }

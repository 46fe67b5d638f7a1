"""The library comes in as files: one line of report for each, nothing half done, twice the same."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import actor
from agreements import policies
from agreements.enums import ImportOutcome
from agreements.library import (
    TEMPLATES,
    ActTemplate,
    ClauseText,
    Library,
    LibraryError,
    clause_problems,
    condition_problems,
    field_problems,
    parse_clause,
    parse_templates,
    template_problems,
    text_problems,
)
from agreements.models import ActTemplateVersion, Clause, ClauseVersion
from agreements.selectors.library import whole_library
from agreements.services.library import (
    CHAIN,
    add_template,
    add_version,
    is_same,
    known_versions,
    library_subject,
    take_validation,
)
from journal.services import SYSTEM, record

_OLD = "historique/"


@dataclass
class FileLine:
    """What became of a file, and why when it was refused."""

    file: str
    what: str
    outcome: ImportOutcome = ImportOutcome.UNCHANGED
    messages: list[str] = field(default_factory=list)

    def refuse(self, *messages: str) -> None:
        self.outcome = ImportOutcome.REFUSED
        self.messages += messages


@dataclass
class _Incoming:
    """A clause or a template of a file, with its line of the report."""

    line: FileLine
    clause: ClauseText | None = None
    act_type: str = ""
    template: ActTemplate | None = None
    is_old: bool = False
    known: ClauseVersion | None = None  # the version of the database that the file tells again

    @property
    def is_new(self) -> bool:
        return self.line.outcome in (ImportOutcome.CREATED, ImportOutcome.NEW_VERSION)


@dataclass(frozen=True)
class LibraryReport:
    lines: list[FileLine]

    def count(self, outcome: ImportOutcome) -> int:
        return sum(line.outcome == outcome for line in self.lines)

    @property
    def is_refused(self) -> bool:
        """Tell whether a file was refused."""
        return bool(self.count(ImportOutcome.REFUSED))


@transaction.atomic
def import_library(*, files: Mapping[str, bytes], by: User | None) -> LibraryReport:
    """Take the files of the library (`library.packing`): new versions are added, none is changed.

    Each file is created, a new version, taken over (its validation or its state), unchanged or
    refused with the reason; a file that is refused does not hold up the others, unless they name
    what it brings. The same files again change nothing. `by` is None for the command.
    Raises NotAllowed, ValidationError (no file of the library). Source: clauses.md, §1.
    """
    if by is not None:
        policies.check_can_manage_library(by)
    if not files:
        raise ValidationError(_("Aucun fichier de la bibliothèque : ni clauses, ni modèles."))
    list(Clause.objects.select_for_update())
    incoming = [one for path in sorted(files) for one in _read(path, files[path])]
    _refuse_doubles(incoming)
    _compare(incoming)
    _refuse_what_does_not_hold(incoming)
    for one in sorted(incoming, key=_order):
        _write(one, by)
    report = LibraryReport([one.line for one in incoming])
    _record(report, by)
    return report


def _order(one: _Incoming) -> tuple[str, int]:
    if one.clause is not None:
        return one.clause.code, one.clause.version
    return f"~{one.act_type}", one.template.version if one.template else 0


def _read(path: str, data: bytes) -> list[_Incoming]:
    line = FileLine(path, "")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        if path.endswith(".md"):
            return [_read_clause(path, text)]
        return _read_templates(path, text)
    except UnicodeDecodeError:
        line.refuse(_("Ce fichier n’est pas un texte en UTF-8."))
    except LibraryError as error:
        line.refuse(str(error).removeprefix(f"{error.file}: "))
    return [_Incoming(line)]


def _read_clause(path: str, text: str) -> _Incoming:
    clause = parse_clause(text, path)
    is_old = path.startswith(_OLD)
    folder, number = (_OLD, f"-{clause.version}") if is_old else ("clauses/", "")
    named = f"{folder}{clause.code}{number}.md"
    if path != named:
        raise LibraryError(path, _("Ce fichier devrait s’appeler %s.") % named)
    return _Incoming(FileLine(path, f"{clause.code} v{clause.version}"), clause, is_old=is_old)


def _read_templates(path: str, text: str) -> list[_Incoming]:
    is_old = path.startswith(_OLD)
    found = []
    for act_type, template in parse_templates(text, path).items():
        named = f"{_OLD}{act_type}-{template.version}.yaml" if is_old else TEMPLATES
        if path != named:
            raise LibraryError(path, _("Ce fichier devrait s’appeler %s.") % named)
        line = FileLine(path, f"{act_type} v{template.version}")
        found.append(_Incoming(line, act_type=act_type, template=template, is_old=is_old))
    return found


def _refuse_doubles(incoming: list[_Incoming]) -> None:
    seen: set[str] = set()
    for one in incoming:
        if one.line.what and one.line.what in seen:
            one.line.refuse(_("Un autre fichier apporte la même version."))
        seen.add(one.line.what)


def _compare(incoming: list[_Incoming]) -> None:
    """Say of each file what the database makes of it."""
    clauses = known_versions()
    templates = {(row.act_type, row.version): row for row in ActTemplateVersion.objects.all()}
    for one in incoming:
        if one.line.outcome == ImportOutcome.REFUSED:
            continue
        if one.clause is not None:
            one.known = row = clauses.get((one.clause.code, one.clause.version))
            last = max((n for code, n in clauses if code == one.clause.code), default=0)
            same = row is not None and is_same(row, one.clause)
            _judge(one, row is not None, same, one.clause.version, last)
        elif one.template is not None:
            kept = templates.get((one.act_type, one.template.version))
            last = max((n for kind, n in templates if kind == one.act_type), default=0)
            same = kept is not None and kept.as_template == one.template
            _judge(one, kept is not None, same, one.template.version, last)


def _judge(one: _Incoming, is_known: bool, is_same: bool, version: int, last: int) -> None:
    if is_known and not is_same:
        one.line.refuse(
            _("La version %(n)s existe avec un autre contenu : donnez-lui le numéro %(next)s.")
            % {"n": version, "next": last + 1}
        )
    elif not is_known and last > version:
        one.line.refuse(
            _("La version %(n)s est plus ancienne que la version %(last)s, déjà publiée.")
            % {"n": version, "last": last}
        )
    elif not is_known:
        one.line.outcome = ImportOutcome.NEW_VERSION if last else ImportOutcome.CREATED


def _refuse_what_does_not_hold(incoming: list[_Incoming]) -> None:
    """Refuse what is wrong, then what named it, until all that is left holds together."""
    kept = [one for one in incoming if one.is_new]
    while True:
        library = _library_with(kept)
        wrong = [(one, found) for one in kept if (found := _problems(one, library))]
        for one, found in wrong:
            one.line.refuse(*found)
        if not wrong:
            return
        kept = [one for one in kept if one.is_new]


def _library_with(incoming: list[_Incoming]) -> Library:
    base = whole_library()
    clauses, templates = dict(base.clauses), dict(base.templates)
    for one in sorted(incoming, key=_order):
        if one.clause is not None:
            clauses[one.clause.code] = one.clause
        elif one.template is not None:
            templates[one.act_type] = one.template
    return dataclasses.replace(base, clauses=clauses, templates=templates)


def _problems(one: _Incoming, library: Library) -> list[str]:
    """A version of the past is judged by its words: it need not fit the templates of today."""
    if one.template is not None:
        return [] if one.is_old else template_problems(one.act_type, one.template, library)
    clause = one.clause
    if clause is None:
        return []
    if one.is_old:
        found = condition_problems(clause.condition, set(library.facts))
        return found + text_problems(clause.body, library) + field_problems(clause)
    by_field = clause_problems(clause, library)
    return [one for found in by_field.values() for one in found] + field_problems(clause)


def _write(one: _Incoming, by: User | None) -> None:
    if one.line.outcome == ImportOutcome.REFUSED:
        return
    if one.template is not None:
        if one.is_new:
            add_template(one.act_type, one.template, is_local=True, by=by)
    elif one.clause is not None:
        row = one.known or add_version(one.clause, is_local=True, by=by)
        taken = take_validation(row, one.clause)
        if (_take_state(row, one) or taken) and not one.is_new:
            one.line.outcome = ImportOutcome.UPDATED


def _take_state(row: ClauseVersion, one: _Incoming) -> bool:
    clause = one.clause
    if clause is None or one.is_old or row.clause.is_active == clause.active:
        return False
    row.clause.is_active = clause.active
    row.clause.save(update_fields=["is_active"])
    return True


def _record(report: LibraryReport, by: User | None) -> None:
    changed = {
        str(outcome): [line.what for line in report.lines if line.outcome == outcome]
        for outcome in (ImportOutcome.CREATED, ImportOutcome.NEW_VERSION, ImportOutcome.UPDATED)
    }
    if any(changed.values()):
        record(
            chain=CHAIN,
            kind="clauses.imported",
            by=actor(by) if by is not None else SYSTEM,
            subject=library_subject(),
            summary=_("a importé la bibliothèque : %(n)s versions ajoutées")
            % {"n": report.count(ImportOutcome.CREATED) + report.count(ImportOutcome.NEW_VERSION)},
            data=changed,
        )

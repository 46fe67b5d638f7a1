"""The library as files: read whole and checked, and written back byte for byte.

`clauses/CODE.md` is a clause in its newest version: a YAML head, then the body. `templates.yaml`
holds the newest template of each type of act. `historique/` holds the versions before:
`CODE-1.md`, `a-1.yaml`. Merge fields, facts and annexes belong to the application.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from agreements.library import checks
from agreements.library.definitions import (
    ActTemplate,
    AnnexTemplate,
    ClauseText,
    Fact,
    Library,
    LibraryError,
    MergeField,
    MergeObject,
)

DATA = Path(__file__).parent.parent / "data"
TEMPLATES = "templates.yaml"
_M = TypeVar("_M", bound=BaseModel)
_HEAD = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_WIDTH = 100
_TEMPLATES_HEAD = (
    "# Ordered clauses of each type of act. A clause is in the act when its own condition holds;\n"
    "# `mandatory` and `locked` add to what the clause says of itself.\n"
)
# What YAML does not read, or reads as the end of a line, inside quotes.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def load(root: Path = DATA) -> Library:
    """Read the whole library and check that it holds together. Errors: LibraryError."""
    objects = _parse_mapping(root / "merge_fields.yaml", MergeObject)
    library = Library(
        clauses=_read_clauses(root / "clauses"),
        annexes=_read_annexes(root / "annexes"),
        objects=objects,
        facts=_parse_mapping(root / "facts.yaml", Fact),
        templates=_parse_mapping(root / TEMPLATES, ActTemplate),
        eea=frozenset(_yaml(root / "eea.yaml")),
        fields=dict(_fields(objects)),
    )
    for clause in library.clauses.values():
        found = checks.clause_problems(clause, library)
        problems = [one for messages in found.values() for one in messages]
        _refuse(f"{clause.code}.md", problems + checks.field_problems(clause))
    for annex in library.annexes.values():
        _refuse(f"annexes/{annex.number:02}.yaml", checks.annex_problems(annex, library))
    for act_type, template in library.templates.items():
        _refuse(f"{TEMPLATES} ({act_type})", checks.template_problems(act_type, template, library))
    return library


def _refuse(file: str, problems: list[str]) -> None:
    if problems:
        raise LibraryError(file, " ".join(problems))


@lru_cache(maxsize=1)
def shipped() -> Library:
    """The library that the application ships, read once."""
    return load()


def parse_clause(text: str, file: str) -> ClauseText:
    """Read one clause file. Errors: LibraryError naming `file`."""
    found = _HEAD.match(text.replace("\r\n", "\n"))
    if not found:
        raise LibraryError(file, _("Il manque l’en-tête, entre deux lignes « --- »."))
    head = _mapping(_read_yaml(found.group(1), file), file)
    return _model(ClauseText, {**head, "body": found.group(2).strip()}, file)


def parse_templates(text: str, file: str) -> dict[str, ActTemplate]:
    """Read templates by type of act. Errors: LibraryError naming `file`."""
    values = _mapping(_read_yaml(text, file), file)
    return {str(key): _model(ActTemplate, value, file) for key, value in values.items()}


def write_clause(clause: ClauseText) -> str:
    """Write a clause as its file: `parse_clause` reads back the same."""
    day = clause.validated_on.isoformat() if clause.validated_on else "null"
    lines = [
        f"code: {clause.code}",
        f"version: {clause.version}",
        f"title: {_quoted(clause.title)}",
        f"purpose: {_quoted(clause.purpose)}",
        f"types: [{', '.join(clause.types)}]",
        f"condition: {_quoted(clause.condition)}",
        f"order: {clause.order}",
        f"fields: [{', '.join(clause.fields)}]",
        f"locked: {_flag(clause.locked)}",
        f"mandatory_when: {_quoted(clause.mandatory_when)}",
        f"validated_by: {_quoted(clause.validated_by)}",
        f"validated_on: {day}",
        *([f"note: {_quoted(clause.note)}"] if clause.note else []),
        *([] if clause.active else ["active: false"]),
    ]
    return "\n".join(["---", *lines, "---", clause.body, ""])


def write_templates(templates: Mapping[str, ActTemplate]) -> str:
    """Write templates as their file: `parse_templates` reads back the same."""
    return _TEMPLATES_HEAD + "".join(
        f"{act_type}:\n"
        f"  label: {_quoted(template.label)}\n"
        f"  version: {template.version}\n"
        f"{_codes('clauses', template.clauses)}"
        f"{_codes('mandatory', template.mandatory)}"
        f"{_codes('locked', template.locked)}"
        + (f"  note: {_quoted(template.note)}\n" if template.note else "")
        for act_type, template in sorted(templates.items())
    )


def _codes(name: str, codes: list[str]) -> str:
    line = f"  {name}: [{', '.join(codes)}]"
    return textwrap.fill(line, _WIDTH, subsequent_indent="    ", break_on_hyphens=False) + "\n"


def _quoted(text: str) -> str:
    """Write a text between double quotes, on one line; visible characters stay as they are."""
    quoted = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found.group()):04x}", quoted)


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _read_clauses(folder: Path) -> dict[str, ClauseText]:
    clauses: dict[str, ClauseText] = {}
    for path in sorted(folder.glob("*.md")):
        clause = parse_clause(path.read_text(encoding="utf-8"), path.name)
        if clause.code in clauses:
            raise LibraryError(path.name, _("Le code %s est déjà pris.") % clause.code)
        clauses[clause.code] = clause
    return clauses


def _read_annexes(folder: Path) -> dict[int, AnnexTemplate]:
    annexes: dict[int, AnnexTemplate] = {}
    for path in sorted(folder.glob("*.yaml")):
        annex = _model(AnnexTemplate, _mapping(_yaml(path), path.name), path.name)
        if annex.number in annexes:
            raise LibraryError(path.name, _("Le numéro %s est déjà pris.") % annex.number)
        annexes[annex.number] = annex
    return dict(sorted(annexes.items()))


def _yaml(path: Path) -> Any:
    try:
        return _read_yaml(path.read_text(encoding="utf-8"), path.name)
    except OSError as error:
        raise LibraryError(path.name, _("Fichier illisible : %s.") % error) from error


def _read_yaml(text: str, file: str) -> Any:
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise LibraryError(file, _("En-tête illisible : %s.") % error) from error


def _mapping(value: Any, file: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise LibraryError(file, _("Une liste « nom : valeur » est attendue."))
    return {str(key): one for key, one in value.items()}


def _model(model: type[_M], value: Any, file: str) -> _M:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise LibraryError(file, f"{where}: {first['msg']}") from error


def _parse_mapping(path: Path, model: type[_M]) -> dict[str, _M]:
    values = _mapping(_yaml(path), path.name)
    return {key: _model(model, value, path.name) for key, value in values.items()}


def _fields(objects: dict[str, MergeObject]) -> Iterator[tuple[str, MergeField]]:
    for name, merge_object in objects.items():
        for prefix in (name, *merge_object.also):
            for key, merge_field in merge_object.fields.items():
                yield f"{prefix}.{key}", merge_field

"""The clause library as files: what a lawyer writes, read and checked before anything uses it.

One Markdown file per clause (`data/clauses/CODE.md`) with a YAML head. The body is plain text with:
- `{{ object.field }}`: a merge field of `data/merge_fields.yaml`;
- `{{ ref:CODE }}`: the number of the article that carries another clause;
- `[[si CONDITION]]…[[sinon]]…[[fin]]`: a conditional sentence, alternative or variant. The
  condition is an expression over the facts of `data/facts.yaml` and over the codes of the clauses
  (a code is true when that clause is in the act);
- `[[par partie]]…[[fin]]`: a passage repeated for each party, where `party` is that party.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agreements.enums import ActType, AnnexAudience, FieldType
from agreements.markup import MarkupError, conditions, plain_text
from questionnaires import expressions

DATA = Path(__file__).parent / "data"
_M = TypeVar("_M", bound=BaseModel)
_HEAD = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)


class LibraryError(Exception):
    """A file of the library is wrong; the message names the file and what is wrong in it."""

    def __init__(self, file: str, message: str) -> None:
        self.file = file
        super().__init__(f"{file}: {message}")


class _Definition(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClauseText(_Definition):
    """One version of a clause, as its file says it."""

    code: str = Field(pattern=r"^[A-Z]\d\d$")
    version: int = Field(ge=1)
    title: str
    purpose: str
    types: list[ActType]
    condition: str
    order: int
    fields: list[str]
    locked: bool
    mandatory_when: str
    validated_by: str
    validated_on: date | None
    body: str

    @property
    def references(self) -> tuple[str, ...]:
        return expressions.merge_references(plain_text(self.body))


class MergeField(_Definition):
    label: str
    type: FieldType = FieldType.TEXT
    default: str | int | None = None
    computed: bool = False


class MergeObject(_Definition):
    label: str
    also: list[str] = []
    fields: dict[str, MergeField]


class Fact(_Definition):
    label: str
    default: bool | None = None
    same_as: str = ""
    computed: bool = False


class AnnexColumn(_Definition):
    key: str
    label: str
    required: bool = False
    required_when: str = ""
    choices: list[str] = []
    merge: str = ""


class AnnexRow(_Definition):
    key: str
    label: str


class AnnexSection(_Definition):
    """A part of an annex: `rows` are typed in, `grid` has its rows given, `matrix` has a column
    per party, `fields` is a list of questions, `fixed` and `template` are given texts."""

    key: str
    title: str
    kind: Literal["rows", "fields", "grid", "matrix", "fixed", "template"]
    required: bool = False
    columns: list[AnnexColumn] = []
    fields: list[AnnexColumn] = []
    rows: list[AnnexRow] = []
    choices: list[str] = []
    values: list[list[str]] = []
    body: str = ""


class AnnexTemplate(_Definition):
    number: int = Field(ge=1, le=99)
    title: str
    source: str
    condition: str
    audience: AnnexAudience
    is_published: bool
    intro: str = ""
    closing: str = ""
    blank: list[str] = []
    sections: list[AnnexSection]

    @property
    def is_filled_in(self) -> bool:
        """Tell whether somebody has something to write in it."""
        return any(
            section.kind in ("rows", "fields", "grid", "matrix") for section in self.sections
        )


class ActTemplate(_Definition):
    label: str
    clauses: list[str]


@dataclass(frozen=True)
class Library:
    clauses: dict[str, ClauseText]
    annexes: dict[int, AnnexTemplate]
    objects: dict[str, MergeObject]
    facts: dict[str, Fact]
    templates: dict[str, ActTemplate]
    eea: frozenset[str]
    fields: dict[str, MergeField] = field(default_factory=dict)

    def labels(self) -> dict[str, str]:
        return {path: merge_field.label for path, merge_field in self.fields.items()}


def load(root: Path = DATA) -> Library:
    """Read the whole library and check that it holds together. Errors: LibraryError."""
    objects = _parse_mapping(root / "merge_fields.yaml", MergeObject)
    library = Library(
        clauses=_read_clauses(root / "clauses"),
        annexes=_read_annexes(root / "annexes"),
        objects=objects,
        facts=_parse_mapping(root / "facts.yaml", Fact),
        templates=_parse_mapping(root / "templates.yaml", ActTemplate),
        eea=frozenset(_yaml(root / "eea.yaml")),
        fields=dict(_fields(objects)),
    )
    for clause in library.clauses.values():
        _check_clause(clause, library)
    for annex in library.annexes.values():
        _check_annex(annex, library)
    _check_templates(library)
    return library


@lru_cache(maxsize=1)
def shipped() -> Library:
    """The library that the application ships, read once."""
    return load()


def parse_clause(text: str, file: str) -> ClauseText:
    """Read one clause file. Errors: LibraryError naming `file`."""
    found = _HEAD.match(text.replace("\r\n", "\n"))
    if not found:
        raise LibraryError(file, "no YAML head between two lines `---`")
    try:
        head = yaml.safe_load(found.group(1))
    except yaml.YAMLError as error:
        raise LibraryError(file, f"unreadable head: {error}") from error
    return _model(ClauseText, {**_mapping(head, file), "body": found.group(2).strip()}, file)


def _read_clauses(folder: Path) -> dict[str, ClauseText]:
    clauses: dict[str, ClauseText] = {}
    for path in sorted(folder.glob("*.md")):
        clause = parse_clause(path.read_text(encoding="utf-8"), path.name)
        if clause.code in clauses:
            raise LibraryError(path.name, f"duplicate code {clause.code}")
        clauses[clause.code] = clause
    return clauses


def _read_annexes(folder: Path) -> dict[int, AnnexTemplate]:
    annexes: dict[int, AnnexTemplate] = {}
    for path in sorted(folder.glob("*.yaml")):
        annex = _model(AnnexTemplate, _mapping(_yaml(path), path.name), path.name)
        if annex.number in annexes:
            raise LibraryError(path.name, f"duplicate number {annex.number}")
        annexes[annex.number] = annex
    return dict(sorted(annexes.items()))


def _yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise LibraryError(path.name, f"unreadable: {error}") from error


def _mapping(value: Any, file: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise LibraryError(file, "a mapping is expected")
    return value


def _model(model: type[_M], value: Any, file: str) -> _M:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise LibraryError(file, f"{where}: {first['msg']}") from error


def _parse_mapping(path: Path, model: type[_M]) -> dict[str, _M]:
    values = _mapping(_yaml(path), path.name)
    return {str(key): _model(model, value, path.name) for key, value in values.items()}


def _fields(objects: dict[str, MergeObject]) -> Iterator[tuple[str, MergeField]]:
    for name, merge_object in objects.items():
        for prefix in (name, *merge_object.also):
            for key, merge_field in merge_object.fields.items():
                yield f"{prefix}.{key}", merge_field


def _check_expression(expression: str, library: Library, file: str, *, codes: bool) -> None:
    known = set(library.facts) | (set(library.clauses) if codes else set())
    try:
        if expression:
            expressions.check(expression, known)
    except expressions.ExpressionError as error:
        raise LibraryError(file, str(error)) from error


def _check_text(body: str, library: Library, file: str) -> tuple[str, ...]:
    """Check the markup, conditions, fields and references of a text; return its fields."""
    try:
        for condition in conditions(body):
            _check_expression(condition, library, file, codes=True)
        text = plain_text(body)
        fields, references = expressions.merge_fields(text), expressions.merge_references(text)
    except (MarkupError, expressions.ExpressionError) as error:
        raise LibraryError(file, str(error)) from error
    for path in fields:
        if path not in library.fields:
            raise LibraryError(file, f"unknown merge field {path}")
    for code in references:
        if code not in library.clauses:
            raise LibraryError(file, f"reference to an unknown clause {code}")
    return fields


def _check_clause(clause: ClauseText, library: Library) -> None:
    file = f"{clause.code}.md"
    _check_expression(clause.condition, library, file, codes=False)
    _check_expression(clause.mandatory_when, library, file, codes=False)
    used = _check_text(clause.body, library, file)
    if set(used) != set(clause.fields):
        different = ", ".join(sorted(set(used) ^ set(clause.fields)))
        raise LibraryError(file, f"the head and the body do not name the same fields: {different}")
    for act_type in clause.types:
        template = library.templates.get(act_type)
        if template is None or clause.code not in template.clauses:
            raise LibraryError(file, f"type {act_type.value} does not list this clause")


def _check_annex(annex: AnnexTemplate, library: Library) -> None:
    file = f"annexes/{annex.number:02}.yaml"
    _check_expression(annex.condition, library, file, codes=True)
    for section in annex.sections:
        _check_text(section.body, library, file)
        for item in (*section.columns, *section.fields):
            _check_text(item.merge, library, file)
            _check_expression(item.required_when, library, file, codes=True)


def _check_templates(library: Library) -> None:
    for act_type, template in library.templates.items():
        if act_type not in ActType.values:
            raise LibraryError("templates.yaml", f"unknown type {act_type}")
        if len(template.clauses) != len(set(template.clauses)):
            raise LibraryError("templates.yaml", f"type {act_type} lists a clause twice")
        for code in template.clauses:
            clause = library.clauses.get(code)
            if clause is None:
                raise LibraryError("templates.yaml", f"type {act_type}: unknown clause {code}")
            if act_type not in clause.types:
                raise LibraryError("templates.yaml", f"{code} is not a clause of type {act_type}")

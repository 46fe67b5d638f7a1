"""Definitions of forms: YAML files read once, checked wholly at load, kept version by version."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml
from django.utils.translation import gettext as _
from pydantic import ValidationError

from questionnaires import expressions
from questionnaires.enums import COLUMN_TYPES, FieldType
from questionnaires.structure import (
    Check,
    Choice,
    Column,
    Definition,
    Field,
    Question,
    Rule,
    Section,
)

__all__ = [
    "Check", "Choice", "Column", "Definition", "DefinitionError", "Field", "Question", "Rule",
    "Section", "all_latest", "build", "every_version", "get", "read", "reload",
]  # fmt: skip
DATA: Final = Path(__file__).resolve().parent / "data"
FILE_NAME: Final = re.compile(r"(?P<code>[a-z][a-z0-9_]*)\.v(?P<version>[1-9][0-9]*)\.yaml")


class DefinitionError(ValueError):
    """A definition that must not be served: the message names the file and the field."""


# --- Reading ----------------------------------------------------------------------------------

SCORES: Final = {"0": "insuffisant", "1": "partiel", "2": "satisfaisant", "3": "fort"}
REVIEW_ANSWERS: Final = {
    "compliant": "conforme",
    "reserve": "réserve",
    "non_compliant": "non conforme",
    "not_applicable": "sans objet",
}


def _expand(field: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Unfold the two composite questions: a scored criterion and an item of an opinion grid."""
    kind = field.get("type")
    if kind == "score":
        yield from _expand_score(field)
    elif kind == "review":
        yield from _expand_review(field)
    else:
        yield field


def _expand_score(field: dict[str, Any]) -> Iterator[dict[str, Any]]:
    name = field.get("name", "")
    weight = f"Poids {field.get('weight', 0)}"
    yield {
        "required": {"D": True},
        "source": f"{weight} · Éliminatoire si 0" if field.get("knockout") else weight,
        **field,
        "type": "enum",
        "choices": {code: f"{code} – {label}" for code, label in SCORES.items()},
        "inline": True,
        "empty": "Notez ce critère de 0 à 3.",
    }
    yield {
        "name": f"{name}_comment",
        "label": f"Commentaire : {str(field.get('label', '')).lower()}",
        "help": "Exigé pour une note de 0 ou de 3.",
        "type": "text",
        "group": field.get("group", ""),
        "required": {"D": f"{name} in ['0', '3']"},
        "empty": "Expliquez cette note.",
        **({"when": field["when"]} if field.get("when") else {}),
    }


def _expand_review(field: dict[str, Any]) -> Iterator[dict[str, Any]]:
    name, when = field.get("name", ""), field.get("when", "")
    also = f"({when}) and " if when else ""
    yield {"required": {"D": True}, **field, "type": "enum", "choices": REVIEW_ANSWERS,
           "inline": True, "empty": "Choisissez une réponse."}  # fmt: skip
    group = {"group": field.get("group", ""), "type": "text"}
    yield {
        **group, "name": f"{name}_comment", "label": "Commentaire",
        "when": f"{also}{name} in ['reserve', 'non_compliant', 'not_applicable']",
        "required": {"D": True}, "empty": "Expliquez votre réponse.",
    }  # fmt: skip
    yield {
        **group, "name": f"{name}_condition", "label": "Condition",
        "help": "Ce qui doit être fait pour que le point devienne conforme.",
        "when": f"{also}{name} in ['reserve', 'non_compliant']",
        "required": {"D": f"{name} == 'reserve'"}, "empty": "Indiquez la condition à remplir.",
    }  # fmt: skip


def read(path: Path) -> Definition:
    """Read and check one file. Errors: DefinitionError naming the file and the field."""
    named = FILE_NAME.fullmatch(path.name)
    if named is None:
        raise DefinitionError(_("%s : nom de fichier attendu, code.v1.yaml") % path.name)
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DefinitionError(f"{path.name} : {error}") from error
    definition = build(raw, path.name)
    if (definition.code, str(definition.version)) != (named["code"], named["version"]):
        raise DefinitionError(_("%s : code ou version différents du nom de fichier") % path.name)
    return definition


def build(raw: Any, file_name: str) -> Definition:
    """Check a definition already parsed. Errors: DefinitionError naming the file and the field."""
    if not isinstance(raw, dict):
        raise DefinitionError(_("%s : un dictionnaire est attendu") % file_name)
    raw = dict(raw)
    sections = raw.get("sections")
    if isinstance(sections, list):
        raw["sections"] = [_expand_section(section) for section in sections]
    try:
        definition = Definition.model_validate(raw)
    except ValidationError as error:
        raise DefinitionError(f"{file_name} : {_where(error, raw)}") from error
    for problem in _problems(definition):
        raise DefinitionError(f"{file_name} : {problem}")
    return definition


def _expand_section(section: Any) -> Any:
    if not isinstance(section, dict) or not isinstance(section.get("fields"), list):
        return section
    fields: list[Any] = []
    for field in section["fields"]:
        fields.extend(_expand(field) if isinstance(field, dict) else [field])
    return {**section, "fields": fields}


def _where(error: ValidationError, raw: dict[str, Any]) -> str:
    """Name the faulty field by its name rather than by its rank in the file."""
    first = error.errors()[0]
    node: Any = raw
    parts: list[str] = []
    for step in first["loc"]:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            node = None
        name = node.get("name") or node.get("code") if isinstance(node, dict) else None
        parts.append(str(name or step))
    return f"{'.'.join(parts)} : {first['msg']}"


def _problems(definition: Definition) -> Iterator[str]:
    yield from _duplicates("", [section.code for section in definition.sections])
    every = [field for section in definition.sections for field in section.fields]
    yield from _duplicates("", [field.name for field in every])
    derived = {name for field in every for name in field.derived}
    known = {*(f.name for f in every), *derived, *definition.external}
    fact_names = set(known)
    for name, expression in definition.facts.items():
        if name in fact_names:
            yield f"{name} : {_('nom déjà pris')}"
        yield from _bad(name, expression, fact_names)
        fact_names.add(name)
    fact_names |= definition.computed
    for section in definition.sections:
        yield from _bad(section.code, section.when, fact_names)
        for field in section.fields:
            yield from _field_problems(field, fact_names)
    yield from _rule_problems(definition, fact_names)


def _rule_problems(definition: Definition, fact_names: set[str]) -> Iterator[str]:
    for check in definition.checks:
        yield from _bad(check.field, check.when, fact_names)
        if check.field not in definition.fields:
            yield f"{check.field} : {_('champ inconnu')}"
    named = (definition.verdict, definition.conditions, definition.redirect_criterion)
    for name in filter(None, named):
        if name not in definition.fields:
            yield f"{name} : {_('champ inconnu')}"
    for rules in (
        definition.risk,
        definition.aipd_criteria,
        definition.aipd_list,
        definition.pathways,
    ):
        for rule in rules:
            yield from _bad(rule.result, rule.when, fact_names)


def _duplicates(prefix: str, found: list[str]) -> Iterator[str]:
    for name in sorted({name for name in found if found.count(name) > 1}):
        yield f"{prefix}{name} : {_('nom donné deux fois')}"


def _bad(where: str, expression: str, known: set[str]) -> Iterator[str]:
    if not expression:
        return
    try:
        expressions.check(expression, known)
    except expressions.ExpressionError as error:
        yield f"{where} : {error}"


def _field_problems(field: Field, known: set[str]) -> Iterator[str]:
    yield from _bad(field.name, field.when, known)
    yield from _bad(field.name, field.default, known)
    for required in field.required.values():
        if isinstance(required, str):
            yield from _bad(field.name, required, known)
    yield from _choice_problems(field.name, field)
    if field.not_before and field.not_before not in known:
        yield f"{field.name} : {_('champ inconnu')} : {field.not_before}"
    yield from _scope_problems(field.name, field, known)
    if set(field.exclusive) - set(field.labels):
        yield f"{field.name} : {_('choix exclusif inconnu')}"
    if (field.type == FieldType.ROWS) is not bool(field.columns):
        yield f"{field.name} : {_('un tableau, et lui seul, a des colonnes')}"
    yield from _column_problems(field, known)


def _column_problems(field: Field, known: set[str]) -> Iterator[str]:
    names = [column.name for column in field.columns]
    yield from _duplicates(f"{field.name}.", names)
    for column in field.columns:
        where = f"{field.name}.{column.name}"
        if column.type not in COLUMN_TYPES:
            yield f"{where} : {_('type de colonne inconnu')}"
        if column.not_before and column.not_before not in names:
            yield f"{where} : {_('champ inconnu')} : {column.not_before}"
        yield from _choice_problems(where, column)
        yield from _scope_problems(where, column, known)
    for name in (name for group in field.one_of for name in group):
        if name not in names:
            yield f"{field.name} : {_('champ inconnu')} : {name}"


def _scope_problems(where: str, question: Question, known: set[str]) -> Iterator[str]:
    for key in ("organisation", "among"):
        name = question.scope.get(key, "").partition(".")[0]
        if name and name not in known:
            yield f"{where} : {_('champ inconnu')} : {name}"


def _choice_problems(where: str, question: Question) -> Iterator[str]:
    chosen = question.type in (FieldType.ENUM, FieldType.MULTI)
    if chosen is not bool(question.choices):
        yield f"{where} : {_('une liste de choix va avec un champ à choix, et lui seul')}"
    yield from _duplicates(f"{where}.", [choice.value for choice in question.choices])


# --- Registry ---------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _registry() -> dict[str, dict[int, Definition]]:
    found: dict[str, dict[int, Definition]] = {}
    for path in sorted(DATA.glob("*.yaml")):
        definition = read(path)
        found.setdefault(definition.code, {})[definition.version] = definition
    return found


def get(code: str, version: int | None = None) -> Definition:
    """Return a definition, its latest version unless one is named. Errors: KeyError."""
    versions = _registry()[code]
    return versions[max(versions) if version is None else version]


def all_latest() -> list[Definition]:
    """Return the latest version of every definition."""
    return [get(code) for code in _registry()]


def every_version() -> list[Definition]:
    return [definition for versions in _registry().values() for definition in versions.values()]


reload: Callable[[], None] = _registry.cache_clear

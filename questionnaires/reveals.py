"""Which questions of a page decide of others, and what a script may know of it.

A conditional question stands right after the one it depends on, and is on the page whatever the
answer: visible without a script, hidden by it while the condition does not hold. A condition on one
answer is told to the script (`data-cdd-reveal`); any other is settled by the server, through htmx.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from questionnaires import expressions
from questionnaires.definitions import Definition, Field, Section
from questionnaires.enums import FieldType
from questionnaires.values import Situation

Wanted = tuple[str, frozenset[str]]  # the name of a question, the answers that reveal another


@dataclass(frozen=True)
class Reveals:
    """The conditional questions of a page."""

    rules: Mapping[str, str]  # question: « name=answer|answer », empty when the server decides
    labels: Mapping[str, str]  # question: the label of the one that it depends on
    asking: frozenset[str]  # questions whose answer must be sent for the page to be drawn again


def reveals(definition: Definition, section: Section, found: Situation) -> Reveals:
    """Find the questions of a section that depend on others of it and may yet apply."""
    own = {question.name: question for question in section.fields}
    rules: dict[str, str] = {}
    labels: dict[str, str] = {}
    asking: set[str] = set()
    for question in section.fields:
        read = [n for n in own if n in _fields_read(definition, question.when)]
        if not read or not _may_apply(definition, question.when, own, found):
            continue
        wanted = _wanted(definition, expressions.tree(question.when), own)
        rules[question.name] = f"{wanted[0]}={'|'.join(sorted(wanted[1]))}" if wanted else ""
        labels[question.name] = own[wanted[0] if wanted else read[0]].label
        if not wanted:
            asking.update(read)
    return Reveals(rules, labels, frozenset(asking))


def _fields_read(definition: Definition, expression: str) -> set[str]:
    """Return the fields that an expression reads, through the facts that it names."""
    found: set[str] = set()
    pending = [expression] if expression else []
    seen: set[str] = set()
    while pending:
        for name in expressions.names(pending.pop()) - seen:
            seen.add(name)
            if name in definition.facts:
                pending.append(definition.facts[name])
            elif name == "AIPD_REQUIRED" and name in definition.computed:
                rules = (*definition.aipd_criteria, *definition.aipd_list)
                pending.extend(rule.when for rule in rules)
            else:
                found.add(name.partition("__")[0])
    return found


def _may_apply(
    definition: Definition, expression: str, own: Mapping[str, Field], found: Situation
) -> bool:
    """Tell whether some answer to this page makes the condition hold, the rest being as it is."""
    elsewhere = {
        name: value
        for name, value in found.names.items()
        if not (_fields_read(definition, name) if name.isidentifier() else set()) & own.keys()
    }
    try:
        return bool(expressions.evaluate(expression, elsewhere))
    except expressions.MissingFact:
        return True


def _wanted(definition: Definition, node: ast.expr, own: Mapping[str, Field]) -> Wanted | None:
    """Read a condition as « this question has one of these answers », when it is one."""
    if isinstance(node, ast.Name):
        if node.id in definition.facts:
            return _wanted(definition, expressions.tree(definition.facts[node.id]), own)
        is_bool = node.id in own and own[node.id].type == FieldType.BOOL
        return (node.id, frozenset({"yes"})) if is_bool else None
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return _compared(node, own)
    if isinstance(node, ast.BoolOp):
        return _combined(definition, node, own)
    return None


def _combined(definition: Definition, node: ast.BoolOp, own: Mapping[str, Field]) -> Wanted | None:
    terms = list(node.values)
    if isinstance(node.op, ast.And):
        # What other pages decide was settled when this one was drawn.
        terms = [t for t in terms if _fields_read(definition, ast.unparse(t)) & own.keys()]
        return _wanted(definition, terms[0], own) if len(terms) == 1 else None
    found = [_wanted(definition, term, own) for term in terms]
    names = {one[0] if one else "" for one in found}
    if len(names) != 1 or "" in names:
        return None
    return names.pop(), frozenset().union(*(one[1] for one in found if one))


def _compared(node: ast.Compare, own: Mapping[str, Field]) -> Wanted | None:
    left, op, right = node.left, node.ops[0], node.comparators[0]
    if isinstance(op, ast.In) and isinstance(left, ast.Constant) and isinstance(right, ast.Name):
        return _named(right.id, {str(left.value)}, own)
    if not isinstance(left, ast.Name):
        return None
    if isinstance(op, ast.Eq):
        return _named(left.id, set(_constants(right)), own)
    if isinstance(op, ast.In):
        return _named(left.id, set(_constants(right)), own)
    if isinstance(op, ast.NotEq) and left.id in own and own[left.id].type != FieldType.MULTI:
        return _named(left.id, own[left.id].labels.keys() - set(_constants(right)), own)
    return None


def _named(name: str, answers: set[str], own: Mapping[str, Field]) -> Wanted | None:
    known = set(own[name].labels) | {"yes", "no"} if name in own else set()
    return (name, frozenset(answers)) if answers and answers <= known else None


def _constants(node: ast.expr) -> Iterator[str]:
    words = {"True": "yes", "False": "no", "true": "yes", "false": "no"}
    for item in getattr(node, "elts", [node]):
        if isinstance(item, ast.Name):
            yield words.get(item.id, "")
        elif isinstance(item, ast.Constant):
            yield words.get(str(item.value), str(item.value))

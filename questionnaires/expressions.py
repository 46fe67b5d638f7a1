"""The one expression language of the house: conditions over a dictionary of facts, and merges.

An expression is `PD and (SENS or count == 'over_100000') and 'nir' not in categories`: names,
text, numbers, `true`, `false`, `null`, lists, `and or not`, `== != < <= > >= in`, parentheses.
There is no call, no attribute, no index, no arithmetic: nothing to escape through, nothing slow.
A fact that is absent or null is unknown. Unknown facts are harmless as long as they do not decide:
`PD and X` is false when PD is false, whatever X. Where one decides, MissingFact is raised.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from questionnaires import french

MAX_LENGTH: Final = 1000
MAX_NODES: Final = 200
CONSTANTS: Final = {"true": True, "false": False, "null": None}


class ExpressionError(ValueError):
    """The text is not an expression, or uses a name that nobody defines."""


class MissingFact(Exception):
    """A fact that nobody has established decides the result."""

    def __init__(self, names: Collection[str]) -> None:
        self.names = tuple(sorted(names))
        super().__init__(_("Information manquante : %s.") % ", ".join(self.names))


class _Unknown:
    """The value of what is not known, with the names to blame."""

    __slots__ = ("names",)

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names


_COMPARE: Final[dict[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_ALLOWED: Final = (
    ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.Compare, ast.Name, ast.Load,
    ast.Constant, ast.List, ast.Tuple, ast.In, ast.NotIn, *_COMPARE,
)  # fmt: skip


@lru_cache(maxsize=4096)
def _parse(expression: str) -> ast.expr:
    if len(expression) > MAX_LENGTH or "\\" in expression:
        raise ExpressionError(_("Condition trop longue ou illisible."))
    try:
        body = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(_("Condition illisible : %s") % expression) from error
    nodes = list(ast.walk(body))
    if len(nodes) > MAX_NODES:
        raise ExpressionError(_("Condition trop longue ou illisible."))
    for node in nodes:
        _refuse_foreign(node, expression)
    return body


def _refuse_foreign(node: ast.AST, expression: str) -> None:
    if not isinstance(node, _ALLOWED):
        raise ExpressionError(_("Écriture non admise dans une condition : %s") % expression)
    if isinstance(node, ast.Constant) and not isinstance(node.value, str | int | float | bool):
        raise ExpressionError(_("Écriture non admise dans une condition : %s") % expression)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = node.operand
        if not isinstance(inner, ast.Constant) or not isinstance(inner.value, int | float):
            raise ExpressionError(_("Écriture non admise dans une condition : %s") % expression)


def tree(expression: str) -> ast.expr:
    """Return the syntax of an expression, every node of it admitted. Errors: ExpressionError."""
    return _parse(expression)


def names(expression: str) -> frozenset[str]:
    """Return the names of the facts that an expression reads. Errors: ExpressionError."""
    found = {node.id for node in ast.walk(_parse(expression)) if isinstance(node, ast.Name)}
    return frozenset(found - CONSTANTS.keys())


def check(expression: str, known: Collection[str]) -> None:
    """Refuse an expression that cannot be read or that uses a name outside `known`."""
    unknown = names(expression) - frozenset(known)
    if unknown:
        raise ExpressionError(
            _("Nom inconnu dans la condition « %(expression)s » : %(names)s")
            % {"expression": expression, "names": ", ".join(sorted(unknown))}
        )


def evaluate(expression: str, facts: Mapping[str, Any]) -> Any:
    """Return the value of an expression. A fact that is absent or null is unknown.

    Errors: MissingFact when an unknown fact decides; ExpressionError when it cannot be read.
    """
    result = _Evaluation(facts, unknown_is_null=False).value(_parse(expression))
    if isinstance(result, _Unknown):
        raise MissingFact(result.names)
    return result


def holds(expression: str, answers: Mapping[str, Any]) -> bool:
    """Tell whether a condition holds on a form being filled in, where no answer means « empty »."""
    return bool(_Evaluation(answers, unknown_is_null=True).value(_parse(expression)))


class _Evaluation:
    def __init__(self, facts: Mapping[str, Any], *, unknown_is_null: bool) -> None:
        self.facts = facts
        self.unknown_is_null = unknown_is_null

    def value(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return self._name(node.id)
        if isinstance(node, ast.BoolOp):
            return self._bool(node)
        if isinstance(node, ast.Compare):
            return self._compare(node)
        if isinstance(node, ast.UnaryOp):
            inner = self.value(node.operand)
            if isinstance(node.op, ast.USub):
                return -inner
            return inner if isinstance(inner, _Unknown) else not inner
        items = [self.value(item) for item in getattr(node, "elts", ())]
        unknown = [item for item in items if isinstance(item, _Unknown)]
        return _blame(unknown) if unknown else items

    def _name(self, name: str) -> Any:
        if name in CONSTANTS:
            return CONSTANTS[name]
        value = self.facts.get(name)
        if value is None and not self.unknown_is_null:
            return _Unknown(frozenset({name}))
        return value

    def _bool(self, node: ast.BoolOp) -> Any:
        """Kleene's logic: one deciding term is enough, whatever is unknown beside it."""
        deciding = isinstance(node.op, ast.Or)
        unknown: list[_Unknown] = []
        for term in node.values:
            value = self.value(term)
            if isinstance(value, _Unknown):
                unknown.append(value)
            elif bool(value) is deciding:
                return deciding
        return _blame(unknown) if unknown else not deciding

    def _compare(self, node: ast.Compare) -> Any:
        left = self.value(node.left)
        outcome: Any = True
        unknown: list[_Unknown] = []
        for op, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.value(right_node)
            sides = [side for side in (left, right) if isinstance(side, _Unknown)]
            if sides:
                unknown.extend(sides)
            elif not _compare(op, left, right):
                return False
            left = right
        return _blame(unknown) if unknown else outcome


def _blame(unknown: list[_Unknown]) -> _Unknown:
    return _Unknown(frozenset().union(*(item.names for item in unknown)))


def _compare(op: ast.cmpop, left: Any, right: Any) -> bool:
    """Compare without surprise: what cannot be ordered is not ordered, nothing is in nothing."""
    if isinstance(op, ast.In | ast.NotIn):
        try:
            inside = right is not None and left in right
        except TypeError:
            inside = False
        return inside is isinstance(op, ast.In)
    try:
        return bool(_COMPARE[type(op)](left, right))
    except TypeError:
        return False


# --- Merges -----------------------------------------------------------------------------------

_FIELD: Final = re.compile(r"\{\{([^{}]*)\}\}")
_PATH: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
_REFERENCE: Final = re.compile(r"ref:\s*([A-Z][A-Z0-9_]*)")


@dataclass(frozen=True)
class Gap:
    """What a text still lacks: the path of the merge field and its French name."""

    path: str
    label: str


@dataclass(frozen=True)
class Merged:
    text: str
    gaps: tuple[Gap, ...]


def merge_fields(template: str) -> tuple[str, ...]:
    """Return the paths merged by a text, `ref:` ones apart. Errors: ExpressionError."""
    paths = [path for path, is_reference in _merge_tags(template) if not is_reference]
    return tuple(dict.fromkeys(paths))


def merge_references(template: str) -> tuple[str, ...]:
    """Return the codes that a text refers to by `{{ ref:CODE }}`. Errors: ExpressionError."""
    return tuple(
        dict.fromkeys(path for path, is_reference in _merge_tags(template) if is_reference)
    )


def _merge_tags(template: str) -> Iterator[tuple[str, bool]]:
    for found in _FIELD.finditer(template):
        yield _merge_tag(found.group(1))


def _merge_tag(inside: str) -> tuple[str, bool]:
    text = inside.strip()
    reference = _REFERENCE.fullmatch(text)
    if reference:
        return reference.group(1), True
    if not _PATH.fullmatch(text):
        raise ExpressionError(_("Champ de fusion illisible : {{ %s }}") % text)
    return text, False


def merge(
    template: str,
    context: Mapping[str, Any],
    *,
    labels: Mapping[str, str] | None = None,
    references: Mapping[str, str] | None = None,
) -> Merged:
    """Fill the `{{ object.field }}` of a text from nested dictionaries; say what is missing.

    A missing or empty value leaves `[à compléter : libellé]` and a gap. `labels` gives the French
    name of a path, `references` the text of a `{{ ref:CODE }}`. Values are inserted as they are and
    never read again. Errors: ExpressionError on a tag that is neither a path nor a reference.
    """
    gaps: dict[str, Gap] = {}

    def fill(found: re.Match[str]) -> str:
        path, is_reference = _merge_tag(found.group(1))
        value = (references or {}).get(path) if is_reference else _lookup(context, path)
        text = merge_text(value)
        if text:
            return text
        label = (labels or {}).get(path, path)
        gaps[path] = Gap(path, label)
        return _("[à compléter : %s]") % label

    return Merged(_FIELD.sub(fill, template), tuple(gaps.values()) if gaps else ())


def _lookup(context: Mapping[str, Any], path: str) -> Any:
    value: Any = context
    for part in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def merge_text(value: Any) -> str:
    """Write a value in French as a text merges it; empty when there is nothing to write."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, date):
        return french.date_words(value)
    if isinstance(value, int | float | Decimal):
        return number_format(value)
    if isinstance(value, list | tuple):
        parts = [text for item in value if (text := merge_text(item))]
        return _(" et ").join(p for p in (", ".join(parts[:-1]), parts[-1] if parts else "") if p)
    return str(value).strip()

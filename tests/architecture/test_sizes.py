"""What one person can hold in mind (style.md, §4.7: files grow because no limit fails a build)."""

from __future__ import annotations

import ast

from tests.architecture.project import (
    ROOT,
    functions,
    modules_named,
    parse,
    place,
    python_files,
    report,
    templates,
)  # fmt: skip

FILE_LINES = 400
TEST_FILE_LINES = 500
FUNCTION_LINES = 50
# One file by its nature: it is handed over alone, to be read and run without Navette.
HANDED_OVER = {"agreements/evidence/standalone.py": 510}
VIEW_METHOD_STATEMENTS = 15
TEMPLATE_LINES = 120


def test_files_are_short() -> None:
    found = []
    for path in python_files(tests=True):
        limit = TEST_FILE_LINES if path.is_relative_to(ROOT / "tests") else FILE_LINES
        limit = HANDED_OVER.get(str(path.relative_to(ROOT)), limit)
        lines = len(path.read_text().splitlines())
        if lines > limit:
            found.append(f"{path.relative_to(ROOT)}: {lines} lines")

    report(found, f"A module has at most {FILE_LINES} lines, then it becomes a package:")


def test_functions_are_short() -> None:
    found = [
        f"{place(path, node.lineno)} {node.name}: {lines} lines"
        for path in python_files()
        for node in functions(parse(path))
        if (lines := _lines(node)) > FUNCTION_LINES
    ]

    report(found, f"A function has at most {FUNCTION_LINES} lines:")


def test_view_methods_are_short() -> None:
    found = []
    for path in modules_named("views"):
        for node in functions(parse(path)):
            count = sum(isinstance(inner, ast.stmt) for inner in ast.walk(node)) - 1
            if count > VIEW_METHOD_STATEMENTS:
                found.append(f"{place(path, node.lineno)} {node.name}: {count} statements")

    report(found, f"A method of a view has at most {VIEW_METHOD_STATEMENTS} statements:")


def test_templates_are_short() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in templates()
        if path.suffix == ".html" and (lines := len(path.read_text().splitlines())) > TEMPLATE_LINES
    ]

    report(found, f"A template has at most {TEMPLATE_LINES} lines:")


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function, its docstring left out: a rule may need some sentences."""
    first = node.body[0]
    told = ast.get_docstring(node) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if told else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - docstring

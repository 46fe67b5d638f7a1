"""Where the sources are, for the tests that read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps

from config.flows import is_ours

ROOT = Path(__file__).resolve().parents[2]
# From the lowest to the highest; apps of one line do not know each other (architecture.md, §1).
LAYERS = [
    ["journal"],
    ["accounts"],
    ["notifications"],
    ["catalogue", "questionnaires"],
    ["cases"],
    ["agreements"],
    ["requests_flow", "sharing"],
    ["steering"],
    ["config"],
]
APPS = [app for line in LAYERS for app in line if (ROOT / app).is_dir()]


def python_files(*, tests: bool = False) -> Iterator[Path]:
    """Every module written by hand, migrations left out."""
    for folder in [*APPS, "scripts", *(["tests"] if tests else [])]:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts and "__pycache__" not in path.parts:
                yield path


def templates() -> Iterator[Path]:
    """Every template of ours."""
    yield from sorted((ROOT / "templates").rglob("*.*"))


def modules_named(*names: str) -> Iterator[Path]:
    """The modules of the apps with one of these names, or inside a package of that name."""
    for path in python_files():
        parts = path.relative_to(ROOT).parts
        if parts[0] in APPS and any(part.removesuffix(".py") in names for part in parts[1:]):
            yield path


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def our_models() -> list[Any]:
    """Every model of ours, those made by Django for many-to-many fields left out."""
    return [
        model
        for config in apps.get_app_configs()
        if is_ours(config)
        for model in config.get_models()
    ]


def report(found: list[str], rule: str) -> None:
    """Fail with the rule and everything found, one place a line."""
    assert not found, "\n".join([rule, *found])

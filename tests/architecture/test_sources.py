"""Rules of the house that are read in the sources."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

from tests.architecture.project import (
    APPS,
    ROOT,
    functions,
    modules_named,
    parse,
    place,
    python_files,
    report,
    templates,
)  # fmt: skip

# Written in two pieces, or this file would find itself.
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + r")\b")
TEXT_FILES = {".py", ".html", ".txt", ".md", ".yaml", ".yml", ".css", ".js", ".sh", ".toml"}
# allauth writes in its own views: ours add the journal's event in the same transaction.
LIBRARY_VIEWS = {Path("accounts/views/second_factor.py")}
# The engine creates the rows of its gateways itself: they find their case when saved.
ENGINE_TABLES = Path("cases/models.py")
WRITES = {"create", "update", "delete", "save", "bulk_create", "bulk_update", "get_or_create"}


def public_functions(*modules: str) -> list[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    return [
        (path, node)
        for path in modules_named(*modules)
        for node in parse(path).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
    ]


def test_nothing_is_left_for_later() -> None:
    found = []
    for folder in [*APPS, "templates", "static", "scripts", "tests", "docs", "deploy"]:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix not in TEXT_FILES or "__pycache__" in path.parts:
                continue
            for number, line in enumerate(path.read_text().splitlines(), start=1):
                if len(line) < 1000 and UNFINISHED.search(line):
                    found.append(f"{place(path, number)} {line.strip()[:80]}")

    report(found, "What is to be done is done, or is an issue:")


def test_modules_are_named_after_what_they_hold() -> None:
    vague = {"utils.py", "helpers.py", "misc.py", "common.py"}
    found = [str(path.relative_to(ROOT)) for path in python_files(tests=True) if path.name in vague]

    report(found, "A module is named after what it holds:")


def test_public_rules_have_a_docstring() -> None:
    found = [
        f"{place(path, node.lineno)} {node.name}"
        for path, node in public_functions("services", "selectors", "policies")
        if not ast.get_docstring(node) and not _is_said_by_its_name(node)
    ]

    report(found, "A public service, selector or policy states its rule in a sentence:")


def test_public_rules_are_typed() -> None:
    found = [
        f"{place(path, node.lineno)} {node.name}"
        for path, node in public_functions("services", "selectors", "policies")
        if node.returns is None
        or any(a.annotation is None for a in [*node.args.args, *node.args.kwonlyargs])
    ]

    report(found, "A public service, selector or policy is typed:")


def test_services_are_called_with_keywords() -> None:
    """Outside its app's services, a service is called with names: `services.sign(act=…, by=…)`."""
    found = []
    for path in modules_named("views", "api", "tasks", "commands"):
        for node in ast.walk(parse(path)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if ast.unparse(node.func.value).split(".")[-1] == "services" and node.args:
                found.append(f"{place(path, node.lineno)} {ast.unparse(node)[:80]}")

    report(found, "A service takes keyword arguments only (architecture.md, §2):")


def test_views_neither_query_nor_write() -> None:
    found = []
    for path in modules_named("views"):
        if path.relative_to(ROOT) in LIBRARY_VIEWS:
            continue
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.Attribute) and node.attr == "objects":
                found.append(f"{place(path, node.lineno)} objects")
            if isinstance(node, ast.Name) and node.id == "transaction":
                found.append(f"{place(path, node.lineno)} transaction")

    report(found, "A view goes through selectors and services (architecture.md, §2):")


def test_selectors_and_policies_do_not_write() -> None:
    found = [
        f"{place(path, node.lineno)} .{node.func.attr}()"
        for path in modules_named("selectors", "policies")
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and _is_queryset(node.func.value)
    ]

    report(found, "Only services write (architecture.md, §2):")


def test_models_have_no_hidden_effect() -> None:
    """No override of save() or delete(), except to refuse (immutable rows)."""
    found = [
        f"{place(path, node.lineno)} {node.name}"
        for path in modules_named("models")
        for node in functions(parse(path))
        if node.name in ("save", "delete")
        and not isinstance(node.body[-1], ast.Raise)
        and path.relative_to(ROOT) != ENGINE_TABLES
    ]

    report(found, "A model has no side effect in save() (architecture.md, §2):")


def test_each_dependency_says_what_it_is_for() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    project = tomllib.loads(text)
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    found = [spec for spec in wanted if not re.search(re.escape(f'"{spec}",') + r"\s*# \w", text)]

    report(found, "One comment says what each dependency is for (architecture.md, §6):")


def test_lock_file_is_up_to_date() -> None:
    """The lock file was made from these dependencies; `uv lock` makes it again."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    own = next(package for package in lock["package"] if package["name"] == "navette")
    groups = [
        (project["project"]["dependencies"], own["metadata"]["requires-dist"]),
        (project["dependency-groups"]["dev"], own["metadata"]["requires-dev"]["dev"]),
    ]
    for wanted, locked in groups:
        assert sorted(map(_name_and_version, wanted)) == sorted(map(_locked, locked))


def test_templates_have_no_inline_code() -> None:
    """What the strict policy would block, found even in templates that no test renders."""
    forbidden = re.compile(
        r"<style\b|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\b(src|type)=)"
    )
    found = [
        f"{place(path, number)} {line.strip()[:80]}"
        for path in templates()
        # The act is laid out for WeasyPrint, and e-mails for mail readers: no browser runs them.
        if path.suffix == ".html" and not {"document", "emails"} & set(path.parts)
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if forbidden.search(re.sub(r"{%.*?%}|{{.*?}}", "", line))
    ]

    report(found, "Neither inline script nor inline style (strict CSP):")


def _is_said_by_its_name(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """`can_x` wraps the rule that `check_can_x` states; one expression is its own statement."""
    return node.name.startswith("can_") or [type(part) for part in node.body] == [ast.Return]


def _is_queryset(node: ast.expr) -> bool:
    """A chain that starts at `objects`: other objects may have an `update` of their own."""
    return any(
        isinstance(inner, ast.Attribute) and inner.attr == "objects" for inner in ast.walk(node)
    )


def _name_and_version(spec: str) -> tuple[str, str]:
    match = re.fullmatch(r"([\w.-]+)(?:\[[\w,-]+\])?\s*(.*)", spec)
    assert match, spec
    return match[1].lower().replace("_", "-"), match[2]


def _locked(requirement: dict[str, str]) -> tuple[str, str]:
    return requirement["name"], requirement.get("specifier", "")

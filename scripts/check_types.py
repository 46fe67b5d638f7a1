"""mypy, strict, on the modules that hold the rules (style.md, §3.5)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = [
    "journal", "accounts", "notifications", "catalogue", "questionnaires", "cases", "agreements",
    "requests_flow", "sharing", "steering", "config",
]  # fmt: skip
DOMAIN = (
    "services",
    "selectors",
    "policies",
    "enums",
    "assembly",
    "engine",
    "clock",
    "expressions",
)
WHOLE = {"config"}


def domain_modules() -> list[str]:
    """Return the files to check: a module of the list, or a package of the same name."""
    found = []
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            parts = path.relative_to(ROOT / app).parts
            if {"migrations", "management", "templatetags"} & set(parts):
                continue
            if app in WHOLE or {part.removesuffix(".py") for part in parts} & set(DOMAIN):
                found.append(str(path.relative_to(ROOT)))
    return found


def main() -> int:
    # The Django plugin reads the settings; it never connects.
    environment = {**os.environ, "DATABASE_URL": "postgres://types.invalid/none"}
    command = [sys.executable, "-m", "mypy", *domain_modules()]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

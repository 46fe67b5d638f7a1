"""Every test, on two processes; the referees outside the product when Java and Maven are there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


# The browser is driven from a loop of its own, in which no signature can be made any more: its
# tests have processes of their own.
PARTS = ("not browser", "browser")
PASSED, NONE_CHOSEN = 0, 5  # what pytest answers


def main(arguments: list[str]) -> int:
    referees = bool(shutil.which("java") and shutil.which("mvn"))
    if not referees:
        print("Java ou Maven manque : les tests de conformité (veraPDF, DSS) ne sont pas joués.")
    answers = [_play(part, arguments, referees=referees) for part in PARTS]
    failures = [one for one in answers if one not in (PASSED, NONE_CHOSEN)]
    return failures[0] if failures else min(answers)


def _play(part: str, arguments: list[str], *, referees: bool) -> int:
    chosen = part if referees else f"{part} and not conformance"
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", "-q", "-m", chosen]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([*command, *arguments], cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

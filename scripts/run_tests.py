"""Every test, on two processes; the referees outside the product when Java and Maven are there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", "-q"]
    if not (shutil.which("java") and shutil.which("mvn")):
        print("Java ou Maven manque : les tests de conformité (veraPDF, DSS) ne sont pas joués.")
        command += ["-m", "not conformance"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([*command, *arguments], cwd=ROOT, env=environment, check=False)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

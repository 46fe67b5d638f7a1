"""`make demo`: refuses what it cannot do, in a sentence, and leaves nothing behind."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from config.settings.base import BASE_DIR


def demo(var: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the script of `make demo` on data of its own."""
    environment = {"PATH": os.environ["PATH"], "NAVETTE_VAR": str(var), **variables}
    return subprocess.run(
        [sys.executable, "scripts/demo.py"], cwd=BASE_DIR, env=environment, text=True,
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip


def test_taken_port_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = demo(tmp_path, PORT=str(port))

    assert done.returncode == 1
    assert f"Le port {port} est déjà pris" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["demo.lock"]


def test_somebody_elses_database_is_never_erased(tmp_path: Path) -> None:
    done = demo(tmp_path, PORT="0", RESET="1", DATABASE_URL="postgres://db.invalid/navette")

    assert done.returncode == 1
    assert "DATABASE_URL en désigne une autre" in done.stdout


def test_failing_step_is_shown_and_fails_the_demo(tmp_path: Path) -> None:
    done = demo(
        tmp_path, PORT="0", DATABASE_URL="postgres://db.invalid/navette", EMAIL_URL="nothing://x"
    )

    assert done.returncode == 1
    assert "manage.py prepare a échoué" in done.stdout


@pytest.mark.django_db
def test_each_persona_has_a_sign_in(capsys: pytest.CaptureFixture[str]) -> None:
    User.objects.create_user("claire.morvan@sgmas.example", first_name="Claire", last_name="Morvan")

    call_command("demo_personas")

    told = capsys.readouterr().out
    assert "Instructrice de la cellule AMDAC  claire.morvan@sgmas.example  (Claire Morvan)" in told
    assert "Mot de passe de tous" in told


def test_personas_exist_in_the_demonstration_only(settings: Any) -> None:
    settings.DEMO_MODE = False

    with pytest.raises(CommandError, match="NAVETTE_MODE=demo"):
        call_command("demo_personas")

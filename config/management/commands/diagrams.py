"""Draw docs/diagrammes again, or tell what is out of date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.diagrams import all_diagrams


class Command(BaseCommand):
    help = "Dessine docs/diagrammes à partir du code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="échoue si un schéma a vieilli")
        parser.add_argument("--directory", type=Path, default=None)

    def handle(self, *args: Any, **options: Any) -> None:
        directory = options["directory"] or settings.BASE_DIR / "docs" / "diagrammes"
        wanted = all_diagrams()
        present = {path.name for path in directory.glob("*")} if directory.exists() else set()
        stale = sorted(present - wanted.keys()) + [
            name for name, content in sorted(wanted.items()) if _read(directory / name) != content
        ]
        if options["check"]:
            if stale:
                raise CommandError(f"À redessiner par make diagrams : {', '.join(stale)}")
            return
        directory.mkdir(parents=True, exist_ok=True)
        for name in present - wanted.keys():
            (directory / name).unlink()
        for name, content in wanted.items():
            (directory / name).write_text(content)
        self.stdout.write(f"{len(wanted)} fichiers, {len(stale)} changés.")


def _read(path: Path) -> str | None:
    return path.read_text() if path.exists() else None

"""Measure a delivered file where it is, and write a report without any row of data."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.errors import Impossible
from sharing.quality_reports import measure


class Command(BaseCommand):
    help = "Mesure un fichier livré contre son schéma ; le rapport JSON ne contient aucune ligne."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="fichier de données")
        parser.add_argument("--schema", type=Path, required=True, help="Table Schema (JSON)")
        parser.add_argument(
            "--output", type=Path, help="fichier du rapport (sortie standard sinon)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = measure(options["file"], options["schema"])
        except Impossible as refusal:
            raise CommandError(refusal.message) from refusal
        text = json.dumps(report, ensure_ascii=False, indent=2)
        if options["output"]:
            options["output"].write_text(text + "\n", encoding="utf-8")
        else:
            self.stdout.write(text)
